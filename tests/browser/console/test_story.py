"""One respondent's answers are changed: by keyboard, and on a phone without any script."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from browser.conftest import PHONE
from browser.console.conftest import At
from browser.console.stage import Stage
from browser.console.visiting import enter


def path_of(stage: Stage) -> str:
    """The path of the one who had dinner, below the workspace's."""
    return str(stage.things["dinner"]).removeprefix(stage.url)


def test_answers_are_changed_by_keyboard(owner_at: At, stage: Stage) -> None:
    page = owner_at(path_of(stage))
    page.get_by_role("link", name="Change: Tell us more about each").focus()
    page.keyboard.press("Enter")
    page.get_by_role("group", name="The people who looked after us").get_by_label("What should").focus()
    page.keyboard.type("Nothing at all.")
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    page.get_by_text("The answer is changed.").wait_for()
    page.get_by_text("Nothing at all.").wait_for()
    page.get_by_role("link", name="Change: How did it taste?").last.focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_label("How did it taste?").select_option("2 stars")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    page.get_by_text("The answer is changed.").wait_for()
    expect(page.locator(".turn").last).to_contain_text("2 stars")
    expect(page.locator(".history li")).to_have_count(2)


def test_without_a_script_on_a_phone(browser: Browser, stage: Stage) -> None:
    visitor = enter(browser, stage, PHONE | {"java_script_enabled": False}, "light")
    page: Page = visitor.page
    page.goto(stage.url + path_of(stage))
    page.get_by_role("link", name="Change: What matters most to you?").click()
    page.get_by_label("The food").select_option("1")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Each rank can be given once.").first).to_be_visible()
    page.get_by_label("The people who looked after us").select_option("2")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("The answer is changed.").wait_for()
    page.get_by_role("link", name="Change: Which dish did you have?").first.click()
    page.get_by_label("Which dish did you have?").fill("Bread & cheese")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Bread & cheese").wait_for()
    visitor.context.close()


def test_all_that_a_filter_finds_are_erased(owner_at: At, stage: Stage) -> None:
    page = owner_at(f"/surveys/{stage.things['survey']}/respondents?f=:visits+>+20")
    page.get_by_role("link", name="Erase or anonymise all of these").click()
    found = page.locator(".big-number").inner_text()
    page.get_by_label("Type “erase” to confirm").fill("eras")
    page.get_by_role("button", name="Erase all of them for ever").click()
    expect(page.get_by_text("Type erase here to confirm.")).to_be_visible()
    page.get_by_label("Type “erase” to confirm").fill("erase")
    page.get_by_role("button", name="Erase all of them for ever").click()
    expect(page.get_by_text(f"{found} {'is' if found.startswith('1 ') else 'are'} erased.")).to_be_visible()
