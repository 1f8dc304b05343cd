"""A new owner makes a survey: the builder, the preview, saving, its JSON, its page, an import, an export."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from playwright.sync_api import Page, expect

from browser.conftest import PHONE
from browser.console.conftest import At
from browser.console.stage import Stage
from rejoinder.core.reviewing import definition_of


def definition(stage: Stage, page: Page, version: int) -> Any:
    """What is stored of the survey whose page is open."""
    number = re.search(r"/surveys/(\d+)/design", page.url)
    assert number
    return msgspec.json.decode(stage.tenant.look(lambda unit: definition_of(unit, number[1], version)))


def begin(owner_at: At, name: str, **how: Any) -> Page:
    """A blank survey, in the builder."""
    page = owner_at("/surveys/new", **how)
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Make the survey").first.click()
    page.wait_for_url("**/design")
    return page


def add(page: Page, kind: str, title: str) -> None:
    page.get_by_role("button", name="Add a question").last.click()
    page.locator(f"#add-question [data-kind={kind}]").click()
    page.locator(".ask.open").get_by_label("Question", exact=True).first.fill(title)


def test_a_survey_is_built_seen_and_saved(owner_at: At, stage: Stage) -> None:
    page = begin(owner_at, "Lunch")
    add(page, "nps", "Would you recommend the lunch?")
    add(page, "single", "What did you eat?")
    options = page.locator(".ask.open .item input[type=text]:first-child")
    options.nth(0).fill("Soup")
    options.nth(2).press("Enter")
    expect(options).to_have_count(4)
    options.nth(3).fill("Salad")
    page.get_by_role("button", name="Delete number 2").click()
    expect(options).to_have_count(3)
    add(page, "comment", "What was wrong?")
    page.locator(".ask.open").get_by_role("button", name="Add a condition").click()
    page.locator(".ask.open").get_by_label("Comparison").select_option("<")
    page.locator(".ask.open").get_by_label("Value").fill("7")
    page.locator(".ask.open").get_by_label("Value").press("Tab")
    seen = page.frame_locator("#preview")
    seen.get_by_text("Would you recommend the lunch?").wait_for()
    expect(seen.get_by_text("What was wrong?")).to_have_count(0)
    seen.get_by_role("radio", name="3", exact=True).check(force=True)
    seen.get_by_text("What was wrong?").wait_for()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved as version 2.").wait_for()
    stored = definition(stage, page, 2)["pages"][0]["elements"]
    assert [one["type"] for one in stored] == ["rating", "radiogroup", "comment"]
    assert [one["text"] for one in stored[1]["choices"]] == ["Soup", "Option 3", "Salad"]
    assert stored[2]["visibleIf"] == "{nps} < 7"


def test_nothing_that_was_written_is_lost(owner_at: At) -> None:
    page = begin(owner_at, "Dinner")
    add(page, "text", "Who cooked?")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.get_by_text("Your changes from before are here again.").wait_for()
    page.get_by_text("Who cooked?").first.wait_for()
    page.get_by_role("button", name="Throw them away").click()
    page.get_by_text("Nothing is on this page yet.").wait_for()


def test_undo_brings_back_what_was_deleted(owner_at: At) -> None:
    page = begin(owner_at, "Supper")
    add(page, "number", "How many came?")
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_text("Nothing is on this page yet.").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("How many came?").first.wait_for()


def test_texts_in_another_language(owner_at: At, stage: Stage) -> None:
    page = begin(owner_at, "Breakfast")
    add(page, "boolean", "Was it warm?")
    page.get_by_label("Language to write in").select_option("pl")
    page.locator(".ask.open").get_by_label("Question", exact=True).first.fill("Czy było ciepłe?")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved as version 2.").wait_for()
    stored = definition(stage, page, 2)["pages"][0]["elements"][0]
    assert stored["title"] == {"default": "Was it warm?", "pl": "Czy było ciepłe?"}


def test_by_keyboard_and_on_a_phone(owner_at: At) -> None:
    page = begin(owner_at, "Snack", device=PHONE)
    page.get_by_role("button", name="Add a question").focus()
    page.keyboard.press("Enter")
    page.locator("#add-question [data-kind=email]").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("Where can we write to you?")
    expect(page.locator(".question-title").first).to_contain_text("Where can we write to you?")
    add(page, "date", "When were you here?")
    page.locator("[data-key='date/up']").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".question-title").first).to_contain_text("When were you here?")
    page.get_by_role("button", name="Preview").click()
    page.frame_locator("#preview").get_by_text("When were you here?").wait_for()


def test_json_says_where_it_is_wrong(owner_at: At) -> None:
    page = begin(owner_at, "Tea")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="JSON").click()
    text = '{\n "pages": [\n  {"elements": [\n   {"type": "text", "name": "a"},\n   {"type": "text"}\n]}]}'
    page.get_by_label("SurveyJS definition").fill(text)
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Line 5").wait_for()
    page.get_by_role("button", name="Go to the line").click()
    assert page.evaluate("document.activeElement.id") == "definition"
    assert (
        page.evaluate(
            "getSelection().toString() || document.activeElement.value.slice("
            "document.activeElement.selectionStart, document.activeElement.selectionEnd)"
        )
        == '   {"type": "text"}'
    )
    page.get_by_label("SurveyJS definition").fill(
        text.replace('{"type": "text"}', '{"type": "text", "name": "b"}')
    )
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved as version 2.").wait_for()
    page.get_by_role("link", name="Versions").click()
    page.get_by_role("button", name="Restore").click()
    page.locator("#confirm").get_by_role("button", name="Restore").click()
    page.get_by_text("Version 1 is back, as version 3.").wait_for()


def test_a_file_is_brought_in_and_taken_out(owner_at: At) -> None:
    page = owner_at("/surveys/new")
    rows = "".join(f"p{n}@example.org,{'Good' if n % 2 else 'Bad'}\n" for n in range(30))
    file = {"name": "Café.csv", "mimeType": "text/csv", "buffer": f"email,How was it?\n{rows}".encode()}
    page.locator("input[type=file]").first.set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Look at the file").click()
    page.get_by_role("heading", name="Café.csv").wait_for()
    page.get_by_label("Name in its address").fill("cafe")
    page.locator("#column-1").fill("the mood")
    page.get_by_role("button", name="Look again").click()
    page.get_by_text("A name has letters").wait_for()
    page.locator("#column-1").fill("mood")
    page.locator("#kind-1").select_option("text")
    page.get_by_role("button", name="Look again").click()
    page.get_by_text("This is what becomes of the columns now.").wait_for()
    expect(page.locator("#column-1")).to_have_value("mood")
    expect(page.locator("#kind-1")).to_have_value("text")
    page.get_by_role("button", name="Check and import").click()
    page.get_by_text("All of it is stored: 30 added, 0 updated.").wait_for()
    page.get_by_role("link", name="To the survey").click()
    page.get_by_role("link", name="Export").click()
    page.get_by_role("button", name="Export").click()
    page.get_by_text("ready").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.path().read_bytes().count(b"\n") == 31
