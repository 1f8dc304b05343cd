"""The surveys that the browser meets."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from rejoinder.core.collecting.authoring import IntakeChange, change_intake
from rejoinder.core.definitions import define_survey
from servers.rejoinder import Tenant

EVERY = "every-element"
"""Every type of element, in English and Polish."""
EVERY_JSON = (Path(__file__).parent / "every-element.json").read_bytes()
DEMO_JSON = (files("rejoinder.demo") / "customer-2026.json").read_bytes()
SHORT: dict[str, Any] = {
    "title": {"default": "Lunch", "pl": "Obiad"},
    "pages": [
        {
            "elements": [
                {
                    "type": "text",
                    "name": "dish",
                    "title": {"default": "What did you eat?", "pl": "Co jadłeś?"},
                },
                {"type": "text", "name": "price", "inputType": "number", "title": "What was the price?"},
            ]
        },
        {"elements": [{"type": "comment", "name": "why", "title": "Why that?"}]},
    ],
}
KEYS: dict[str, Any] = {
    "title": "By keys",
    "completedHtml": "<h3>Bye, {name}!</h3><script>alert(1)</script><img src=x onerror=alert(2)>"
    "<a href='javascript:alert(3)'>away</a><p>From {from}</p>",
    "elements": [
        {"type": "text", "name": "name", "title": "Name"},
        {"type": "radiogroup", "name": "one", "title": "One", "choices": ["red", "blue"], "isRequired": True},
        {"type": "checkbox", "name": "many", "title": "Many", "choices": ["salt", "pepper"]},
        {"type": "rating", "name": "stars", "title": "Stars"},
        {"type": "dropdown", "name": "list", "title": "List", "choices": ["north", "south"]},
        {"type": "boolean", "name": "again", "title": "Again?"},
        {"type": "ranking", "name": "order", "title": "Order", "choices": ["first", "second"]},
    ],
}
PHOTOS: dict[str, Any] = {
    "title": "Photos",
    "elements": [{"type": "file", "name": "photo", "title": "Photo", "acceptedTypes": "image/*"}],
}


def define(tenant: Tenant) -> None:
    """Make all of them."""
    add(tenant, EVERY, EVERY_JSON)
    add(tenant, "lunch", msgspec.json.encode(SHORT))
    add(tenant, "keys", msgspec.json.encode(KEYS))
    add(tenant, "photos", msgspec.json.encode(PHOTOS))
    add(tenant, "over", msgspec.json.encode(SHORT))
    tenant.verb(lambda unit: change_intake(unit, "over", IntakeChange(closes_at=1)))


def add(tenant: Tenant, alias: str, definition: bytes) -> int:
    """Make one survey; gives its number."""
    made = tenant.verb(lambda unit: define_survey(unit, definition, [alias]))
    return int(made.survey.id)
