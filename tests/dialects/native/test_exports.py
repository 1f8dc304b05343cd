"""Exports through our own API: asked for, watched, fetched with a token or by the link, deleted."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
import pytest

from rejoinder.core.respondents.write import Batch, add
from rejoinder.model.survey import Kind, Option, Variable
from servers import rejoinder
from servers.rejoinder import QUICK, Tenant

PATH = "/rejoinder/v1/exports"
RED = Option("1", {"en": "Red", "pl": "Czerwony"})
VARIABLES = [Variable("city", Kind.TEXT, level="respondent"), Variable("colour", Kind.SINGLE, options=(RED,))]
ROWS = [
    {"email": "a@example.org", "city": "=Łódź", "colour": "1"},
    {"email": "b@example.org", "city": "Oslo"},
]
PATIENCE = 30.0


@pytest.fixture
def tenant(database_url: str) -> Iterator[Tenant]:
    with rejoinder.running(database_url, QUICK) as server:
        tenant = server.tenant()
        tenant.survey("visits", VARIABLES)
        names = ("email", "city", "colour")
        tenant.verb(lambda unit: add(unit, "visits", "response", Batch(msgspec.json.encode(ROWS), (), names)))
        yield tenant


@pytest.fixture
def http(tenant: Tenant) -> httpx.Client:
    return tenant.speaking("/rejoinder/v1/token")


def ask(http: httpx.Client, **body: Any) -> dict[str, Any]:
    reply = http.post(PATH, json={"survey": "visits"} | body)
    assert reply.status_code == 202, reply.text
    asked: dict[str, Any] = reply.json()
    return asked


def done(http: httpx.Client, number: int) -> dict[str, Any]:
    """The export once its job has ended."""
    patience = time.monotonic() + PATIENCE
    while True:
        found: dict[str, Any] = http.get(f"{PATH}/{number}").json()
        if found["status"] not in ("waiting", "running"):
            return found
        assert time.monotonic() < patience, found
        time.sleep(0.02)


def test_a_file_is_asked_for_and_fetched(tenant: Tenant, http: httpx.Client) -> None:
    asked = ask(http, values="labels", columns=["city", "colour"])
    assert (asked["status"], asked["link"], asked["total"]) == ("waiting", None, 2)
    found = done(http, asked["id"])
    assert (found["status"], found["rows"], found["total"], found["error"]) == ("done", 2, 2, None)
    direct = http.get(f"{PATH}/{asked['id']}/file")
    stranger = httpx.get(f"{tenant.server.url}{urlsplit(found['link']).path}")
    for reply in (direct, stranger):
        assert reply.status_code == 200
        assert reply.headers["content-disposition"].startswith(f'attachment; filename="{found["file_name"]}"')
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "no-store" in reply.headers["cache-control"]
        rows = list(csv.reader(io.StringIO(reply.text, newline="")))
        assert rows == [["respid", "city", "colour"], ["1", "'=Łódź", "Red"], ["2", "Oslo", ""]]
    assert found["size"] == len(direct.content)
    listed = http.get(PATH, params={"survey": "visits"}).json()
    assert [one["id"] for one in listed["exports"]] == [asked["id"]]
    assert http.delete(f"{PATH}/{asked['id']}").status_code == 204
    for path in (f"{PATH}/{asked['id']}", f"{PATH}/{asked['id']}/file"):
        assert http.get(path).status_code == 404
    gone = httpx.get(f"{tenant.server.url}{urlsplit(found['link']).path}", headers={"accept-language": "de"})
    assert gone.status_code == 404
    assert "Hier ist keine Datei" in gone.text


@pytest.mark.parametrize("form", ["xlsx", "parquet", "sav", "ndjson"])
def test_every_format_is_written(http: httpx.Client, form: str) -> None:
    found = done(http, ask(http, format=form, rows="responses")["id"])
    assert (found["status"], found["rows"]) == ("done", 2), found
    data = http.get(f"{PATH}/{found['id']}/file").content
    assert data.startswith({"xlsx": b"PK", "parquet": b"PAR1", "sav": b"$FL2", "ndjson": b'{"respo'}[form])


@pytest.mark.parametrize(
    "body",
    [
        {"survey": "nothing"},
        {"format": "doc"},
        {"columns": ["nothing"]},
        {"filter": "city = ("},
        {"language": "xx"},
        {"notify": "stranger@example.org"},
        {"delimiter": "ab"},
        {"more": 1},
        {"rows": "users"},
    ],
)
def test_what_cannot_be_exported_is_said_at_once(http: httpx.Client, body: dict[str, Any]) -> None:
    reply = http.post(PATH, json={"survey": "visits"} | body)
    assert reply.status_code in (400, 404, 422), reply.text
    assert reply.json()["message"]
    assert http.get(PATH).json()["exports"] == []


def test_links_that_are_not_whole_lead_nowhere(tenant: Tenant) -> None:
    for token in ("x", "A" * 43, "%00", "../1"):
        assert httpx.get(f"{tenant.server.url}/exports/{token}").status_code == 404
