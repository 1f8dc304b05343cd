"""`rejoinder user …`."""

from __future__ import annotations

import sys

import click

from rejoinder.cli.commands import Group, one_of, workspace_option
from rejoinder.cli.opening import write
from rejoinder.cli.output import show
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


def _password(from_stdin: bool) -> str:
    """The password; never an argument, because everybody on the machine sees those."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise click.UsageError("Nobody is there to ask for a password; pipe it in with --password-stdin.")
    asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return asked
