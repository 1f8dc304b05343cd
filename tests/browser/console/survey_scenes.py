"""The pages of surveys, results and respondents."""

from __future__ import annotations

from playwright.sync_api import Page

from browser.console import answers
from browser.console.stage import Scene, Stage


def answers_of_people(stage: Stage) -> None:
    """A month of answers to the demo's survey."""
    answers.answer(stage.tenant, "customer-2026")


def at_survey(path: str) -> Scene:
    """A page of the demo's survey."""

    def scene(page: Page, stage: Stage) -> None:
        page.goto(f"{stage.url}/surveys/{stage.things['survey']}{path}")

    return scene


def _respondents(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.url}/surveys/{stage.things['survey']}/respondents")


def chosen_respondents(page: Page, stage: Stage) -> None:
    """Two rows are ticked."""
    _respondents(page, stage)
    page.locator("[data-choose]").nth(1).check()
    page.locator("[data-choose]").nth(2).check()


def erasing(page: Page, stage: Stage) -> None:
    """What asks before it erases."""
    chosen_respondents(page, stage)
    page.locator("[data-dialog=erase]").click()


def columns(page: Page, stage: Stage) -> None:
    """The chooser of columns."""
    _respondents(page, stage)
    page.get_by_role("button", name="Columns").click()


def editing(page: Page, stage: Stage) -> None:
    """The form of one answer."""
    page.goto(f"{stage.url}/surveys/{stage.things['survey']}/respondents/318")
    page.get_by_role("link", name="Change: Where did you buy?").click()
    page.get_by_label("Where did you buy?", exact=True).wait_for()


SURVEYS: dict[str, Scene] = {
    "surveys": "/surveys",
    "survey-results": at_survey(""),
    "survey-results-some": at_survey("?f=:channel+%3D+'web'"),
    "survey-respondent": at_survey("/respondents/318"),
    "survey-respondent-edit": editing,
    "survey-respondents": at_survey("/respondents"),
    "survey-respondents-filter": at_survey(
        "/respondents?f=:satisfaction+%3D+'5'+AND+CONTAINS(:comment,+'price')"
    ),
    "survey-respondents-wrong": at_survey("/respondents?f=:satisfaction+%3D%3D+5"),
    "survey-respondents-nobody": at_survey("/respondents?q=zebra"),
    "survey-respondents-chosen": chosen_respondents,
    "survey-respondents-erase": erasing,
    "survey-respondents-columns": columns,
}
