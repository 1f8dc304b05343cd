"""`rejoinder client …`."""

from __future__ import annotations

import click

from rejoinder.cli.commands import Group, workspace_option
from rejoinder.cli.opening import read, write
from rejoinder.cli.output import moment_text, remark, show, show_json, show_table
from rejoinder.core.access import SCOPES, create_client, list_clients, revoke_client, rotate_client


@click.group(cls=Group)
def client() -> None:
    """API clients: programs that may ask for tokens."""


@client.command("create")
@workspace_option
@click.option("--name", "-n", required=True, metavar="N", help="What people call it.")
@click.option("--scope", "scopes", multiple=True, metavar="S", help="Such as forsta:read; all when left out.")
def create(workspace: str, name: str, scopes: tuple[str, ...]) -> None:
    """Make a client; prints {"client_id","client_secret"}, the secret this once."""
    made, secret = write(workspace, lambda unit: create_client(unit, name, scopes or SCOPES))
    show_json({"client_id": made.client_id, "client_secret": secret})
    remark("Keep the secret: it is not shown again.")


@client.command("list")
@workspace_option
def list_(workspace: str) -> None:
    """List the clients of a workspace."""
    found = read(workspace, list_clients)
    rows = [
        (
            one.client_id,
            one.name,
            "all" if set(one.scopes) == set(SCOPES) else one.scopes,
            moment_text(one.created_at),
            moment_text(one.last_used_at),
            "revoked" if one.revoked_at else "active",
        )
        for one in found
    ]
    columns = ("client id", "name", "scopes", "created", "last token", "state")
    empty = "There are no clients yet. Make one with: rejoinder client create --workspace W --name N"
    show({"clients": found}, lambda: show_table(columns, rows, empty=empty))


@client.command("rotate")
@workspace_option
@click.argument("client_id")
def rotate(workspace: str, client_id: str) -> None:
    """Give a client a new secret, printed this once; the old one works 24 hours more."""
    secret = write(workspace, lambda unit: rotate_client(unit, client_id))
    show_json({"client_id": client_id, "client_secret": secret})
    remark("Keep the secret: it is not shown again. The old one works for 24 hours.")


@client.command("revoke")
@workspace_option
@click.argument("client_id")
def revoke(workspace: str, client_id: str) -> None:
    """Shut a client out at once, with every token it has."""
    found = write(workspace, lambda unit: revoke_client(unit, client_id))
    sentence = f"The client {found.name} ({client_id}) is revoked; its tokens work no more."
    show({"client_id": client_id, "revoked": True}, lambda: click.echo(sentence))
