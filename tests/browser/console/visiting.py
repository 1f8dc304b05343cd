"""Come to the console with a browser."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, Page

from browser.conftest import Visitor
from browser.console.scenes import SCENES, Stage
from servers.people import come_in

SETTLED = """() => document.readyState === "complete" && document.fonts.status === "loaded"
  && !document.querySelector(".htmx-request, [data-chart]:not(:has(canvas)), iframe[data-src]:not([src])")"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
USED = "document.querySelector('main').offsetWidth / innerWidth"
"""How much of the window's width the main part has."""


def enter(
    browser: Browser, stage: Stage, device: dict[str, Any], scheme: Any, language: str = "en"
) -> Visitor:
    """A browser in which the owner is signed in."""
    options = device | {"reduced_motion": "reduce"}
    context = browser.new_context(locale=language, color_scheme=scheme, **options)
    server = stage.tenant.server
    if not stage.session:
        person = come_in(server, stage.tenant.workspace_id, stage.email, stage.password)
        stage.session = person.http.cookies["rejoinder_session"]
    cookie = stage.session
    context.add_cookies([{"name": "rejoinder_session", "value": cookie, "url": server.url}])
    return Visitor(context, server.url)


def show(page: Page, stage: Stage, name: str) -> None:
    """Bring a page to a scene, and wait until all of it is there."""
    scene = SCENES[name]
    if isinstance(scene, str):
        page.goto(stage.url + scene)
    else:
        scene(page, stage)
    page.wait_for_function(SETTLED)
