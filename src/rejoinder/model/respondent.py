"""A respondent: one participant in one survey."""

from __future__ import annotations

from enum import IntEnum
from typing import Literal, NamedTuple

Level = Literal["respondent", "response"]
"""Which side of a participant an operation is about: the person, or the answers."""


class State(IntEnum):
    """How far a participant has come; above LISTED there is a response."""

    LISTED = 0
    OPENED = 1
    ANSWERED = 2
    COMPLETED = 3


STATUS_CODES = ("incomplete", "complete", "screened", "quotafull", "error")
"""Codes of the system variable `status`, the state of a response."""

FINISHED, SCREENED, QUOTA_FULL, ABANDONED, FAILED = 1, 2, 3, 4, 5
"""Why a response ended (design, "finish_reason"): completed, screened out, quota full, abandoned, error."""
STATUS_OF_REASON = {
    None: "incomplete",
    FINISHED: "complete",
    SCREENED: "screened",
    QUOTA_FULL: "quotafull",
    ABANDONED: "incomplete",
    FAILED: "error",
}
"""The code of `status` for each way in which a response ends, or has not ended yet."""


class Lifecycle(NamedTuple):
    """How far one participant is, and since when; times in µs, UTC.

    `language` — of the answers, None when nobody said; `finish_reason` — None while unfinished; `manual` —
    1 when an API or a person in the console wrote it, 0 when the respondent did.
    """

    state: State
    created_at: int
    opened_at: int | None = None
    completed_at: int | None = None
    language: str | None = None
    finish_reason: int | None = None
    manual: int = 1


class Marks(NamedTuple):
    """Where a participant came from; the same for all rows that are inserted together.

    `invited_at` — µs; `offline` — 1 when the invitation is the author's own business (Webankieta's
    `offline_distribution`); `postponed` — 1 when the answers were put off for later, 0 when not, None while
    there are none.
    """

    collector_id: int | None = None
    contact_id: int | None = None
    patch_id: int | None = None
    invited_at: int | None = None
    offline: int = 0
    postponed: int | None = None


UNMARKED = Marks()
