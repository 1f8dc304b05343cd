"""The pages about feedback, with comments in three languages, corrections, projects and an import."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page

from browser.console.stage import Scene, Stage
from rejoinder.core.feedback import corrections
from rejoinder.core.feedback.importing import prepare_import, store_import
from rejoinder.core.feedback.imports import ImportEdit, change_import
from rejoinder.core.feedback.onboarding import choose_category, complete
from rejoinder.core.feedback.projects import add_survey_to_project, create_project
from rejoinder.core.feedback.queueing import ask_for_training
from rejoinder.core.feedback.responses import list_responses
from rejoinder.core.feedback.tags import TagEdit, create_tag, every_tag
from rejoinder.core.jobs import workspace_jobs
from rejoinder.core.respondents.answers import change_answer
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import rename_workspace
from rejoinder.jobs.analysis import handlers
from rejoinder.jobs.register import HANDLERS
from rejoinder.jobs.runner import Runner
from rejoinder.model.feedback import Sentiment
from servers.people import add_person, come_in
from servers.rejoinder import Tenant

SAID = (
    ("The delivery was quick and the courier was friendly, thank you!", 10),
    ("Great quality, but far too expensive for what it is.", 6),
    ("The app crashes every time I open my cart. Terrible.", 1),
    ("Support never answered my e-mail. I am very disappointed.", 2),
    ("Easy to use and the price is fair.", 9),
    ("It arrived on Tuesday.", 7),
    ("Die Lieferung kam viel zu spät und der Karton war kaputt.", 2),
    ("Sehr schönes Produkt, der Preis ist aber hoch.", 7),
    ("Der Kundendienst war freundlich und hat mir sofort geholfen.", 9),
    ("Bardzo dobra jakość, szybka dostawa. Polecam!", 10),
    ("Aplikacja się zawiesza, a obsługa nie odpowiada.", 1),
    ("Cena w porządku, ale strona jest nieczytelna.", 5),
)


def csv_file(rows: int = 240) -> bytes:
    """A file of feedback that is spread over some months."""
    begin = datetime(2026, 7, 1, tzinfo=UTC)
    lines = ["feedback,feedback_date,user_id,score,country"]
    for n in range(rows):
        text, score = SAID[(n * 7 + n // 12) % len(SAID)]
        day = (begin + timedelta(hours=13 * n)).date()
        lines.append(f'"{text}",{day},u{n},{score},{("PL", "DE", "GB")[n % 3]}')
    return "\n".join(lines).encode()


def work(tenant: Tenant) -> None:
    """Do what waits, beside the server, which does so too."""
    Runner(tenant.server.database, {**HANDLERS, **handlers()}).run_due()
    patience = time.monotonic() + 60
    while any(job.finished_at is None for job in tenant.look(workspace_jobs)):
        assert time.monotonic() < patience, "jobs do not end"
        time.sleep(0.05)


def onboard(unit: Unit) -> None:
    """Begin with a category, whatever was chosen before."""
    choose_category(unit, 2)
    complete(unit)


def feedback_to_show(stage: Stage) -> None:
    """A workspace of its own with an import in three languages, tags of its own, corrections."""
    tenant = stage.tenant.server.tenant()
    tenant.verb(lambda unit: rename_workspace(unit, "Acme Shop"))
    tenant.verb(onboard)
    number = tenant.verb(_import)
    tenant.verb(_tags)
    work(tenant)
    tenant.verb(_corrected)
    tenant.verb(ask_for_training)
    work(tenant)
    newest = tenant.look(lambda unit: list_responses(unit, limit=1)).items
    own = [one.id for one in tenant.look(every_tag) if one.name == "DELIVERY_TIME"]
    person = come_in(tenant.server, tenant.workspace_id, *add_person(tenant, "owner", "shop@example.org"))
    stage.things |= {"shop": tenant, "shop session": person.http.cookies["rejoinder_session"]}
    stage.things |= {"import": number, "response": newest[0].id, "own tag": own[0]}
    stage.things["corrected"] = f"/{newest[0].survey_id}/respondents/{newest[0].respid}"


def _import(unit: Unit) -> int:
    made = store_import(unit, prepare_import(unit, csv_file(), "Shop reviews.csv"))
    project = create_project(unit, "Autumn launch")
    create_project(unit, "Loyal customers")
    add_survey_to_project(unit, project.id, made.survey_id)
    change_import(unit, made.survey_id, ImportEdit(source="Web shop", metric_type="nps"))
    return made.survey_id


def _tags(unit: Unit) -> None:
    terms = ("deliver*", "courier", "Lieferung", "dostaw*", "late")
    made = create_tag(
        unit, TagEdit(name="Delivery time", description="Anything about when it came.", terms=terms)
    )
    below = TagEdit(
        name="Broken on arrival", terms=("kaputt", "broken"), parent_id=made.id, scope_by_parent=True
    )
    create_tag(unit, below)
    create_tag(unit, TagEdit(name="Call back", mode="manual"))


def _corrected(unit: Unit) -> None:
    newest = list_responses(unit, limit=8).items
    corrections.set_sentiment(unit, newest[0].id, Sentiment.NEUTRAL)
    tagged = next(one for one in newest[1:] if one.tags)
    corrections.take_tag(unit, tagged.id, tagged.tags[0].tag.id)
    by_hand = next(one.id for one in every_tag(unit) if one.name == "CALL_BACK")
    corrections.put_tag(unit, newest[2].id, by_hand)
    corrections.put_tag(unit, newest[0].id, by_hand)
    corrections.set_tag_sentiment(unit, newest[0].id, by_hand, Sentiment.NEGATIVE)
    survey = open_survey(unit, str(newest[0].survey_id))
    change_answer(unit, survey, newest[0].respid, survey.shape.schema.variables[-1], None)


def go(page: Page, stage: Stage, path: str, area: str = "/feedback") -> None:
    """Come to the shop's workspace."""
    tenant: Tenant = stage.things["shop"]
    page.context.clear_cookies(name="rejoinder_session")
    page.context.add_cookies(
        [{"name": "rejoinder_session", "value": stage.things["shop session"], "url": tenant.server.url}]
    )
    page.goto(f"{tenant.server.url}/console/{tenant.workspace_id}{area}{path}")


def history(page: Page, stage: Stage) -> None:
    """One respondent of whom much was corrected."""
    go(page, stage, stage.things["corrected"], "/surveys")


def at(path: str, thing: str = "", end: str = "") -> Scene:
    """A page, below something that the stage has."""

    def scene(page: Page, stage: Stage) -> None:
        go(page, stage, f"{path}{stage.things[thing] if thing else ''}{end}")

    return scene


def correcting(page: Page, stage: Stage) -> None:
    go(page, stage, "/texts")
    page.locator(".said-card").nth(1).locator("summary.chip").first.click()


def importing(page: Page, stage: Stage) -> None:
    go(page, stage, "/imports")
    page.get_by_role("button", name="Import a file").first.click()
    page.get_by_role("dialog").wait_for()


def wrong_rows(page: Page, stage: Stage) -> None:
    importing(page, stage)
    rows = b"feedback,feedback_date,score\ngood,2026-01-01,5\nbad,yesterday,5\nbad,2026-01-02,many\n"
    page.get_by_label("CSV file").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": rows})
    page.get_by_role("dialog").get_by_role("button", name="Import").click()
    page.locator("#import-result table").wait_for()


def editing(page: Page, stage: Stage) -> None:
    go(page, stage, f"/tags/{stage.things['own tag']}/edit")
    page.locator("#tried mark").first.wait_for()


FEEDBACK: dict[str, Scene] = {
    "feedback-begin": "/feedback",
    "feedback-overview": at(""),
    "feedback-overview-language": at("?language=de"),
    "feedback-texts": at("/texts"),
    "feedback-texts-tag": at("/texts?tag=", "own tag"),
    "feedback-texts-correcting": correcting,
    "feedback-texts-none": at("/texts?q=zebra"),
    "feedback-text": at("/texts/", "response"),
    "feedback-respondent-history": history,
    "feedback-tags": at("/tags"),
    "feedback-tag": at("/tags/", "own tag"),
    "feedback-tag-new": at("/new-tag"),
    "feedback-tag-edit": editing,
    "feedback-projects": at("/projects"),
    "feedback-project": at("/projects/1"),
    "feedback-project-empty": at("/projects/2"),
    "feedback-imports": at("/imports"),
    "feedback-imports-new": importing,
    "feedback-imports-wrong": wrong_rows,
    "feedback-import": at("/imports/", "import"),
    "feedback-learning": at("/learning"),
}
