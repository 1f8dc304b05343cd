"""A browser for each module, a server with surveys, and visitors who notice what goes wrong on a page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request, sync_playwright

from browser import surveys
from servers import rejoinder
from servers.rejoinder import Tenant

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "user_agent": "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Mobile Safari/537.36",
}
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
EXPECTED = ("status of 4", "Status Error Code 4", "ERR_INTERNET_DISCONNECTED", "ERR_FAILED")
"""Lines of the console that a browser writes for statuses and failures that a test wants."""


def program() -> str:
    """The system's Chromium."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    assert found or MAC.exists(), "There is no Chromium here; run: make chromium"
    return found or str(MAC)


@contextmanager
def launched(playwright: Playwright) -> Iterator[Browser]:
    """A browser without a window."""
    sandbox = [] if os.geteuid() else ["--no-sandbox"]  # Chromium refuses to run as root with one
    browser = playwright.chromium.launch(executable_path=program(), args=sandbox)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Closed with each module: while it is open, no other test of this process could run an event loop."""
    with sync_playwright() as playwright, launched(playwright) as browser:
        yield browser


@pytest.fixture(scope="session")
def tenant(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    """A workspace with every survey of `surveys`; what pages write is tested on both engines elsewhere."""
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path_factory.mktemp('browser') / 'rejoinder.db')}"
    with rejoinder.running(url) as server:
        found = server.tenant(features=["api_export"])
        surveys.define(found)
        yield found


class Visitor:
    """Somebody at a page: `page` drives it, `wrong` is what no visitor may meet."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context = context
        self.url = url
        self.wrong: list[str] = []
        self.requests: list[Request] = []
        context.on("request", self._request)
        self.page = self.tab()

    def tab(self) -> Page:
        """A further page of the same browser."""
        page = self.context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda line: self._said(line.type, line.text))
        page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        return page

    def open(self, path: str, ready: str = ".sd-page") -> Page:
        """Go to an address of the server and wait until its survey is there."""
        self.page.goto(self.url + path)
        self.page.wait_for_selector(ready)
        return self.page

    def sent(self, ending: str = "/submissions") -> list[Request]:
        """The requests to an address."""
        return [request for request in self.requests if request.url.endswith(ending)]

    def _request(self, request: Request) -> None:
        self.requests.append(request)
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.wrong.append(f"a request to {request.url}")

    def _said(self, kind: str, text: str) -> None:
        if kind == "error" and not any(part in text for part in EXPECTED):
            self.wrong.append(f"{kind}: {text}")


Meet = Callable[..., Visitor]


@pytest.fixture
def meet(browser: Browser, tenant: Tenant) -> Iterator[Meet]:
    """Make visitors: with a phone, in English, by day, unless said otherwise."""
    visitors: list[Visitor] = []

    def make(language: str = "en", scheme: Any = "light", device: Any = PHONE, **options: Any) -> Visitor:
        settings = device | {"reduced_motion": "reduce"} | options
        context = browser.new_context(locale=language, color_scheme=scheme, **settings)
        visitors.append(Visitor(context, tenant.server.url))
        return visitors[-1]

    yield make
    for visitor in visitors:
        visitor.context.close()
    assert [what for visitor in visitors for what in visitor.wrong] == []
