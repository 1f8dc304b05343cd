"""`rejoinder workspace …`."""

from __future__ import annotations

import click

from rejoinder.cli.commands import Group, choices, one_of, workspace_option
from rejoinder.cli.opening import now, store, write
from rejoinder.cli.output import moment_text, remark, show, show_facts, show_table
from rejoinder.core.workspaces import (
    create_workspace,
    limit_respondents,
    list_workspaces,
    set_timezone,
    switch_feature,
)
from rejoinder.model.workspace import FEATURES
from rejoinder.store.connect import is_missing, shown_url
from rejoinder.store.migrate import migrate


@click.group(cls=Group)
def workspace() -> None:
    """Workspaces: tenants that never see each other."""


@workspace.command("create")
@click.argument("name")
@click.option("--feature", "features", multiple=True, metavar="F", type=one_of(FEATURES), help="Switch on.")
def create(name: str, features: tuple[str, ...]) -> None:
    """Make a workspace; creates the SQLite file too when there is none yet.

    Prints its account token, which is shown this once.
    """
    _create_first_database()
    with store() as database:
        made, token = database.write(lambda session: create_workspace(session, name, features, now()))
    facts = {"id": made.id, "name": made.name, "features": sorted(made.features), "account_token": token}
    show(facts, lambda: show_facts(facts.items()))
    remark("Keep the account token: it is not shown again.")


def _create_first_database() -> None:
    """A newcomer's first command works; an old database is never upgraded on the quiet."""
    url = choices().settings().database
    if is_missing(url):
        migrate(url)
        remark(f"Created the database {shown_url(url)}.")


@workspace.command("list")
def list_() -> None:
    """List the workspaces."""
    with store() as database:
        found = database.read(list_workspaces)
    rows = [
        (str(w.id), w.name, sorted(w.features), w.settings.timezone, moment_text(w.created_at)) for w in found
    ]
    columns = ("#id", "name", "features", "time zone", "created")
    empty = "There are no workspaces yet. Make one with: rejoinder workspace create NAME"
    show({"workspaces": found}, lambda: show_table(columns, rows, empty=empty))


@workspace.command("timezone")
@workspace_option
@click.argument("name", metavar="ZONE")
def timezone(workspace: str, name: str) -> None:
    """Choose the zone of times without an offset, such as Europe/Warsaw."""
    write(workspace, lambda unit: set_timezone(unit, name))
    show({"timezone": name}, lambda: click.echo(f"Times of {workspace} are now in {name}."))


@workspace.command("limit")
@workspace_option
@click.argument("most", metavar="NUMBER|none")
def limit(workspace: str, most: str) -> None:
    """Say how many respondents a workspace may hold; `none` for no limit."""
    wanted = None if most.lower() == "none" else _whole(most)
    write(workspace, lambda unit: limit_respondents(unit, wanted))
    sentence = f"{workspace} may hold {'any number of' if wanted is None else f'{wanted:,}'} respondents."
    show({"max_respondents": wanted}, lambda: click.echo(sentence))


@workspace.command("feature")
@workspace_option
@click.argument("name", metavar="FEATURE", type=one_of(FEATURES))
@click.argument("state", metavar="on|off", type=one_of(("on", "off")))
def feature(workspace: str, name: str, state: str) -> None:
    """Switch a feature of a workspace's plan on or off."""
    write(workspace, lambda unit: switch_feature(unit, name, state == "on"))
    show({"feature": name, "on": state == "on"}, lambda: click.echo(f"{name} is {state} in {workspace}."))


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise click.BadParameter(f"{text!r} is neither a whole number nor none.", param_hint="NUMBER")
    return int(text)
