"""A submission as it is sent, and what is answered to it."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from rejoinder.core.unit import moment
from rejoinder.model.problems import Invalid
from rejoinder.model.respondent import ABANDONED, FAILED, FINISHED, QUOTA_FULL, SCREENED

MAX_SUBMISSION = 2_000_000
"""Bytes of a submission."""
MAX_AGE = 30 * 24 * 3600 * 1_000_000
"""Microseconds that a response may have lasted; a longer one began so long ago."""
REASONS = {
    "completed": FINISHED,
    "screened": SCREENED,
    "quota_full": QUOTA_FULL,
    "abandoned": ABANDONED,
    "error": FAILED,
}
_KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")

Scalar = Annotated[str, Meta(max_length=10_000)] | int | float | bool


class Submission(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A respondent's answers (`POST /rejoinder/v1/surveys/{survey}/submissions`).

    `answers` — SurveyJS's `survey.data`; `lang` — in which they were given; `started_at` — ISO with an
    offset, or milliseconds since 1970; `completed` — false to save them for later, with the `page` to come
    back to; `token` — of a personal link; `collector` — a collector's code; `hidden` — values of respondent
    variables that came with the address; `finish_reason` — only from callers with a token.
    """

    answers: dict[str, Any]
    lang: Annotated[str, Meta(max_length=35)] | None = None
    started_at: Annotated[str, Meta(max_length=64)] | int | None = None
    completed: bool = True
    token: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    collector: Annotated[str, Meta(max_length=200)] | None = None
    hidden: Annotated[dict[str, Scalar | None], Meta(max_length=200)] = {}
    page: Annotated[int, Meta(ge=0, le=10_000)] | None = None
    finish_reason: Literal["completed", "screened", "quota_full", "abandoned", "error"] | None = None


class Receipt(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is answered: the respondent's numbers, and how the answers ended.

    `id` is unique in the workspace, `respid` in the survey; `token` and `link` — to continue later;
    `notes` — what was left out.
    """

    id: int
    respid: int
    status: str
    token: str | None = None
    link: str | None = None
    notes: tuple[str, ...] = ()


def fingerprint(submission: Submission) -> str:
    """The same for two submissions that say the same, whatever the order of their members."""
    text = msgspec.json.encode(submission, order="deterministic")
    return hashlib.sha256(text).hexdigest()


def check_key(key: str) -> str:
    """An `Idempotency-Key`. Raises Invalid."""
    if not _KEY.fullmatch(key):
        raise Invalid(
            "An Idempotency-Key has 1 to 255 printable ASCII characters.",
            fields={"Idempotency-Key": "Send 1 to 255 printable ASCII characters."},
        )
    return key


def begun_at(started: str | int | None, now: int) -> int:
    """When a response began, in µs: what the sender says, as far as that can be. Raises Invalid."""
    if started is None:
        return now
    if isinstance(started, str):
        started = _milliseconds(started)
    return max(now - MAX_AGE, min(now, started * 1000))


def _milliseconds(text: str) -> int:
    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo is None:
            raise ValueError
        return round((found - moment(0)).total_seconds() * 1000)
    except (ValueError, OverflowError):
        sentence = "Write a time with its offset, such as 2026-03-31T18:00:00Z, or milliseconds since 1970."
        raise Invalid(f"started_at: {sentence}", fields={"started_at": sentence}) from None
