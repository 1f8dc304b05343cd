"""Events are rows of the transaction that made them, on both engines, and nothing where nobody listens."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from rejoinder.core.events import tell
from rejoinder.core.respondents.write import Batch, add, merge
from rejoinder.core.surveys import create_survey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.core.webhooks import delete_webhook, disable_webhook, enable_webhook
from rejoinder.model.event import ALL_KINDS, EventKind, FrozenEvent
from rejoinder.model.problems import Invalid
from rejoinder.model.respondent import State
from rejoinder.model.webhook import DeliveryStatus
from rejoinder.store.engine import Database
from servers.listening import VARIABLES, Listening

URL = "http://127.0.0.1:9/"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def house(database: Database) -> Listening:
    return Listening.make(database)


def told(house: Listening) -> list[tuple[str, int | None]]:
    return [(event.kind.value, event.respid) for event in house.events()]


def record(event: FrozenEvent) -> Any:
    assert event.record is not None
    return msgspec.json.decode(event.record)


def test_nobody_listens_nothing_is_written(house: Listening) -> None:
    respids = house.answer("oslo")
    house.change(respids[0], city="bergen")
    house.remove(*respids)
    assert house.events() == []


def test_a_completed_answer_is_frozen_as_it_was_stored(house: Listening) -> None:
    house.listen(URL)
    (respid,) = house.answer("oslo", plan="gold")
    (event,) = house.events()
    assert (event.kind, event.respid, event.state) == (EventKind.CREATED, respid, State.COMPLETED)
    assert event.id.startswith("evt_")
    stored = house.read(
        lambda unit: unit.session.hot.one(unit.session.raw, house.workspace, house.survey_id(), respid)
    )
    assert event.record == stored[0]
    assert (event.survey_id, event.respondent_id, event.finish_reason) == (house.survey_id(), 1, 1)
    assert event.completed_at == event.created_at
    (delivery,) = house.deliveries()
    assert (delivery.event, delivery.status) == (event.id, DeliveryStatus.WAITING)


def test_changes_and_deletions_of_completed_answers(house: Listening) -> None:
    house.listen(URL)
    one, two = house.answer("oslo", "rome")
    house.change(one, city="bergen")
    house.change(one, city="bergen")  # nothing changes
    house.change(one, level="respondent", plan="gold")  # not an answer
    created = [("answer.created", one), ("answer.created", two)]
    assert told(house) == [*created, ("answer.updated", one)]
    assert record(house.events()[2])["city"] == "bergen"
    house.remove(one, level="response")
    house.remove(two)
    assert told(house) == [("answer.deleted", one), ("answer.deleted", two)], "what was told of them is gone"
    gone = house.events()
    assert [event.record for event in gone] == [None, None]
    assert [event.respondent_id for event in gone] == [1, 2]


def test_partials_and_respondents_are_no_answers(house: Listening) -> None:
    house.listen(URL)
    house.answer("", level="respondent", plan="gold")
    (respid,) = house.answer("oslo", level="respondent")
    house.change(respid, level="respondent", city="rome")
    house.remove(respid)
    assert told(house) == []


def test_completing_a_listed_respondent_is_an_answer(house: Listening) -> None:
    house.listen(URL)
    (respid,) = house.write(
        lambda unit: add(unit, "s-acme", "respondent", Batch(b'[{"plan":"gold"}]'))
    ).inserted_ids
    data = msgspec.json.encode([{"respid": respid, "city": "oslo"}])
    batch = Batch(data, ("respid",), ("respid", "city"))
    house.write(lambda unit: merge(unit, "s-acme", "response", batch))
    assert told(house) == [("answer.created", respid)]
    assert record(house.events()[0])["plan"] == "gold"


def test_other_rooms_tell_of_invitations_and_openings(house: Listening) -> None:
    house.listen(URL, kinds=["respondent.opened"])
    respids = house.answer("oslo", "rome", level="respondent")

    def tell_all(unit: Unit) -> None:
        number = open_survey(unit, "s-acme").id
        tell(unit, number, EventKind.INVITED, respids)
        tell(unit, number, EventKind.OPENED, respids)

    house.write(tell_all)
    assert told(house) == [("respondent.opened", respid) for respid in respids]


def test_no_commit_no_event(house: Listening) -> None:
    house.listen(URL)

    def fail(unit: Unit) -> None:
        add(unit, "s-acme", "response", Batch(b'[{"city":"oslo"}]'))
        raise Invalid("no")

    with pytest.raises(Invalid):
        house.write(fail)
    assert house.events() == []
    assert house.deliveries() == []


def test_writes_that_are_committed_together(house: Listening) -> None:
    """Single rows are gathered, failures among them are rolled back alone, and each event is written once."""
    house.listen(URL)
    hold = threading.Event()
    results: list[Any] = []

    def work(n: int) -> Any:
        def run(session: Any) -> Any:
            unit = Unit(session, house.workspace, "test", house.clock())
            data = msgspec.json.encode([{"city": f"city {n}"}])
            made = add(unit, "s-acme", "response", Batch(data)).inserted_ids
            if n % 10 == 9:
                raise Invalid("no")
            if n % 10 == 8:
                batch = Batch(
                    msgspec.json.encode([{"respid": made[0], "city": "x"}]), ("respid",), ("respid", "city")
                )
                merge(unit, "s-acme", "response", batch)
            return n, made[0]

        return run

    def block(session: Any) -> None:
        hold.wait()

    house.database.submit(block, house.workspace, lambda value, error: None)
    for n in range(40):
        house.database.submit(work(n), house.workspace, lambda value, error: results.append(error or value))
    hold.set()
    house.database.write(lambda session: None, house.workspace)
    kept = dict(result for result in results if isinstance(result, tuple))
    assert len(kept) == 36
    assert sum(isinstance(result, Invalid) for result in results) == 4
    cities = {
        event.respid: record(event)["city"] for event in house.events() if event.kind is EventKind.CREATED
    }
    assert cities == {respid: "x" if n % 10 == 8 else f"city {n}" for n, respid in kept.items()}
    assert [event.respid for event in house.events() if event.kind is EventKind.UPDATED] == [
        respid for n, respid in kept.items() if n % 10 == 8
    ]
    assert len({event.id for event in house.events()}) == 40
    assert len(house.deliveries()) == 40


def test_a_batch_is_frozen_whole(house: Listening) -> None:
    house.listen(URL)
    house.listen(URL, survey="s-acme", kinds=["answer.created"])
    respids = house.answer(*(f"city {n}" for n in range(700)))
    assert [event.respid for event in house.events()] == list(respids)
    assert [record(event)["city"] for event in house.events()] == [f"city {n}" for n in range(700)]
    assert len(house.deliveries()) == 1400


def listening(house: Listening, alias: str) -> int:
    def look(unit: Unit) -> int:
        number = open_survey(unit, alias).id
        found = unit.session.hot.reserve(unit.session.raw, unit.workspace_id, number, 0, 0, unit.now)
        assert found is not None
        return found.listening

    return house.write(look)


def test_surveys_know_who_listens(house: Listening, database: Database) -> None:
    """The flag follows every change of webhooks and is there for new surveys, in its workspace only."""
    stranger = Listening.make(database, "other")
    house.write(lambda unit: create_survey(unit, "T", ["t"], VARIABLES))
    assert listening(house, "s-acme") == listening(house, "t") == 0
    one, _ = house.listen(URL, kinds=["answer.created"])
    two, _ = house.listen(URL, survey="t", kinds=["answer.deleted", "answer.created"])
    created, deleted = EventKind.CREATED.bit, EventKind.DELETED.bit
    assert (listening(house, "s-acme"), listening(house, "t")) == (created, created | deleted)
    house.write(lambda unit: create_survey(unit, "U", ["u"], VARIABLES))
    assert listening(house, "u") == created
    house.write(lambda unit: disable_webhook(unit, one.id))
    house.write(lambda unit: create_survey(unit, "V", ["v"], VARIABLES))
    assert [listening(house, name) for name in ("s-acme", "t", "u", "v")] == [0, created | deleted, 0, 0]
    house.write(lambda unit: enable_webhook(unit, one.id))
    house.write(lambda unit: delete_webhook(unit, two.id))
    assert [listening(house, name) for name in ("s-acme", "t", "u", "v")] == [created] * 4
    house.listen(URL)
    assert listening(house, "v") == ALL_KINDS
    assert listening(stranger, "s-other") == 0


def test_another_workspace_hears_nothing(house: Listening, database: Database) -> None:
    stranger = Listening.make(database, "other")
    stranger.listen(URL)
    house.answer("oslo")
    assert stranger.events() == []
    stranger.answer("rome")
    assert house.events() == []
    assert house.deliveries() == []
    assert len(stranger.deliveries()) == 1


def test_deliveries_ring_after_the_commit(house: Listening) -> None:
    rung: list[int] = []
    stop = house.database.on_events(lambda: rung.append(len(house.events())))
    house.answer("oslo")
    assert rung == []
    house.listen(URL)
    house.answer("rome")
    assert rung == [1]
    stop()
    house.answer("bern")
    assert rung == [1]
