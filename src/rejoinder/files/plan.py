"""The plan of an import: which variables there are and how each is filled from which columns."""

from __future__ import annotations

from typing import Literal

import msgspec

from rejoinder.files.cells import Manner
from rejoinder.model.survey import Loop, Schema, Variable

Fill = Literal["cell", "list", "marks", "fields"]
"""How a value is put together: from one cell; from one cell that lists options; from a column for each
option, each marked or not; from a column for each field."""

Role = Literal["", "key", "email", "interview_start", "interview_end", "createddate", "language"]
"""What a variable is to the store rather than to the researcher: the respondent's own identifier, its email
address, one of its times, its language. "" for an answer."""


class Source(msgspec.Struct, frozen=True):
    """A column (from 0) and the part of the value it holds: an option's or a field's code, or ""."""

    column: int
    part: str = ""


class Target(msgspec.Struct, frozen=True):
    """One variable and how it is filled.

    `manner` is how its cells are written; with `missing`, "NA" and its like are blanks. `filled` counts rows
    with a value, `options` counts rows by option code (empty when not counted).
    """

    variable: Variable
    fill: Fill
    sources: tuple[Source, ...]
    role: Role = ""
    manner: Manner = ""
    missing: bool = False
    filled: int = 0
    options: dict[str, int] = {}


class Skipped(msgspec.Struct, frozen=True):
    """A column (from 0) that nothing is made of, and why."""

    column: int
    title: str
    reason: str


class Plan(msgspec.Struct, frozen=True):
    """What will be read from a table.

    `key` is the name of the variable that identifies a respondent, when the table has one; `rows` is the
    number of rows counted (0 when they were not). `notes` are sentences for people.
    """

    targets: tuple[Target, ...]
    key: str | None = None
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()
    language: str = "en"
    rows: int = 0
    loops: tuple[Loop, ...] = ()

    def schema(self) -> Schema:
        """Return the survey that this plan makes: every variable but those that the store has already
        (`email`, the lifecycle times, the language)."""
        made = tuple(t.variable for t in self.targets if t.role in ("", "key"))
        return Schema(variables=made, loops=self.loops, languages=(self.language,))
