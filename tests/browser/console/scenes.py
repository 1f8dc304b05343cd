"""The console's pages as tests and pictures visit them: one line for each.

A scene is a path below the workspace's, or a function that takes the visitor's page there.
"""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from browser import surveys
from browser.console.feedback_scenes import FEEDBACK, feedback_to_show
from browser.console.fresh_scenes import FRESH, fresh_workspace
from browser.console.panel_scenes import PANEL, panel_to_show
from browser.console.reference_scenes import REFERENCE
from browser.console.settings_scenes import SETTINGS, settings_to_show
from browser.console.stage import Scene, Stage
from browser.console.story_scenes import STORY, dinner_to_show
from browser.console.survey_scenes import SURVEYS, answers_of_people
from browser.console.workshop_scenes import WORKSHOP, workshop_to_show
from rejoinder.core.people.accounts import invite
from rejoinder.core.workspaces import rename_workspace
from servers.people import add_person
from servers.rejoinder import Tenant


def prepare(tenant: Tenant) -> Stage:
    """Fill a workspace with what scenes show."""
    email, password = add_person(tenant, "owner", "anna@example.org")
    tenant.verb(lambda unit: rename_workspace(unit, "Acme Research"))
    survey = surveys.add(tenant, "customer-2026", surveys.DEMO_JSON)
    stage = Stage(tenant, email, password)
    stage.things["survey"] = survey
    for make in PREPARATIONS:
        make(stage)
    return stage


def invited_people(stage: Stage) -> None:
    """Somebody whose link is still unused."""
    _, token = stage.tenant.verb(lambda unit: invite(unit, "bo@example.org", "editor"))
    stage.things["link"] = token


def at_the_door(path: str) -> Scene:
    """A page for those who are not signed in."""

    def scene(page: Page, stage: Stage) -> None:
        page.context.clear_cookies(name="rejoinder_session")
        page.goto(stage.tenant.server.url + path)

    return scene


def by_link(page: Page, stage: Stage) -> None:
    page.context.clear_cookies(name="rejoinder_session")
    page.goto(f"{stage.tenant.server.url}/console/link/{stage.things['link']}")


def refused_sign_in(page: Page, stage: Stage) -> None:
    at_the_door("/console/sign-in")(page, stage)  # type: ignore[operator]
    page.get_by_label("Email address").fill("anna@example.org")
    page.get_by_label("Password").fill("not the one")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("The address or the password is not right.").wait_for()


def account_menu(page: Page, stage: Stage) -> None:
    page.goto(stage.url + "/account")
    page.locator("summary[aria-label='Your account']").click()


def drawer(page: Page, stage: Stage) -> None:
    page.goto(stage.url + "/account")
    if page.get_by_role("button", name="Menu").is_visible():
        page.get_by_role("button", name="Menu").click()


PREPARATIONS: list[Callable[[Stage], None]] = [
    invited_people,
    settings_to_show,
    answers_of_people,
    dinner_to_show,
    workshop_to_show,
    feedback_to_show,
    panel_to_show,
    fresh_workspace,
]

SCENES: dict[str, Scene] = {
    "sign-in": at_the_door("/console/sign-in"),
    "sign-in-refused": refused_sign_in,
    "link": by_link,
    "account": "/account",
    "account-menu": account_menu,
    "drawer": drawer,
    "not-there": "/nothing/here",
    "overview": "/overview",
    **SURVEYS,
    **STORY,
    **PANEL,
    **REFERENCE,
    **SETTINGS,
    **WORKSHOP,
    **FEEDBACK,
    **FRESH,
}
