"""The audit log: whatever is changed in it is found."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from rejoinder.core.access import create_client, revoke_client
from rejoinder.core.audit import list_entries, record, verify
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_workspace
from rejoinder.model.audit import Verdict
from rejoinder.store.engine import Database
from rejoinder.store.session import Session
from rejoinder.store.tables.effects import audit

NOW = 1_700_000_000_000_000
COUNT = 12


class Log:
    def __init__(self, database: Database) -> None:
        self.database = database
        make = [
            database.write(lambda s, n=n: create_workspace(s, n, [], NOW)[0].id) for n in ("mine", "other")
        ]
        self.workspace, self.other = make
        for n in range(COUNT):
            for workspace in make:
                self.write(lambda unit, n=n: record(unit, "thing.do", f"thing:{n}", n=n), workspace)

    def write(self, work: Callable[[Unit], Any], workspace: int | None = None) -> Any:
        place = workspace or self.workspace
        return self.database.write(lambda s: work(Unit(s, place, "test", NOW)), place)

    def run(self, statement: Any) -> int:
        return self.database.write(lambda s: s.run(statement))

    def verify(self, tip: str | None = None, workspace: int | None = None) -> Verdict:
        def work(session: Session) -> Verdict:
            return verify(Unit(session, workspace or self.workspace, "test", NOW), tip)

        return self.database.read(work)

    def row(self, number: int) -> Any:
        mine = (audit.c.workspace_id == self.workspace, audit.c.id == number)
        return self.database.read(lambda s: s.row(select(audit).where(*mine)))

    def at(self, number: int) -> Any:
        return (audit.c.workspace_id == self.workspace) & (audit.c.id == number)


@pytest.fixture
def log(database_url: str) -> Iterator[Log]:
    database = Database(database_url)
    yield Log(database)
    database.close()


def test_an_untouched_log_is_sound(log: Log) -> None:
    verdict = log.verify()
    assert verdict == Verdict(COUNT, log.row(COUNT).hash)
    assert log.verify(log.row(5).hash).fault is None


@pytest.mark.parametrize("number", [1, 6, COUNT])
@pytest.mark.parametrize("column", ["actor", "action", "subject", "detail", "at", "hash"])
def test_any_changed_byte_is_found(log: Log, number: int, column: str) -> None:
    before = getattr(log.row(number), column)
    after = before + 1 if isinstance(before, int) else before[:-1] + chr(ord(before[-1]) ^ 1)
    log.run(update(audit).where(log.at(number)).values({column: after}))
    assert log.verify().fault == f"Entry {number} is not as it was written."
    assert log.verify(workspace=log.other).fault is None


@pytest.mark.parametrize("number", [1, 6])
def test_a_removed_entry_is_found(log: Log, number: int) -> None:
    log.run(delete(audit).where(log.at(number)))
    assert f"Entry {number} is missing" in (log.verify().fault or "")


def test_a_cut_end_is_found(log: Log) -> None:
    log.run(delete(audit).where(log.at(COUNT)))
    assert log.verify().fault == f"There are {COUNT - 1} entries, and {COUNT} were written."


def test_an_entry_put_in_or_moved_is_found(log: Log) -> None:
    row = log.row(COUNT)._asdict()
    log.run(insert(audit).values(row | {"id": COUNT + 1}))
    assert log.verify().fault == f"Entry {COUNT + 1} is not as it was written."


def test_a_log_written_anew_lacks_the_tip_that_was_noted(log: Log) -> None:
    tip = log.row(COUNT).hash
    log.run(delete(audit).where(audit.c.workspace_id == log.workspace))
    log.database.write(lambda s: s.raw.execute("UPDATE counter SET value = 0 WHERE name = 'audit'"))
    for n in range(COUNT):
        log.write(lambda unit, n=n: record(unit, "thing.undo", f"thing:{n}"))
    assert log.verify().fault is None
    assert "is not in the log" in (log.verify(tip).fault or "")


def test_entries_of_many_writers_make_one_chain(log: Log, database_url: str) -> None:
    def write(database: Database, name: str) -> None:
        for n in range(20):
            unit = lambda s, n=n: record(Unit(s, log.workspace, name, NOW), "x.y", f"x:{n}")  # noqa: E731
            database.write(unit, n)

    others = [Database(database_url) for _ in range(2)]
    threads = [threading.Thread(target=write, args=(one, str(n))) for n, one in enumerate([*others, *others])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in others:
        one.close()
    verdict = log.verify()
    assert (verdict.entries, verdict.fault) == (COUNT + 80, None)


def test_verbs_note_what_they_do(log: Log) -> None:
    client, secret = log.write(lambda unit: create_client(unit, "nightly", ["forsta:read"]))
    log.write(lambda unit: revoke_client(unit, client.client_id))
    newest = log.database.read(lambda s: list_entries(Unit(s, log.workspace, "test", NOW), 2))
    assert [entry.action for entry in newest] == ["client.revoke", "client.create"]
    assert newest[1].detail == {"name": "nightly", "scopes": ["forsta:read"]}
    assert secret not in str(newest)
    older = log.database.read(lambda s: list_entries(Unit(s, log.workspace, "test", NOW), 5, newest[1].id))
    assert [entry.id for entry in older] == [COUNT - n for n in range(5)]
