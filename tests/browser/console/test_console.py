"""Every page of the console: axe finds nothing, nothing scrolls sideways, no policy is broken."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from playwright.sync_api import Browser

from browser.axe import violations
from browser.conftest import DESK, PHONE
from browser.console.conftest import At
from browser.console.scenes import SCENES, Stage
from browser.console.visiting import USED, WIDER, enter, show

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.mark.parametrize("name", SCENES)
@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page(browser: Browser, stage: Stage, device: dict[str, Any], name: str) -> None:
    visitor = enter(browser, stage, device, "light")
    show(visitor.page, stage, name)
    found: dict[str, list[str]] = {}
    wider: dict[str, int] = {}
    used = visitor.page.evaluate(USED)
    for scheme in SCHEMES:  # a page that is open follows the system's theme
        visitor.page.emulate_media(color_scheme=scheme)
        found[scheme] = violations(visitor.page)
        wider[scheme] = visitor.page.evaluate(WIDER)
    visitor.context.close()
    assert found == {"light": [], "dark": []}
    assert all(pixels <= 0 for pixels in wider.values()), f"the page scrolls sideways: {wider}"
    assert used > 0.25, "the page stands in a corner"
    assert visitor.wrong == []


def test_the_theme_is_switched_and_kept(owner_at: At) -> None:
    page = owner_at("/account", scheme="light")
    page.locator("summary[aria-label='Theme']").click()
    page.get_by_role("button", name="Dark").click()
    page.wait_for_selector("html[data-theme=dark]")
    light, dark = "rgb(247, 248, 248)", "rgb(14, 16, 17)"
    colour = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(colour) == dark
    page.reload()
    assert page.evaluate(colour) == dark != light


def test_by_keyboard_alone(owner_at: At) -> None:
    page = owner_at("/account")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "old"
    page.locator("summary[aria-label='Your account']").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Sign out").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Your account"


def test_a_form_says_what_is_wrong_at_the_field(owner_at: At) -> None:
    page = owner_at("/account")
    page.get_by_label("Current password").fill("not this one")
    page.get_by_label("New password", exact=True).fill("a new password")
    page.get_by_label("New password again").fill("another password")
    page.get_by_role("button", name="Change the password").click()
    page.get_by_text("The two new passwords differ.").wait_for()
    again = page.get_by_label("New password again")
    assert again.get_attribute("aria-invalid") == "true"
    assert again.input_value() == "another password"
    assert page.evaluate("document.activeElement.name") == "again"
