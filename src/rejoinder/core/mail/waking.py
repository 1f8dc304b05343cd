"""Ask for the job that sends a workspace's mail."""

from __future__ import annotations

from rejoinder.core.jobs import enqueue
from rejoinder.core.unit import Unit
from rejoinder.store import jobs as store

KIND = "send_mail"
"""The job that sends what waits in its workspace."""


def wake_sender(unit: Unit, at: int | None = None) -> None:
    """Let the workspace's mail be looked at, now or at a time (µs); one job that waits is enough.

    A job that runs already may have looked before the letters were there, so it does not count.
    """
    run_at = unit.now if at is None else at
    store.lock_jobs(unit.session, unit.workspace_id)
    if not store.bring_forward(unit.session, unit.workspace_id, KIND, run_at):
        enqueue(unit, KIND, {}, run_at=run_at)
