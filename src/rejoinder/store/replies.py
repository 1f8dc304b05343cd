"""Replies kept under idempotency keys, so that a request that comes twice is done once."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import delete, select, tuple_

from rejoinder.store.failures import Outdated
from rejoinder.store.hot import KEEP_REPLIES, KeptReply
from rejoinder.store.session import Session
from rejoinder.store.tables.effects import idempotency


class EarlierReply(NamedTuple):
    """What was answered to the first request under a key, and what that request said."""

    body_hash: str
    status: int
    reply: str


def gathered_reply(session: Session, workspace: int, scope: str, key: str) -> EarlierReply | None:
    """The reply under a key that was given in this very transaction."""
    kept = session.gathering.kept_reply(workspace, scope, key) if session.gathering else None
    return EarlierReply(kept.body_hash, kept.status, kept.reply) if kept else None


def earlier_reply(session: Session, workspace: int, scope: str, key: str, now: int) -> EarlierReply | None:
    """The reply under a key that is not older than a day."""
    row = session.row(
        select(idempotency.c.body_hash, idempotency.c.status, idempotency.c.reply).where(
            idempotency.c.workspace_id == workspace,
            idempotency.c.scope == scope,
            idempotency.c.key == key,
            idempotency.c.created_at > now - KEEP_REPLIES,
        )
    )
    return row and EarlierReply(*row)


def keep_reply(session: Session, kept: KeptReply) -> None:
    """Keep a reply in this transaction.

    Raises Outdated when another transaction has taken the key, or holds it: begin again and look for its
    reply. The writer may find that out later, when it stores what it gathered.
    """
    if session.gathering is not None:
        session.gathering.keep_reply(kept)
    elif not session.hot.keep_replies(session.raw, [kept]):
        raise Outdated


def forget_replies(session: Session, before: int, limit: int = 10_000) -> int:
    """Delete up to `limit` replies that were kept before a time (µs); gives how many."""
    columns = (idempotency.c.workspace_id, idempotency.c.scope, idempotency.c.key)
    old = select(*columns).where(idempotency.c.created_at < before).limit(limit)
    return session.run(delete(idempotency).where(tuple_(*columns).in_(old)))
