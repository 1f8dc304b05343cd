"""The sample of GoodBridge's document, sent to the real server: whatever differs is named.

An exchange is laid out as Forsta's are. `state` is the project as it is before: `respondents` of them, all
with one `record` and one `life`, the first with the id `ids_from`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from rejoinder.core.collecting.authoring import CollectorChange, create_collector
from rejoinder.core.unit import Unit
from rejoinder.model.respondent import Lifecycle, Marks, State
from rejoinder.model.survey import Variable
from rejoinder.store.counters import at_least
from servers.rejoinder import Tenant

from .project import micros

DOCUMENT = Path(__file__).parents[3] / ".." / "shared" / "seeds" / "000_a112821a2914f5b8.txt"
FOLDER = Path(__file__).with_name("exchanges")
EXCHANGES = {path.stem: msgspec.json.decode(path.read_bytes()) for path in sorted(FOLDER.glob("*.json"))}

every_exchange = pytest.mark.parametrize("exchange", EXCHANGES.values(), ids=EXCHANGES)


def samples(text: str) -> list[list[str]]:
    """The printed request and reply."""
    lines = text.splitlines()
    asked = next(n for n, line in enumerate(lines) if line.startswith("curl"))
    first, last = lines.index("{"), lines.index("Error Responses")
    return [lines[asked : asked + 2], lines[first:last]]


def test_every_sample_of_the_document_is_an_exchange() -> None:
    kept = [found["documented"][part] for found in EXCHANGES.values() for part in ("request", "reply")]
    assert kept == samples(DOCUMENT.read_text())


@every_exchange
def test_what_is_sent_and_checked_is_what_the_document_prints(exchange: dict[str, Any]) -> None:
    printed = "\n".join(exchange["documented"]["request"])
    found = re.match(r'curl -X (\S+) "https://bk\.analysis\.goodbridge\.kz(\S+)"', printed)
    assert found
    assert found.groups() == (exchange["sent"]["method"], exchange["sent"]["target"])
    assert exchange["differences"] == []
    body = msgspec.json.decode("\n".join(exchange["documented"]["reply"]))
    assert msgspec.json.encode(body) == msgspec.json.encode(exchange["checked"]["body"]), "in this order too"


@every_exchange
def test_the_server_answers_as_the_exchange_says(tenant: Tenant, exchange: dict[str, Any]) -> None:
    prepare(tenant, exchange["state"])
    sent, checked = exchange["sent"], exchange["checked"]
    reply = tenant.http.request(sent["method"], sent["target"])
    assert reply.status_code == checked["status"], reply.text
    assert reply.headers["Content-Type"] == "application/json; charset=utf-8"
    body = msgspec.json.decode(reply.content)
    assert len(body["respondents"]) == body["page_size"]
    body["respondents"] = body["respondents"][: checked["respondents"]]
    assert msgspec.json.encode(body) == msgspec.json.encode(checked["body"]), "in this order too"


def prepare(tenant: Tenant, state: dict[str, Any]) -> None:
    """Make the project as it is before the request."""
    tenant.survey(state["alias"], msgspec.convert(state["variables"], list[Variable]))
    facts, collector = dict(state["life"]), state["collector"]
    times = {name: micros(facts.pop(name)) for name in ("created_at", "opened_at", "completed_at")}
    life = Lifecycle(State.COMPLETED, **times, **facts)

    def work(unit: Unit) -> int:
        at_least(unit.session, unit.workspace_id, "respondent", state["ids_from"] - 1)
        change = CollectorChange(name=collector["name"])
        return create_collector(unit, state["alias"], collector["code"], change).id

    marks = Marks(collector_id=tenant.verb(work))
    count = state["respondents"]
    tenant.respond(state["alias"], [state["record"]] * count, [life] * count, marks)
