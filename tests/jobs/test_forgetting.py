"""What is kept of events and deliveries ends: by the daily purge, and when a respondent is forgotten."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from rejoinder.jobs import purge
from rejoinder.jobs.dispatcher import Dispatcher
from rejoinder.jobs.register import runner
from rejoinder.model.delivering import Policy
from rejoinder.settings import Settings
from rejoinder.store import deliveries as store
from rejoinder.store.engine import Database
from rejoinder.store.tables.effects import delivery, event
from servers.listening import Listening
from servers.receiver import Reaction, receiving

POLICY = Policy((5.0,), 5.0, 16, 1e9, allow_private=True)
DAY = 24 * 3600 * 1_000_000
CANARY = "canary-7f3a"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


def held(database: Database) -> str:
    """Everything that the two tables hold, as text."""
    return database.read(lambda session: repr([session.rows(select(event)), session.rows(select(delivery))]))


def test_a_respondent_is_forgotten_and_no_other(database: Database) -> None:
    """Deleting one deletes what was kept of it, bodies and logs too; only the ids of the deletion stay."""
    house, stranger = Listening.make(database), Listening.make(database, "other")
    with receiving(lambda request: Reaction(body=request.body)) as receiver:
        for one in (house, stranger):
            one.listen(receiver.url)
        first, _ = house.answer(CANARY, "oslo")
        stranger.answer("rome")
        house.change(first, city=f"{CANARY} again")
        Dispatcher(database, POLICY).run_due()
        house.change(first, city=f"{CANARY} waiting")
    assert CANARY in held(database)
    house.remove(first)
    assert CANARY not in held(database)
    assert [(one.respid, one.kind) for one in house.deliveries()] == [
        (2, "answer.created"),
        (1, "answer.deleted"),
    ]
    assert len(stranger.deliveries()) == 1


def test_the_purge_forgets_what_has_ended_long_ago(database: Database) -> None:
    house = Listening.make(database)
    now = house.clock()
    old = Listening(database, house.workspace, lambda: now - 31 * DAY)
    with receiving() as receiver:
        house.listen(receiver.url)
        old.answer("ended")
        assert Dispatcher(database, POLICY, clock=old.clock).run_due() == 1
        old.answer("open")
        house.answer("young")
    assert database.write(lambda session: store.forget_deliveries(session, now - 40 * DAY)) == 0
    purge.schedule(database)
    runner(database, Settings()).run_due()
    text = held(database)
    assert ["ended" in text, "open" in text, "young" in text] == [False, True, True]
    assert len(house.deliveries()) == 2
