"""The settings' pages, with something on each of them."""

from __future__ import annotations

import time

from playwright.sync_api import Page

from browser.console.stage import Scene, Stage
from rejoinder.core.access import create_client, revoke_client
from rejoinder.core.feedback.onboarding import choose_category
from rejoinder.core.jobs import enqueue
from rejoinder.core.retention import Retention, set_retention
from rejoinder.core.unit import Unit
from rejoinder.core.webhooks import create_webhook
from rejoinder.store import jobs, queue
from rejoinder.store.deliveries import add_test
from rejoinder.store.queue import Note

REPLY = (
    '[{"at": 1795600000000000, "ms": 184, "status": 503, "reply": "upstream is resting"},'
    '{"at": 1795600306000000, "ms": 96, "status": 200, "reply": "{\\"ok\\":true}"}]'
)
LONG_AGO = 3600 * 1_000_000


def settings_to_show(stage: Stage) -> None:
    """Clients, a webhook with deliveries, jobs of each kind, a retention, a category."""
    tenant = stage.tenant
    client, _ = tenant.verb(
        lambda unit: create_client(unit, "Nightly report", ["forsta:read", "goodbridge:read"])
    )
    old, _ = tenant.verb(lambda unit: create_client(unit, "Old importer"))
    tenant.verb(lambda unit: revoke_client(unit, old.client_id))
    stage.things["client"] = client.client_id
    tenant.verb(_webhook)
    tenant.verb(_jobs)
    tenant.verb(lambda unit: set_retention(unit, "customer-2026", Retention(365, "anonymise")))
    tenant.verb(lambda unit: choose_category(unit, 2))


def _webhook(unit: Unit) -> None:
    made, _ = create_webhook(unit, "https://hooks.example.org/rejoinder", None, ["answer.created"])
    create_webhook(unit, "https://crm.example.com/in/surveys", "customer-2026")
    for status in ("delivered", "failed", "skipped"):
        name = add_test(unit.session, made, "stage", unit.now + LONG_AGO, unit.now - LONG_AGO)
        number = int(name.rpartition("_")[2])
        queue.keep_bodies(
            unit.session, [(unit.workspace_id, number, '{"event":"answer.created","answer":{"id":7}}')]
        )
        place = (unit.workspace_id, made.id, number)
        queue.note(unit.session, "stage", [Note(*place, status, 2, REPLY, None, unit.now)])  # type: ignore[arg-type]


def _jobs(unit: Unit) -> None:
    enqueue(unit, "erase_respondents", {}, run_at=unit.now + 24 * LONG_AGO)
    number = enqueue(unit, "update_respondents", {}, run_at=unit.now + 24 * LONG_AGO)
    jobs.cancel_job(
        unit.session,
        unit.workspace_id,
        number,
        "It was cancelled by a person before it ran.",
        time.time_ns() // 1000,
    )


def client_page(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.url}/settings/clients/{stage.things['client']}")


def new_client(page: Page, stage: Stage) -> None:
    page.goto(stage.url + "/settings/clients")
    page.get_by_role("button", name="New client").first.click()
    page.get_by_role("dialog").wait_for()


def rotated(page: Page, stage: Stage) -> None:
    client_page(page, stage)
    page.get_by_role("button", name="New secret").click()
    page.get_by_role("dialog").get_by_role("button", name="New secret").click()
    page.get_by_text("Keep the secret now").wait_for()


def new_webhook(page: Page, stage: Stage) -> None:
    page.goto(stage.url + "/settings/webhooks")
    page.get_by_role("button", name="New webhook").first.click()
    page.get_by_role("dialog").wait_for()


def asked(page: Page, stage: Stage) -> None:
    client_page(page, stage)
    page.get_by_role("button", name="Revoke").click()
    page.get_by_role("dialog").wait_for()


def verified(page: Page, stage: Stage) -> None:
    page.goto(stage.url + "/settings/audit")
    page.get_by_role("button", name="Verify").click()
    page.get_by_text("The log is sound").wait_for()


SETTINGS: dict[str, Scene] = {
    "settings-clients": "/settings/clients",
    "settings-client": client_page,
    "settings-client-new": new_client,
    "settings-client-secret": rotated,
    "settings-client-revoke": asked,
    "settings-webhooks": "/settings/webhooks",
    "settings-webhook-new": new_webhook,
    "settings-webhook": "/settings/webhooks/1",
    "settings-delivery": "/settings/webhooks/1/deliveries/1",
    "settings-people": "/settings/people",
    "settings-person": "/settings/people/1",
    "settings-workspace": "/settings/workspace",
    "settings-retention": "/settings/retention",
    "settings-category": "/settings/category",
    "settings-mail": "/settings/mail",
    "settings-audit": "/settings/audit",
    "settings-audit-verified": verified,
    "settings-jobs": "/settings/jobs",
}
