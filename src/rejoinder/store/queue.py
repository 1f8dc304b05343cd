"""The queue of deliveries: what is due, whose it is, how it went.

A delivery is open while it has a `due_at`: the time of its next try or, while it is being sent, the end of
its worker's lease, after which anybody may take it. Of the open deliveries of one respondent to one webhook
only the first can be claimed, which keeps their order and holds up nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Update, and_, bindparam, exists, func, select, update

from rejoinder.model.event import EventKind, FrozenEvent
from rejoinder.model.respondent import State
from rejoinder.model.webhook import DeliveryStatus
from rejoinder.store.session import Session
from rejoinder.store.tables.effects import delivery, event, webhook

WAITING, SENDING = DeliveryStatus.WAITING.value, DeliveryStatus.SENDING.value


class Receiver(NamedTuple):
    """A webhook with something due; times in µs."""

    workspace_id: int
    id: int
    url: str
    secret: str
    old_secret: str | None
    old_secret_until: int | None

    def keys(self, now: int) -> list[str]:
        """The secrets that sign now."""
        overlap = self.old_secret is not None and now < (self.old_secret_until or 0)
        return [self.secret, self.old_secret] if overlap and self.old_secret else [self.secret]


class Claimed(NamedTuple):
    """One delivery to be tried by whoever claimed it; `tries` is the log so far, as JSON."""

    workspace_id: int
    webhook_id: int
    event_id: int
    public_id: str
    attempts: int
    tries: str
    body: str | None


class Note(NamedTuple):
    """How a try ended; `due_at` is None when there will be no other."""

    workspace_id: int
    webhook_id: int
    event_id: int
    status: DeliveryStatus
    attempts: int
    tries: str
    due_at: int | None
    finished_at: int | None


def next_due(session: Session) -> int | None:
    """When the next delivery of the whole store is due; None when none is open. One look into an index."""
    statement = select(func.min(delivery.c.due_at).label("at")).where(delivery.c.due_at.is_not(None))
    row = session.row(statement)
    return row and row.at


def receivers(session: Session, now: int) -> list[Receiver]:
    """The enabled webhooks that something is due for."""
    due = exists().where(
        delivery.c.workspace_id == webhook.c.workspace_id,
        delivery.c.webhook_id == webhook.c.id,
        delivery.c.due_at <= now,
    )
    columns = (webhook.c.workspace_id, webhook.c.id, webhook.c.url)
    keys = (webhook.c.secret, webhook.c.old_secret, webhook.c.old_secret_until)
    statement = select(*columns, *keys).where(webhook.c.enabled == 1, due)
    return [Receiver(*row) for row in session.rows(statement)]


def _ready(workspace: int, number: int, now: int) -> ColumnElement[bool]:
    """Due, and first of its respondent."""
    earlier = delivery.alias("earlier")
    ahead = exists().where(
        earlier.c.workspace_id == delivery.c.workspace_id,
        earlier.c.webhook_id == delivery.c.webhook_id,
        earlier.c.respondent_id == delivery.c.respondent_id,
        earlier.c.event_id < delivery.c.event_id,
        earlier.c.due_at.is_not(None),
    )
    mine = (delivery.c.workspace_id == workspace, delivery.c.webhook_id == number)
    return and_(*mine, delivery.c.due_at <= now, ~ahead)


def ready(session: Session, workspace: int, number: int, now: int, limit: int) -> list[int]:
    """The events whose delivery to a webhook could be claimed now, longest due first."""
    wanted = select(delivery.c.event_id).where(_ready(workspace, number, now))
    found = session.rows(wanted.order_by(delivery.c.due_at, delivery.c.event_id).limit(limit))
    return [row.event_id for row in found]


_FROZEN = tuple(
    event.c[name] for name in FrozenEvent.__struct_fields__ if name not in ("number", "id", "kind", "state")
)


def unrendered(session: Session, workspace: int, numbers: Sequence[int]) -> list[FrozenEvent]:
    """Those of the events that have no body yet."""
    columns = (*_FROZEN, event.c.id.label("number"), event.c.public_id, event.c.kind, event.c.state)
    mine = (event.c.workspace_id == workspace, event.c.id.in_(numbers), event.c.body.is_(None))
    return [_frozen(row) for row in session.rows(select(*columns).where(*mine))]


def _frozen(row: Any) -> FrozenEvent:
    values = dict(row._mapping)
    state = values.pop("state")
    return FrozenEvent(
        id=values.pop("public_id"),
        kind=EventKind(values.pop("kind")),
        state=None if state is None else State(state),
        **values,
    )


def keep_bodies(session: Session, bodies: Iterable[tuple[int, int, str]]) -> None:
    """Keep what is sent for (workspace, event, body); who comes second changes nothing."""
    rows = [{"w": workspace, "e": number, "b": body} for workspace, number, body in bodies]
    mine = (event.c.workspace_id == bindparam("w"), event.c.id == bindparam("e"), event.c.body.is_(None))
    if rows:
        session.run(update(event).where(*mine).values(body=bindparam("b")), rows)


def claim(
    session: Session, who: Receiver, numbers: Sequence[int], worker: str, now: int, until: int
) -> list[Claimed]:
    """Take those of the deliveries that are still to be had, until a time (µs)."""
    mine = (delivery.c.workspace_id == who.workspace_id, delivery.c.webhook_id == who.id)
    some = (
        select(delivery.c.event_id)
        .where(_ready(who.workspace_id, who.id, now), delivery.c.event_id.in_(numbers))
        .with_for_update(skip_locked=True)  # SQLite's dialect leaves it out
    )
    free = [row.event_id for row in session.rows(some)]
    if not free:
        return []
    taken = {"status": SENDING, "claimed_by": worker, "due_at": until}
    session.run(update(delivery).where(*mine, delivery.c.event_id.in_(free)).values(taken))
    columns = (delivery.c.workspace_id, delivery.c.webhook_id, delivery.c.event_id, event.c.public_id)
    rest = (delivery.c.attempts, delivery.c.tries, event.c.body)
    found = select(*columns, *rest).join(
        event, and_(event.c.workspace_id == delivery.c.workspace_id, event.c.id == delivery.c.event_id)
    )
    return [Claimed(*row) for row in session.rows(found.where(*mine, delivery.c.event_id.in_(free)))]


def note(session: Session, worker: str, notes: Sequence[Note]) -> None:
    """Write down how tries ended; a claim that was lost meanwhile is left to whoever has it."""
    mine = (
        delivery.c.workspace_id == bindparam("w"),
        delivery.c.webhook_id == bindparam("h"),
        delivery.c.event_id == bindparam("e"),
        delivery.c.status == SENDING,
        delivery.c.claimed_by == bindparam("me"),
    )
    names = ("status", "attempts", "tries", "due_at", "finished_at")
    rows = [
        {"w": one.workspace_id, "h": one.webhook_id, "e": one.event_id, "me": worker}
        | {f"new_{name}": getattr(one, name) for name in names}
        for one in notes
    ]
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    session.run(update(delivery).where(*mine).values(claimed_by=None, **values), rows)


def give_back(session: Session, worker: str, now: int) -> int:
    """Let others have at once what a worker that ends has claimed and not tried."""
    mine = (delivery.c.due_at.is_not(None), delivery.c.status == SENDING, delivery.c.claimed_by == worker)
    return session.run(update(delivery).where(*mine).values(status=WAITING, claimed_by=None, due_at=now))


Key = tuple[int, int]
"""(workspace, webhook)."""


def note_health(session: Session, well: Iterable[Key], ill: Iterable[Key], now: int) -> None:
    """Note since when webhooks fail without a success between."""
    for key in well:
        better = update(webhook).where(_is(key), webhook.c.failing_since.is_not(None))
        session.run(better.values(failing_since=None))
    for key in ill:
        worse = update(webhook).where(_is(key), webhook.c.failing_since.is_(None))
        session.run(worse.values(failing_since=now))
        session.run(_skip_of_disabled(key, now))


def _is(key: Key) -> ColumnElement[bool]:
    return and_(webhook.c.workspace_id == key[0], webhook.c.id == key[1])


def _skip_of_disabled(key: Key, now: int) -> Update:
    """What was on its way when its webhook was disabled is not tried again."""
    mine = (delivery.c.workspace_id == key[0], delivery.c.webhook_id == key[1])
    waiting = (delivery.c.due_at.is_not(None), delivery.c.status == WAITING)
    disabled = exists().where(_is(key), webhook.c.enabled == 0)
    over = {"status": DeliveryStatus.SKIPPED.value, "due_at": None, "finished_at": now}
    return update(delivery).where(*mine, *waiting, disabled).values(over)


def failing_long(session: Session, keys: Iterable[Key], before: int) -> list[Key]:
    """Those of the webhooks that have failed since before a time (µs), and are still enabled."""
    long = (webhook.c.enabled == 1, webhook.c.failing_since <= before)
    return [key for key in keys if session.row(select(webhook.c.id).where(_is(key), *long)) is not None]
