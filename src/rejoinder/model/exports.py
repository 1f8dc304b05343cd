"""Exports: what is wanted, how it is written, how far it is."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Format = Literal["csv", "xlsx", "parquet", "sav", "ndjson"]
FORMATS: tuple[Format, ...] = ("csv", "xlsx", "parquet", "sav", "ndjson")
CellKind = Literal["integer", "number", "text", "datetime", "boolean", "choice"]
"""What stands in a column: whole numbers, numbers, text, naive ISO moments, 0 and 1, codes of options."""
MAX_FILTER = 16_384
"""Characters of a filter expression."""


class Column(msgspec.Struct, frozen=True):
    """One column of an export.

    `name` differs in every column of an export; `title` is for people; `labels` — code → label of a choice;
    `origin` — the variable it comes from; `ordered` — whether its labels are steps of a scale.
    """

    name: str
    kind: CellKind
    title: str = ""
    labels: dict[str, str] = {}
    origin: str = ""
    ordered: bool = False


class Manner(msgspec.Struct, frozen=True):
    """How values are written.

    `values` — codes of choices or their labels; `language` — of titles and labels, None for the survey's own;
    `multiple` — a multiple choice as a column for each option (1 chosen, 0 not chosen), or as one text;
    `bom`, `delimiter` and `formulas` (leave text that a spreadsheet would run as it is) are for CSV alone.
    """

    values: Literal["codes", "labels"] = "codes"
    language: Annotated[str, Meta(max_length=35)] | None = None
    multiple: Literal["split", "joined"] = "split"
    bom: bool = False
    delimiter: Literal[",", ";", "\t"] = ","
    formulas: bool = False


class Wanted(msgspec.Struct, frozen=True):
    """What to export.

    `kind` — where the rows come from, a name in `core.exports.sources`; `survey` — its number, where the
    source is one survey; `filter` — an expression of the Forsta language; `columns` — names of variables, in
    the order of the file, all when empty; `options` — what else a source wants to know.
    """

    kind: str = "respondents"
    format: Format = "csv"
    survey: int | None = None
    filter: str = ""
    columns: tuple[str, ...] = ()
    manner: Manner = Manner()
    options: dict[str, Any] = {}


class ExportStatus(StrEnum):
    """Where an export stands.

    `withdrawn`: somebody who was in the finished file was erased, so the file is gone.
    """

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


UNFINISHED = (ExportStatus.WAITING, ExportStatus.RUNNING)


class Progress(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far an export is: rows written, of how many (None: nobody knows yet), since when (µs); `cut` —
    cells that were longer than the format allows."""

    done: int = 0
    total: int | None = None
    began_at: int | None = None
    cut: int = 0


class Export(msgspec.Struct, frozen=True):
    """An export. Times in µs; `run` counts its beginnings; `size` in bytes."""

    workspace_id: int
    id: int
    status: ExportStatus
    wanted: Wanted
    progress: Progress
    run: int
    file_name: str
    size: int
    asked_by: str
    error: str | None
    created_at: int
    finished_at: int | None
    expires_at: int | None
    notify: tuple[int, ...] = ()

    def seconds_left(self, now: int) -> int | None:
        """How long it will take at its pace so far; None when nobody knows."""
        p = self.progress
        if self.status is not ExportStatus.RUNNING or not p.total or not p.done or not p.began_at:
            return None
        return max(0, (now - p.began_at) * (p.total - p.done) // p.done // 1_000_000)
