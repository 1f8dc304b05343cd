"""What one pass over a table teaches about its columns, in bounded memory."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rejoinder.files.cells import MISSING, is_email, is_number, is_time
from rejoinder.files.tables import Table
from rejoinder.files.titles import folded

MAX_DISTINCT = 300
"""Most different values that are kept of one column."""
MAX_KEPT = 2_000_000
"""Most different values that are kept of all columns together."""
_MAX_UNIQUE = 5_000_000
_LONGEST_LABEL = 300

_TESTS: dict[str, Callable[[str], bool]] = {
    "number": is_number,
    "1,5": lambda text: is_number(text, "1,5"),
    "boolean": lambda text: text.casefold() in ("true", "false", "0", "1"),
    "rank": lambda text: text.isascii() and text.isdigit() and len(text) < 4 and text != "0",
    "time": is_time,
    "DMY": lambda text: is_time(text, "DMY"),
    "MDY": lambda text: is_time(text, "MDY"),
    "email": is_email,
    "language": lambda text: re.match(r"[A-Za-z]{2,3}([-_][A-Za-z]{2,4})?\Z", text) is not None,
}


@dataclass
class Column:
    """What is known about one column.

    `filled` counts cells that are not blank and `missing` those of them that say "NA" or the like. `labels`
    maps the folded form of a value to its usual spelling and `counts` the folded form to how often it came,
    until there are too many (`many`). `looks` names the forms that every value has, "NA" apart (keys of the
    tests above: `number`, `boolean`, `rank`, …).
    """

    filled: int = 0
    missing: int = 0
    many: bool = False
    longest: int = 0
    looks: set[str] = field(default_factory=lambda: set(_TESTS))
    counts: Counter[str] = field(default_factory=Counter)
    labels: dict[str, str] = field(default_factory=dict)
    raw: dict[str, str] = field(default_factory=dict)
    unique: set[int] | None = None

    def see(self, cell: str, keep: bool = True) -> bool:
        """Take one cell that is not blank into account; return whether a new value was kept."""
        self.filled += 1
        self.missing += cell in MISSING
        key = self.raw.get(cell)
        if key is not None:
            self.counts[key] += 1
            return False
        text = cell.strip()
        self.longest = max(self.longest, len(text))
        if self.looks and text not in MISSING:
            self.looks = {name for name in self.looks if _TESTS[name](text)}
        return self._keep(cell, text, keep)

    def _keep(self, cell: str, text: str, keep: bool) -> bool:
        if self.many:
            return False
        if not keep or len(self.raw) >= MAX_DISTINCT or len(text) > _LONGEST_LABEL:
            self.many = True
            self.raw, self.labels, self.counts = {}, {}, Counter()
            return False
        key = folded(text)
        self.raw[cell] = key
        self.labels.setdefault(key, text)
        self.counts[key] += 1
        return True

    def identify(self, text: str) -> None:
        """Keep watching whether every value came once only."""
        if self.unique is not None:
            before = len(self.unique)
            self.unique.add(hash(text))
            if len(self.unique) == before or before > _MAX_UNIQUE:
                self.unique = None


@dataclass
class Facts:
    """All columns, and counts of rows.

    By the place of a group of columns: `touched` counts rows with any of its cells filled, `ranked` rows with
    at least two short whole numbers in it, `different` those of them where no number comes twice. `ragged`
    counts rows with too few or too many cells.
    """

    columns: list[Column]
    rows: int = 0
    touched: Counter[int] = field(default_factory=Counter)
    ranked: Counter[int] = field(default_factory=Counter)
    different: Counter[int] = field(default_factory=Counter)
    ragged: int = 0


def survey_columns(table: Table, groups: Sequence[Sequence[int]], identifiers: Sequence[int]) -> Facts:
    """Read `table` once.

    Parameters: `groups` — columns that belong to one question each; `identifiers` — columns that may hold
    the respondents' own identifiers.
    """
    facts = Facts([Column() for _ in table.headings])
    if table.delimiter == ",":  # "1,2" is then more likely a list of codes than a number
        for column in facts.columns:
            column.looks.discard("1,5")
    for place in identifiers:
        facts.columns[place].unique = set()
    blocks = [(number, group) for number, group in enumerate(groups) if len(group) > 1]
    kept = 0
    for line in table.lines():
        facts.rows += 1
        facts.ragged += bool(line.wrong)
        for column, cell in zip(facts.columns, line.cells, strict=True):
            if cell and not cell.isspace():
                kept += column.see(cell, keep=kept < MAX_KEPT)
        for place in identifiers:
            facts.columns[place].identify(line.cells[place].strip())
        _compare(facts, blocks, line.cells)
    return facts


def _compare(facts: Facts, blocks: list[tuple[int, Sequence[int]]], cells: list[str]) -> None:
    for number, group in blocks:
        values = [cells[place].strip() for place in group if cells[place]]
        facts.touched[number] += any(values)
        ranks = [value for value in values if len(value) < 4 and value.isdigit()]
        if len(ranks) > 1:
            facts.ranked[number] += 1
            facts.different[number] += len(set(ranks)) == len(ranks)
