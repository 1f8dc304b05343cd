"""What one respondent went through."""

from __future__ import annotations

import msgspec

from rejoinder.model.event import EventKind
from rejoinder.model.feedback import FeedbackResponse
from rejoinder.model.listing import Listed


class Letter(msgspec.Struct, frozen=True):
    """A letter to the respondent; `reason` — why it was not sent. Times in µs."""

    id: int
    kind: str
    status: str
    mailing_id: int | None
    reason: str | None
    attempts: int
    created_at: int
    ended_at: int | None
    detail: str | None


class Told(msgspec.Struct, frozen=True):
    """An event, and one webhook that was told of it (None: nobody was). Times in µs."""

    event: str
    kind: EventKind
    at: int
    webhook_id: int | None
    status: str | None
    attempts: int | None
    finished_at: int | None


class Story(msgspec.Struct, frozen=True):
    """One respondent: the row, when it was invited, its contact, and all that hangs on it.

    `feedback` — what the text engine and people found in the comment; None where there is none.
    """

    row: Listed
    invited_at: int | None
    contact_id: int | None
    offline: bool
    letters: tuple[Letter, ...]
    told: tuple[Told, ...]
    feedback: FeedbackResponse | None
