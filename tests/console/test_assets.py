"""What the console loads: cached for good, packed, light, and from nowhere else."""

from __future__ import annotations

import re

from rejoinder.console.assets import manifest
from servers.rejoinder import Server

MOST = {"console.js": 24_000, "console.css": 14_000, "charts.js": 210_000}
"""Bytes of a file packed by gzip."""


def test_every_file_is_kept_for_good(server: Server) -> None:
    http = server.client()
    for short, name in manifest().items():
        reply = http.get(f"/console/assets/{name}")
        assert reply.status_code == 200, name
        assert re.search(r"-[A-Z0-9]{8}\.(js|css|woff2)$", name), short
        assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert http.get("/console/assets/manifest.json").status_code == 404
    assert http.get("/console/assets/..%2Fmanifest.json").status_code == 404


def test_files_are_light(server: Server) -> None:
    http = server.client()
    for name, most in MOST.items():
        with http.stream(
            "GET", f"/console/assets/{manifest()[name]}", headers={"Accept-Encoding": "gzip"}
        ) as reply:
            assert reply.headers["content-encoding"] == "gzip"
            assert sum(len(part) for part in reply.iter_raw()) < most, name


def test_charts_come_only_where_there_are_some(server: Server) -> None:
    page = server.client().get("/console/welcome").text
    assert manifest()["console.js"] in page
    assert manifest()["charts.js"] not in page


def test_the_style_sheet_names_no_other_server(server: Server) -> None:
    style = server.client().get(f"/console/assets/{manifest()['console.css']}").text
    found = re.findall(r"url\(\s*[\"']?((?!data:|[\"'])[^)\"']*)", style)
    assert found
    assert all(place.startswith("./") for place in found), found
