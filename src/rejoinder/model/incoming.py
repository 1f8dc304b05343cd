"""Files that came to be imported: what is in them, what becomes of their columns, how far that is."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class IncomingStatus(StrEnum):
    """Where a file stands.

    `ready`: its columns are being settled; `waiting`, `checking`, `storing`: a job has it or will; `fits`: it
    was only checked, and every row fits; `refused`: some rows do not fit, and nothing was stored.
    """

    READY = "ready"
    WAITING = "waiting"
    CHECKING = "checking"
    STORING = "storing"
    FITS = "fits"
    REFUSED = "refused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


BUSY = (IncomingStatus.WAITING, IncomingStatus.CHECKING, IncomingStatus.STORING)
SETTLING = (
    IncomingStatus.READY,
    IncomingStatus.FITS,
    IncomingStatus.REFUSED,
    IncomingStatus.FAILED,
    IncomingStatus.CANCELLED,
)
"""Where its columns may be settled, anew too."""
STOPPABLE = (IncomingStatus.WAITING, IncomingStatus.CHECKING)


class SeenColumn(msgspec.Struct, frozen=True, omit_defaults=True):
    """A column: its heading, its first cells, what it would become (a variable and the part it holds)."""

    heading: str
    cells: tuple[str, ...] = ()
    variable: str = ""
    part: str = ""
    kind: str = ""
    role: str = ""
    filled: float | None = None
    why: str = ""


class Seen(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was found in a file at the first look. `json`: records that go into a survey as they are."""

    columns: tuple[SeenColumn, ...] = ()
    rows: int = 0
    key: str | None = None
    notes: tuple[str, ...] = ()
    json: bool = False


class Wish(msgspec.Struct, frozen=True, omit_defaults=True):
    """What shall become of a file.

    `columns` — column (from 0, as text) → variable, or variable and part with a tab between them, empty to
    leave it out; columns that are not named stay as they were found. `kinds` — column → the kind of its
    variable, where a new survey shall have another than was found. `keys` — update those who have these
    values, add the others. `store` — False only checks. `name`, `alias`, `language` are of a new survey.
    """

    columns: dict[str, str] = {}
    kinds: dict[str, str] = {}
    keys: tuple[str, ...] = ()
    store: bool = False
    name: str = ""
    alias: str = ""
    language: str = "en"


class Wrong(msgspec.Struct, frozen=True):
    """A cell or row that does not fit."""

    row: int
    heading: str
    value: str
    reason: str


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far a file is, and what became of it. Bytes `done` of `total` while it is checked; times in µs."""

    done: int = 0
    total: int = 0
    began_at: int | None = None
    rows: int = 0
    wrong: int = 0
    problems: tuple[Wrong, ...] = ()
    inserted: int = 0
    updated: int = 0


class Incoming(msgspec.Struct, frozen=True):
    """A file that came. `survey_id` None: it makes a new survey. Times in µs, `size` in bytes."""

    workspace_id: int
    id: int
    survey_id: int | None
    status: IncomingStatus
    file_name: str
    size: int
    seen: Seen
    wish: Wish
    outcome: Outcome
    error: str | None
    asked_by: str
    created_at: int
    finished_at: int | None

    def seconds_left(self, now: int) -> int | None:
        """How long checking will take at its pace so far; None when nobody knows."""
        found = self.outcome
        if self.status is not IncomingStatus.CHECKING or not found.done or not found.began_at:
            return None
        return max(0, (now - found.began_at) * (found.total - found.done) // found.done // 1_000_000)
