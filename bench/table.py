"""What was measured, and the table of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """One line: `ours` and `other` with their units, and what `value` (a ratio, or a plain number) must be.

    `at_most` says that `must` is a ceiling; `note` is for what the numbers alone do not say.
    """

    number: str
    workload: str
    ours: str
    other: str
    value: float
    must: float
    at_most: bool = False
    unit: str = "×"
    note: str = ""

    @property
    def met(self) -> bool:
        """Whether the bar is reached."""
        return self.value <= self.must if self.at_most else self.value >= self.must

    def cells(self) -> tuple[str, ...]:
        """The line as text."""
        sign = "≤" if self.at_most else "≥"
        verdict = "[green]met[/]" if self.met else "[bold red]MISSED[/]"
        value, must = f"{self.value:.2f} {self.unit}", f"{sign} {self.must:g}"
        return (self.number, self.workload, self.ours, self.other, value, must, verdict, self.note)


HEADS = ("#", "workload", "ours", "limit or peer", "ratio", "must", "verdict", "note")


def show(rows: Sequence[Row], title: str) -> None:
    """Print the table."""
    table = Table(*HEADS, title=title)
    for row in rows:
        table.add_row(*row.cells())
    Console(width=None if Console().is_terminal else 180).print(table)


def keep(rows: Sequence[Row], title: str, path: Path) -> None:
    """Write the results where a program can read them."""
    found = {"title": title, "rows": [asdict(row) | {"met": row.met} for row in rows]}
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
