"""Webhooks and their deliveries."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from rejoinder.model.event import EventKind, kinds_of


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """An address that is told of events. Times in µs.

    `survey_id` — None for every survey of the workspace; `failing_since` — the first failure after the last
    success; `disabled_reason` — a sentence, None while enabled. Its secrets are not in here.
    """

    workspace_id: int
    id: int
    url: str
    survey_id: int | None
    kinds: int
    enabled: bool
    created_at: int
    failing_since: int | None = None
    disabled_at: int | None = None
    disabled_reason: str | None = None
    rotating_until: int | None = None

    @property
    def events(self) -> tuple[EventKind, ...]:
        """What it is told."""
        return kinds_of(self.kinds)


class DeliveryStatus(StrEnum):
    """Where a delivery stands.

    It goes between `waiting` and `sending` until it is `delivered`, or `failed` (every try is used up: the
    dead letters), or `skipped` (its webhook was disabled meanwhile).
    """

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"
    SKIPPED = "skipped"


class Try(msgspec.Struct, frozen=True, omit_defaults=True):
    """One try. `at` in µs; `status` of the reply, None when there was none: then `error` says why; `reply` is
    how the reply's body began."""

    at: int
    ms: int
    status: int | None = None
    error: str | None = None
    reply: str | None = None


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One event on its way to one webhook. Times in µs.

    `attempts` counts the tries of this round (a replay begins a new one); `tries` holds the last ones of all
    rounds, oldest first; `due_at` — when the next try may begin, None once it has ended.
    """

    workspace_id: int
    webhook_id: int
    event: str
    kind: EventKind
    survey_id: int | None
    respid: int | None
    status: DeliveryStatus
    attempts: int
    due_at: int | None
    created_at: int
    finished_at: int | None
    tries: tuple[Try, ...] = ()
    number: int = 0
