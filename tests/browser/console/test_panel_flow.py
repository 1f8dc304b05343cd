"""An owner loads people and writes to them: a list with a bad line, and somebody who wants no more mail."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.conftest import DESK, PHONE, Visitor
from rejoinder.core.mail_templates import create_mail_template
from rejoinder.core.mailings import Recipients, queue_mailing
from rejoinder.core.panel.batches import add_contacts, create_batch
from rejoinder.core.panel.contacts import browse_contacts
from rejoinder.core.unit import Unit
from servers import rejoinder
from servers.people import sign_in
from servers.rejoinder import Server, Tenant

LIST = (
    "name;e-mail;city\nAnna;anna@example.org;Warszawa\nBolat;bolat@example.org;Алматы\nNobody;nowhere;Nice\n"
)
FILE = {"name": "people.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
HTML = '<a href="{survey_link}">Begin</a> <a href="{unsubscribe_link}">No more mails</a>'


@pytest.fixture
def server(sqlite_template: Path, tmp_path: Path) -> Iterator[Server]:
    with rejoinder.running(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'panel.db')}") as server:
        yield server


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_people_are_imported_written_to_and_opt_out(
    browser: Browser, server: Server, device: dict[str, object]
) -> None:
    tenant = server.tenant()
    tenant.survey("visits")
    session = sign_in(server, tenant, "owner").http.cookies["rejoinder_session"]
    context = browser.new_context(locale="en", reduced_motion="reduce", **device)  # type: ignore[arg-type]
    context.add_cookies([{"name": "rejoinder_session", "value": session, "url": server.url}])
    visitor = Visitor(context, server.url)
    console = f"{server.url}/console/{tenant.workspace_id}"
    import_contacts(visitor.page, console)
    tenant.verb(invite)
    opt_out(visitor.page, console, server, tenant)
    context.close()
    assert visitor.wrong == []


def import_contacts(page: Page, console: str) -> None:
    """Columns are recognised; the line without an address is told, and comes to nothing."""
    page.goto(f"{console}/panel/contacts")
    page.get_by_role("link", name="Import a list").click()
    page.locator("input[type=file]").set_input_files(FILE)  # type: ignore[arg-type]
    page.get_by_text("Rows with an address: 2").wait_for()
    page.get_by_role("button", name="Import").click()
    page.get_by_role("link", name="Look at it").click()
    page.wait_for_url(re.compile(r"/panel/contacts$"))
    for words in ("anna@example.org", "bolat@example.org"):
        expect(page.locator("main")).to_contain_text(words)
    expect(page.locator("main")).not_to_contain_text("nowhere")
    page.get_by_role("link", name="bolat@example.org").click()
    expect(page.locator("main")).to_contain_text("Алматы")


def invite(unit: Unit) -> None:
    """Both get a mail, which stays in the outbox: there is no mail server."""
    batch = create_batch(unit, "visits")
    add_contacts(unit, batch.uuid, browse_contacts(unit).contacts)
    made = create_mail_template(unit, "Invitation", "How was it?", HTML)
    queue_mailing(unit, "visits", made.id, Recipients(batch=batch.id))


def opt_out(page: Page, console: str, server: Server, tenant: Tenant) -> None:
    """Who presses the button of the mail's link is among the opt-outs, and gets nothing more."""
    page.goto(f"{console}/panel/opt-outs")
    page.get_by_text("Nobody has opted out").wait_for()
    page.goto(f"{console}/panel/outbox/1")
    address = page.get_by_role("heading", level=1).text_content() or ""
    mail = page.frame_locator("iframe.mail-frame")
    link = mail.get_by_role("link", name="No more mails").get_attribute("href")
    assert link
    assert link.startswith(f"{server.url}/u/")
    page.goto(link)
    page.get_by_role("button").click()
    expect(page.get_by_role("button")).to_have_count(0)
    page.goto(f"{console}/panel/opt-outs")
    page.get_by_text("1 opt-out in all").wait_for()
    expect(page.locator("main")).not_to_contain_text(address)
    page.get_by_placeholder("Email address").fill(address)
    page.get_by_role("button", name="Check").click()
    page.get_by_text(f"{address} has opted out.").wait_for()
    page.goto(f"{console}/panel/outbox/1")
    page.get_by_text("It would not be written any more").wait_for()
    assert tenant.workspace_id
