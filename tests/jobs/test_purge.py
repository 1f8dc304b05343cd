"""What the daily purge forgets, and that it comes back."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from rejoinder.core.access import create_client
from rejoinder.core.tokens import KEEP_ENDED
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_workspace
from rejoinder.jobs import purge
from rejoinder.jobs.register import runner
from rejoinder.model.job import STORE, JobStatus
from rejoinder.store import jobs as store
from rejoinder.store.clients import NewToken, add_token
from rejoinder.store.engine import Database
from rejoinder.store.hot import KEEP_REPLIES, KeptReply
from rejoinder.store.session import Session
from rejoinder.store.tables.access import rate, token
from rejoinder.store.tables.collecting import upload, upload_chunk
from rejoinder.store.tables.effects import idempotency, job
from rejoinder.store.uploads import Upload, add_upload

DAY = 24 * 3600 * 1_000_000


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


def fill(session: Session) -> None:
    """Tokens, jobs and windows, of each one that is old enough and one that is not."""
    now = time.time_ns() // 1000
    workspace, _ = create_workspace(session, "acme", [], now)
    client, _ = create_client(Unit(session, workspace.id, "test", now), "c")
    for name, ended in (
        ("old", now - KEEP_ENDED - DAY),
        ("young", now - KEEP_ENDED + DAY),
        ("alive", now + DAY),
    ):
        new = NewToken(name, "access", name, 1, client.id, None, "forsta", "forsta:read", 0, ended)
        add_token(session, new)
    for ended in (now - purge.KEEP_JOBS - DAY, now - purge.KEEP_JOBS + DAY):
        store.add_job(session, 1, "note", {}, run_at=0, lane=None, now=0)
        claimed = store.claim(session, "w", now, DAY)
        assert claimed is not None
        store.end(session, claimed, JobStatus.DONE, None, ended)
    for name, at in (("old", now - KEEP_REPLIES - DAY), ("young", now - KEEP_REPLIES + DAY // 2)):
        session.hot.keep_replies(session.raw, [KeptReply(1, "s", name, "", 201, "{}", at)])
        add_upload(session, 1, Upload(name, 1, None, "q", name, "x/y", 1, at), b"!")
        add_upload(session, 1, Upload(f"{name}, claimed", 1, 1, "q", name, "x/y", 1, at), b"!")
    for window in (60, now // 1_000_000):
        session.hot.take_rate(session.raw, 1, client.id, "forsta", window, 1)


def test_the_purge_forgets_what_is_old_and_nothing_else(database: Database) -> None:
    database.write(fill)
    purge.schedule(database)
    assert runner(database).run_due() == 1
    hashes = database.read(lambda session: {row.hash for row in session.rows(select(token.c.hash))})
    assert hashes == {"young", "alive"}
    count = select(func.count()).select_from
    assert database.read(lambda session: [row[0] for row in session.rows(count(rate))]) == [1]
    for column in (idempotency.c.key, upload.c.key, upload_chunk.c.key):
        keys = database.read(lambda session: {row.key for row in session.rows(select(column))})  # noqa: B023
        assert keys - {"old, claimed", "young, claimed"} == {"young"}
    done = database.read(lambda session: session.rows(select(job.c.id).where(job.c.workspace_id == 1)))
    assert len(done) == 1


def test_it_comes_back_tomorrow_once(database: Database) -> None:
    before = time.time_ns() // 1000
    for _ in range(3):
        purge.schedule(database)
    assert runner(database).run_due() == 1
    purge.schedule(database)
    (waiting,) = database.read(lambda session: store.unfinished(session, STORE, purge.KIND))
    assert waiting.run_at >= before + purge.EVERY


def test_running_it_twice_does_not_double_it(database: Database) -> None:
    """A worker that dies behind its work leaves a purge that runs once more."""
    purge.schedule(database)
    claimed = database.write(lambda session: store.claim(session, "w", time.time_ns() // 1000, DAY))
    assert claimed is not None
    purge.purge(database, claimed)
    purge.purge(database, claimed)
    waiting = database.read(lambda session: store.unfinished(session, STORE, purge.KIND))
    assert [one.status for one in waiting] == [JobStatus.RUNNING, JobStatus.WAITING]
