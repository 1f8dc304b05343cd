"""A new owner sets up a workspace by clicking: the welcome, a client, a webhook that works, a colleague."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import httpx
import msgspec
import pytest
from playwright.sync_api import Browser, Page

from browser.axe import violations
from browser.conftest import DESK, PHONE, Visitor
from browser.console.visiting import WIDER
from servers import rejoinder
from servers.receiver import Reaction, Receiver, receiving
from servers.rejoinder import QUICK, Server

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SETTINGS = msgspec.structs.replace(QUICK, webhook_allow_private=True)


@pytest.fixture
def fresh(sqlite_template: Path, tmp_path: Path) -> Iterator[Server]:
    """A server over an empty store."""
    with rejoinder.running(
        f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'fresh.db')}", SETTINGS
    ) as server:
        yield server


@pytest.fixture(scope="module", autouse=True)
def receiver() -> Iterator[Receiver]:
    """Takes what webhooks send. It begins before the browser, whose event loop lets no other begin."""
    with receiving(lambda request: Reaction(body=b"got it")) as found:
        yield found


def welcome(page: Page, server: Server) -> None:
    """Become the owner, by the link that the server printed; without it there is no form."""
    page.goto(f"{server.url}/console")
    page.get_by_text("rejoinder user setup-link").wait_for()
    assert page.get_by_label("Password").count() == 0
    page.goto(server.url + server.setup_path())
    page.get_by_label("Name of the workspace").fill("Acme Research")
    page.get_by_label("Your email address").fill("anna@example.org")
    page.get_by_label("Password").fill("short")
    page.get_by_label("Password").evaluate("field => field.removeAttribute('minlength')")
    page.get_by_role("button", name="Create the workspace").click()
    page.get_by_text("A password has at least 10 characters").wait_for()
    page.get_by_label("Password").fill("a long enough password")
    page.get_by_role("button", name="Create the workspace").click()
    page.wait_for_url(re.compile(r"/console/1/"))


def settings(page: Page, name: str) -> None:
    """Go to one page of the settings by its links."""
    if page.get_by_role("button", name="Menu").is_visible():
        page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Settings", exact=True).locator("visible=true").click()
    page.get_by_role("navigation", name="Settings").get_by_role("link", name=name).click()


def client(page: Page) -> None:
    settings(page, "API clients")
    page.get_by_role("button", name="New client").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Reports")
    dialog.get_by_role("checkbox", name="Forsta (Confirmit) survey data read").check()
    dialog.get_by_role("button", name="Create").click()
    page.get_by_text("Keep the secret now").wait_for()
    secret = page.locator("#secret").text_content() or ""
    page.locator("[data-copy=secret]").click()
    page.get_by_text("Copied.").wait_for()
    asked = {"grant_type": "client_credentials", "client_secret": secret}
    asked["client_id"] = re.search(r"rj_[\w-]+", page.locator("main").inner_text())[0]  # type: ignore[index]
    base = page.locator("#base-forsta").text_content() or ""
    reply = httpx.post(f"{base}/identity/connect/token", data=asked, trust_env=False)
    assert reply.status_code == 200, reply.text
    page.get_by_role("button", name="Revoke").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    assert page.get_by_role("button", name="Revoke").is_visible(), "nothing happened"
    page.get_by_role("button", name="Revoke").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    page.get_by_text("Reports is revoked").wait_for()


def webhook(page: Page, receiver: Receiver) -> None:
    settings(page, "Webhooks")
    page.get_by_role("button", name="New webhook").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Address").fill("https://nowhere.invalid/hook")
    dialog.get_by_role("button", name="Create").click()
    dialog.locator(".form-problem, .field-problem").locator("visible=true").wait_for()
    dialog.get_by_label("Address").fill(receiver.url)
    dialog.get_by_role("button", name="Create").click()
    page.get_by_text("Keep the secret now").wait_for()
    page.get_by_role("button", name="Send a test").click()
    page.get_by_text("The test arrived").wait_for()
    page.get_by_text("Request and reply").click()
    assert receiver.requests[-1].body.decode() in (page.locator("#test-request").text_content() or "")
    page.reload()
    page.get_by_role("link", name="webhook.test").click()
    page.get_by_text("got it").wait_for()
    page.get_by_role("button", name="Send again").click()
    page.get_by_text("It will be sent again.").wait_for()


def colleague(page: Page, visitor: Visitor) -> None:
    settings(page, "People")
    page.get_by_role("button", name="Invite").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Email address").fill("bo@example.org")
    dialog.get_by_role("button", name="Invite").click()
    page.get_by_text("A link to choose a password").wait_for()
    link = page.locator("#link").text_content() or ""
    visitor.context.clear_cookies()
    page.goto(link)
    page.get_by_label("New password").fill("the password of bo")
    page.get_by_role("button", name="Save and sign in").click()
    page.wait_for_url(re.compile(r"/console/1/"))
    assert page.get_by_role("link", name="Settings", exact=True).locator("visible=true").count() == 0
    page.goto(f"{visitor.url}/console/1/settings/people")
    page.get_by_text("Only owners of this workspace may do this").wait_for()


@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
def test_the_door_of_a_fresh_store(browser: Browser, fresh: Server, device: dict[str, object]) -> None:
    """Without the set-up link, and with it."""
    visitor = Visitor(browser.new_context(locale="en", reduced_motion="reduce", **device), fresh.url)  # type: ignore[arg-type]
    page = visitor.page
    for path in ("/console/welcome", fresh.setup_path()):
        for scheme in SCHEMES:
            page.goto(fresh.url + path)
            page.emulate_media(color_scheme=scheme)
            assert violations(page) == []
            assert page.evaluate(WIDER) <= 0
    visitor.context.close()
    assert visitor.wrong == []


@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
def test_a_new_owner_sets_up_a_workspace(
    receiver: Receiver, browser: Browser, fresh: Server, device: dict[str, object]
) -> None:
    context = browser.new_context(locale="en", reduced_motion="reduce", **device)  # type: ignore[arg-type]
    visitor = Visitor(context, fresh.url)
    welcome(visitor.page, fresh)
    client(visitor.page)
    webhook(visitor.page, receiver)
    colleague(visitor.page, visitor)
    context.close()
    assert visitor.wrong == []
