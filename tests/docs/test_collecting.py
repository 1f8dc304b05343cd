"""The requests of `docs/collecting.md`, run as they stand."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest

from rejoinder.core.collecting.authoring import create_collector
from rejoinder.core.definitions import define_survey
from rejoinder.core.surveys import add_user_variable, open_survey
from rejoinder.core.unit import Unit
from rejoinder.dialects.native.errors import CLOSED
from rejoinder.model.survey import Kind, Variable
from servers import rejoinder

PAGE = (Path(__file__).parents[2] / "docs" / "collecting.md").read_text()
ELEMENTS = [
    {"type": "radiogroup", "name": "colour", "choices": ["red", "blue"]},
    {"type": "file", "name": "photo", "acceptedTypes": "image/*"},
]


def furnish(unit: Unit) -> None:
    define_survey(unit, msgspec.json.encode({"elements": ELEMENTS}), ["visits"])
    shop = Variable("shop", Kind.NUMERIC, level="respondent", origin="user", precision=5, scale=0)
    add_user_variable(unit, open_survey(unit, "visits"), shop)
    create_collector(unit, "visits", "till")


def test_the_requests_work_as_they_stand(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")
    with rejoinder.running(sqlite_url) as server:
        tenant = server.tenant()
        tenant.verb(furnish)
        answer, file = (
            run(block, server.url, tmp_path) for block in re.findall(r"```sh\n(.*?)```", PAGE, re.S)
        )
        assert answer["respid"] == 1
        assert "notes" not in answer
        assert {"name", "type", "content", "size"} == set(file)
        (record,) = tenant.http.get("/v1/surveys/visits/respondents/data").json()["items"]
    assert (record["colour"], record["shop"]) == ("red", 7)


def run(command: str, base: str, folder: Path) -> Any:
    told = subprocess.run(
        command,
        shell=True,
        env=os.environ | {"BASE": base},
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=30,
    )
    return json.loads(told.stdout)


@pytest.mark.parametrize("state", sorted(CLOSED))
def test_each_state_is_told(state: str) -> None:
    (line,) = (line for line in PAGE.splitlines() if line.startswith(f"| {CLOSED[state]} "))
    assert f"`{state}`" in line
