"""The API reference, read and tried."""

from __future__ import annotations

from playwright.sync_api import Page

from browser.console.stage import Scene, Stage


def docs(path: str) -> Scene:
    """A page of the reference."""

    def scene(page: Page, stage: Stage) -> None:
        page.goto(f"{stage.tenant.server.url}/docs{path}")

    return scene


def unsigned(page: Page, stage: Stage) -> None:
    page.context.clear_cookies(name="rejoinder_session")
    page.goto(f"{stage.tenant.server.url}/docs/goodbridge#get_integrations_project_id_respondents")
    page.get_by_role("link", name="Link to this").wait_for()


def tried(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.tenant.server.url}/docs/forsta#get_v1_surveys_survey_respondents_data")
    page.get_by_role("button", name="Get a token").click()
    page.get_by_text("Good until").wait_for()
    form = page.locator("#get_v1_surveys_survey_respondents_data form")
    form.get_by_label("survey", exact=True).fill("customer-2026")
    form.get_by_label("Query").fill("pageSize=2\npage=1")
    form.get_by_role("button", name="Send").click()
    form.get_by_text("200 OK").wait_for()


def found(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.tenant.server.url}/docs")
    page.get_by_label("Search in all operations").fill("anonymize batch")
    page.locator("#all-operations li:visible").first.wait_for()


REFERENCE: dict[str, Scene] = {
    "docs": docs(""),
    "docs-found": found,
    "docs-webankieta": docs("/webankieta"),
    "docs-cxi": docs("/cxi#post_v1_imports"),
    "docs-tried": tried,
    "docs-unsigned": unsigned,
}
