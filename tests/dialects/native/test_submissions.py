"""`POST …/submissions`: what is stored, what is refused, and in which words."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dialects.native.conftest import Collecting, collecting
from rejoinder.core.collecting.authoring import CollectorChange, IntakeChange, change_intake, create_collector
from rejoinder.core.surveys import add_user_variable, ensure_variables, open_survey
from rejoinder.model.collecting import Asked
from rejoinder.model.survey import Kind, Variable
from servers.rejoinder import Tenant


def change(survey: Collecting, **values: Any) -> None:
    survey.verb(change_intake, IntakeChange(**values))


def ago(**span: float) -> str:
    return (datetime.now(UTC) - timedelta(**span)).isoformat()


def test_a_complete_response(survey: Collecting) -> None:
    answers = {"colour": "red", "sizes": ["s", "l"], "age": 30, "why": "Because."}
    reply = survey.post({"answers": answers, "started_at": ago(minutes=5)})
    assert reply.status_code == 201, reply.text
    told = reply.json()
    assert told == {"id": told["id"], "respid": 1, "status": "complete"}
    (record,) = survey.people()
    assert record["colour"] == "red"
    assert record["sizes"] == {"true": ["s", "l"]}
    assert (record["age"], record["why"], record["status"]) == (30, "Because.", "complete")
    begun, ended = (datetime.fromisoformat(record[name]) for name in ("interview_start", "interview_end"))
    assert 299 <= (ended - begun).total_seconds() <= 330
    columns = ("id", "state", "finish_reason", "postponed", "manual", "collector_id", "token", "language")
    assert survey.column(*columns) == [(told["id"], 3, 1, 0, 0, None, None, "en")]


def test_each_bad_answer_is_named_and_nothing_is_stored(survey: Collecting) -> None:
    reply = survey.post({"answers": {"colour": "green", "sizes": ["xl"], "why": 5}, "lang": "en"})
    assert reply.status_code == 422
    told = reply.json()
    assert told["error"] == "invalid"
    assert {"colour", "sizes"} <= set(told["fields"])
    assert survey.post({"answers": {}}).json()["fields"] == {"colour": "Please answer this question."}
    assert survey.people() == []


def test_bad_answers_are_told_in_the_language_of_the_answers(tenant: Tenant) -> None:
    question = {"type": "text", "name": "colour", "title": {"default": "Colour", "es": "Color"}}
    survey = collecting(tenant, [question | {"isRequired": True}])
    told = survey.post({"answers": {}, "lang": "es"}).json()["fields"]["colour"]
    assert told == "Responda a esta pregunta."
    assert survey.answer(lang="es-MX").status_code == 201
    assert survey.answer(lang="xx").status_code == 201
    assert survey.column("language") == [("es",), ("en",)]


def test_hidden_questions_are_dropped(survey: Collecting) -> None:
    reply = survey.answer(answers={"colour": "blue", "age": 30, "nobody": 1})
    assert reply.status_code == 201
    assert {"Left out: age", "Left out: nobody"} == set(reply.json()["notes"])
    assert "age" not in survey.people()[0]


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"answers": []},
        {"answers": {}, "unknown": 1},
        {"answers": {}, "completed": 1},
        {"answers": {}, "token": ""},
        {"answers": {}, "page": -1},
        {"answers": {}, "lang": "x" * 36},
        {"answers": {}, "hidden": {"a": ["b"]}},
        {"answers": {}, "hidden": {"a": "x" * 10_001}},
        {"answers": {}, "finish_reason": "bored"},
    ],
)
def test_what_is_no_submission_is_400(survey: Collecting, body: Any) -> None:
    reply = survey.post(body)
    assert (reply.status_code, reply.json()["error"]) == (400, "unreadable")


def test_deep_and_large_bodies(survey: Collecting) -> None:
    deep: Any = "x"
    for _ in range(2000):
        deep = [deep]
    path = f"/rejoinder/v1/surveys/{survey.reference}/submissions"
    nested = b'{"answers":{"colour":' + b"[" * 2000 + b"]" * 2000 + b"}}"
    assert survey.visitor.post(path, content=nested).status_code in (400, 422)
    assert survey.visitor.post(path, content=b" " * 2_000_001).status_code == 413
    assert survey.answer(answers={"colour": "blue", "why": "x" * 100_001}).status_code == 422


@pytest.mark.parametrize(
    ("started", "seconds"),
    [
        (lambda: ago(hours=-3), 0),
        (lambda: ago(days=90), 30 * 86400),
        (lambda: int((time.time() - 60) * 1000), 60),
        (lambda: -(10**18), 30 * 86400),
        (lambda: 10**18, 0),
        (lambda: ago(hours=1).replace("+00:00", "Z"), 3600),
    ],
)
def test_when_it_began_is_bounded(survey: Collecting, started: Any, seconds: int) -> None:
    assert survey.answer(started_at=started()).status_code == 201
    ((opened, completed),) = survey.column("opened_at", "completed_at")
    assert 0 <= (completed - opened) // 1_000_000 - seconds <= 20


@pytest.mark.parametrize("text", ["yesterday", "2026-01-01T10:00:00", "", "9999-99-99T00:00:00Z"])
def test_a_start_that_is_no_time(survey: Collecting, text: str) -> None:
    reply = survey.answer(started_at=text)
    assert reply.status_code == 422
    assert list(reply.json()["fields"]) == ["started_at"]


def test_unknown_surveys(survey: Collecting, tenant: Tenant) -> None:
    assert survey.post({"answers": {}}, reference="nobody").status_code == 404
    assert survey.post({"answers": {}}, reference="999999999").status_code == 404
    tenant.survey("plain-1")
    reply = survey.post({"answers": {}}, reference="plain-1")
    assert reply.status_code == 404
    assert "definition" in reply.json()["message"]


@pytest.mark.parametrize(
    ("values", "status", "word"),
    [
        ({"status": "closed"}, 410, "closed"),
        ({"closes_at": 1_000_000}, 410, "closed"),
        ({"opens_at": 4_000_000_000_000_000}, 403, "not_yet"),
        ({"access": "personal"}, 403, "personal_only"),
    ],
)
def test_a_survey_that_takes_no_answers(
    survey: Collecting, values: dict[str, Any], status: int, word: str
) -> None:
    assert survey.answer().status_code == 201  # so that the server remembers the survey as it was
    change(survey, **values)
    reply = survey.answer()
    assert (reply.status_code, reply.json()["error"]) == (status, word)
    assert len(survey.people()) == 1


def test_a_survey_that_opens_again(survey: Collecting) -> None:
    change(survey, status="closed")
    assert survey.answer().status_code == 410
    change(survey, status="open")
    assert survey.answer().status_code == 201


def test_new_variables_between_two_submissions(survey: Collecting) -> None:
    assert survey.answer().status_code == 201
    survey.verb(lambda unit, ref: ensure_variables(unit, ref, ["label1"]))
    assert survey.answer(hidden={"label1": "north"}).status_code == 201
    assert [person.get("label1") for person in survey.people()] == [None, "north"]


def test_hidden_fields_fill_the_respondents_variables_alone(survey: Collecting) -> None:
    number = Variable("shop", Kind.NUMERIC, level="respondent", origin="user", precision=5, scale=0)
    survey.verb(lambda unit, ref: add_user_variable(unit, open_survey(unit, ref), number))
    hidden = {
        "Shop": 7,
        "email": "leia@example.com",
        "colour": "red",
        "respid": 99,
        "status": "x",
        "zzz": "1",
    }
    reply = survey.answer(hidden=hidden)
    assert reply.status_code == 201
    (record,) = survey.people()
    assert (record["shop"], record["email"], record["colour"]) == (7, "leia@example.com", "blue")
    assert (record["respid"], record["status"]) == (1, "complete")
    assert survey.answer(hidden={"shop": "many"}).status_code == 201  # what does not fit is left out
    assert "shop" not in survey.people()[1]


def test_what_is_asked_of_the_person_goes_to_the_respondent(survey: Collecting) -> None:
    survey.verb(lambda unit, ref: ensure_variables(unit, ref, ["label2"]))
    change(survey, asks=(Asked("email", required=True), Asked("label2")))
    assert survey.answer().json()["fields"] == {"respondent_email": "Please answer this question."}
    told = survey.answer(answers={"colour": "blue", "respondent_email": "no"}).json()["fields"]
    assert told == {"respondent_email": "Please enter an email address."}
    answers = {"colour": "blue", "respondent_email": " Leia@Example.com ", "respondent_label2": "x"}
    reply = survey.answer(answers=answers)
    assert reply.status_code == 201
    assert "notes" not in reply.json()
    (record,) = survey.people()
    assert (record["email"], record["label2"]) == ("Leia@Example.com", "x")
    query = {"filterExpression": "respondent:email = 'LEIA@example.com'"}
    found = survey.tenant.http.get(f"/v1/surveys/{survey.number}/respondents/data", params=query)
    assert found.json()["totalCount"] == 1


def test_collectors(survey: Collecting) -> None:
    made = survey.verb(create_collector, "till", CollectorChange(name="At the till"))
    assert survey.answer(collector="till").status_code == 201
    reply = survey.answer(collector="nothing")
    assert reply.status_code == 201
    assert "'nothing'" in reply.json()["notes"][0]
    assert survey.column("collector_id") == [(made.id,), (None,)]


def test_quotas_end_late_responses(survey: Collecting) -> None:
    survey.verb(create_collector, "till", CollectorChange(quota=1))
    change(survey, quota=3)
    for collector in ("till", "till", None, None, None):
        assert survey.answer(collector=collector).status_code == 201
    assert survey.column("finish_reason") == [(1,), (3,), (1,), (1,), (3,)]
    assert [person["status"] for person in survey.people()][1] == "quotafull"
    change(survey, quota=None)
    assert survey.answer().json()["status"] == "complete"


def test_why_it_ended_is_for_callers_with_a_token(survey: Collecting) -> None:
    assert survey.answer(finish_reason="screened").status_code == 403
    path = f"/rejoinder/v1/surveys/{survey.reference}/submissions"
    body = {"answers": {}, "finish_reason": "screened"}
    reply = survey.tenant.http.post(path, json=body)
    assert reply.status_code == 201
    assert reply.json()["status"] == "screened"
    assert survey.column("finish_reason", "manual") == [(2, 1)]


def test_a_token_looks_in_its_own_workspace(survey: Collecting) -> None:
    stranger = survey.tenant.server.tenant()
    path = f"/rejoinder/v1/surveys/{survey.reference}/submissions"
    body = {"answers": {"colour": "red"}}
    assert stranger.http.post(path, json=body).status_code == 404
    assert (
        stranger.http.post(path.replace(survey.reference, str(survey.number)), json=body).status_code == 404
    )
    wrong = survey.visitor.post(path, json=body, headers={"authorization": "Bearer nothing"})
    assert wrong.status_code == 401
    reader = survey.tenant.server.tenant(scopes=["native:read", "forsta:read"])
    assert reader.http.post(path, json=body).status_code == 403


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "\u202e\u0000"])
def test_characters_that_an_engine_cannot_store(survey: Collecting, text: str) -> None:
    """They are stored, left out or refused; never a fault."""
    survey.verb(lambda unit, ref: ensure_variables(unit, ref, ["label1"]))
    change(survey, asks=(Asked("email"), Asked("label1")))
    raw = json.dumps(
        {
            "answers": {
                "colour": "blue",
                "why": text,
                text: text,
                "respondent_email": f"{text}@example.org",
                "respondent_label1": text,
            },
            "hidden": {"email": text, text: text, "label1": text},
            "collector": text,
            "lang": text,
        }
    )
    for completed in ("true", "false"):
        body = f'{raw[:-1]},"completed":{completed}}}'
        path = f"/rejoinder/v1/surveys/{survey.reference}/submissions"
        assert survey.visitor.post(path, content=body).status_code in (201, 400, 422)
    hidden = json.dumps({"answers": {"colour": "blue"}, "hidden": {"email": text}})
    assert survey.visitor.post(path, content=hidden).status_code in (201, 400, 422)
