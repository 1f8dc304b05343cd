"""How fast mail may go: one row for each address, domain and for the server, shared by all processes."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite

from rejoinder.store.session import Session
from rejoinder.store.tables.panel import mail_pace

KEEP = 24 * 3600 * 1_000_000
"""Microseconds after which a row says nothing any more."""


class Pace(NamedTuple):
    """When something was last sent, and when the next free slot is; µs, 0 for never."""

    last_at: int
    next_at: int


def hold_pace(session: Session, name: str) -> Pace:
    """The pace of a name; nobody else sees or changes it until the transaction ends."""
    dialect = sqlite.insert if session.engine == "sqlite" else postgresql.insert
    new = dialect(mail_pace).values(name=name, last_at=0, next_at=0)
    held = new.on_conflict_do_update(index_elements=["name"], set_={"last_at": mail_pace.c.last_at})
    row = session.row(held.returning(mail_pace.c.last_at, mail_pace.c.next_at))
    assert row is not None
    return Pace(*row)


def set_pace(session: Session, name: str, pace: Pace) -> None:
    """Change a pace that is held."""
    session.run(update(mail_pace).where(mail_pace.c.name == name).values(**pace._asdict()))


def forget_pace(session: Session, before: int) -> int:
    """Forget names that nothing was sent to since a time (µs); gives how many."""
    return session.run(delete(mail_pace).where(mail_pace.c.last_at < before, mail_pace.c.next_at < before))
