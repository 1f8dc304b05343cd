"""What every verb is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from rejoinder.core.records.lenient import iso
from rejoinder.store.session import Session

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Unit:
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


def moment(micros: int) -> datetime:
    """Microseconds since 1970 as a datetime in UTC."""
    return _EPOCH + timedelta(microseconds=micros)


def local_text(micros: int, timezone: str) -> str:
    """The naive ISO text of a moment in a workspace's zone, as records show it."""
    found = moment(micros)
    return iso(found if timezone == "UTC" else found.astimezone(zone(timezone)))
