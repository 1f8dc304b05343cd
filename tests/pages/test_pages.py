"""The survey pages as they leave the server, without a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import httpx
import msgspec
import pytest

from rejoinder.core.collecting.authoring import IntakeChange, change_intake
from rejoinder.core.definitions import define_survey
from rejoinder.kernel.call import Call
from rejoinder.kernel.origin import Origin
from rejoinder.model.problems import Problem
from rejoinder.pages.errors import SPELLING, spelling
from rejoinder.pages.shell import Shell, data_block
from rejoinder.settings import BadSetting, Settings
from servers import rejoinder
from servers.rejoinder import QUICK, Tenant

HOSTILE = '</script><script>alert(1)</script><img src=x onerror="alert(2)">&amp;\u2028\u2029'
DEFINITION = {
    "title": {"default": "Visits", "pl": "Wizyty"},
    "elements": [{"type": "comment", "name": "why", "title": {"default": f"Why? {HOSTILE}", "pl": "Czemu?"}}],
}


@pytest.fixture
def tenant(database_url: str) -> Iterator[Tenant]:
    with rejoinder.running(database_url) as server:
        found = server.tenant()
        found.verb(lambda unit: define_survey(unit, msgspec.json.encode(DEFINITION), ["visits"]))
        del found.http.headers["Authorization"]
        yield found


class Reading(HTMLParser):
    """What is in a page: tags with their attributes, and the text of the data block."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.data = ""
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = dict(attrs).get("id") or ""

    def handle_data(self, data: str) -> None:
        if self._inside == "data":
            self.data += data


def told(reply: httpx.Response) -> Any:
    return json.loads(Reading(reply.text).data)


def test_an_open_survey_is_a_page_with_its_definition(tenant: Tenant) -> None:
    reply = tenant.http.get("/s/visits")
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert told(reply)["definition"] == DEFINITION
    assert told(reply)["api"] == "/rejoinder/v1/surveys/visits"
    assert '<h1 id="title">Visits</h1>' in reply.text


def test_a_page_writes_nothing_and_head_is_served(tenant: Tenant) -> None:
    assert tenant.http.head("/s/visits").status_code == 200
    assert tenant.http.post("/s/visits").status_code == 405


def test_nothing_of_a_definition_or_an_address_gets_out_of_its_place(tenant: Tenant) -> None:
    reply = tenant.http.get("/s/visits", params={"from": HOSTILE, "c": HOSTILE, "lang": HOSTILE})
    page = Reading(reply.text)
    scripts = [attributes for tag, attributes in page.tags if tag == "script"]
    assert [attributes.get("type") for attributes in scripts] == ["module", "application/json"]
    assert not [tag for tag, _ in page.tags if tag == "img"]
    assert told(reply)["hidden"] == {"from": HOSTILE}
    assert told(reply)["collector"] == HOSTILE
    assert not any(name.startswith("on") or name == "style" for _, given in page.tags for name in given)


def test_only_its_own_things_may_be_loaded(tenant: Tenant) -> None:
    headers = tenant.http.get("/s/visits").headers
    policy = dict(rule.strip().split(" ", 1) for rule in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'self'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["referrer-policy"] == "no-referrer"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cache-control"] == "no-store"


def test_those_named_may_embed(sqlite_url: str) -> None:
    settings = msgspec.structs.replace(QUICK, embed_origins=("https://www.example.org",))
    with rejoinder.running(sqlite_url, settings) as server:
        headers = server.client().get("/s/nothing").headers
    assert "frame-ancestors 'self' https://www.example.org" in headers["content-security-policy"]
    assert "x-frame-options" not in headers


@pytest.mark.parametrize(
    "wrong", ["https://a.example; script-src *", "a.example", "https://a.example/x", "'none'"]
)
def test_a_setting_cannot_change_the_policy(wrong: str) -> None:
    with pytest.raises(BadSetting, match="EMBED_ORIGINS"):
        Settings.load({"REJOINDER_EMBED_ORIGINS": wrong})


@pytest.mark.parametrize(
    ("path", "accepts", "language"),
    [
        ("/s/visits", "", "en"),
        ("/s/visits", "pl-PL,pl;q=0.9,en;q=0.8", "pl"),
        ("/s/visits", "de,en;q=0.1", "en"),
        ("/s/visits?lang=pl", "en", "pl"),
        ("/s/visits?lang=PL-pl", "en", "pl"),
        ("/s/visits?lang=xx", "pl", "pl"),
        ("/s/visits?lang=pl&lang=en", "en", "pl"),
    ],
)
def test_languages(tenant: Tenant, path: str, accepts: str, language: str) -> None:
    reply = tenant.http.get(path, headers={"Accept-Language": accepts})
    assert f'<html lang="{language}" dir="ltr">' in reply.text
    assert told(reply)["language"] == language
    assert "Accept-Language" in reply.headers["vary"]
    assert ("Wizyty" in reply.text.split("<main")[0]) == (language == "pl")


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        (IntakeChange(closes_at=1), 410, "This survey is closed"),
        (IntakeChange(opens_at=4_000_000_000_000_000), 403, "has not begun yet"),
        (IntakeChange(access="personal"), 403, "by invitation"),
        (IntakeChange(closes_at=1, closed_texts={"en": "Gone <fishing>."}), 410, "Gone &lt;fishing&gt;."),
    ],
)
def test_a_survey_that_takes_no_answers_says_why(
    tenant: Tenant, change: IntakeChange, status: int, words: str
) -> None:
    tenant.verb(lambda unit: change_intake(unit, "visits", change))
    reply = tenant.http.get("/s/visits", headers={"Accept-Language": "en"})
    assert (reply.status_code, words in reply.text) == (status, True)
    assert not [tag for tag, _ in Reading(reply.text).tags if tag == "script"]


@pytest.mark.parametrize("path", ["/s/nothing", "/s/visits/guess", "/s/visits/a/b", "/assets/none.js", "/s"])
def test_what_is_not_there_is_a_page_too(tenant: Tenant, path: str) -> None:
    reply = tenant.http.get(path, headers={"Accept-Language": "pl"})
    assert reply.status_code == 404
    assert "Tu nie ma ankiety" in reply.text
    assert "content-security-policy" in reply.headers


def test_a_query_that_cannot_be_read_is_told(tenant: Tenant) -> None:
    reply = tenant.http.get("/s/visits?lang=%ff")
    assert (reply.status_code, reply.headers["content-type"]) == (400, "text/html; charset=utf-8")


def test_a_path_in_front_is_kept(sqlite_url: str) -> None:
    settings = msgspec.structs.replace(QUICK, public_url="https://example.org/ask")
    with rejoinder.running(sqlite_url, settings) as server:
        tenant = server.tenant()
        tenant.verb(lambda unit: define_survey(unit, msgspec.json.encode(DEFINITION), ["visits"]))
        reply = tenant.http.get("/s/visits")
    assert told(reply)["api"] == "/ask/rejoinder/v1/surveys/visits"
    assert re.findall(r'(?:src|href)="(/[^"]*)"', reply.text)
    assert all(path.startswith("/ask/assets/") for path in re.findall(r'(?:src|href)="(/[^"]*)"', reply.text))


@pytest.mark.parametrize("kind", Problem.__subclasses__())
def test_every_problem_is_a_page(kind: type[Problem], monkeypatch: pytest.MonkeyPatch) -> None:
    assert kind in SPELLING
    scope = {
        "type": "http", "method": "GET", "raw_path": b"/s/x", "query_string": b"", "headers": [],
        "scheme": "http", "server": ("a.example", 80), "client": None,
    }  # fmt: skip
    made: dict[str, Callable[[], Problem]] = {
        "TooMany": lambda: kind("wait", 5),  # type: ignore[call-arg]
        "NotGranted": lambda: kind("invalid_client", "no"),  # type: ignore[call-arg]
    }
    reply = spelling(Shell())(
        Call(scope, Origin(None)), made.get(kind.__name__, lambda: kind("secret <b>"))()
    )
    assert reply.status == SPELLING[kind][0]
    assert b"<h1>" in reply.body
    assert b"secret" not in reply.body


def test_a_data_block_is_still_json() -> None:
    text = data_block({"a": HOSTILE})
    assert json.loads(text) == {"a": HOSTILE}
    assert not set("<>&\u2028\u2029") & set(text)


def test_the_preview_knows_no_survey_and_stands_in_no_frame_but_ours(database_url: str) -> None:
    settings = msgspec.structs.replace(QUICK, embed_origins=("https://www.example.org",))
    with rejoinder.running(database_url, settings) as server:
        reply = server.client().get("/preview", params={"lang": "pl"})
    assert reply.status_code == 200
    assert "frame-ancestors 'self'" in reply.headers["content-security-policy"]
    assert "example.org" not in reply.headers["content-security-policy"]
    assert reply.headers["x-frame-options"] == "SAMEORIGIN"
    assert '"preview":true' in reply.text
    assert '"definition"' not in reply.text
