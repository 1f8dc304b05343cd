"""The steps of a delivery that touch the store: choose, render, take, note, give up on a webhook."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence

from msgspec import json

from rejoinder.core.notices import tell_owner
from rejoinder.core.unit import Unit, moment
from rejoinder.core.webhooks import disable_webhook, find_webhook
from rejoinder.dialects.surveykiwi.events import render_event
from rejoinder.jobs.sender import Outcome
from rejoinder.model.delivering import Policy
from rejoinder.model.webhook import DeliveryStatus, Try
from rejoinder.store import queue
from rejoinder.store.queue import Claimed, Key, Note, Receiver
from rejoinder.store.session import Session
from rejoinder.store.webhooks import owed as count_owed

log = logging.getLogger("rejoinder.webhooks")
MOST_TRIES = 20
"""Tries that a delivery remembers."""
Chosen = list[tuple[Receiver, list[int]]]
"""For each webhook the events that could be sent to it now."""
Bodies = list[tuple[int, int, str]]
"""(workspace, event, body)."""


def choose(session: Session, rooms: Mapping[Key, int], most: int, free: int, now: int) -> Chosen:
    """What is due, as far as each webhook has room: `rooms` of the busy ones, `most` of the others."""
    found: Chosen = []
    # Those with the most room first: they have the least on their way.
    waiting = sorted(queue.receivers(session, now), key=lambda who: -rooms.get(who[:2], most))
    for who in waiting:
        room = min(rooms.get(who[:2], most), free)
        numbers = queue.ready(session, *who[:2], now, room) if room > 0 else []
        if numbers:
            found.append((who, numbers))
            free -= len(numbers)
    return found


def render(session: Session, chosen: Chosen, base_url: str = "") -> Bodies:
    """The bodies of events that have none yet. One that cannot be rendered is left out, and in the log."""
    wanted: dict[int, set[int]] = {}
    for who, numbers in chosen:
        wanted.setdefault(who.workspace_id, set()).update(numbers)
    bodies: Bodies = []
    for workspace, some in wanted.items():
        for event in queue.unrendered(session, workspace, sorted(some)):
            try:
                bodies.append((workspace, event.number, render_event(session, event, base_url).decode()))
            except Exception:
                log.exception("an event cannot be rendered", extra={"event": event.id})
    return bodies


def take(
    session: Session, chosen: Chosen, bodies: Bodies, worker: str, now: int, until: int
) -> list[tuple[Receiver, Claimed]]:
    """Keep the bodies, for this and every later try, and claim what is still to be had."""
    queue.keep_bodies(session, bodies)
    taken: list[tuple[Receiver, Claimed]] = []
    for who, numbers in chosen:
        taken += [(who, one) for one in queue.claim(session, who, numbers, worker, now, until)]
    return taken


def note_of(policy: Policy, one: Claimed, outcome: Outcome, at: int, now: int, chance: float) -> Note:
    """What is written down of a try; `at` — when it began."""
    tries = [*json.decode(one.tries, type=list[Try]), _try(outcome, at)][-MOST_TRIES:]
    attempts = one.attempts + 1
    wait = None if outcome.good else policy.wait(attempts, outcome.retry_after, chance)
    if outcome.good:
        status = DeliveryStatus.DELIVERED
    else:
        status = DeliveryStatus.FAILED if wait is None else DeliveryStatus.WAITING
    due = None if wait is None else now + int(wait * 1_000_000)
    place = (one.workspace_id, one.webhook_id, one.event_id)
    return Note(*place, status, attempts, json.encode(tries).decode(), due, now if due is None else None)


def _try(outcome: Outcome, at: int) -> Try:
    reply = outcome.reply.decode("utf-8", "replace") or None
    return Try(at, round(outcome.spent * 1000), outcome.status, outcome.error, reply)


def write_down(
    session: Session,
    worker: str,
    notes: Sequence[Note],
    well: Collection[Key],
    ill: Collection[Key],
    now: int,
) -> None:
    """Note how tries ended, and which webhooks are well and which are not."""
    queue.note(session, worker, notes)
    queue.note_health(session, sorted(well), sorted(ill), now)


def disable_failing(session: Session, ill: Collection[Key], before: int, now: int) -> None:
    """Disable webhooks that have failed since before a time, and write to the owners of their workspaces."""
    for workspace, number in queue.failing_long(session, sorted(ill), before):
        unit = Unit(session, workspace, "webhooks", now)
        found = find_webhook(unit, number)
        since = f"{moment(found.failing_since or now):%Y-%m-%d %H:%M} UTC"
        disable_webhook(unit, number, f"It failed since {since} without one success.")
        text = (
            f"Webhook {number} ({found.url}) has failed since {since} without one success. It was disabled: "
            "it is told nothing more, and what it was still owed is kept as skipped.\n\n"
            f"When the receiver works again: rejoinder webhook enable {number} --workspace W, then "
            f"rejoinder webhook replay --workspace W --webhook {number} --status skipped."
        )
        tell_owner(unit, f"Webhook {number} was disabled", text)


def owed(session: Session) -> int:
    """How many deliveries are open in the whole store."""
    return count_owed(session)
