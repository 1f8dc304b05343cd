"""The log of deliveries: look at it, send again, forget."""

from __future__ import annotations

import secrets
from typing import Any, NamedTuple

from msgspec import json
from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    and_,
    delete,
    exists,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from rejoinder.model.event import EventKind
from rejoinder.model.respondent import State
from rejoinder.model.webhook import Delivery, DeliveryStatus, Try, Webhook
from rejoinder.store.counters import next_id
from rejoinder.store.session import Session
from rejoinder.store.tables.effects import delivery, event, webhook
from rejoinder.store.tables.respondents import respondent

_SAME = and_(event.c.workspace_id == delivery.c.workspace_id, event.c.id == delivery.c.event_id)
_COLUMNS = (
    delivery.c.workspace_id,
    delivery.c.webhook_id,
    event.c.public_id,
    event.c.kind,
    event.c.survey_id,
    event.c.respid,
    delivery.c.status,
    delivery.c.attempts,
    delivery.c.due_at,
    delivery.c.created_at,
    delivery.c.finished_at,
    delivery.c.tries,
    delivery.c.event_id,
)
_SAME_NAMES = (
    "survey_id",
    "respid",
    "state",
    "updated_at",
    "opened_at",
    "completed_at",
    "invited_at",
    "language",
    "collector_id",
    "finish_reason",
)
"""Columns that `event` has from `respondent` under the same name."""
CHUNK = 10_000
"""Rows that one transaction of the purge deletes."""


class Wanted(NamedTuple):
    """A filter over deliveries; None is any. `since` (inclusive) and `until` (exclusive) are of the event, in
    µs."""

    webhook: int | None = None
    public_id: str | None = None
    kind: str | None = None
    status: str | None = None
    survey_id: int | None = None
    since: int | None = None
    until: int | None = None

    @property
    def number(self) -> int | None:
        """The event's number, which its public id ends with."""
        return None if self.public_id is None else int(self.public_id.rpartition("_")[2])


def _conditions(workspace: int, wanted: Wanted) -> list[ColumnElement[bool]]:
    same: list[tuple[Column[Any], Any]] = [
        (delivery.c.webhook_id, wanted.webhook),
        (delivery.c.event_id, wanted.number),
        (event.c.public_id, wanted.public_id),
        (event.c.kind, wanted.kind),
        (delivery.c.status, wanted.status),
        (event.c.survey_id, wanted.survey_id),
    ]
    found = [delivery.c.workspace_id == workspace]
    found += [column == value for column, value in same if value is not None]
    if wanted.since is not None:
        found.append(delivery.c.created_at >= wanted.since)
    if wanted.until is not None:
        found.append(delivery.c.created_at < wanted.until)
    return found


def _delivery(row: Any) -> Delivery:
    return Delivery(
        workspace_id=row.workspace_id,
        webhook_id=row.webhook_id,
        event=row.public_id,
        kind=EventKind(row.kind),
        survey_id=row.survey_id,
        respid=row.respid,
        status=DeliveryStatus(row.status),
        attempts=row.attempts,
        due_at=row.due_at,
        created_at=row.created_at,
        finished_at=row.finished_at,
        tries=json.decode(row.tries, type=tuple[Try, ...]),
        number=row.event_id,
    )


def newest(
    session: Session, workspace: int, wanted: Wanted, *, before: int | None, limit: int
) -> list[Delivery]:
    """Deliveries that a filter finds, those of the newest event first; `before` — an event's number."""
    found = select(*_COLUMNS).join(event, _SAME).where(*_conditions(workspace, wanted))
    if before is not None:
        found = found.where(delivery.c.event_id < before)
    order = (delivery.c.event_id.desc(), delivery.c.webhook_id)
    return [_delivery(row) for row in session.rows(found.order_by(*order).limit(limit))]


def delivery_of(
    session: Session, workspace: int, webhook_id: int, number: int
) -> tuple[Delivery, str | None] | None:
    """One delivery with the body of its event."""
    mine = (
        delivery.c.workspace_id == workspace,
        delivery.c.webhook_id == webhook_id,
        delivery.c.event_id == number,
    )
    row = session.row(select(*_COLUMNS, event.c.body).join(event, _SAME).where(*mine))
    return row and (_delivery(row), row.body)


def replay(session: Session, workspace: int, wanted: Wanted, now: int) -> int:
    """Let deliveries that a filter finds begin anew, but those on their way; gives how many.

    Only those to enabled webhooks: what is owed to others could not be sent.
    """
    listening = exists().where(
        webhook.c.workspace_id == delivery.c.workspace_id,
        webhook.c.id == delivery.c.webhook_id,
        webhook.c.enabled == 1,
    )
    found = (
        select(delivery.c.webhook_id, delivery.c.event_id)
        .join(event, _SAME)
        .where(*_conditions(workspace, wanted), delivery.c.status != DeliveryStatus.SENDING.value, listening)
    )
    these = tuple_(delivery.c.webhook_id, delivery.c.event_id).in_(found)
    again = {"status": DeliveryStatus.WAITING.value, "attempts": 0, "due_at": now, "finished_at": None}
    return session.run(update(delivery).where(delivery.c.workspace_id == workspace, these).values(again))


def skip_waiting(session: Session, workspace: int, number: int, now: int) -> int:
    """End what a webhook is still owed, but for what is on its way."""
    mine = (delivery.c.workspace_id == workspace, delivery.c.webhook_id == number)
    over = {"status": DeliveryStatus.SKIPPED.value, "due_at": None, "finished_at": now}
    waiting = (delivery.c.due_at.is_not(None), delivery.c.status == DeliveryStatus.WAITING.value)
    return session.run(update(delivery).where(*mine, *waiting).values(over))


def add_test(session: Session, owner: Webhook, worker: str, until: int, now: int) -> str:
    """Insert a test event and its delivery, which is `worker`'s until a time; gives the public id."""
    number = next_id(session, owner.workspace_id, "event")
    public_id = f"evt_{secrets.token_hex(8)}_{number}"
    values = {"workspace_id": owner.workspace_id, "id": number, "public_id": public_id, "created_at": now}
    values |= {"kind": EventKind.TEST.value, "survey_id": owner.survey_id} | _example(session, owner)
    session.run(insert(event).values(values))
    claimed = {"status": DeliveryStatus.SENDING.value, "claimed_by": worker, "due_at": until}
    place = {"workspace_id": owner.workspace_id, "webhook_id": owner.id, "event_id": number}
    session.run(insert(delivery).values(place | claimed | {"created_at": now}))
    return public_id


def _example(session: Session, owner: Webhook) -> dict[str, Any]:
    """The newest completed answer to a webhook's surveys among the workspace's last rows, as an event has it;
    nothing where there is none."""
    mine = respondent.c.workspace_id == owner.workspace_id
    last = select(respondent).where(mine).order_by(respondent.c.id.desc()).limit(1000).subquery()
    found = select(last).where(last.c.state == State.COMPLETED).order_by(last.c.id.desc()).limit(1)
    if owner.survey_id is not None:
        found = found.where(last.c.survey_id == owner.survey_id)
    row = session.row(found)
    if row is None:
        return {}
    values = {name: getattr(row, name) for name in _SAME_NAMES}
    return values | {"respondent_id": row.id, "respondent_created_at": row.created_at, "record": row.doc}


def forget_deliveries(session: Session, before: int) -> int:
    """Delete some ended deliveries of before a time (µs), and the events that nobody is owed any more."""
    keys = (delivery.c.workspace_id, delivery.c.webhook_id, delivery.c.event_id)
    old: Select[Any] = select(*keys).where(
        delivery.c.due_at.is_(None), or_(delivery.c.finished_at < before, delivery.c.finished_at.is_(None))
    )
    old = old.where(delivery.c.created_at < before)
    count = session.run(delete(delivery).where(tuple_(*keys).in_(old.limit(CHUNK))))
    owed = exists().where(_SAME)
    mine = select(event.c.workspace_id, event.c.id).where(event.c.created_at < before, ~owed).limit(CHUNK)
    return count + session.run(delete(event).where(tuple_(event.c.workspace_id, event.c.id).in_(mine)))
