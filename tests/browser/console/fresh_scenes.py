"""A workspace in which nothing was done yet: every area says what to do first."""

from __future__ import annotations

from playwright.sync_api import Page

from browser.console.stage import Scene, Stage
from rejoinder.core.workspaces import rename_workspace
from servers.people import add_person


def fresh_workspace(stage: Stage) -> None:
    """A second workspace, which the same owner has just been given."""
    made = stage.tenant.server.tenant(features=["api_export"])
    made.verb(lambda unit: rename_workspace(unit, "Nordic Trial"))
    add_person(made, "owner", stage.email, stage.password)
    stage.things["fresh"] = made.workspace_id


def fresh(path: str) -> Scene:
    """A page of it."""

    def scene(page: Page, stage: Stage) -> None:
        page.goto(f"{stage.tenant.server.url}/console/{stage.things['fresh']}{path}")

    return scene


PATHS = {
    "overview": "/overview",
    "surveys": "/surveys",
    "feedback": "/feedback",
    "contacts": "/panel/contacts",
    "batches": "/panel/batches",
    "add": "/panel/add",
    "templates": "/panel/templates",
    "write": "/panel/write",
    "mailings": "/panel/mailings",
    "compose": "/panel/compose",
    "opt-outs": "/panel/opt-outs",
    "outbox": "/panel/outbox",
    "webhooks": "/settings/webhooks",
    "people": "/settings/people",
    "retention": "/settings/retention",
    "category": "/settings/category",
    "jobs": "/settings/jobs",
}

FRESH: dict[str, Scene] = {f"fresh-{name}": fresh(path) for name, path in PATHS.items()}
