"""`rejoinder scrub`."""

from __future__ import annotations

import click

from rejoinder.cli.commands import Command
from rejoinder.cli.opening import store
from rejoinder.cli.output import show
from rejoinder.store.scrub import scrub as core


@click.command(cls=Command)
def scrub() -> None:
    """Take what was deleted out of the database's files, now.

    SQLite's file is written anew, for which the disk needs room for a second copy, and its log is emptied;
    writes wait meanwhile. On PostgreSQL the dead rows of every table are reclaimed.
    """
    with store() as database:
        core(database)
        engine = database.engine
    show({"scrubbed": True, "engine": engine}, lambda: click.echo("What was deleted is gone from the files."))
