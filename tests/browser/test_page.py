"""The page itself: languages, focus, keys, what definitions may show, and what is told without a script."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from browser.conftest import DESK, Meet
from browser.filling import question, write
from rejoinder.core.mail.keyring import store_key
from rejoinder.core.opt_outs import address_hash, opt_out_token
from servers.rejoinder import Tenant


def test_the_language_is_switched_on_the_spot(meet: Meet) -> None:
    visitor = meet("de,en")
    page = visitor.open("/s/lunch")
    write(page, "dish", "soup")
    loaded = len(visitor.requests)
    page.get_by_label("Language").select_option(label="Polski")
    expect(question(page, "dish").locator(".sd-question__title")).to_have_text("Co jadłeś?")
    expect(page.get_by_role("heading", level=1)).to_have_text("Obiad")
    expect(page.get_by_role("button", name="Dalej")).to_be_visible()
    expect(page.get_by_role("button", name="Zapisz i dokończ później")).to_be_visible()
    expect(question(page, "dish").locator("input")).to_have_value("soup")
    assert page.url.endswith("/s/lunch?lang=pl")
    assert page.locator("html").get_attribute("lang") == "pl"
    assert len(visitor.requests) - loaded <= 1, "at most the words of the language"


def test_the_focus_goes_along(meet: Meet) -> None:
    page = meet().open("/s/every-element")
    page.get_by_role("button", name="Next").click()
    expect(question(page, "name").locator("input")).to_be_focused()
    error = question(page, "name").locator("[role=alert]")
    expect(error).not_to_be_empty()
    page.wait_for_function(UNCOVERED, arg=error.element_handle())
    write(page, "name", "Ann")
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".sd-page")).to_be_focused()
    expect(page.locator("#status")).to_have_text("Page 2 of 5")
    assert page.evaluate("scrollY") == 0


UNCOVERED = """error => error.getBoundingClientRect().top
  >= document.getElementById("progress").getBoundingClientRect().bottom"""
"""Whether the bar that stays at the top leaves an error in sight."""


def test_the_button_that_opts_out_is_made_for_thumbs(meet: Meet, tenant: Tenant) -> None:
    key = tenant.verb(store_key)
    token = opt_out_token(key, tenant.workspace_id, address_hash(key, tenant.workspace_id, "jan@example.org"))
    visitor = meet()
    page = visitor.page
    page.goto(f"{visitor.url}/u/{token}")
    button = page.get_by_role("button", name="Send me no more mails")
    box = button.bounding_box()
    assert box
    assert box["height"] >= 44
    button.click()
    expect(button).to_have_count(0)


def test_everything_works_by_keys_alone(meet: Meet) -> None:
    visitor = meet(device=DESK)
    page = visitor.open("/s/keys?from=<b>mail</b>")
    reach(page, '[data-name="name"] input')
    page.keyboard.type("Ann")
    reach(page, '[data-name="one"] input')
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    reach(page, '[data-name="many"] input')
    page.keyboard.press("Space")
    reach(page, '[data-name="stars"] input')
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    reach(page, '[data-name="list"] [role=combobox]')
    page.keyboard.press("ArrowDown")
    page.get_by_role("option", name="north").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    reach(page, '[data-name="again"] input')
    page.keyboard.press("ArrowRight")
    reach(page, '[data-name="order"] [tabindex="0"]')
    page.keyboard.press("ArrowDown")
    reach(page, "[value=Complete], [title=Complete]")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Bye, Ann!").wait_for()
    sent = visitor.sent()[0].post_data_json["answers"]
    assert (sent["name"], sent["one"], sent["many"], sent["stars"]) == ("Ann", "blue", ["salt"], 2)
    assert sent["list"] in ("north", "south")
    assert sent["again"] is True
    assert sent["order"] == ["second", "first"]
    only_harmless(page)


WITHIN_FRAMES = """
for (let frame = 0; frame < 120; frame++) {
  if (shown()) return true;
  await new Promise(requestAnimationFrame);
}
return false;
"""


def reach(page: Page, selector: str, most: int = 12) -> None:
    """Press Tab until something is focused that matches, and see that the focus shows."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            break
    else:
        raise AssertionError(f"Tab does not reach {selector}")
    # What shows it comes in with a transition: look again with each frame that is drawn.
    look = f"async () => {{ const shown = {SHOWN}; {WITHIN_FRAMES} }}"
    assert page.evaluate(look), f"the focus does not show at {selector}"


SHOWN = """() => {
  for (let at = document.activeElement; at && !at.classList.contains("sd-page"); at = at.parentElement) {
    const style = getComputedStyle(at);
    if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) return true;
    if (/ 0px 0px 0px 2px/.test(style.boxShadow)) return true;
  }
  return false;
}"""


def only_harmless(page: Page) -> None:
    """Of the HTML of a definition, and of what an address put into it, only the harmless is left."""
    main = page.locator("main")
    assert main.locator("script, b").count() == 0
    assert main.locator("[onerror]").count() == 0
    assert main.locator("a").get_attribute("href") is None
    assert "From" in main.inner_text()


def test_without_a_script_the_page_says_what_it_needs(meet: Meet) -> None:
    page = meet("pl", java_script_enabled=False).open("/s/lunch", ready="main")
    expect(page.locator("noscript p")).to_be_visible()
    expect(page.locator("noscript p")).to_contain_text("Ta ankieta wymaga JavaScriptu.")
    expect(page.locator(".loading")).to_be_hidden()
