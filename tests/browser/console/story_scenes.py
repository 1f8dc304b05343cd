"""Scenes of one respondent with every kind of answer, and of the forms that change them."""

from __future__ import annotations

from playwright.sync_api import Page

from browser.console.stage import Scene, Stage
from rejoinder.core.bulk import ask_for_all
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit
from rejoinder.model.respondent import FINISHED, Lifecycle, State
from rejoinder.model.survey import Field, Kind, Loop, Option, Variable

MOMENT = 1_790_000_000_000_000
STARS = tuple(Option(str(n), {"en": f"{n} stars"}) for n in range(1, 6))
YES = (Option("yes", {"en": "Yes"}), Option("partly", {"en": "Partly"}), Option("no", {"en": "No"}))
ROWS = (
    Field("food", {"en": "The food"}),
    Field("room", {"en": "The room and its view of the harbour"}),
    Field("staff", {"en": "The people who looked after us"}),
)
VARIABLES = (
    Variable("parts", Kind.RATING, fields=ROWS, options=STARS, titles={"en": "How good were they?"}),
    Variable("order", Kind.RANKING, fields=ROWS, titles={"en": "What matters most to you?"}),
    Variable("detail", Kind.GRID_3D, fields=ROWS, titles={"en": "Tell us more about each"}),
    Variable("again", Kind.SINGLE, parent="detail", options=YES, titles={"en": "Would you have it again?"}),
    Variable("note", Kind.TEXT, parent="detail", titles={"en": "What should change?"}),
    Variable("photos", Kind.TEXT, element="file", titles={"en": "Photos of your visit"}),
    Variable("dish", Kind.TEXT, level="meals", titles={"en": "Which dish did you have?"}),
    Variable("taste", Kind.SINGLE, level="meals", options=STARS, titles={"en": "How did it taste?"}),
)
RECORD = {
    "email": "guest@example.org",
    "parts": {"food": "5", "room": "4", "staff": "5"},
    "order": {"staff": 1, "food": 2, "room": 3},
    "detail": {"food": {"again": "yes", "note": "A little less salt."}, "room": {"again": "partly"}},
    "photos": f"{'p' * 32}/Table by the window.jpg\n{'q' * 32}/Menu.pdf",
    "meals": [
        {"meals": "Lunch", "dish": "Pea soup", "taste": "4"},
        {"meals": "Dinner", "dish": "Fish of the day", "taste": "5"},
    ],
}


def dinner_to_show(stage: Stage) -> None:
    """Somebody who had two meals."""
    survey = stage.tenant.survey("dinner", VARIABLES, [Loop("meals", titles={"en": "Your meals"})])
    done = Lifecycle(State.COMPLETED, MOMENT, MOMENT, MOMENT + 90_000_000, "en", FINISHED, 0)
    stage.tenant.respond("dinner", [RECORD], [done])

    def anonymise(unit: Unit) -> int:
        return ask_for_all(unit, open_survey(unit, "dinner"), "anonymise", "respondent:respid = 1")

    stage.things["bulk"] = f"/surveys/{survey.id}/respondents/bulk/{stage.tenant.verb(anonymise)}"
    stage.things["dinner"] = f"{stage.url}/surveys/{survey.id}/respondents/1"


def _dinner(path: str) -> Scene:
    def scene(page: Page, stage: Stage) -> None:
        page.goto(stage.things["dinner"] + path)

    return scene


def _all(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.url}/surveys/{stage.things['survey']}/respondents?f=:satisfaction+%3D+'5'")
    page.get_by_role("link", name="Erase or anonymise all of these").click()
    page.get_by_role("heading", name="All whom the filter finds").wait_for()


def _bulk(page: Page, stage: Stage) -> None:
    page.goto(stage.url + stage.things["bulk"])
    page.get_by_text("1 respondent is anonymised.").wait_for()


def _wrong(page: Page, stage: Stage) -> None:
    page.goto(stage.things["dinner"] + "/answer?variable=order")
    page.get_by_label("The food").select_option("1")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Each rank can be given once.").first.wait_for()


STORY: dict[str, Scene] = {
    "survey-all-found": _all,
    "survey-all-anonymised": _bulk,
    "survey-respondent-rich": _dinner(""),
    "survey-answer-grid": _dinner("/answer?variable=parts"),
    "survey-answer-grid-3d": _dinner("/answer?variable=detail"),
    "survey-answer-ranking-wrong": _wrong,
    "survey-answer-files": _dinner("/answer?variable=photos"),
    "survey-answer-round": _dinner("/answer?variable=dish&at=[[%22meals%22,%22Lunch%22]]"),
}
