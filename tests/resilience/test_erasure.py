"""Provable erasure: words planted in everything that a respondent leaves behind are found nowhere afterwards.

Every column of every table is read, whatever it is for: a table that somebody adds and forgets to clean fails
here as soon as one of the planted words reaches it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import func, select, update

from rejoinder.core.anonymise import ADDRESS, Fields, Scope, anonymise
from rejoinder.core.audit import list_entries, verify
from rejoinder.core.definitions import define_survey
from rejoinder.core.erasing import erase, erase_person
from rejoinder.core.exports.asking import find_export, request_export
from rejoinder.core.jobs import show_job
from rejoinder.core.mail_templates import create_mail_template
from rejoinder.core.mailings import NOT_INVITED, queue_mailing
from rejoinder.core.retention import DAY, Action, Retention, retain, set_retention
from rejoinder.core.surveys import open_survey
from rejoinder.core.webhooks import create_webhook
from rejoinder.model.exports import Export, ExportStatus, Wanted
from rejoinder.model.job import JobStatus
from rejoinder.store.scrub import scrub
from rejoinder.store.session import Session
from rejoinder.store.tables.effects import delivery
from rejoinder.store.tables.everything import metadata
from rejoinder.store.tables.respondents import respondent
from servers import rejoinder
from servers.receiver import Reaction, Received, receiving
from servers.rejoinder import QUICK, Tenant

WORDS = {
    "address": "quagga@example.org",
    "folded address": "QUAGGA@EXAMPLE.ORG",
    "label": "okapi-label",
    "text": "aardwolf-text",
    "hidden": "numbat-plan",
    "put off": "bongo-later",
    "file name": "zorilla.txt",
    "file": "kakapo-in-a-file",
    "answer of another": "dodo-stays",
}
STAYS = "answer of another"
DEFINITION = {
    "title": "Zoo",
    "elements": [
        {"type": "comment", "name": "why"},
        {"type": "file", "name": "photo", "storeDataAsText": False},
        {"type": "text", "name": "plan"},
    ],
}
PATIENCE = 30.0


def found(database: Any) -> set[str]:
    """The words that are anywhere in any table."""
    everything = database.read(lambda session: "\n".join(_cells(session))).casefold()
    return {name for name, word in WORDS.items() if word.casefold() in everything}


def _cells(session: Session) -> Iterator[str]:
    for table in metadata.sorted_tables:
        for row in session.rows(select(table)):
            yield "\t".join(
                cell.decode("utf-8", "replace") if isinstance(cell, bytes | memoryview) else str(cell)
                for cell in row
            )


def in_files(url: str) -> set[str]:
    """The words that are anywhere in the files of an SQLite database."""
    path = Path(url.removeprefix("sqlite:///"))
    raw = b"".join(part.read_bytes() for part in path.parent.glob(f"{path.name}*")).lower()
    return {name for name, word in WORDS.items() if word.lower().encode() in raw}


def until(true: Callable[[], bool], what: str) -> None:
    patience = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < patience, what
        time.sleep(0.02)


class Zoo:
    """A survey with a respondent who left traces everywhere, and one who stays."""

    refusing: threading.Event

    def __init__(self, tenant: Tenant, hook: str) -> None:
        self.tenant, self.http = tenant, tenant.http
        definition = msgspec.json.encode(DEFINITION)
        tenant.verb(lambda unit: define_survey(unit, definition, ["zoo"], background=["plan"]))
        tenant.verb(lambda unit: create_webhook(unit, hook, allow_private=True))
        self.respid = self._answer()
        self._put_off()
        self._invite()
        self._add_contact()
        self.other = self._send({"why": WORDS[STAYS]})["respid"]
        self._export()

    def _send(self, answers: dict[str, Any], **more: Any) -> dict[str, Any]:
        key = {"Idempotency-Key": f"key-{time.monotonic_ns()}"}
        body = {"answers": answers, "completed": True} | more
        reply = httpx.post(
            f"{self.tenant.server.url}/rejoinder/v1/surveys/zoo/submissions", json=body, headers=key
        )
        assert reply.status_code == 201, reply.text
        sent: dict[str, Any] = reply.json()
        return sent

    def _answer(self) -> int:
        url = f"{self.tenant.server.url}/rejoinder/v1/surveys/zoo/files?question=photo"
        file = {"file": (WORDS["file name"], WORDS["file"], "text/plain")}
        uploaded = httpx.post(url, files=file)
        assert uploaded.status_code == 201, uploaded.text
        answers = {"why": WORDS["text"], "photo": [uploaded.json()]}
        return int(self._send(answers, hidden={"plan": WORDS["hidden"]})["respid"])

    def _put_off(self) -> None:
        sent = self._send({"why": WORDS["put off"]}, completed=False)
        self.later = int(sent["respid"])

    def _invite(self) -> None:
        for number in (self.respid, self.later):
            row = {"respid": number, "email": WORDS["address"], "label1": WORDS["label"]}
            self.forsta("PATCH", {"keys": ["respid"], "variables": ["email", "label1"]}, [row])
        content = '<p>{label1}</p><a href="{survey_link}">x</a>'
        self.tenant.verb(lambda unit: create_mail_template(unit, "hello", "Hello {label1}", content))
        self.tenant.verb(lambda unit: queue_mailing(unit, "zoo", "hello", NOT_INVITED))

    def _add_contact(self) -> None:
        """Somebody who came through the address book."""
        labels = {"label1": WORDS["label"], "email": WORDS["address"]}
        panel = self.tenant.speaking("/token")
        contact = panel.post("/api/v2/contacts/add", data=labels).json()["id_contact"]
        added = panel.post("/api/v2/respondents/add", data={"id_survey": "zoo", "id_contact": contact})
        assert added.status_code == 200, added.text
        self.listed = self.respid + 2

    def _export(self) -> None:
        """A finished file with everybody in it, asked for by a filter that names one."""
        survey = self.tenant.look(lambda unit: open_survey(unit, "zoo")).id
        named = f'respondent:email = "{WORDS["address"]}" or respondent:respid > 0'
        asked = self.tenant.verb(lambda unit: request_export(unit, Wanted(survey=survey, filter=named)))

        def found() -> Export:
            return self.tenant.look(lambda unit: find_export(unit, asked.id))

        until(lambda: found().status is ExportStatus.DONE, "the export is not done")
        assert found().progress.done == 4
        self.exported = found

    def job(self, asked: int) -> None:
        """Wait until a job is done."""
        reference = f"{self.tenant.workspace_id}/{asked}"
        read = self.tenant.server.database.read
        until(lambda: read(lambda s: show_job(s, reference)).status is JobStatus.DONE, "the job is not done")

    def forsta(self, method: str, schema: dict[str, Any], rows: list[dict[str, Any]]) -> httpx.Response:
        return self._forsta(method, "respondents", schema, rows)

    def forsta_answer(
        self, method: str, schema: dict[str, Any], rows: list[dict[str, Any]]
    ) -> httpx.Response:
        return self._forsta(method, "responses", schema, rows)

    def _forsta(self, method: str, level: str, schema: dict[str, Any], rows: list[Any]) -> httpx.Response:
        body = msgspec.json.encode({"dataSchema": schema, "data": rows})
        reply = self.http.request(method, f"/v1/surveys/zoo/{level}/data", content=body)
        assert reply.status_code == 200, reply.text
        return reply

    def settle(self) -> None:
        """Wait until nothing is on its way to the receiver."""
        open_ = select(func.count().label("n")).where(delivery.c.due_at.is_not(None))
        read = self.tenant.server.database.read
        until(lambda: read(lambda session: session.row(open_)).n == 0, "deliveries do not end")


@contextmanager
def served(url: str) -> Iterator[tuple[Zoo, list[Received]]]:
    refusing = threading.Event()

    def echo(request: Received) -> Reaction:
        status = 500 if refusing.is_set() else 200
        return Reaction(status, body=request.body)  # so that the log of deliveries holds what was sent

    settings = msgspec.structs.replace(
        QUICK, webhook_allow_private=True, webhook_schedule=("0.2",) * 100, public_url="https://zoo.example"
    )
    with receiving(echo) as receiver, rejoinder.running(url, settings) as server:
        zoo = Zoo(server.tenant(), receiver.url)
        zoo.refusing = refusing
        zoo.settle()
        yield zoo, receiver.requests


def test_nothing_is_left_of_who_was_deleted(database_url: str) -> None:
    with served(database_url) as (zoo, received):
        database = zoo.tenant.server.database
        assert found(database) == {*WORDS}, "what is looked for must have been planted"
        told = len(received)
        rows = [{"respid": number} for number in (zoo.respid, zoo.later, zoo.listed)]
        zoo.forsta("DELETE", {"keys": ["respid"]}, rows)
        assert found(database) == {STAYS}
        assert zoo.exported().status is ExportStatus.WITHDRAWN
        zoo.settle()
        assert [request.json["event"] for request in received[told:]] == ["answer.deleted"]
        assert found(database) == {STAYS}
        scrub(database)
        if database.engine == "sqlite":
            assert in_files(database_url) == {STAYS}
        assert zoo.tenant.look(verify).fault is None


@pytest.mark.parametrize("resource", ["responses"])
def test_nothing_is_left_of_answers_that_were_taken_away(database_url: str, resource: str) -> None:
    with served(database_url) as (zoo, _):
        database = zoo.tenant.server.database
        body = msgspec.json.encode(
            {
                "dataSchema": {"keys": ["respid"]},
                "data": [{"respid": zoo.respid}, {"respid": zoo.later}],
            }
        )
        reply = zoo.http.request("DELETE", f"/v1/surveys/zoo/{resource}/data", content=body)
        assert reply.json()["deletedRecords"] == 2, reply.text
        zoo.settle()
        of_the_person = {"address", "folded address", "label", "hidden", STAYS}
        assert found(database) == of_the_person


def test_nothing_is_left_of_what_was_anonymised(database_url: str) -> None:
    with served(database_url) as (zoo, _):
        database, panel = zoo.tenant.server.database, zoo.tenant.speaking("/token")
        reply = panel.post("/api/v2/respondents/zoo/anonymize", json={"fields": ["email", 1]})
        assert reply.status_code == 202, reply.text
        zoo.job(int(reply.json()["job_id"]))
        zoo.settle()
        left = {*WORDS} - {"address", "folded address", "label", "put off"}
        assert found(database) - {"put off"} == left, "answers and other facts stay"
        scrub(database)
        if database.engine == "sqlite":
            assert not {"address", "folded address", "label"} & in_files(database_url)
        receipt = zoo.tenant.look(list_entries)[0]
        assert (receipt.action, receipt.detail["respondents"]) == ("respondents.anonymise", 3)
        assert receipt.actor.startswith("client:")
        again = panel.post("/api/v2/respondents/zoo/anonymize", json={"fields": ["email", 1]})
        zoo.job(int(again.json()["job_id"]))
        assert zoo.tenant.look(list_entries)[0].detail["respondents"] == 0


def test_what_waits_to_be_told_is_told_of_the_anonymous(database_url: str) -> None:
    with served(database_url) as (zoo, received):
        zoo.refusing.set()
        zoo.forsta_answer(
            "PATCH", {"keys": ["respid"], "variables": ["why"]}, [{"respid": zoo.respid, "why": "x"}]
        )
        until(lambda: any(r.json["event"] == "answer.updated" for r in received), "nothing was tried")
        survey = zoo.tenant.look(lambda unit: open_survey(unit, "zoo"))
        zoo.job(zoo.tenant.verb(lambda unit: anonymise(unit, survey, Scope(), Fields(True, (1,)))))
        count = len(received)
        zoo.refusing.clear()
        zoo.settle()
        told = [r for r in received[count:] if r.json["event"] == "answer.updated"]
        assert told[-1].json["answer"]["participant"]["email"] == ADDRESS
        assert WORDS["address"].encode() not in told[-1].body


def test_a_scope_is_erased_by_a_job_that_leaves_a_receipt(database_url: str) -> None:
    with served(database_url) as (zoo, _):
        database = zoo.tenant.server.database
        survey = zoo.tenant.look(lambda unit: open_survey(unit, "zoo"))
        zoo.job(zoo.tenant.verb(lambda unit: erase(unit, survey, Scope())))
        zoo.settle()
        assert found(database) == set()
        receipt = zoo.tenant.look(list_entries)[0]
        assert (receipt.action, receipt.subject) == ("respondents.erase", f"survey:{survey.id}")
        counts = receipt.detail
        assert (counts["scope"], counts["respondents"], counts["contacts"]) == ("survey", 4, 1)
        assert counts["events"] > 0
        assert zoo.tenant.look(verify).fault is None


def test_a_person_is_erased_by_their_address(database_url: str) -> None:
    with served(database_url) as (zoo, _):
        erased, wiped = zoo.tenant.verb(lambda unit: erase_person(unit, WORDS["folded address"]))
        assert (erased, wiped.contacts) == (3, 1)
        zoo.settle()
        assert found(zoo.tenant.server.database) == {STAYS}
        assert zoo.tenant.look(list_entries)[0].action == "person.erase"


@pytest.mark.parametrize("action", ["erase", "anonymise"])
def test_respondents_go_when_their_time_is_over(database_url: str, action: Action) -> None:
    with served(database_url) as (zoo, _):
        database = zoo.tenant.server.database
        zoo.tenant.verb(lambda unit: set_retention(unit, "zoo", Retention(30, action)))

        def after(days: int) -> None:
            """So many days after everybody answered, once the daily round was made."""
            then = respondent.c.completed_at.is_not(None)
            values = {"completed_at": time.time_ns() // 1000 - days * DAY}
            database.write(lambda session: session.run(update(respondent).where(then).values(values)))
            number = zoo.tenant.verb(lambda unit: retain(unit, survey.id))
            assert number is not None
            zoo.job(number)

        survey = zoo.tenant.look(lambda unit: open_survey(unit, "zoo"))
        after(29)
        assert found(database) == {*WORDS}
        after(31)
        zoo.settle()
        rest = found(database)
        assert ("text" in rest, "hidden" in rest) == ((action == "anonymise"),) * 2
        assert "put off" in rest, "who has not answered stays"
        assert zoo.tenant.look(list_entries)[0].detail["scope"] == "completed_before"
