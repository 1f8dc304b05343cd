"""`rejoinder migrate`."""

from __future__ import annotations

import click

from rejoinder.cli.commands import Command, choices
from rejoinder.cli.output import show
from rejoinder.store.connect import shown_url
from rejoinder.store.migrate import migrate as upgrade


@click.command(cls=Command)
def migrate() -> None:
    """Create the database, or bring it to what this version needs. Safe to repeat."""
    url = choices().settings().database
    before, after = upgrade(url)
    done = "is up to date" if before == after else f"was brought from {before or 'nothing'} to {after}"
    sentence = f"The database at {shown_url(url)} {done}."
    show({"before": before, "after": after}, lambda: click.echo(sentence))
