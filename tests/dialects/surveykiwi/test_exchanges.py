"""Every sample of SurveyKiwi's document, sent byte by byte as its `curl` sends it; differences are named.

An exchange keeps the document's words (`documented`), what the document leaves for the reader to fill in
(`filled`), what is `checked`, and for each place (`at`) where that differs from the document, what forces it
(`because`). The store holds the campaign of `exchanges/survey.json`.
"""

from __future__ import annotations

import http.client
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dialects.forsta.document import differences
from rejoinder.core.surveys import ensure_variables
from rejoinder.dialects.surveykiwi.moments import micros
from rejoinder.model.respondent import FINISHED, Lifecycle, State

from .campaign import Kiwi
from .document import Request, read_reply, read_request, samples

FOLDER = Path(__file__).with_name("exchanges")
SURVEY = msgspec.json.decode((FOLDER / "survey.json").read_bytes())
EXCHANGES = {path.stem: msgspec.json.decode(path.read_bytes()) for path in sorted(FOLDER.glob("[0-9]*.json"))}
CURL = {"User-Agent": "curl/7.88.1", "Accept": "*/*"}

every_exchange = pytest.mark.parametrize("exchange", EXCHANGES.values(), ids=EXCHANGES)


def test_every_sample_of_the_document_is_an_exchange() -> None:
    kept = ["\n".join(one["documented"][part]) for one in EXCHANGES.values() for part in ("request", "reply")]
    assert kept == samples()


@every_exchange
def test_what_is_checked_differs_from_the_document_where_the_exchange_says(exchange: dict[str, Any]) -> None:
    named = {difference["at"] for difference in exchange["differences"]}
    assert all(difference["because"] for difference in exchange["differences"])
    printed = read_reply("\n".join(exchange["documented"]["reply"]))
    assert differences(printed, exchange["checked"]["body"]) == named


@every_exchange
def test_the_server_answers_as_the_exchange_says(kiwi: Kiwi, exchange: dict[str, Any]) -> None:
    number = prepare(kiwi)
    request = filled_in(kiwi, read_request("\n".join(exchange["documented"]["request"])), exchange["filled"])
    status, body = send(kiwi, request)
    assert status == exchange["checked"]["status"], body
    checked = msgspec.json.encode(exchange["checked"]["body"]).replace(b'"<campaign>"', b"%d" % number)
    tokens = ("access_token", "refresh_token")
    if isinstance(body, dict) and body.keys() >= set(tokens):
        assert all(len(body[name]) > 40 for name in tokens)
        body |= {name: f"[{name.upper()}]" for name in tokens}
    assert body == msgspec.json.decode(checked)


def prepare(kiwi: Kiwi) -> int:
    """Make the campaign at the moments that it names; gives its number."""
    made = kiwi.make(SURVEY["alias"], SURVEY["definition"], SURVEY["timezone"], at(SURVEY["created_at"]))
    kiwi.verb(lambda unit: ensure_variables(unit, SURVEY["alias"], ["label1", "classificator"]))
    kiwi.fill([one["row"] for one in SURVEY["rows"]], [*map(lived, SURVEY["rows"])], SURVEY["alias"])
    return made


def lived(one: dict[str, Any]) -> Lifecycle:
    begun = at(one["begun"])
    if "ended" not in one:
        return Lifecycle(State.ANSWERED, begun, begun)
    return Lifecycle(State.COMPLETED, begun, begun, at(one["ended"]), finish_reason=FINISHED)


def at(text: str) -> int:
    return micros(datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z"))


def filled_in(kiwi: Kiwi, request: Request, filled: dict[str, str]) -> Request:
    """The request with the keys, the token, and what the document leaves open."""
    tenant = kiwi.tenant
    words = {"[ACCESS_TOKEN]": kiwi.token, "API_KEY": tenant.client_id, "API_SECRET": tenant.client_secret}
    target, body = request.target, request.body
    for name, value in words.items():
        target, body = target.replace(name, value), body.replace(name, value)
    for empty, given in filled.items():
        assert empty in target.replace("?", "&").split("&")
        target = "&".join(given if part == empty else part for part in target.split("&"))
    return Request(request.method, target, body)


def send(kiwi: Kiwi, request: Request) -> tuple[int, Any]:
    """Send what curl would: the address as it stands, its own headers."""
    form = {"Content-Type": "application/x-www-form-urlencoded"} if request.body else {}
    host = kiwi.tenant.server.url.removeprefix("http://")
    with closing(http.client.HTTPConnection(host, timeout=30)) as wire:
        wire.request(request.method, request.target, request.body or None, CURL | form)
        found = wire.getresponse()
        return found.status, msgspec.json.decode(found.read())
