"""What every verb is given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

if TYPE_CHECKING:
    from rejoinder.store.session import Session

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Unit(msgspec.Struct, frozen=True):
    """One piece of work in one workspace: the session it runs on, who asked, and when.

    Fields: `actor` — for the audit log (`client:…`, `user:…`, `cli`); `now` — µs since 1970 in UTC, one
    value for the whole unit.
    """

    session: Session
    workspace_id: int
    actor: str
    now: int


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """A time zone by its IANA name."""
    return ZoneInfo(name)


LAST_MOMENT = 253_370_764_800_000_000
"""µs of the first moment of 9999: no later time is taken from anybody, so that every zone can show it."""


def moment(micros: int) -> datetime:
    """Microseconds since 1970 as a datetime in UTC."""
    return _EPOCH + timedelta(microseconds=micros)


def local_text(micros: int, timezone: str) -> str:
    """The naive ISO text of a moment in a workspace's zone, as records show it: to the millisecond."""
    second, rest = divmod(micros, 1_000_000)
    text = _whole_second(second, timezone)
    return f"{text}.{rest // 1000:03d}" if rest >= 1000 else text


@lru_cache(maxsize=64)
def _whole_second(second: int, timezone: str) -> str:
    return datetime.fromtimestamp(second, zone(timezone)).isoformat()[:19]  # this form is the quickest
