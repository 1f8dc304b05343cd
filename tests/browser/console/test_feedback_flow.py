"""A new owner lets feedback be read by clicking: the category, a file, a correction, a tag of their own."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from browser.conftest import DESK, PHONE, Visitor
from browser.console.feedback_scenes import csv_file
from browser.console.test_settings_flow import welcome
from servers import rejoinder
from servers.rejoinder import Server

FILE = {"name": "Shop reviews.csv", "mimeType": "text/csv", "buffer": csv_file(48)}


@pytest.fixture
def fresh(sqlite_template: Path, tmp_path: Path) -> Iterator[Server]:
    """A server over an empty store."""
    with rejoinder.running(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'fresh.db')}") as server:
        yield server


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_a_new_owner_reads_feedback(browser: Browser, fresh: Server, device: dict[str, object]) -> None:
    visitor = Visitor(browser.new_context(locale="en", **device), fresh.url)  # type: ignore[arg-type]
    page = visitor.page
    welcome(page, fresh)
    page.goto(fresh.url + "/console/1/feedback")
    begin(page)
    import_file(page)
    correct(page)
    make_tag(page)
    visitor.context.close()
    assert visitor.wrong == []


def begin(page: Page) -> None:
    page.get_by_label("SaaS DevOps").check()
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("dialog").get_by_role("button", name="Begin").click()
    page.get_by_text("No feedback yet").wait_for()


def import_file(page: Page) -> None:
    page.get_by_role("link", name="Import a file").first.click()
    page.get_by_role("button", name="Import a file").first.click()
    page.get_by_label("CSV file").set_input_files(FILE)  # type: ignore[arg-type]
    page.get_by_label("Source").fill("Web shop")
    page.get_by_role("dialog").get_by_role("button", name="Import").click()
    page.wait_for_url(re.compile(r"/feedback/imports/\d+$"))
    page.get_by_text("The file is stored.").wait_for()
    page.get_by_role("link", name="Read texts").wait_for()


def correct(page: Page) -> None:
    """The mouse corrects, the keyboard takes it back."""
    page.goto(page.url.partition("/feedback")[0] + "/feedback/texts")
    while page.get_by_text("To be read").count():
        page.reload()
    first = page.locator(".said-card").first
    before = first.locator("summary.mood").inner_text()
    other = "Negative" if before != "Negative" else "Positive"
    first.locator("summary.mood").click()
    first.get_by_role("button", name=other, exact=True).first.click()
    first.get_by_text("Corrected by anna@example.org").wait_for()
    assert first.locator("summary.mood").inner_text() == other
    assert page.evaluate("document.activeElement.className").startswith("mood")
    page.keyboard.press("Enter")
    first.get_by_role("button", name=re.compile("Back to the machine's")).focus()
    page.keyboard.press("Enter")
    first.get_by_text("Corrected by").wait_for(state="detached")
    assert first.locator("summary.mood").inner_text() == before


def make_tag(page: Page) -> None:
    page.get_by_role("navigation", name="Parts of feedback").get_by_role("link", name="Tags").click()
    page.get_by_role("link", name="New tag").click()
    page.get_by_label("Name").fill("Delivery time")
    page.locator("[name=terms]").press_sequentially("courier")
    page.locator("#tried mark", has_text="courier").first.wait_for()
    page.get_by_role("button", name="Make the tag").click()
    page.wait_for_url(re.compile(r"/feedback/tags/\d+$"))
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_text("This cannot be undone").wait_for()
    page.get_by_role("dialog").get_by_role("button", name="Delete the tag").click()
    page.get_by_text("DELIVERY_TIME is deleted.").wait_for()
