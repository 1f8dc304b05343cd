"""A survey of twelve questions that everybody answered: what a page of GoodBridge shows."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import msgspec

from rejoinder.core.definitions import define_survey
from rejoinder.core.respondents.rows import insert_rows
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit
from rejoinder.model.respondent import FINISHED, Lifecycle, State
from rejoinder.store.engine import Database
from rejoinder.store.session import Session

ALIAS = "opinions"
BATCH = 10_000
_GRADES = [
    {"value": n, "text": text} for n, text in enumerate(("Very poor", "Poor", "Fair", "Good", "Excellent"), 1)
]
_REASONS, _ROWS, _WISHES = ("price", "quality", "nearby", "friends"), ("staff", "delivery", "returns"), "abc"
_COMMENTS = (
    "The staff were friendly and knew their products.",
    "Delivery came a day early, thank you!",
    "Fine overall, but the app is slow on my phone – and „typisch“ with umlauts: äöü.",
)
DEFINITION = {
    "title": "Opinions",
    "elements": [
        {"type": "rating", "name": "q1", "rateMax": 10, "title": "How satisfied are you with us?"},
        {"type": "rating", "name": "q2", "rateMin": 0, "rateMax": 10, "metric": "nps", "title": "Likely?"},
        {
            "type": "radiogroup",
            "name": "q3",
            "choices": ["store", "web", "app"],
            "title": "Where did you buy?",
        },
        {"type": "radiogroup", "name": "q4", "choices": _GRADES, "title": "How was the delivery?"},
        {"type": "checkbox", "name": "q5", "choices": [*_REASONS], "title": "What made you choose us?"},
        {"type": "matrix", "name": "q6", "columns": _GRADES, "rows": [*_ROWS], "title": "How good was …"},
        {"type": "ranking", "name": "q7", "choices": [*_WISHES], "title": "What should we improve first?"},
        {"type": "text", "name": "q8", "inputType": "number", "title": "How often did you visit us?"},
        {"type": "text", "name": "q9", "inputType": "date", "title": "When was your last visit?"},
        {"type": "boolean", "name": "q10", "title": "May we contact you?"},
        {"type": "dropdown", "name": "q11", "choices": [f"city {n}" for n in range(50)], "title": "Where?"},
        {"type": "comment", "name": "q12", "title": "Anything else?"},
    ],
}
ANSWERS = {
    "q1": 8,
    "q2": 9,
    "q3": "web",
    "q4": 4,
    "q5": ["price", "nearby"],
    "q6": {"staff": 5, "delivery": 4, "returns": 3},
    "q7": ["b", "a", "c"],
    "q8": 7,
    "q9": "2026-10-31",
    "q10": True,
    "q11": "city 17",
    "q12": "The staff were friendly and knew their products, number N.",
}
"""What one person sends; a bench puts a number in place of N."""
_BEGUN = 1_760_000_000_000_000


def fill(database: Database, workspace: int, count: int) -> None:
    """Make the survey and its responses, as survey pages would have stored them."""
    now = _BEGUN
    database.write(lambda s: define_survey(_unit(s, workspace), msgspec.json.encode(DEFINITION), [ALIAS]))
    chance = random.Random(11)
    for first in range(0, count, BATCH):
        size = min(BATCH, count - first)
        rows = [_answers(chance) for _ in range(size)]
        lives = [_life(chance, now + n * 7_123_457) for n in range(first, first + size)]
        database.write(lambda s: _store(_unit(s, workspace), rows, lives))  # noqa: B023


def _unit(session: Session, workspace: int) -> Unit:
    return Unit(session, workspace, "bench", _BEGUN)


def _store(unit: Unit, rows: Sequence[dict[str, Any]], lives: Sequence[Lifecycle]) -> None:
    survey = open_survey(unit, ALIAS)
    decoded = survey.shape.new_rows(None).decode(msgspec.json.encode(rows))
    insert_rows(unit, survey, decoded, responses=False, lives=lives)


def _life(chance: random.Random, opened: int) -> Lifecycle:
    ended = opened + chance.randrange(60_000_000, 900_000_000)
    return Lifecycle(State.COMPLETED, opened, opened, ended, "en", FINISHED, 0)


def _answers(chance: random.Random) -> dict[str, Any]:
    chosen = [code for code in _REASONS if chance.random() < 0.5] or ["price"]
    left = [code for code in _REASONS if code not in chosen]
    return {
        "q1": str(chance.randint(1, 10)),
        "q2": str(chance.randint(0, 10)),
        "q3": chance.choice(("store", "web", "app")),
        "q4": str(chance.randint(1, 5)),
        "q5": {"true": chosen} | ({"false": left} if left else {}),
        "q6": {row: str(chance.randint(1, 5)) for row in _ROWS},
        "q7": dict(zip(_WISHES, chance.sample(range(1, 4), 3), strict=True)),
        "q8": chance.randint(1, 30),
        "q9": f"2025-{chance.randint(1, 9):02}-{chance.randint(1, 28):02}T00:00:00",
        "q10": chance.randint(0, 1),
        "q11": f"city {chance.randrange(50)}",
        "q12": chance.choice(_COMMENTS),
    }
