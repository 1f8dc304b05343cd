"""Jobs: rows written in the caller's transaction, claimed by one worker at a time.

On PostgreSQL a claim skips rows that others are claiming (SKIP LOCKED); on SQLite claims are writes like
any other, so the writer puts them in order.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from msgspec import json, structs
from sqlalchemy import ColumnElement, and_, case, delete, func, insert, or_, select, true, tuple_, update

from rejoinder.model.job import Job, JobStatus
from rejoinder.store.counters import next_id, next_ids
from rejoinder.store.session import Session
from rejoinder.store.tables.effects import job

_COLUMNS = (
    job.c.workspace_id,
    job.c.id,
    job.c.kind,
    job.c.arguments,
    job.c.status,
    job.c.attempts,
    job.c.run_at,
    job.c.created_at,
    job.c.lane,
    job.c.error,
    job.c.claimed_by,
    job.c.claimed_until,
    job.c.finished_at,
    job.c.progress,
)
_UNFINISHED = (JobStatus.WAITING.value, JobStatus.RUNNING.value)
UNDONE = (JobStatus.FAILED.value, JobStatus.CANCELLED.value)
"""How jobs end whose work is not done."""
_ENDED = (JobStatus.DONE.value, *UNDONE)


def _job(row: Any) -> Job:
    kind, arguments, status = row[2], json.decode(row[3], type=dict[str, Any]), JobStatus(row[4])
    outcome = json.decode(row[13], type=dict[str, Any]) if row[13] else None
    found = Job(row[0], row[1], kind, arguments, status, *row[5:13])
    return structs.replace(found, outcome=outcome) if outcome else found


def add_job(
    session: Session,
    workspace: int,
    kind: str,
    arguments: dict[str, Any],
    *,
    run_at: int,
    lane: str | None,
    now: int,
) -> int:
    """Insert a job that waits until `run_at`; gives its number in the workspace."""
    number = next_id(session, workspace, "job")
    session.run(
        insert(job).values(
            workspace_id=workspace,
            id=number,
            kind=kind,
            arguments=json.encode(arguments).decode(),
            run_at=run_at,
            lane=lane,
            created_at=now,
        )
    )
    return number


def lock_jobs(session: Session, workspace: int) -> None:
    """Let nobody else add jobs to this workspace until the transaction ends."""
    next_ids(session, workspace, "job", 0)


def _due(now: int) -> ColumnElement[bool]:
    """Waiting and due, or left behind by a worker that died; and first of its lane."""
    earlier = job.alias("earlier")
    ahead = select(earlier.c.id).where(
        earlier.c.workspace_id == job.c.workspace_id,
        earlier.c.lane == job.c.lane,
        earlier.c.id < job.c.id,
        earlier.c.status.in_(_UNFINISHED),
    )
    ready = and_(job.c.status == JobStatus.WAITING.value, job.c.run_at <= now)
    orphaned = and_(job.c.status == JobStatus.RUNNING.value, job.c.claimed_until <= now)
    return and_(or_(ready, orphaned), or_(job.c.lane.is_(None), ~ahead.exists()))


class Kinds(NamedTuple):
    """Which jobs a worker takes: only those of some kinds, or all but those of some kinds."""

    only: frozenset[str] = frozenset()
    but: frozenset[str] = frozenset()

    def wanted(self) -> ColumnElement[bool]:
        """The condition on a job."""
        if self.only:
            return job.c.kind.in_(sorted(self.only))
        return job.c.kind.not_in(sorted(self.but)) if self.but else true()


ALL_KINDS = Kinds()


def any_due(session: Session, now: int, kinds: Kinds = ALL_KINDS) -> bool:
    """Whether there is a job to claim; cheap, without a write transaction."""
    return session.row(select(job.c.id).where(_due(now), kinds.wanted()).limit(1)) is not None


def claim(session: Session, worker: str, now: int, lease: int, kinds: Kinds = ALL_KINDS) -> Job | None:
    """Take the job that has been due longest, for `lease` µs; None when nothing is due."""
    first = (
        select(job.c.workspace_id, job.c.id)
        .where(_due(now), kinds.wanted())
        .order_by(job.c.run_at, job.c.workspace_id, job.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)  # SQLite's dialect leaves it out
    )
    found = session.row(first)
    if found is None:
        return None
    row = session.row(
        update(job)
        .where(job.c.workspace_id == found.workspace_id, job.c.id == found.id)
        .values(
            status=JobStatus.RUNNING.value,
            attempts=job.c.attempts + 1,
            claimed_by=worker,
            claimed_until=now + lease,
        )
        .returning(*_COLUMNS)
    )
    return row and _job(row)


def _mine(claimed: Job) -> ColumnElement[bool]:
    """The row, as long as it is still this claim's."""
    return and_(
        job.c.workspace_id == claimed.workspace_id,
        job.c.id == claimed.id,
        job.c.status == JobStatus.RUNNING.value,
        job.c.claimed_by == claimed.claimed_by,
        job.c.attempts == claimed.attempts,
    )


def keep(session: Session, claimed: Job, until: int) -> bool:
    """Keep a claim for longer; False when it was lost."""
    return bool(session.run(update(job).where(_mine(claimed)).values(claimed_until=until)))


def end(session: Session, claimed: Job, status: JobStatus, error: str | None, now: int) -> bool:
    """Note that a job is done or failed for good; False when the claim was lost."""
    values = {"status": status.value, "error": error, "finished_at": now, "claimed_until": None}
    return bool(session.run(update(job).where(_mine(claimed)).values(values)))


def report_job(session: Session, done: Job, arguments: dict[str, Any], outcome: dict[str, Any]) -> None:
    """Note what a job did, and replace its arguments."""
    mine = (job.c.workspace_id == done.workspace_id, job.c.id == done.id)
    values = {"arguments": json.encode(arguments).decode(), "progress": json.encode(outcome).decode()}
    session.run(update(job).where(*mine).values(values))


def widen_job(session: Session, waiting: Job, arguments: dict[str, Any]) -> bool:
    """Ask more of a job that has never begun; False when it has by now."""
    mine = (job.c.workspace_id == waiting.workspace_id, job.c.id == waiting.id)
    fresh = (job.c.status == JobStatus.WAITING.value, job.c.attempts == 0)
    values = {"arguments": json.encode(arguments).decode()}
    return bool(session.run(update(job).where(*mine, *fresh).values(values)))


def put_back(session: Session, claimed: Job, error: str | None, run_at: int, *, afresh: bool = False) -> bool:
    """Let a job wait for another attempt (`afresh`: with all of them); False when the claim was lost."""
    values: dict[str, Any] = {"status": JobStatus.WAITING.value, "error": error, "run_at": run_at}
    values |= {"claimed_until": None, "claimed_by": None} | ({"attempts": 0} if afresh else {})
    return bool(session.run(update(job).where(_mine(claimed)).values(values)))


def retry_job(session: Session, workspace: int, number: int, now: int) -> bool:
    """Let a failed or cancelled job (or one that waits for its next attempt) run, with all its attempts."""
    may = job.c.status.in_((*UNDONE, JobStatus.WAITING.value))
    values = {"status": JobStatus.WAITING.value, "attempts": 0, "run_at": now, "finished_at": None}
    mine = (job.c.workspace_id == workspace, job.c.id == number)
    return bool(session.run(update(job).where(*mine, may).values(values)))


def cancel_job(session: Session, workspace: int, number: int, error: str, now: int) -> bool:
    """End a job that waits; False when it does not."""
    mine = (job.c.workspace_id == workspace, job.c.id == number, job.c.status == JobStatus.WAITING.value)
    values = {"status": JobStatus.CANCELLED.value, "error": error, "finished_at": now}
    return bool(session.run(update(job).where(*mine).values(values)))


def stop_job(session: Session, workspace: int, number: int, error: str, now: int) -> bool:
    """End a job that waits or runs; False when it has ended. Who runs it loses the claim, and finds out when
    it next asks whether it still has it."""
    mine = (job.c.workspace_id == workspace, job.c.id == number, job.c.status.in_(_UNFINISHED))
    values = {"status": JobStatus.CANCELLED.value, "error": error, "finished_at": now, "claimed_until": None}
    return bool(session.run(update(job).where(*mine).values(values)))


def hold_job(session: Session, workspace: int, number: int) -> bool:
    """Whether a job waits or runs; until the transaction ends nobody ends it."""
    mine = (job.c.workspace_id == workspace, job.c.id == number, job.c.status.in_(_UNFINISHED))
    return session.row(select(job.c.id).where(*mine).with_for_update()) is not None


def is_claimed(session: Session, claimed: Job) -> bool:
    """Whether a job is still whose it was when it was claimed."""
    return session.row(select(job.c.id).where(_mine(claimed))) is not None


def job_by_id(session: Session, workspace: int, number: int) -> Job | None:
    """A job by its number."""
    row = session.row(select(*_COLUMNS).where(job.c.workspace_id == workspace, job.c.id == number))
    return row and _job(row)


def newest_jobs(
    session: Session,
    *,
    workspace: int | None = None,
    status: JobStatus | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[Job]:
    """Jobs, the newest first; of every workspace when none is named. `before` — of one workspace, only those
    with a lower number."""
    statement = select(*_COLUMNS).order_by(job.c.created_at.desc(), job.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(job.c.id < before)
    if workspace is not None:
        statement = statement.where(job.c.workspace_id == workspace)
    if status is not None:
        statement = statement.where(job.c.status == status.value)
    return [_job(row) for row in session.rows(statement)]


def unfinished(session: Session, workspace: int, kind: str) -> list[Job]:
    """Jobs of a kind that wait or run."""
    mine = (job.c.workspace_id == workspace, job.c.kind == kind, job.c.status.in_(_UNFINISHED))
    return [_job(row) for row in session.rows(select(*_COLUMNS).where(*mine).order_by(job.c.id))]


def bring_forward(session: Session, workspace: int, kind: str, run_at: int) -> bool:
    """Let the jobs of a kind that wait run at `run_at` (µs) at the latest; False when none waits."""
    earliest = case((job.c.run_at > run_at, run_at), else_=job.c.run_at)
    mine = (job.c.workspace_id == workspace, job.c.kind == kind, job.c.status == JobStatus.WAITING.value)
    return bool(session.run(update(job).where(*mine).values(run_at=earliest)))


def count_jobs(session: Session) -> dict[str, int]:
    """How many jobs there are in each status."""
    statement = select(job.c.status, func.count().label("n")).group_by(job.c.status)
    return {row.status: row.n for row in session.rows(statement)}


def forget_jobs(session: Session, before: int, limit: int = 10_000) -> int:
    """Delete up to `limit` jobs that ended before a time (µs); gives how many."""
    old = select(job.c.workspace_id, job.c.id).where(job.c.status.in_(_ENDED), job.c.finished_at < before)
    return session.run(delete(job).where(tuple_(job.c.workspace_id, job.c.id).in_(old.limit(limit))))
