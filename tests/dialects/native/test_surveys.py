"""`/rejoinder/v1/surveys`: made by a program, and shown."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from dialects.native.conftest import ELEMENTS, Collecting
from rejoinder.core.collecting.authoring import CollectorChange, IntakeChange, change_intake, create_collector
from servers.rejoinder import Tenant

PATH = "/rejoinder/v1/surveys"


def test_a_survey_is_made_and_answered(tenant: Tenant) -> None:
    alias = f"a{uuid.uuid4().hex}"
    body = {
        "definition": {"elements": ELEMENTS, "title": "Visits"},
        "aliases": [alias],
        "background": ["why"],
    }
    reply = tenant.http.post(PATH, json=body)
    assert reply.status_code == 201, reply.text
    made = reply.json()
    assert made["page"] == f"{tenant.server.url}/s/{alias}"
    assert (made["aliases"], made["notes"]) == ([alias], [])
    assert tenant.http.post(PATH, json=body).status_code == 409
    answered = tenant.server.client().post(f"{PATH}/{alias}/submissions", json={"answers": {"colour": "red"}})
    assert answered.status_code == 201
    shown = tenant.http.get(f"{PATH}/{made['id']}").json()
    assert (shown["name"], shown["respondents"], shown["responses"]) == ("Visits", 1, 1)
    assert shown["page"] == made["page"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"definition": []}, 422),
        ({"definition": {"elements": [{"type": "text"}]}}, 422),
        ({"definition": {"elements": ELEMENTS}, "aliases": ["1"]}, 422),
        ({"definition": {"elements": ELEMENTS}, "other": 1}, 400),
    ],
)
def test_what_is_no_survey(tenant: Tenant, body: Any, status: int) -> None:
    assert tenant.http.post(PATH, json=body).status_code == status


def test_settings_and_counts_are_shown(survey: Collecting) -> None:
    survey.verb(change_intake, IntakeChange(quota=5, closes_at=4_000_000_000_000_000))
    survey.verb(create_collector, "till", CollectorChange(quota=2))
    survey.invite("secret-token-1")
    assert survey.answer(collector="till").status_code == 201
    shown = survey.tenant.http.get(f"{PATH}/{survey.reference}").json()
    assert (shown["quota"], shown["completed"], shown["closes_at"]) == (5, 1, "2096-10-02T07:06:40Z")
    assert (shown["respondents"], shown["responses"]) == (2, 1)
    (till,) = shown["collectors"]
    assert (till["code"], till["quota"], till["completed"]) == ("till", 2, 1)
    assert till["page"].endswith(f"/s/{survey.reference}?c=till")
    plain = survey.tenant.survey(f"p{uuid.uuid4().hex}")
    assert survey.tenant.http.get(f"{PATH}/{plain.id}").json()["page"] is None
