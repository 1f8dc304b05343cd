"""A signed-in owner at a running server with the demo's survey."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from browser.conftest import DESK, Visitor
from browser.console.scenes import Stage, prepare
from browser.console.visiting import enter
from servers import rejoinder

At = Callable[..., Page]


@pytest.fixture(scope="module")
def stage(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The workspace that the scenes show; what pages write is tested on both engines in tests/console."""
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path_factory.mktemp('console') / 'rejoinder.db')}"
    with rejoinder.running(url) as server:
        yield prepare(server.tenant(features=["api_export"]))


@pytest.fixture
def owner_at(browser: Browser, stage: Stage) -> Iterator[At]:
    """Open a page as the signed-in owner: `owner_at("/account", device=PHONE, scheme="dark")`.

    No page may log an error, break its content policy, or ask another server for anything.
    """
    visitors: list[Visitor] = []

    def go(path: str, scheme: str = "light", device: dict[str, Any] = DESK, language: str = "en") -> Page:
        visitor = enter(browser, stage, device, scheme, language)
        visitors.append(visitor)
        visitor.page.goto(stage.url + path)
        return visitor.page

    yield go
    for visitor in visitors:
        visitor.context.close()
    assert [what for visitor in visitors for what in visitor.wrong] == []
