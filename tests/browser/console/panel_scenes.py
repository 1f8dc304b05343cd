"""The panel's pages, with something on each of them."""

from __future__ import annotations

from playwright.sync_api import Page
from sqlalchemy import update

from browser.console.stage import Scene, Stage
from rejoinder.core.mail_templates import create_mail_template
from rejoinder.core.mailings import Recipients, queue_mailing
from rejoinder.core.opt_outs import add_opt_outs
from rejoinder.core.panel.batches import add_contacts, create_batch
from rejoinder.core.panel.contacts import browse_contacts, keep_contacts
from rejoinder.core.unit import Unit
from rejoinder.model.mail import Variant
from rejoinder.model.panel import Entry
from rejoinder.store.tables.panel import mail
from rejoinder.store.tables.respondents import respondent

HOUR = 3600 * 1_000_000
STOPPED = "Rejoinder stopped while it was sending this mail."
FIRST = ("Anna", "Bolat", "Camille", "Deniz", "Ewa", "Fritz", "Galina", "Hugo", "Inés", "Jan", "Kasia", "Léa")
CITIES = ("Warszawa", "Алматы", "Paris", "İzmir", "Berlin")
HTML = (
    "<p>Hello {label1},</p><p>how was your visit in {label2}? It takes three minutes.</p>"
    '<p><a href="{survey_link}">Begin the survey</a></p>'
    '<p><small><a href="{unsubscribe_link}">No more mails</a></small></p>'
)
LIST = (
    "name;e-mail;city\nAnna;anna@example.org;Warszawa\nBolat;bolat@example.org;Алматы\nNobody;nowhere;Nice\n"
)


def panel_to_show(stage: Stage) -> None:
    """Contacts, a batch, templates, a mailing whose mails went different ways, opt-outs."""
    stage.tenant.verb(_people)
    stage.tenant.verb(lambda unit: _mailing(unit, stage))


def _people(unit: Unit) -> None:
    entries = [
        Entry(f"{name.lower()}{n}@example.org", {1: name, 2: CITIES[n % 5]})
        for n, name in enumerate(FIRST * 6)
    ]
    keep_contacts(unit, entries)
    add_opt_outs(unit, ["kasia10@example.org", "gone@example.org", "never@example.com"])


def _mailing(unit: Unit, stage: Stage) -> None:
    batch = create_batch(unit, "customer-2026")
    add_contacts(unit, batch.uuid, browse_contacts(unit, limit=60).contacts)
    polish = Variant("Jak było, {label1}?", HTML.replace("Hello", "Dzień dobry"))
    made = create_mail_template(unit, "Invitation", "How was it, {label1}?", HTML, {"pl": polish})
    create_mail_template(unit, "Thank you", "Thank you!", "<p>Thank you for your answer.</p>")
    queued = queue_mailing(unit, "customer-2026", made.id, Recipients(batch=batch.id))
    stage.things |= {"batch": batch.uuid, "mailing": queued.mailing.id, "template": made.id}
    _fates(unit)


def _fates(unit: Unit) -> None:
    """What became of the mails; most of them arrived."""
    mine = (mail.c.workspace_id == unit.workspace_id, mail.c.status == "waiting")
    told = {"ended_at": unit.now - 90 * HOUR, "due_at": None, "attempts": 1}
    for span, values in (
        ((1, 44), {"status": "sent", **told}),
        ((45, 48), {"status": "bounced", "detail": "550 5.1.1 No such user", **told}),
        ((49, 50), {"status": "doubtful", "detail": STOPPED, **told}),
        ((51, 53), {"status": "outbox", "due_at": None}),
    ):
        unit.session.run(update(mail).where(*mine, mail.c.id.between(*span)).values(values))
    people = (respondent.c.workspace_id == unit.workspace_id, respondent.c.contact_id.is_not(None))
    opened = {"invited_at": unit.now - 90 * HOUR, "opened_at": unit.now - 60 * HOUR}
    unit.session.run(update(respondent).where(*people, respondent.c.contact_id <= 26).values(opened))
    done = {"completed_at": unit.now - 59 * HOUR}
    unit.session.run(update(respondent).where(*people, respondent.c.contact_id <= 17).values(done))


def at(path: str) -> Scene:
    """A page of the panel, with what the stage knows in its path."""

    def scene(page: Page, stage: Stage) -> None:
        page.goto(f"{stage.url}/panel{path.format(**stage.things)}")

    return scene


def new_contact(page: Page, stage: Stage) -> None:
    page.goto(stage.url + "/panel/contacts")
    page.get_by_role("button", name="New contact").first.click()
    page.get_by_role("dialog").wait_for()


def erasing(page: Page, stage: Stage) -> None:
    page.goto(stage.url + "/panel/contacts/1")
    page.get_by_role("button", name="Erase").first.click()
    page.get_by_role("dialog").wait_for()


def importing(page: Page, stage: Stage) -> None:
    page.goto(stage.url + "/panel/import")
    page.get_by_label("Paste a list").fill(LIST)
    page.get_by_text("Rows with an address: 2").wait_for()


def writing(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.url}/panel/write?from={stage.things['template']}")
    page.locator("#preview-text").get_by_text("How was it, Anna?").wait_for()
    page.frame_locator("iframe[name=mail-preview]").get_by_text("Begin the survey").wait_for()


def checking(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.url}/panel/compose?survey={stage.things['survey']}")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Send this mailing?").wait_for()


def mailing(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.url}/panel/mailings/{stage.things['mailing']}")
    page.get_by_text("From sent to answered").first.wait_for()
    page.locator("#due strong").wait_for()


def removing_opt_out(page: Page, stage: Stage) -> None:
    page.goto(stage.url + "/panel/opt-outs?address=gone@example.org")
    page.get_by_role("button", name="Remove").first.click()
    page.get_by_role("dialog").wait_for()


PANEL: dict[str, Scene] = {
    "panel-contacts": "/panel/contacts",
    "panel-contacts-new": new_contact,
    "panel-contacts-search": "/panel/contacts?q=war&by=label",
    "panel-contact": "/panel/contacts/1",
    "panel-contact-erase": erasing,
    "panel-import": importing,
    "panel-batches": "/panel/batches",
    "panel-batch": at("/batches/{batch}"),
    "panel-add": "/panel/add",
    "panel-add-contacts": "/panel/add?from=contacts",
    "panel-templates": "/panel/templates",
    "panel-template": at("/templates/{template}?language=pl"),
    "panel-write": writing,
    "panel-mailings": "/panel/mailings",
    "panel-mailing": mailing,
    "panel-compose": "/panel/compose",
    "panel-check": checking,
    "panel-opt-outs": "/panel/opt-outs?address=gone@example.org",
    "panel-opt-outs-remove": removing_opt_out,
    "panel-outbox": "/panel/outbox",
    "panel-letter": "/panel/outbox/51",
}
