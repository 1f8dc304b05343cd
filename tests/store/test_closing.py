"""A store that is closed while others are in it: they end what they do, and nothing new begins."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from rejoinder.model.problems import Unavailable
from rejoinder.store.engine import Database
from rejoinder.store.session import Session

ONE = text("SELECT 1 AS one")


def test_a_read_on_its_way_ends_and_none_begins(database_url: str) -> None:
    database = Database(database_url)
    inside, closed = threading.Event(), threading.Event()

    def slow(session: Session) -> list[int]:
        with session.snapshot():
            before = session.rows(ONE)[0].one
            inside.set()
            assert closed.wait(30)
            nested = database.read(lambda again: again.rows(ONE)[0].one)
            return [before, session.rows(ONE)[0].one, nested]

    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(database.read, slow)
        assert inside.wait(30)
        database.close()
        closed.set()
        assert reading.result(30) == [1, 1, 1]
        with pytest.raises(Unavailable):
            threads.submit(database.read, slow).result(30)
        threads.submit(database.forget_thread).result(30)
    with pytest.raises(Unavailable):
        database.read(slow)


def test_a_thread_that_was_here_before_begins_nothing(database_url: str) -> None:
    database = Database(database_url)
    assert database.read(lambda session: session.rows(ONE)[0].one) == 1
    database.close()
    with pytest.raises(Unavailable):
        database.read(lambda session: session.rows(ONE))
    database.forget_thread()
    database.close()
