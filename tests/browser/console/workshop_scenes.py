"""Scenes of where surveys are made, answered and carried in and out."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from browser.console.stage import Scene, Stage
from rejoinder.core.collecting.authoring import CollectorChange, create_collector
from rejoinder.core.exports.asking import request_export
from rejoinder.core.incoming import begin_import, look_into, receive_file
from rejoinder.core.unit import Unit
from rejoinder.jobs.register import exporter, runner
from rejoinder.model.exports import Wanted
from rejoinder.model.incoming import Wish
from rejoinder.settings import Settings

FILE = (
    "email,Where did you buy?,visits,shoe size\n"
    + "".join(
        f"visitor{n}@example.org,{'In a store' if n % 3 else 'In the app'},{n % 7},{36 + n % 9}\n"
        for n in range(60)
    )
).encode()


def workshop_to_show(stage: Stage) -> None:
    """Two collectors, and an export that is done."""
    survey = stage.things["survey"]

    def make(unit: Unit) -> None:
        reference = str(survey)
        create_collector(
            unit, reference, "newsletter", CollectorChange(name="Newsletter in May", kind="email")
        )
        till = CollectorChange(name="Till in the main hall", quota=500, closes_at=1)
        create_collector(unit, reference, "till", till)
        request_export(unit, Wanted(survey=int(survey), format="xlsx"))

    stage.tenant.verb(make)
    stage.things["import"] = stage.tenant.verb(lambda unit: _file(unit, str(survey)))
    stage.things["new_import"] = stage.tenant.verb(lambda unit: _file(unit, None))
    stage.things["bad_import"] = stage.tenant.verb(lambda unit: _bad_file(unit, str(survey)))
    runner(stage.tenant.server.database, Settings()).run_due()
    exporter(stage.tenant.server.database, Settings()).run_due()


def _file(unit: Unit, reference: str | None) -> int:
    seen = look_into(unit, FILE, reference)
    return receive_file(unit, reference, FILE, "Visitors of May.csv", seen).id


def _bad_file(unit: Unit, reference: str) -> int:
    data = b"email,visits\na@example.org,often\nb@example.org,<b>3</b>\n"
    new = receive_file(unit, reference, data, "wrong.csv", look_into(unit, data, reference))
    return begin_import(unit, new.id, Wish(store=True)).id


def _import(name: str) -> Callable[[Page, Stage], None]:
    def scene(page: Page, stage: Stage) -> None:
        page.goto(f"{stage.url}/surveys/imports/{stage.things[name]}")

    return scene


def _at(path: str) -> Callable[[Page, Stage], None]:
    def scene(page: Page, stage: Stage) -> None:
        page.goto(f"{stage.url}/surveys/{stage.things['survey']}{path}")

    return scene


def new_collector(page: Page, stage: Stage) -> None:
    _at("/collect")(page, stage)
    page.get_by_role("button", name="New collector").click()


def delete_dialog(page: Page, stage: Stage) -> None:
    _at("/options")(page, stage)
    page.get_by_role("button", name="Delete this survey").click()


def open_question(page: Page, stage: Stage) -> None:
    _at("/design")(page, stage)
    page.locator(".question-toggle").nth(1).click()
    page.get_by_role("button", name="Add a condition").click()
    page.evaluate("scrollTo(0, 0)")  # so that nothing of it lies half under the bar at the top


def add_question(page: Page, stage: Stage) -> None:
    _at("/design")(page, stage)
    page.get_by_role("button", name="Add a question").first.click()


def json_error(page: Page, stage: Stage) -> None:
    _at("/design/json")(page, stage)
    page.get_by_label("SurveyJS definition").fill(
        '{"title": "x",\n "pages": [{"elements": [\n  {"type": "text"}\n]}]}'
    )
    page.get_by_role("button", name="Save").click()
    page.get_by_text("It cannot be saved like this.").wait_for()
    page.evaluate("scrollTo(0, 0)")  # what lies half under the bar while one scrolls is no target


WORKSHOP: dict[str, Scene] = {
    "survey-new": "/surveys/new",
    "survey-design": _at("/design"),
    "survey-design-question": open_question,
    "survey-design-add": add_question,
    "survey-design-json": _at("/design/json"),
    "survey-design-json-error": json_error,
    "survey-design-versions": _at("/design/versions"),
    "survey-design-version": _at("/design/versions/1"),
    "survey-collect": _at("/collect"),
    "survey-new-collector": new_collector,
    "survey-import": _at("/import"),
    "survey-import-columns": _import("import"),
    "survey-import-new": _import("new_import"),
    "survey-import-refused": _import("bad_import"),
    "survey-exports": _at("/exports"),
    "survey-options": _at("/options"),
    "survey-delete": delete_dialog,
}
