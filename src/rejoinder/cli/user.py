"""`rejoinder user …`."""

from __future__ import annotations

import sys

import click

from rejoinder.cli.addresses import address
from rejoinder.cli.commands import Group, choices, one_of, workspace_option
from rejoinder.cli.opening import now, read, store, write
from rejoinder.cli.output import moment_text, show, show_table
from rejoinder.core.people import accounts
from rejoinder.core.people.founding import setup_path
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_user
from rejoinder.model.people import ROLES


@click.group(cls=Group)
def user() -> None:
    """People who may sign in."""


@user.command("create")
@workspace_option
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--role", type=one_of(ROLES), default="owner", show_default=True)
def create(workspace: str, email: str, password_stdin: bool, role: str) -> None:
    """Add a person; asks for the password, or reads it from standard input."""
    password = _password(password_stdin)
    made = write(workspace, lambda unit: create_user(unit, email, password, role))
    sentence = f"{made.email} may sign in to {workspace} as {made.role}."
    facts = {"id": made.id, "email": made.email, "role": made.role}
    show(facts, lambda: click.echo(sentence))


@user.command("list")
@workspace_option
def list_(workspace: str) -> None:
    """List the people of a workspace."""
    found = read(workspace, accounts.list_people)
    rows = [
        (
            str(one.user.id),
            one.user.email,
            one.user.role,
            moment_text(one.user.created_at),
            "invited" if one.invited else "active",
        )
        for one in found
    ]
    facts = [{"id": one.user.id, "email": one.user.email, "role": one.user.role} for one in found]
    columns = ("#id", "email", "role", "created", "state")
    empty = "Nobody can sign in yet. Add somebody with: rejoinder user create --workspace W EMAIL"
    show({"users": facts}, lambda: show_table(columns, rows, empty=empty))


@user.command("password")
@workspace_option
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def password(workspace: str, email: str, password_stdin: bool) -> None:
    """Give a person a new password; their sessions end."""
    chosen = _password(password_stdin)

    def work(unit: Unit) -> None:
        accounts.set_password(unit, accounts.find_by_email(unit, email).user.id, chosen)

    write(workspace, work)
    show({"email": email}, lambda: click.echo(f"{email} has a new password; all their sessions ended."))


@user.command("remove")
@workspace_option
@click.argument("email")
def remove(workspace: str, email: str) -> None:
    """Remove a person; their sessions end."""
    write(workspace, lambda unit: accounts.remove_person(unit, accounts.find_by_email(unit, email).user.id))
    show({"email": email, "removed": True}, lambda: click.echo(f"{email} can no longer sign in."))


@user.command("setup-link")
def setup_link() -> None:
    """Print a new link with which the first owner of a fresh store is created; good for a week."""
    settings = choices().settings()
    with store() as database:
        path = database.write(lambda session: setup_path(session, now()))
    link = (settings.public_url or address(settings.host, settings.port)) + path
    show({"setup": link}, lambda: click.echo(link))


def _password(from_stdin: bool) -> str:
    """The password; never an argument, because everybody on the machine sees those."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise click.UsageError("Nobody is there to ask for a password; pipe it in with --password-stdin.")
    asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return asked
