"""A new owner walks through all six areas: a survey from a file, feedback in three languages, a webhook."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect

from browser.conftest import DESK, Visitor
from browser.console.feedback_scenes import SAID
from browser.console.test_feedback_flow import begin, correct
from browser.console.test_settings_flow import SETTINGS, settings, welcome
from servers import rejoinder
from servers.receiver import Reaction, Receiver, receiving
from servers.rejoinder import Server

STAR_WARS = Path(__file__).parents[4] / "shared" / "data" / "surveys" / "StarWars.csv"
ROWS = 1186
SLOW = 60_000
"""Milliseconds for what a job does on a machine that is busy."""
MAIL = '<p>Hello {label1},</p><p><a href="{survey_link}">Begin</a></p>'


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    """Takes what webhooks send. It begins before the browser, whose event loop lets no other begin."""
    with receiving(lambda request: Reaction(body=b"got it")) as found:
        yield found


@pytest.fixture
def fresh(sqlite_template: Path, tmp_path: Path) -> Iterator[Server]:
    """A server over an empty store."""
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'fresh.db')}"
    with rejoinder.running(url, SETTINGS) as server:
        yield server


def test_a_new_owner_walks_through_everything(receiver: Receiver, browser: Browser, fresh: Server) -> None:
    context = browser.new_context(locale="en", reduced_motion="reduce", **DESK)
    visitor = Visitor(context, fresh.url)
    page = visitor.page
    welcome(page, fresh)
    survey_from_a_file(page)
    results(page)
    respondents(page)
    overview(page)
    feedback(page)
    hook(page, receiver)
    panel(page)
    client(page)
    reference(page)
    context.close()
    assert visitor.wrong == []


def go(page: Page, area: str) -> None:
    """To an area by the sidebar."""
    page.get_by_role("link", name=area, exact=True).locator("visible=true").first.click()


def survey_from_a_file(page: Page) -> None:
    """The first steps lead to the file; columns are settled as they were found."""
    go(page, "Overview")
    page.get_by_role("link", name="Import a file").click()
    card = page.locator("#from-file")
    card.get_by_label("File").set_input_files(STAR_WARS)
    card.get_by_role("button", name="Look at the file").click()
    page.wait_for_url(re.compile(r"/surveys/imports/\d+$"))
    expect(page.get_by_label("Name", exact=True)).to_have_value("StarWars")
    page.get_by_label("Name in its address").fill("star-wars")
    page.get_by_role("button", name="Check and import").click()
    page.get_by_text(f"{ROWS:,} added").wait_for(timeout=SLOW)
    page.get_by_role("link", name="To the survey").click()


def results(page: Page) -> None:
    page.wait_for_url(re.compile(r"/surveys/\d+$"))
    page.locator(".question canvas, .question svg.chart, .question [data-chart] canvas").first.wait_for()
    assert page.locator(".question").count() >= 15
    card = page.locator(".question", has_text="Which character shot first?").first
    card.get_by_text("Show as a table").click()
    expect(card.get_by_role("row", name=re.compile("^Han"))).to_contain_text("325")


def respondents(page: Page) -> None:
    page.get_by_role("navigation", name="Parts of the survey").get_by_role("link", name="Respondents").click()
    page.get_by_text(f"{ROWS:,} respondents").wait_for()
    page.locator("details.filter summary").click()
    page.get_by_label("What condition 1 is about").select_option(label="Which character shot first?")
    page.get_by_label("Value of condition 1").and_(page.locator("select")).select_option(label="Han")
    page.get_by_role("button", name="Apply the conditions").click()
    page.wait_for_url(re.compile(r"f="))
    rows = page.locator("#respondents tbody tr")
    expect(rows.first).to_be_visible()
    assert rows.count() == 50
    page.locator("#respondents tbody a").first.click()
    page.get_by_role("heading", name=re.compile("^Respondent ")).wait_for()
    asked = page.locator(".answers > div", has_text="Which character shot first?")
    expect(asked.locator("dd").first).to_contain_text("Han")


def overview(page: Page) -> None:
    go(page, "Overview")
    line = page.get_by_role("row", name=re.compile("^StarWars"))
    expect(line).to_contain_text(f"{ROWS:,}")
    expect(line).not_to_contain_text("One moment")


def feedback(page: Page) -> None:
    """Texts in three languages are read, their words marked, and one of them is corrected."""
    go(page, "Feedback")
    begin(page)
    page.get_by_role("link", name="Import a file").first.click()
    page.get_by_role("button", name="Import a file").first.click()
    lines = ["feedback,feedback_date,user_id,score"]
    lines += [f'"{text}",2026-09-{n + 1:02},u{n},{score}' for n, (text, score) in enumerate(SAID)]
    file = {"name": "Shop.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}
    page.get_by_label("CSV file").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_label("Source").fill("Web shop")
    page.get_by_role("dialog").get_by_role("button", name="Import").click()
    page.wait_for_url(re.compile(r"/feedback/imports/\d+$"))
    page.get_by_role("link", name="Read texts").wait_for(timeout=SLOW)
    correct(page)
    cards = page.locator(".said-card")
    expect(cards).to_have_count(len(SAID))
    assert cards.locator("mark").count() > 5
    for text, _ in (SAID[0], SAID[6], SAID[9]):
        card = cards.filter(has_text=text)
        expect(card.locator("summary.chip").first).to_be_visible()
    expect(cards.filter(has_text=SAID[6][0]).locator("summary.mood")).to_have_text("Negative")
    expect(cards.filter(has_text=SAID[9][0]).locator("summary.mood")).to_have_text("Positive")


def hook(page: Page, receiver: Receiver) -> None:
    """A webhook gets a test, and its history has it."""
    settings(page, "Webhooks")
    page.get_by_role("button", name="New webhook").first.click()
    page.get_by_role("dialog").get_by_label("Address").fill(receiver.url)
    page.get_by_role("dialog").get_by_role("button", name="Create").click()
    page.get_by_text("Keep the secret now").wait_for()
    page.get_by_role("button", name="Send a test").click()
    page.get_by_text("The test arrived").wait_for()
    assert b"webhook.test" in receiver.requests[-1].body
    page.reload()
    page.get_by_role("link", name="webhook.test").click()
    page.get_by_text("got it").wait_for()


def panel(page: Page) -> None:
    go(page, "Panel")
    page.get_by_role("button", name="New contact").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Email address").fill("leia@example.org")
    dialog.get_by_label("Label 1", exact=False).first.fill("Leia")
    dialog.get_by_role("button", name="Add").click()
    page.locator("main").get_by_text("leia@example.org").first.wait_for()
    go(page, "Panel")
    page.get_by_role("navigation", name="Parts of the panel").get_by_role("link", name="Templates").click()
    page.get_by_role("link", name="Write the first one").click()
    page.get_by_label("Name", exact=True).fill("Invitation")
    page.get_by_label("Subject").first.fill("How was it, {label1}?")
    page.get_by_label("Text of the mail, as HTML").first.press_sequentially(MAIL)
    seen = page.frame_locator("[name=mail-preview]")
    expect(seen.get_by_role("link", name="Begin")).to_be_visible()
    expect(page.locator("#preview-text .mail-subject")).to_contain_text("How was it, ")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(re.compile(r"/panel/templates/\d+$"))
    expect(page.get_by_role("heading", name="Invitation")).to_be_visible()


def client(page: Page) -> None:
    """What is printed to be pasted into a shell works in one."""
    settings(page, "API clients")
    page.get_by_role("button", name="New client").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Reports")
    dialog.get_by_role("button", name="Create").click()
    page.get_by_text("Tick at least one API.").wait_for()
    dialog.get_by_role("checkbox", name="Forsta (Confirmit) survey data read").check()
    dialog.get_by_role("button", name="Create").click()
    page.get_by_text("Keep the secret now").wait_for()
    asked = page.locator("#token-forsta").text_content() or ""
    token = msgspec.json.decode(shell(asked))["access_token"]
    read = page.locator("#read-forsta").text_content() or ""
    assert len(msgspec.json.decode(shell(read, TOKEN=token))["items"]) > 10


def shell(command: str, **environ: str) -> str:
    """What a command prints."""
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        env={"PATH": os.environ["PATH"], "no_proxy": "*", **environ},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout


def reference(page: Page) -> None:
    """A GET is tried where it is described."""
    go(page, "API reference")
    page.goto(page.url.partition("/docs")[0] + "/docs/forsta#get_v1_surveys_survey_respondents_data")
    page.get_by_role("button", name="Get a token").click()
    page.get_by_text("Good until").wait_for()
    form = page.locator("#get_v1_surveys_survey_respondents_data form")
    form.get_by_label("survey", exact=True).fill("star-wars")
    form.get_by_label("Query").fill("pageSize=2\npage=1")
    form.get_by_role("button", name="Send").click()
    form.get_by_text("200 OK").wait_for()
    expect(form.locator("[data-body]")).to_contain_text(f'"totalCount": {ROWS}')
