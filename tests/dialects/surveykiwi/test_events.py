"""The bodies of webhooks: what an event froze, as `campaign/answers` shows it."""

from __future__ import annotations

from typing import Any

import msgspec

from rejoinder.core.respondents.listing import Listing, list_responses
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit
from rejoinder.dialects.surveykiwi.events import render_event
from rejoinder.model.event import EventKind, FrozenEvent
from rejoinder.model.respondent import State

from .campaign import FULL, NOON, SECOND, Kiwi


def frozen(kiwi: Kiwi, kind: EventKind, place: int = 0, **more: Any) -> FrozenEvent:
    """An event about a row of the campaign, as the store would have frozen it."""

    def read(unit: Unit) -> FrozenEvent:
        survey = open_survey(unit, "satisfaccion")
        row = list_responses(unit, survey, Listing(), place, 1)[0][0]
        facts = {
            "survey_id": survey.id,
            "schema_version": survey.row.schema_version,
            "respid": row.respid,
            "respondent_id": row.id,
            "state": State(row.state),
            "respondent_created_at": row.created_at,
            "completed_at": row.completed_at,
            "record": row.doc,
        }
        return FrozenEvent(
            workspace_id=unit.workspace_id,
            number=7,
            id="evt_1",
            kind=kind,
            created_at=NOON + 90 * SECOND,
            **(facts | more),
        )

    return kiwi.tenant.look(read)


def rendered(kiwi: Kiwi, event: FrozenEvent) -> bytes:
    return kiwi.tenant.look(lambda unit: render_event(unit.session, event, kiwi.tenant.server.url))


def test_the_answer_is_what_campaign_answers_gives_byte_for_byte(filled: Kiwi) -> None:
    for place in (0, 1):
        body = rendered(filled, frozen(filled, EventKind.CREATED, place))
        listed = filled.get("campaign/answers", campaign_url="satisfaccion", offset=place, limit=1).content
        assert body.endswith(b',"answer":' + listed[1:-1] + b"}")


def test_the_rest_of_the_body(filled: Kiwi) -> None:
    body = msgspec.json.decode(rendered(filled, frozen(filled, EventKind.UPDATED)))
    assert list(body) == ["id", "event", "created_at", "campaign", "answer"]
    assert (body["id"], body["event"]) == ("evt_1", "answer.updated")
    assert body["created_at"] == "2020-12-05T14:51:58-0300"
    assert [body["campaign"]] == filled.ok("campaign/list")


def test_a_deleted_answer_is_its_id(filled: Kiwi) -> None:
    event = frozen(filled, EventKind.DELETED, record=None, state=None)
    assert msgspec.json.decode(rendered(filled, event))["answer"] == {"id": event.respondent_id}


def test_respondents_are_shown_without_their_answers(filled: Kiwi) -> None:
    for kind in (EventKind.INVITED, EventKind.OPENED):
        body = msgspec.json.decode(rendered(filled, frozen(filled, kind)))
        assert list(body)[-1] == "respondent"
        assert [body["respondent"]] == filled.answers(answers="hide", limit=1)


def test_what_was_frozen_is_shown_and_not_what_is_there_now(filled: Kiwi) -> None:
    event = frozen(filled, EventKind.CREATED)
    before = rendered(filled, event)
    change = {"dataSchema": {"keys": ["email"], "variables": ["opinion", "new1"]}}
    rows = [{"email": FULL["email"], "opinion": "otra"}]
    variable = {"name": "new1", "dataType": "text"}
    http = filled.tenant.http
    assert http.post("/v1/surveys/satisfaccion/respondents/uservariables", json=variable).status_code == 200
    reply = http.patch("/v1/surveys/satisfaccion/respondents/data", json=change | {"data": rows})
    assert reply.json()["updatedRecords"] == 1
    after = msgspec.json.decode(rendered(filled, event))
    shown = msgspec.json.decode(before)
    assert after["answer"]["answers"] == shown["answer"]["answers"]
    assert after["answer"]["hiddenfields"] == shown["answer"]["hiddenfields"] | {"new1": None}
    assert filled.answers()[0]["answers"] != shown["answer"]["answers"]


def test_a_survey_that_is_gone_leaves_ids(filled: Kiwi) -> None:
    body = msgspec.json.decode(rendered(filled, frozen(filled, EventKind.CREATED, survey_id=10**9)))
    assert body["campaign"] == {"id": 10**9}
    assert list(body["answer"]) == ["id"]


def test_a_try_out_without_a_respondent(kiwi: Kiwi) -> None:
    event = FrozenEvent(
        workspace_id=kiwi.tenant.workspace_id, number=1, id="evt_t", kind=EventKind.TEST, created_at=NOON
    )
    body = msgspec.json.decode(rendered(kiwi, event))
    assert body == {
        "id": "evt_t",
        "event": "webhook.test",
        "created_at": "2020-12-05T17:50:28+0000",
        "campaign": None,
        "answer": None,
    }


def test_a_try_out_with_a_respondent(filled: Kiwi) -> None:
    body = msgspec.json.decode(rendered(filled, frozen(filled, EventKind.TEST)))
    assert [body["answer"]] == filled.answers(limit=1)
