"""Jobs: ask for work after the commit, look at it, let it run again."""

from __future__ import annotations

from typing import Any

from rejoinder.core.audit import record
from rejoinder.core.unit import Unit
from rejoinder.model.job import STORE, Job, JobStatus
from rejoinder.model.problems import Invalid, NotFound
from rejoinder.store import jobs as store
from rejoinder.store.session import Session

CANCELLED = "It was cancelled by a person."
"""The error of a job that somebody ended while it ran."""


def enqueue(
    unit: Unit, kind: str, arguments: dict[str, Any], *, run_at: int | None = None, lane: str | None = None
) -> int:
    """Ask for a job, in the unit's transaction: no commit, no job.

    Parameters: `kind` — a name in the runner's registry; `arguments` — plain JSON, references and not copies
    of rows; `run_at` — µs, now when left out; `lane` — jobs of one lane run one after the other.
    Gives the job's number in the workspace.
    """
    at = unit.now if run_at is None else run_at
    return store.add_job(unit.session, unit.workspace_id, kind, arguments, run_at=at, lane=lane, now=unit.now)


def report_job(session: Session, job: Job, arguments: dict[str, Any], outcome: dict[str, Any]) -> None:
    """Keep what a job did, in the transaction that does it; `arguments` — what it needs to know from now on.

    `outcome` — counts and ids for `rejoinder jobs show`, no personal data.
    """
    store.report_job(session, job, arguments, outcome)


def show_job(session: Session, reference: str) -> Job:
    """A job with what it did. `reference` — `workspace/id`. Raises Invalid, NotFound."""
    found = store.job_by_id(session, *_numbers(reference))
    if found is None:
        raise NotFound(f"There is no job {reference}; see: rejoinder jobs list.")
    return found


def ensure_repeating(
    session: Session, kind: str, run_at: int, now: int, *, besides: int | None = None
) -> bool:
    """Let one job of the whole store wait or run, whoever asks and however many do; True when it is new.

    `besides` — the number of the job that asks for its own successor: it does not count.
    """
    store.lock_jobs(session, STORE)
    if any(found.id != besides for found in store.unfinished(session, STORE, kind)):
        return False
    store.add_job(session, STORE, kind, {}, run_at=run_at, lane=None, now=now)
    return True


def list_jobs(
    session: Session, *, workspace: int | None = None, status: JobStatus | None = None, limit: int = 100
) -> list[Job]:
    """Jobs of a workspace, or of all of them and the store; the newest first."""
    return store.newest_jobs(session, workspace=workspace, status=status, limit=limit)


def workspace_jobs(
    unit: Unit, status: JobStatus | None = None, *, before: int | None = None, limit: int = 50
) -> list[Job]:
    """Jobs of the workspace, the newest first; `before` — only those with a lower number."""
    return store.newest_jobs(
        unit.session, workspace=unit.workspace_id, status=status, before=before, limit=limit
    )


def cancel_job(unit: Unit, number: int) -> None:
    """Let a job that waits never run; it can be let run again.

    Raises NotFound, Invalid for one that has begun or ended.
    """
    reference = f"{unit.workspace_id}/{number}"
    found = show_job(unit.session, reference)
    error = "It was cancelled by a person before it ran."
    if not store.cancel_job(unit.session, unit.workspace_id, number, error, unit.now):
        raise Invalid(f"Job {reference} is {found.status.value}; only a waiting job can be cancelled.")
    record(unit, "job.cancel", f"job:{number}", kind=found.kind)


def end_job(unit: Unit, job: Job) -> None:
    """End a job that waits or runs, for a person; who runs it finds out. Raises Invalid when it has ended."""
    if not store.stop_job(unit.session, unit.workspace_id, job.id, CANCELLED, unit.now):
        raise Invalid("This has ended already.")
    record(unit, "job.cancel", f"job:{job.id}", kind=job.kind)


def seconds_left(job: Job, share: float | None, now: int) -> float | None:
    """How long a job will take at its pace since it was asked for, in seconds; None when nobody knows.

    Parameters: `share` — 0 to 1, what it has done; `now` — µs.
    """
    return (now - job.created_at) / 1e6 * (1 - share) / share if share else None


def retry_job(session: Session, reference: str, now: int) -> Job:
    """Let a failed, cancelled or waiting job run now, with all its attempts.

    Parameters: `reference` — `workspace/id`. Raises Invalid for no such reference and for a job that runs or
    is done, NotFound.
    """
    workspace, number = _numbers(reference)
    done = store.retry_job(session, workspace, number, now)
    found = store.job_by_id(session, workspace, number)
    if found is None:
        raise NotFound(f"There is no job {reference}; see: rejoinder jobs list.")
    if not done:
        raise Invalid(
            f"Job {reference} is {found.status.value}; one that waits, failed or was cancelled can run again."
        )
    return found


def _numbers(reference: str) -> tuple[int, int]:
    workspace, _, number = reference.partition("/")
    if not (workspace.isascii() and workspace.isdigit() and number.isascii() and number.isdigit()):
        raise Invalid(f"{reference!r} is not a job: write it as `rejoinder jobs list` does, such as 1/17.")
    if len(workspace) > 18 or len(number) > 18:
        raise NotFound(f"There is no job {reference[:40]}; see: rejoinder jobs list.")
    return int(workspace), int(number)
