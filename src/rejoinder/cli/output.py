"""Print: tables for people, JSON for machines, remarks and progress on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Literal

import click
from msgspec import json

from rejoinder.cli.commands import choices

Columns = Sequence[str]
"""Headings of a table; one that starts with `#` heads numbers, aligned to the right."""


def show(data: Any, people: Callable[[], None]) -> None:
    """Print `data` as one line of JSON under `--json`; call `people` otherwise."""
    if choices().json:
        show_json(data)
    else:
        people()


def show_json(data: Any) -> None:
    """Print one line of JSON."""
    click.echo(json.encode(data).decode())


def show_table(columns: Columns, rows: Iterable[Sequence[Any]], *, empty: str = "", title: str = "") -> None:
    """Print a table, or the sentence `empty` when there are no rows.

    On a terminal long cells are wrapped, but never in the first column, whose names people copy; nothing is
    cut.
    """
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    cells = [[cell_text(cell) for cell in row] for row in rows]
    if not cells and empty:
        click.echo(empty)
        return
    table = Table(
        box=SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False, padding=(0, 1, 0, 0)
    )
    for place, name in enumerate(columns):
        side: Literal["left", "right"] = "right" if name.startswith("#") else "left"
        table.add_column(name.lstrip("#"), justify=side, overflow="fold", no_wrap=place == 0)
    for row in cells:
        table.add_row(*row)
    width = None if sys.stdout.isatty() else 1000
    Console(width=width, markup=False, highlight=False, emoji=False, file=sys.stdout).print(table)


def show_facts(facts: Iterable[tuple[str, Any]]) -> None:
    """Print names and values, one a line."""
    pairs = [(name, cell_text(value)) for name, value in facts]
    width = max((len(name) for name, _ in pairs), default=0)
    for name, value in pairs:
        click.echo(f"{name:<{width}}  {value}".rstrip())


def remark(text: str) -> None:
    """Say something to people on standard error; machines are not told."""
    if not choices().json:
        click.echo(printable(text), err=True)


def cell_text(value: Any) -> str:
    """A value as a table shows it. Control characters are spelled out: values may come from anybody."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, (tuple, list, set, frozenset)):
        return ", ".join(cell_text(item) for item in value)
    return printable(str(value))


def printable(text: str) -> str:
    """Text that cannot move a terminal's cursor."""
    return "".join(c if c.isprintable() or c in "\n\t" else repr(c)[1:-1] for c in text)


def moment_text(micros: int | None) -> str:
    """A time as tables show it: UTC, to the second."""
    return "" if micros is None else f"{datetime.fromtimestamp(micros // 1_000_000, UTC):%Y-%m-%d %H:%M:%S}"


def counted(count: int, one: str, many: str = "") -> str:
    """A number with its noun; `many` — the plural, an s when left out."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def bytes_text(count: int) -> str:
    """A size as people write it."""
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


@contextmanager
def progress(what: str, total: int | None, *, of_bytes: bool = False) -> Iterator[Callable[[int], None]]:
    """A progress bar on standard error, there only when that is a terminal.

    Parameters: `total` — None when nobody knows. Yields the function that takes how far it has come.
    """
    if not sys.stderr.isatty() or choices().json:
        yield lambda done: None
        return
    from rich import progress as bars
    from rich.console import Console

    count = bars.DownloadColumn() if of_bytes else bars.MofNCompleteColumn()
    columns = (bars.TextColumn("{task.description}"), bars.BarColumn(), count, bars.TimeRemainingColumn())
    with bars.Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=total)
        yield lambda done: shown.update(task, completed=done)
