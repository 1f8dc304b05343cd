"""`rejoinder backup` and `rejoinder restore`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

import click

from rejoinder.cli.commands import Command, choices
from rejoinder.cli.opening import now, store
from rejoinder.cli.output import bytes_text, progress, show
from rejoinder.model.problems import AlreadyExists
from rejoinder.store import backup as core
from rejoinder.store.connect import is_missing
from rejoinder.store.migrate import current_revision, migrate


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
def backup(file: Path, force: bool) -> None:
    """Write everything to FILE, as it stands at one moment; safe while serving.

    The format is the same for SQLite and PostgreSQL: it also moves a store from one to the other.
    """
    if file.exists() and not force:
        raise AlreadyExists(f"{file} exists already; choose another name, or add --force.")
    unfinished = file.with_name(f"{file.name}.unfinished")
    with store() as database:
        total = database.read(core.count_rows)
        try:
            # Only the owner may read it: it holds personal data.
            with (
                progress("Backing up", total) as tell,
                os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out,
            ):
                counts = core.backup(database, out, now(), tell)
                out.flush()
                os.fsync(out.fileno())
            unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)
    size = file.stat().st_size
    rows = sum(counts.values())
    sentence = f"Wrote {rows:,} rows to {file} ({bytes_text(size)})."
    show({"file": str(file), "bytes": size, "rows": counts}, lambda: click.echo(sentence))


@click.command(cls=Command)
@click.argument("file", type=click.File("rb"))
@click.option("--replace", is_flag=True, help="Delete what the database holds now.")
def restore(file: BinaryIO, replace: bool) -> None:
    """Fill an empty database from FILE, all or nothing; creates the tables when there are none.

    With --replace, stop the servers first: they would write between what was and what comes.
    """
    url = choices().settings().database
    if is_missing(url) or current_revision(url) is None:
        migrate(url)
    if not file.seekable():
        raise click.UsageError("A backup is read from a file, not from a pipe.")
    with store() as database, progress("Restoring", None) as tell:
        counts = core.restore(database, file, replace=replace, progress=tell)
    rows = sum(counts.values())
    show({"rows": counts}, lambda: click.echo(f"Restored {rows:,} rows."))
