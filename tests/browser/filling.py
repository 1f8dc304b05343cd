"""How a person fills each kind of element. Words are those that the page shows, in the given language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

PHOTO = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cfc000000301010018dd8db00000000049454e44ae426082"
)
"""The smallest picture."""


def question(page: Page, name: str) -> Locator:
    """A question by its name."""
    return page.locator(f'[data-name="{name}"]')


def write(page: Page, name: str, text: str) -> None:
    """Write into a field of one line or several."""
    field = question(page, name).locator("input, textarea").first
    field.fill(text)
    field.blur()


def slide(page: Page, name: str, value: int) -> None:
    """Move a slider with the keyboard."""
    knob = question(page, name).locator("input[type=range]")
    knob.focus()
    knob.press("Home")
    for _ in range(value):
        knob.press("ArrowRight")
    knob.blur()


def take(page: Page, name: str, *texts: str) -> None:
    """Take choices by their texts: of one or several, of a scale, of a switch."""
    for text in texts:
        question(page, name).locator("label").filter(has_text=text).first.click()


def pick(page: Page, name: str, *texts: str) -> None:
    """Open a list and pick from it."""
    place = question(page, name)
    place.get_by_role("combobox").first.click()
    for text in texts:
        page.get_by_role("option", name=text).filter(visible=True).click()
    if len(texts) > 1:
        page.locator(".sv-popup__button--done").filter(visible=True).click()


def rank_first(page: Page, name: str, text: str) -> None:
    """Move an item to the top with the keyboard."""
    item = question(page, name).locator(".sv-ranking-item").filter(has_text=text)
    item.focus()
    while item.locator(".sv-ranking-item__index").inner_text() != "1":
        item.press("ArrowUp")


def grade(page: Page, name: str, row: str, column: str) -> None:
    """Take a cell of a grid, as a phone shows it: a list under each row."""
    rows = question(page, name).locator("tr").filter(has_text=row)
    rows.locator("label").filter(has_text=column).first.click()


def attach(page: Page, name: str, path: Path) -> None:
    """Give a file, and wait until the question names it, with a picture or with what is wrong."""
    with page.expect_file_chooser() as chooser:
        question(page, name).locator(".sd-file__choose-btn").click()
    chooser.value.set_files(path)
    question(page, name).get_by_text(path.name).first.wait_for()


def words(page: Page, w: dict[str, Any]) -> None:
    """The first page."""
    write(page, "name", w["name"])
    write(page, "story", w["story"])
    fields = question(page, "contact").get_by_role("textbox")
    fields.nth(0).fill(w["city"])
    fields.nth(1).fill(w["street"])
    fields.nth(1).blur()


def inputs(page: Page, w: dict[str, Any]) -> None:
    """Every type of input."""
    for name, text in w["inputs"].items():
        write(page, name, text)
    slide(page, "range", w["range"])


def choices(page: Page, w: dict[str, Any]) -> None:
    """One, several, other, lists, and a switch."""
    take(page, "visits", w["never"])
    write(page, "why_never", w["why"])
    take(page, "reasons", *w["reasons"])
    take(page, "reasons", w["other"])
    question(page, "reasons").locator("textarea").fill(w["other_text"])
    pick(page, "town", w["town"])
    pick(page, "fruit", *w["fruit"])
    take(page, "again", w["yes"])


def scales(page: Page, w: dict[str, Any]) -> None:
    """Ratings, a ranking, a matrix."""
    take(page, "stars", "4")
    take(page, "nps", "9")
    rank_first(page, "wishes", w["first"])
    for row, column in w["grades"]:
        grade(page, "service", row, column)


def tables(page: Page, w: dict[str, Any], photo: Path) -> None:
    """A table of lists and numbers, a loop, a file; the picture is only looked at."""
    meals = question(page, "meals")
    row = meals.locator("tr").filter(has_text=w["soup"])
    row.get_by_role("combobox").click()
    page.get_by_role("option", name=w["soup_was"]).filter(visible=True).click()
    row.get_by_role("spinbutton").fill("2")
    page.get_by_role("button", name=w["add_child"]).click()
    children = question(page, "children")
    for number, (name, age) in enumerate(w["children"]):
        children.locator('[data-name="child_name"] input').nth(number).fill(name)
        children.locator('[data-name="child_age"] input').nth(number).fill(age)
    attach(page, "photo", photo)
