"""Forget what nobody needs any more; once a day, however many servers there are."""

from __future__ import annotations

import time

from rejoinder.core.jobs import ensure_repeating
from rejoinder.core.tokens import KEEP_ENDED
from rejoinder.model.job import Job
from rejoinder.store.clients import forget_rates, forget_tokens
from rejoinder.store.deliveries import forget_deliveries
from rejoinder.store.engine import Database
from rejoinder.store.exports import forget_exports
from rejoinder.store.hot import KEEP_REPLIES
from rejoinder.store.incoming import forget_incoming
from rejoinder.store.jobs import forget_jobs
from rejoinder.store.pace import KEEP as KEEP_PACE
from rejoinder.store.pace import forget_pace
from rejoinder.store.people import forget_sessions
from rejoinder.store.rates import KEEP as KEEP_RATES
from rejoinder.store.replies import forget_replies
from rejoinder.store.uploads import KEEP_UNCLAIMED, forget_unclaimed

KIND = "purge"
EVERY = 24 * 3600 * 1_000_000
KEEP_JOBS = 7 * 24 * 3600 * 1_000_000
"""Microseconds for which ended jobs can be looked at."""

KEEP_EVENTS = 30 * EVERY
"""As `webhook_keep_days` has it when nobody sets it."""


def schedule(database: Database) -> None:
    """Let the next purge wait in the store, unless one does already."""
    now = _now()
    database.write(lambda session: ensure_repeating(session, KIND, now, now))


KEEP_EXPORTS = 7 * EVERY
"""As `export_keep_days` has it when nobody sets it."""


def purge(
    database: Database, job: Job, *, keep_events: int = KEEP_EVENTS, keep_exports: int = KEEP_EXPORTS
) -> None:
    """Delete tokens that ended 90 days ago, ended sessions of people, jobs that ended a week ago,
    old windows of rate limits and paces; after a day files to be imported, replies under idempotency keys and
    files that no answers named; after `keep_events` µs events with the log of their deliveries; exports that
    have expired, and after `keep_exports` µs those without a file.

    It schedules its successor first, so that a purge that fails for good does not end the row.
    """
    now = _now()
    database.write(lambda session: ensure_repeating(session, KIND, now + EVERY, now, besides=job.id))
    database.write(lambda session: forget_tokens(session, now - KEEP_ENDED))
    database.write(lambda session: forget_sessions(session, now))
    database.write(lambda session: forget_rates(session, now // 1_000_000 - KEEP_RATES))
    database.write(lambda session: forget_pace(session, now - KEEP_PACE))
    for forget in (
        lambda session: forget_jobs(session, now - KEEP_JOBS),
        lambda session: forget_replies(session, now - KEEP_REPLIES),
        lambda session: forget_unclaimed(session, now - KEEP_UNCLAIMED),
        lambda session: forget_deliveries(session, now - keep_events),
        lambda session: forget_exports(session, now, now - keep_exports),
        lambda session: forget_incoming(session, now - EVERY),
    ):
        while database.write(forget):
            pass


def _now() -> int:
    return time.time_ns() // 1000
