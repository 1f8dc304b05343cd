"""`rejoinder export`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

import click

from rejoinder.cli.commands import Command, one_of, workspace_option
from rejoinder.cli.opening import now, store
from rejoinder.cli.output import bytes_text, counted, progress, remark, show
from rejoinder.core.exports.sources import Source
from rejoinder.core.exports.writing import file_name, open_source, write_rows
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import find_workspace
from rejoinder.model.exports import FORMATS, Format, Manner, Wanted
from rejoinder.store.session import Session

_DELIMITERS: dict[str, Literal[",", ";", "\t"]] = {",": ",", ";": ";", "tab": "\t"}


@click.command(cls=Command)
@click.argument("survey", metavar="SURVEY")
@workspace_option
@click.option("--format", "-f", "format_", type=one_of(FORMATS), help="By the file's name, else csv.")
@click.option("--output", "-o", metavar="FILE", help="Where to write; - is standard output.")
@click.option("--responses", is_flag=True, help="Only those who opened the survey or answered.")
@click.option(
    "--filter", "filter_", default="", metavar="EXPR", help="Only these, as Forsta's filters say it."
)
@click.option("--columns", default="", metavar="NAMES", help="Only these variables, separated by commas.")
@click.option("--labels", is_flag=True, help="Labels of choices in place of their codes.")
@click.option("--language", metavar="L", help="Of titles and labels; the survey's own when left out.")
@click.option("--joined", is_flag=True, help="A multiple choice as one column, not one for each option.")
@click.option("--bom", is_flag=True, help="CSV: begin with a byte order mark, for old versions of Excel.")
@click.option(
    "--delimiter", type=one_of(tuple(_DELIMITERS)), default=",", show_default=True, help="CSV only."
)
@click.option("--formulas", is_flag=True, help="CSV: leave text that a spreadsheet would run as it is.")
def export(
    survey: str, workspace: str, format_: str | None, output: str | None, columns: str, **how: Any
) -> None:
    """Write a survey's respondents with their answers into a file.

    SURVEY is an alias or a number. A file that is there already is replaced once the new one is whole.
    """
    names = tuple(name.strip() for name in columns.split(",") if name.strip())
    kind = "responses" if how["responses"] else "respondents"
    format_ = _format(format_, output)
    with store() as database:

        def open_it(session: Session) -> tuple[Source, Wanted, str]:
            unit = Unit(session, find_workspace(session, workspace).id, "cli", now())
            number = open_survey(unit, survey).id
            wanted = Wanted(kind, format_, number, how["filter_"], names, _manner(how))
            source = open_source(unit, wanted)
            return source, wanted, file_name(source, wanted, unit.now)

        source, wanted, name = database.read(open_it)
        target, done = output or name, (0, 0)
        with _target(target, wanted.format) as out, progress("Exporting", source.total) as shown:
            for done in write_rows(source, wanted, out, database.read):
                shown(done[0])
    if target != "-":
        _tell(target, *done)


def _manner(how: dict[str, Any]) -> Manner:
    return Manner(
        "labels" if how["labels"] else "codes",
        how["language"],
        "joined" if how["joined"] else "split",
        how["bom"],
        _DELIMITERS[how["delimiter"]],
        how["formulas"],
    )


def _tell(target: str, rows: int, cut: int) -> None:
    """Say what is in the file now."""
    size = Path(target).stat().st_size
    if cut:
        remark(f"{counted(cut, 'cell')} had more text than the format allows and were cut.")
    sentence = f"Wrote {counted(rows, 'row')} into {target} ({bytes_text(size)})."
    show({"file": target, "rows": rows, "bytes": size, "cut": cut}, lambda: click.echo(sentence))


def _format(named: str | None, output: str | None) -> Format:
    """The format that is named, else the one that the file's name ends with, else CSV."""
    if named:
        return cast("Format", named)
    ending = Path(output or "").suffix.lower().removeprefix(".")
    return next((known for known in FORMATS if known == ending), "csv")


@contextmanager
def _target(path: str, format_: Format) -> Iterator[BinaryIO]:
    """A file that takes its place once it is whole; standard output for `-`."""
    if path == "-":
        if sys.stdout.isatty() and format_ not in ("csv", "ndjson"):
            raise click.UsageError(f"A terminal cannot show {format_}; write it into a file with --output.")
        yield sys.stdout.buffer
        return
    part = Path(f"{path}.part")
    try:
        with open(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as out:
            yield out
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
