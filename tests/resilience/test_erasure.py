"""Provable erasure: words planted in everything that a respondent leaves behind are found nowhere afterwards.

Every column of every table is read, whatever it is for: a table that somebody adds and forgets to clean fails
here as soon as one of the planted words reaches it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import func, select

from rejoinder.core.audit import verify
from rejoinder.core.definitions import define_survey
from rejoinder.core.mail_templates import create_mail_template
from rejoinder.core.mailings import NOT_INVITED, queue_mailing
from rejoinder.core.webhooks import create_webhook
from rejoinder.store.scrub import scrub
from rejoinder.store.session import Session
from rejoinder.store.tables.effects import delivery
from rejoinder.store.tables.everything import metadata
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

    def __init__(self, tenant: Tenant, hook: str) -> None:
        self.tenant, self.http = tenant, tenant.http
        definition = msgspec.json.encode(DEFINITION)
        tenant.verb(lambda unit: define_survey(unit, definition, ["zoo"], background=["plan"]))
        tenant.verb(lambda unit: create_webhook(unit, hook, allow_private=True))
        self.respid = self._answer()
        self._put_off()
        self._invite()
        self.other = self._send({"why": WORDS[STAYS]})["respid"]

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

    def forsta(self, method: str, schema: dict[str, Any], rows: list[dict[str, Any]]) -> httpx.Response:
        body = msgspec.json.encode({"dataSchema": schema, "data": rows})
        reply = self.http.request(method, "/v1/surveys/zoo/respondents/data", content=body)
        assert reply.status_code == 200, reply.text
        return reply

    def settle(self) -> None:
        """Wait until nothing is on its way to the receiver."""
        open_ = select(func.count().label("n")).where(delivery.c.due_at.is_not(None))
        read = self.tenant.server.database.read
        until(lambda: read(lambda session: session.row(open_)).n == 0, "deliveries do not end")


@contextmanager
def served(url: str) -> Iterator[tuple[Zoo, list[Received]]]:
    def echo(request: Received) -> Reaction:
        return Reaction(body=request.body)  # so that the log of deliveries holds what was sent

    settings = msgspec.structs.replace(QUICK, webhook_allow_private=True, public_url="https://zoo.example")
    with receiving(echo) as receiver, rejoinder.running(url, settings) as server:
        zoo = Zoo(server.tenant(), receiver.url)
        zoo.settle()
        yield zoo, receiver.requests


def test_nothing_is_left_of_who_was_deleted(database_url: str) -> None:
    with served(database_url) as (zoo, received):
        database = zoo.tenant.server.database
        assert found(database) == {*WORDS}, "what is looked for must have been planted"
        told = len(received)
        rows = [{"respid": zoo.respid}, {"respid": zoo.later}]
        zoo.forsta("DELETE", {"keys": ["respid"]}, rows)
        assert found(database) == {STAYS}
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
