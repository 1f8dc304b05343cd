"""axe finds nothing, on any page that a respondent can meet, by day and by night."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from browser.axe import violations
from browser.conftest import DESK, PHONE, Meet, Visitor
from browser.filling import question, write
from browser.surveys import EVERY

SCHEMES = ["light", "dark"]
SCROLLED = """place => new Promise(done => {
  place.scrollIntoView({block: "center"});
  requestAnimationFrame(() => requestAnimationFrame(done));
})"""


def pages_of_every_element(visitor: Visitor) -> None:
    page = visitor.open(f"/s/{EVERY}")
    assert violations(page) == []
    write(page, "name", "Ann")
    for number in range(4):
        if number == 2:
            question(page, "visits").locator("label").first.click()
        page.get_by_role("button", name="Next").click()
        page.get_by_text(f"Page {number + 2} of 5").first.wait_for()
        assert violations(page) == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
def test_every_element(meet: Meet, scheme: str, device: dict[str, Any]) -> None:
    pages_of_every_element(meet(scheme=scheme, device=device))


def missing_answer(visitor: Visitor) -> Page:
    page = visitor.open(f"/s/{EVERY}")
    page.get_by_role("button", name="Next").click()
    page.get_by_text("Response required").wait_for()
    return page


def list_of_choices(visitor: Visitor) -> Page:
    page = visitor.open(f"/s/{EVERY}")
    write(page, "name", "Ann")
    for number in range(2):
        page.get_by_role("button", name="Next").click()
        page.get_by_text(f"Page {number + 2} of 5").first.wait_for()
    question(page, "fruit").evaluate(SCROLLED)  # a list closes when the page scrolls
    question(page, "fruit").get_by_role("combobox").first.click()
    page.get_by_role("option", name="Pears").wait_for()
    return page


def refused(visitor: Visitor) -> Page:
    page = visitor.open("/s/lunch")
    write(page, "price", "3")
    page.get_by_role("button", name="Next").click()
    fields = {"dish": "We do not serve that.", "why": "Say more."}
    answer = {"error": "invalid", "message": "Two answers are wrong.", "fields": fields}
    page.route("**/submissions", lambda route: route.fulfill(status=422, json=answer))
    page.get_by_role("button", name="Complete").click()
    page.get_by_text("We do not serve that.").wait_for()
    return page


def unsent(visitor: Visitor) -> Page:
    page = visitor.open("/s/lunch")
    page.get_by_role("button", name="Next").click()
    visitor.context.set_offline(True)
    page.get_by_role("button", name="Complete").click()
    page.get_by_role("heading", name="Not sent yet").wait_for()
    return page


def saved(visitor: Visitor) -> Page:
    page = visitor.open("/s/lunch")
    page.get_by_role("button", name="Save and continue later").click()
    page.get_by_role("heading", name="Saved").wait_for()
    return page


def thanked(visitor: Visitor) -> Page:
    page = visitor.open("/s/lunch")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Complete").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    return page


def closed(visitor: Visitor) -> Page:
    return visitor.open("/s/over", ready="main.notice-closed")


def not_there(visitor: Visitor) -> Page:
    return visitor.open("/s/not-there", ready="main.notice-missing")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    "scene", [missing_answer, list_of_choices, refused, unsent, saved, thanked, closed, not_there]
)
def test_everything_else(meet: Meet, scene: Callable[[Visitor], Page], scheme: str) -> None:
    assert violations(scene(meet(scheme=scheme))) == []
