"""What the pages load: cached for good, packed, and light."""

from __future__ import annotations

import gzip
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest

from rejoinder.core.definitions import define_survey
from rejoinder.pages.assets import manifest
from servers import rejoinder

RENDERER = 391_000
"""Bytes of survey-core, survey-js-ui and their style sheet by themselves, packed by gzip (2.5.38)."""
MOST_BESIDE = 60_000
"""Packed bytes of everything else that a page loads: itself, our script and style, a language."""


@pytest.fixture(scope="module")
def http(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path_factory.mktemp('assets') / 'rejoinder.db')}"
    with rejoinder.running(url) as server:
        tenant = server.tenant()
        text = msgspec.json.encode(
            {"title": "T", "locale": "pl", "elements": [{"type": "text", "name": "a"}]}
        )
        tenant.verb(lambda unit: define_survey(unit, text, ["light"]))
        yield server.client()


def test_every_file_is_kept_for_good(http: httpx.Client) -> None:
    for name in manifest().names():
        reply = http.get(f"/assets/{name}")
        assert reply.status_code == 200, name
        assert re.search(r"-[A-Z0-9]{8}\.(js|css)$", name)
        assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert reply.headers["content-type"] in ("text/javascript; charset=utf-8", "text/css; charset=utf-8")


def test_a_file_comes_in_the_form_that_is_asked_for(http: httpx.Client) -> None:
    address = f"/assets/{manifest().style}"
    plain = http.get(address, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    for accepts, coding in (("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("gzip, deflate, br", "br")):
        with http.stream("GET", address, headers={"Accept-Encoding": accepts}) as reply:
            packed = b"".join(reply.iter_raw())
            assert reply.headers["content-encoding"] == coding
            assert reply.headers["vary"] == "Accept-Encoding"
            assert int(reply.headers["content-length"]) == len(packed) < len(plain.content) / 4
        assert coding != "gzip" or gzip.decompress(packed) == plain.content


def weight(http: httpx.Client, address: str) -> int:
    """Bytes on the wire, packed by gzip, which every browser takes."""
    with http.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as reply:
        assert reply.status_code == 200, address
        return sum(len(part) for part in reply.iter_raw())


def test_a_page_is_light(http: httpx.Client) -> None:
    text = http.get("/s/light").text
    addresses = set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', text))
    found = manifest()
    wanted = {found.script, found.style, *found.needs, found.languages["pl"]}
    assert addresses == {f"/assets/{name}" for name in wanted}, "all is fetched at once, nothing else is"
    total = sum(weight(http, address) for address in ("/s/light", *addresses))
    assert 0 < total - RENDERER < MOST_BESIDE


def test_nothing_that_is_loaded_names_another_server(http: httpx.Client) -> None:
    """Addresses in the renderer that it could fetch from; the policy of the pages forbids them anyway."""
    style = http.get(f"/assets/{manifest().style}").text
    assert re.findall(r"url\(\s*[\"']?(?!data:|[\"'])[^)]*", style) == []
    assert "@import" not in style
