"""The overview: first steps on an empty workspace, then numbers that are the store's, and what is ill."""

from __future__ import annotations

import re
import time

import pytest
from sqlalchemy import update

from console.conftest import House
from rejoinder.core.jobs import cancel_job, enqueue
from rejoinder.core.webhooks import create_webhook, disable_webhook
from rejoinder.model.respondent import FINISHED, Lifecycle, State
from rejoinder.model.survey import Kind, Option, Variable
from rejoinder.store.tables.effects import job as jobs
from servers.people import Person

SCALE = tuple(Option(str(n)) for n in range(11))
VARIABLES = (Variable("again", Kind.SINGLE, options=SCALE, metric="nps"),)
DAY = 86_400_000_000


def fill(house: House) -> int:
    """A survey with 3 responses of now, 2 of three days ago, 4 of a month ago, 1 of nobody yet."""
    survey = house.tenant.survey("visits", VARIABLES)
    now = time.time_ns() // 1000
    ended = [now] * 3 + [now - 3 * DAY] * 2 + [now - 30 * DAY] * 4
    lives = [Lifecycle(State.COMPLETED, at - 9, at - 8, at, "en", FINISHED, 0) for at in ended]
    records = [{"again": "10"}] * 6 + [{"again": "0"}] * 3 + [{}]
    house.tenant.respond("visits", records, [*lives, Lifecycle(State.LISTED, now)])
    return survey.id


def cells(person: Person, name: str) -> dict[str, str]:
    """The cells of a survey's line, by their heads, without tags."""
    text = person.get("/overview").text
    [line] = [line for line in re.findall(r"<tr>.*?</tr>", text, re.DOTALL) if f">{name}</a>" in line]
    found = re.findall(r'<td[^>]* data-label="([^"]+)">(.*?)</td>', line, re.DOTALL)
    return {head: re.sub(r"<[^>]+>", "", cell).strip() for head, cell in found}


def test_an_empty_workspace_shows_first_steps_that_lead_somewhere(house: House) -> None:
    page = house.owner.get("/overview")
    assert "First steps" in page.text
    links = re.findall(r'<a class="button[^"]*" href="([^"#]+)', page.text)
    assert len(links) >= 3
    for link in links:
        assert house.owner.get(link).status_code == 200, link
    viewer = house.viewer.get("/overview").text
    assert "First steps" in viewer
    assert "/surveys/new" not in viewer
    assert "/settings/clients" not in viewer


def test_numbers_are_those_of_the_store(house: House) -> None:
    survey = fill(house)
    found = cells(house.viewer, "Visits")
    midnight = time.time_ns() // 1000 % DAY
    assert (found["Responses"], found["Seven days"], found["Rate"]) == ("9", "5", "90%")
    if midnight > 60_000_000:  # not in the first minute of a day, when those of now may be of yesterday
        assert found["Today"] == "3"
    figures = house.viewer.get(f"/surveys/{survey}/results/figures").text
    assert "NPS" in figures
    assert "33" in figures, "6 promoters, 3 detractors, 9 in all"


def test_nobody_sees_another_workspace(house: House) -> None:
    survey = fill(house)
    assert "Visits" not in house.stranger.get("/overview").text
    assert house.stranger.get(f"/surveys/{survey}/results/figures").status_code == 404
    assert house.stranger.get(house.owner.path("/overview")).status_code == 404


@pytest.mark.parametrize("role", ["owner", "viewer"])
def test_what_is_ill_is_told(house: House, role: str) -> None:
    fill(house)
    person = house.people()[role]
    assert "Something needs a look." not in person.get("/overview").text
    house.other.verb(lambda unit: create_webhook(unit, "https://example.org/theirs"))
    made, _ = house.tenant.verb(lambda unit: create_webhook(unit, "https://example.org/hook"))
    assert "Something needs a look." not in person.get("/overview").text, "it works, as far as is known"
    house.tenant.verb(lambda unit: disable_webhook(unit, made.id))
    job, unwanted = [
        house.tenant.verb(lambda unit: enqueue(unit, "update_respondents", {}, run_at=1 << 60)) for _ in "ab"
    ]
    house.tenant.verb(lambda unit: cancel_job(unit, unwanted))
    failed = update(jobs).where(jobs.c.id == job).values(status="failed", error="It was too much.")
    house.tenant.verb(lambda unit: unit.session.run(failed))
    page = person.get("/overview").text
    assert f"Webhook {made.id} is disabled." in page
    assert f"Job {job} failed: It was too much." in page
    assert f"Job {unwanted}" not in page, "a person cancelled it: nothing is ill"
    assert (f"/settings/webhooks/{made.id}" in page) == (role == "owner"), "only owners can go there"
