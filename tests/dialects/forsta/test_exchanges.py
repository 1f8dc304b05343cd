"""Every sample of Forsta's document, sent to the real server; its differences are named and no others exist.

An exchange keeps the document's words (`documented`), what the store holds before (`state`: variables
and rows beside those of `exchanges/survey.json`), what is `sent`, what is `checked`, and for each place
(`at`) where these differ from the document, which sentence forces it (`because`).
"""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from rejoinder.model.survey import Variable
from servers.rejoinder import Tenant

from .document import Reply, differences, read_reply, read_request, samples

DOCUMENT = Path(__file__).parents[3] / ".." / "shared" / "seeds" / "001_82efe32106b4106d.txt"
FOLDER = Path(__file__).with_name("exchanges")
SURVEY = msgspec.json.decode((FOLDER / "survey.json").read_bytes())
EXCHANGES = {path.stem: msgspec.json.decode(path.read_bytes()) for path in sorted(FOLDER.glob("[0-9]*.json"))}
DATA = "/v1/surveys/p1231234/respondents/data"

every_exchange = pytest.mark.parametrize("exchange", EXCHANGES.values(), ids=EXCHANGES)


def test_every_sample_of_the_document_is_an_exchange() -> None:
    kept = [
        "\n".join(exchange["documented"][part])
        for exchange in EXCHANGES.values()
        for part in ("request", "reply")
        if part in exchange["documented"]
    ]
    assert kept == samples(DOCUMENT.read_text())


@every_exchange
def test_what_is_sent_is_what_the_document_prints(exchange: dict[str, Any]) -> None:
    if "request" not in exchange["documented"]:
        return  # a sample without a request of its own
    printed, sent = read_request("\n".join(exchange["documented"]["request"])), exchange["sent"]
    assert (printed.method, printed.target) == (sent["method"], sent["target"])
    assert printed.headers == sent["headers"] | {"Authorization": "Bearer <access_token>"}
    assert printed.body == sent.get("body")


@every_exchange
def test_what_is_checked_differs_from_the_document_where_the_exchange_says(exchange: dict[str, Any]) -> None:
    named = {difference["at"] for difference in exchange["differences"]}
    assert all(difference["because"] for difference in exchange["differences"])
    if "reply" not in exchange["documented"]:
        assert exchange["note"]
        return
    printed, checked = read_reply("\n".join(exchange["documented"]["reply"])), exchange["checked"]
    assert (printed.status, printed.headers) == (checked["status"], checked.get("headers", {}))
    assert differences(printed.body, checked["body"]) == named


@every_exchange
def test_the_server_answers_as_the_exchange_says(tenant: Tenant, exchange: dict[str, Any]) -> None:
    prepare(tenant, exchange["state"])
    reply, checked = send(tenant, exchange["sent"]), exchange["checked"]
    assert reply.status == checked["status"], reply.body
    assert checked.get("headers", {}).items() <= reply.headers.items()
    body = seen(reply.body, checked)
    assert body == msgspec.json.decode(
        msgspec.json.encode(checked["body"]).replace(b"https://<host>", tenant.server.url.encode())
    )
    for record in records(body):
        assert next(iter(record)) == "respid", "respid is always the first member"


def prepare(tenant: Tenant, state: dict[str, Any]) -> None:
    """Make the survey, its variables and its rows."""
    variables = [*SURVEY["variables"], *state.get("variables", ())]
    tenant.survey(SURVEY["alias"], msgspec.convert(variables, list[Variable]))
    for variable in state.get("uservariables", ()):
        made = tenant.http.post("/v1/surveys/p1231234/respondents/uservariables", json=variable)
        assert made.status_code == 200, made.text
    rows = [part["row"] for part in state["rows"] for _ in range(part["times"])]
    if rows:
        added = tenant.http.post(DATA, json={"data": rows})
        assert added.json() == {"insertedRecords": len(rows), "insertedIds": [*range(1, len(rows) + 1)]}


def send(tenant: Tenant, sent: dict[str, Any]) -> Reply:
    """Send a request as it is printed: its address byte by byte, no headers but its own."""
    body = msgspec.json.encode(sent["body"]) if "body" in sent else None
    headers = sent["headers"] | {"Authorization": tenant.http.headers["Authorization"]}
    with closing(http.client.HTTPConnection(tenant.server.url.removeprefix("http://"), timeout=30)) as wire:
        wire.request(sent["method"], sent["target"], body, headers)
        found = wire.getresponse()
        text, heads = found.read(), {name.title(): value for name, value in found.getheaders()}
    lines = "ndjson" in heads["Content-Type"]
    return Reply(
        found.status,
        heads,
        [*map(msgspec.json.decode, text.splitlines())] if lines else msgspec.json.decode(text),
    )


def seen(body: Any, checked: dict[str, Any]) -> Any:
    """The part of a reply that an exchange speaks of."""
    for step in checked.get("within", ()):
        body = body[step] if isinstance(body, dict) else next(v for v in body if v["name"] == step)
    if "variables" in checked:
        names = checked["variables"].split(",")
        body["items"] = [{name: item[name] for name in names if name in item} for item in body["items"]]
    return body


def records(body: Any) -> Iterator[dict[str, Any]]:
    """The records in a reply."""
    if isinstance(body, list):
        yield from body
    elif "items" in body:
        yield from body["items"]
    elif "respid" in body:
        yield body
