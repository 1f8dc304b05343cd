"""`rejoinder import …`."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, BinaryIO

import click

from rejoinder.cli.commands import Group, Refused, choices, workspace_option
from rejoinder.cli.opening import now, store
from rejoinder.cli.output import progress, remark, show_json, show_table
from rejoinder.core import imports as core
from rejoinder.core.incoming import as_table
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import find_workspace
from rejoinder.files.plan import Plan
from rejoinder.files.summary import summary
from rejoinder.files.workbook import is_workbook
from rejoinder.store.engine import Database
from rejoinder.store.session import Session


@click.group("import", cls=Group)
def imports() -> None:
    """Bring in files."""


@imports.command("responses")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, allow_dash=True))
@workspace_option
@click.option(
    "--survey", "-s", required=True, metavar="S", help="Alias or number; a new alias makes a survey."
)
@click.option("--key", "keys", multiple=True, metavar="NAME", help="Merge by this variable; may be repeated.")
@click.option("--name", default="", help="What to call a new survey; the file's name when left out.")
@click.option("--language", default="en", show_default=True, help="Of a new survey's titles and labels.")
@click.option("--dry-run", is_flag=True, help="Learn and check, store nothing.")
def responses(
    file: str, workspace: str, survey: str, keys: tuple[str, ...], name: str, language: str, dry_run: bool
) -> None:
    """Import responses from CSV, TSV, NDJSON or XLSX; FILE may be - for standard input.

    All of it or nothing: cells that do not fit are listed, and then nothing is stored.
    """
    with store() as database, ExitStack() as stack:
        spool = stack.enter_context(tempfile.TemporaryFile(prefix="rejoinder-"))
        source = stack.enter_context(_Source(_table(_seekable(file, stack), stack)))
        reader = io.BufferedReader(source)
        learned = _learn(database, reader, source, workspace, survey, language)
        with progress("Checking", source.size, of_bytes=True) as tell:
            source.watch(tell)
            checked = core.check(learned, keys, spool)
        facts = {"rows": checked.rows, "survey": survey, "dry_run": dry_run, **_facts(learned.plan)}
        _describe(learned.plan)
        _refuse(checked)
        if dry_run:
            if learned.plan is None:  # only the store knows whether these records fit
                _try(database, workspace, learned, checked, keys)
            fit = "1 row fits" if checked.rows == 1 else f"{checked.rows:,} rows fit"
            _finish(facts, f"{fit}. Nothing was stored (dry run).")
            return
        title = name or ("" if file == "-" else Path(file).stem)
        done = _store(database, workspace, learned, checked, keys, title, Path(file).name)
    facts |= {"survey_id": done.survey_id, "created": done.created}
    facts |= {"inserted": done.inserted, "updated": done.updated}
    made = "into the new survey" if done.created else "into the survey"
    count = done.inserted + done.updated
    who = "1 respondent" if count == 1 else f"{count:,} respondents"
    sentence = f"Imported {who} {made} {survey} (number {done.survey_id}):"
    _finish(facts, f"{sentence} {done.inserted:,} added, {done.updated:,} updated.")


def _learn(
    database: Database, reader: BinaryIO, source: _Source, workspace: str, survey: str, language: str
) -> core.Learned:
    def verb(session: Session) -> core.Learned:
        return core.learn(_unit(session, workspace), reader, survey, language=language)

    with progress("Reading", source.size, of_bytes=True) as tell:
        source.watch(tell)
        return database.read(verb)


def _store(
    database: Database,
    workspace: str,
    learned: core.Learned,
    checked: core.Checked,
    keys: tuple[str, ...],
    name: str,
    file_name: str,
) -> core.Imported:
    with progress("Storing", checked.rows) as tell:
        return database.write(
            lambda session: core.store(
                _unit(session, workspace),
                learned,
                checked,
                keys=keys,
                name=name,
                file_name=file_name,
                progress=tell,
            )
        )


class _TakenBack(Exception):
    """Rolls a trial back."""


def _try(
    database: Database, workspace: str, learned: core.Learned, checked: core.Checked, keys: tuple[str, ...]
) -> None:
    """Store the records and take them back. Raises what storing them would raise."""

    def verb(session: Session) -> None:
        core.store(_unit(session, workspace), learned, checked, keys=keys)
        raise _TakenBack

    with suppress(_TakenBack):
        database.write(verb)


def _unit(session: Session, workspace: str) -> Unit:
    return Unit(session, find_workspace(session, workspace).id, "cli", now())


def _describe(plan: Plan | None) -> None:
    """Tell people what was inferred."""
    if plan is None or choices().json:
        return
    columns = ["variable", "kind", "role", "parts", "#filled %", "#columns", "title"]
    rows = [
        (line.name, line.kind, line.role, line.parts, line.filled or "", str(line.columns), line.title)
        for line in summary(plan)
    ]
    told = [place for place in range(len(columns)) if any(row[place] for row in rows)]
    show_table([columns[place] for place in told], [[row[place] for place in told] for row in rows])
    for note in plan.notes:
        remark(f"Note: {note}")


def _facts(plan: Plan | None) -> dict[str, Any]:
    if plan is None:
        return {"variables": [], "notes": [], "key": None}
    return {"variables": summary(plan), "notes": plan.notes, "key": plan.key}


def _refuse(checked: core.Checked) -> None:
    """Raise Refused when a cell does not fit: the first of them, and how many there are."""
    if checked.wrong:
        more = checked.wrong - len(checked.problems)
        lines = [str(problem) for problem in checked.problems]
        lines += [f"… and {more:,} more."] if more else []
        count = "One cell or row does" if checked.wrong == 1 else f"{checked.wrong:,} cells or rows do"
        raise Refused(f"{count} not fit; nothing was imported.", lines)


def _finish(facts: dict[str, Any], sentence: str) -> None:
    show_json(facts) if choices().json else click.echo(sentence)


def _seekable(file: str, stack: ExitStack) -> str:
    """A path that can be read twice: standard input is copied to a temporary file."""
    if file != "-":
        return file
    return _copied(iter(lambda: sys.stdin.buffer.read(1 << 20), b""), stack)


def _table(path: str, stack: ExitStack) -> str:
    """A path of text: of a workbook, its first sheet is written as CSV into a temporary file.

    Raises Unreadable, TooLarge, Invalid.
    """
    with open(path, "rb") as file:
        if not is_workbook(file.read(4)):
            return path
        file.seek(0)
        data, note = as_table(file.read())
    if note:
        remark(f"Note: {note}")
    return _copied([data], stack)


def _copied(pieces: Iterable[bytes], stack: ExitStack) -> str:
    """The path of a temporary file that holds them until the stack ends."""
    copy = stack.enter_context(tempfile.NamedTemporaryFile(prefix="rejoinder-"))  # noqa: SIM115  closed by the stack
    copy.writelines(pieces)
    copy.flush()
    return copy.name


class _Source(io.FileIO):
    """A file that tells how far it was read."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.size = os.fstat(self.fileno()).st_size
        self._tell: Callable[[int], None] = lambda position: None

    def watch(self, tell: Callable[[int], None]) -> None:
        """Tell the position after each read."""
        self._tell = tell

    def readinto(self, buffer: Any) -> int:
        count = super().readinto(buffer) or 0
        self._tell(self.tell())
        return count
