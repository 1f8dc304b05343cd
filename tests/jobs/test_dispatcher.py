"""Deliveries to a real receiver: what is sent, what counts as success, tries, order, isolation, giving up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from typing import Any

import pytest

from rejoinder.core.webhooks import disable_webhook, enable_webhook, find_webhook, replay, wanted_deliveries
from rejoinder.jobs import carrying
from rejoinder.jobs.dispatcher import Dispatcher
from rejoinder.model.delivering import Policy
from rejoinder.model.mail import MailStatus
from rejoinder.model.respondent import Level
from rejoinder.model.webhook import DeliveryStatus
from rejoinder.store import queue
from rejoinder.store.engine import Database
from rejoinder.store.mail import newest_letters
from servers.listening import Listening
from servers.receiver import Reaction, Received, receiving

SECOND = 1_000_000
DAY = 24 * 3600
SCHEDULE = (5.0, 300.0, 1800.0, 7200.0)
POLICY = Policy(SCHEDULE, 5.0, 16, 5 * DAY, allow_private=True)
IMPATIENT = Policy(SCHEDULE, 0.3, 16, 5 * DAY, allow_private=True)


class Clock:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.now = 1_700_000_000 * SECOND

    def __call__(self) -> int:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += int(seconds * SECOND)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(database: Database, clock: Clock) -> Listening:
    return Listening.make(database, clock=clock)


def deliver(house: Listening, policy: Policy = POLICY) -> int:
    """Try what is due."""
    return Dispatcher(house.database, policy, clock=house.clock).run_due()


def wait_until(true: Callable[[], Any], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def test_an_event_arrives_once(house: Listening) -> None:
    with receiving() as receiver:
        house.listen(receiver.url + "?key=1")
        (respid,) = house.answer("oslo", plan="gold")
        assert deliver(house) == 1
        assert deliver(house) == 0
    (request,) = receiver.requests
    assert request.path == "/hook?key=1"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["host"] == f"127.0.0.1:{receiver.port}"
    (event,) = house.deliveries()
    assert request.json["id"] == request.name == event.event
    assert (request.json["event"], request.json["campaign"]["id"]) == ("answer.created", house.survey_id())
    assert request.json["answer"]["id"] == 1
    assert (event.status, event.attempts, event.due_at) == (DeliveryStatus.DELIVERED, 1, None)
    assert [(one.status, one.reply) for one in event.tries] == [(200, "thanks")]
    assert respid == event.respid


@pytest.mark.parametrize(
    ("reaction", "error"),
    [
        (Reaction(status=500), None),
        (Reaction(status=301, headers={"Location": "/other"}), None),
        (Reaction(status=304), None),
        (Reaction(status=410), None),
        (Reaction(mode="hang"), "No reply within 0.3 seconds."),
        (Reaction(mode="drip head"), "No reply within 0.3 seconds."),
        (Reaction(mode="reset"), "The connection failed: Connection reset by peer."),
        (Reaction(mode="close"), "The connection was closed without a reply."),
        (Reaction(mode="nonsense"), "The reply is not HTTP."),
    ],
    ids=lambda value: f"{value.mode} {value.status}" if isinstance(value, Reaction) else "",
)
def test_only_2xx_is_success(house: Listening, clock: Clock, reaction: Reaction, error: str | None) -> None:
    with receiving(lambda request: reaction) as receiver:
        house.listen(receiver.url)
        house.answer("oslo")
        assert deliver(house, IMPATIENT) == 1
        assert receiver.connections == 1, "no redirect is followed"
    (found,) = house.deliveries()
    (one,) = found.tries
    assert found.status is DeliveryStatus.WAITING
    assert error in (one.error or "") if error else (one.status == reaction.status and one.error is None)
    assert found.due_at is not None
    assert 5 <= (found.due_at - clock.now) / SECOND <= 6


def test_a_reply_is_read_to_4_kb_and_a_dripping_one_counts_by_its_status(house: Listening) -> None:
    script = iter([Reaction(status=202, body=b"\x00" + b"x" * 1_000_000), Reaction(mode="drip")])
    with receiving(lambda request: next(script)) as receiver:
        house.listen(receiver.url)
        house.answer("oslo")
        deliver(house)
        house.answer("rome")
        started = time.monotonic()
        deliver(house, IMPATIENT)
        assert time.monotonic() - started < 2
    one, two = house.deliveries()
    assert one.tries[0].reply == "\0" + "x" * 4095
    assert [one.status, two.status] == [DeliveryStatus.DELIVERED] * 2


def test_nobody_there(house: Listening) -> None:
    with receiving() as receiver:
        house.listen(receiver.url)
    house.answer("oslo")
    deliver(house)
    (found,) = house.deliveries()
    assert "Connection refused" in (found.tries[0].error or "")


def test_the_schedule_and_its_end(house: Listening, clock: Clock) -> None:
    with receiving(lambda request: Reaction(status=500, body=b"no")) as receiver:
        house.listen(receiver.url)
        house.answer("oslo")
        for planned in SCHEDULE:
            assert deliver(house) == 1
            (found,) = house.deliveries()
            assert found.due_at is not None
            waited = (found.due_at - clock.now) / SECOND
            assert planned <= waited <= planned * 1.2
            clock.now = found.due_at - 1
            assert deliver(house) == 0
            clock.now += 1
        assert deliver(house) == 1
        clock.wait(DAY)
        assert deliver(house) == 0
    (found,) = house.deliveries(status="failed")
    assert (found.attempts, len(found.tries), found.due_at) == (5, 5, None)
    assert len({request.body for request in receiver.requests}) == 1, "every try sends the same bytes"
    assert len({request.name for request in receiver.requests}) == 1


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("120", 120, 120),
        ("1", 5, 6),
        ("999999999", DAY, DAY),
        (formatdate(1_700_000_000 + 600, usegmt=True), 599, 600),
        (formatdate(1_600_000_000, usegmt=True), 5, 6),
        ("soon", 5, 6),
        ("-5", 5, 6),
        ("²", 5, 6),
    ],
)
def test_retry_after_lengthens_the_wait(
    house: Listening, clock: Clock, header: str, least: float, most: float
) -> None:
    reaction = Reaction(status=429, headers={"Retry-After": header})
    with receiving(lambda request: reaction) as receiver:
        house.listen(receiver.url)
        house.answer("oslo")
        deliver(house)
    (found,) = house.deliveries()
    assert found.due_at is not None
    assert least <= (found.due_at - clock.now) / SECOND <= most


def test_order_of_one_respondent_is_kept_and_holds_up_nobody(house: Listening, clock: Clock) -> None:
    """While an event of one respondent fails, its later ones wait, and those of others go out."""
    failing = {"on": True}

    def script(request: Received) -> Reaction:
        first = request.json["answer"]["id"] == 1
        return Reaction(status=500 if failing["on"] and first else 200)

    with receiving(script) as receiver:
        house.listen(receiver.url)
        one, _ = house.answer("oslo", "rome")
        for city in ("a", "b", "c"):
            house.change(one, city=city)
        deliver(house)
        assert [request.json["answer"]["id"] for request in receiver.requests] in ([1, 2], [2, 1])
        failing["on"] = False
        clock.wait(10)
        deliver(house)
    mine = [request.json["event"] for request in receiver.requests if request.json["answer"]["id"] == 1]
    assert mine == ["answer.created"] * 2 + ["answer.updated"] * 3
    cities = [r.json["answer"].get("answers", [{}])[0].get("answer") for r in receiver.requests]
    assert [city for city in cities if city in ("a", "b", "c")] == ["a", "b", "c"]


@pytest.mark.parametrize("level", ["respondent", "response"])
def test_of_what_was_deleted_only_the_deletion_is_still_told(
    house: Listening, clock: Clock, level: Level
) -> None:
    """What was to be sent of a respondent goes with it; its ids are told all the same."""
    answers = {"status": 500}
    with receiving(lambda request: Reaction(answers["status"])) as receiver:
        house.listen(receiver.url)
        one, two = house.answer("oslo", "rome")
        deliver(house)
        house.remove(one, level=level)
        answers["status"] = 200
        clock.wait(10)
        deliver(house)
    told = [(request.json["event"], request.json["answer"]["id"]) for request in receiver.requests[2:]]
    assert sorted(told) == [("answer.created", two), ("answer.deleted", one)]
    deleted = next(request for request in receiver.requests if request.json["event"] == "answer.deleted")
    assert deleted.json["answer"] == {"id": one}
    assert b"oslo" not in deleted.body


def test_after_giving_up_the_next_one_goes_out(house: Listening, clock: Clock) -> None:
    with receiving(lambda r: Reaction(500 if r.json["event"] == "answer.created" else 200)) as receiver:
        house.listen(receiver.url)
        (one,) = house.answer("oslo")
        house.change(one, city="rome")
        for wait in (*SCHEDULE, 0):
            deliver(house)
            clock.wait(wait * 1.2 + 1)
        deliver(house)
    assert [found.status.value for found in house.deliveries()] == ["failed", "delivered"]


def test_a_slow_receiver_does_not_delay_a_healthy_one(house: Listening) -> None:
    with receiving(lambda request: Reaction(mode="hang")) as slow, receiving() as healthy:
        house.listen(slow.url)
        house.listen(healthy.url)
        house.answer(*(f"city {n}" for n in range(100)))
        crew = Dispatcher(house.database, POLICY, clock=house.clock)
        crew.start()
        started = time.monotonic()
        wait_until(lambda: len(healthy.requests) == 100)
        assert time.monotonic() - started < 4, "less than one timeout of the slow one"
        assert slow.most_together <= POLICY.concurrency
        assert crew.stop(0.1)
    waiting = house.deliveries(status="waiting")
    assert len(waiting) == 100, "what was on its way is given back"


def test_a_receiver_that_does_not_answer_is_given_less_room(house: Listening) -> None:
    with receiving(lambda request: Reaction(mode="hang")) as slow:
        house.listen(slow.url)
        house.answer(*(f"city {n}" for n in range(50)))
        deliver(house, IMPATIENT)
    times = [request.at for request in slow.requests]
    assert len(times) == 50
    assert times[-1] - times[-9] >= 3 * IMPATIENT.timeout, "two at a time in the end"


def test_a_commit_wakes_the_dispatcher(house: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rejoinder.jobs.dispatcher.LONGEST_NAP", 60.0)
    monkeypatch.setattr("rejoinder.jobs.dispatcher.SHORTEST_NAP", 60.0)
    with receiving() as receiver:
        house.listen(receiver.url)
        crew = Dispatcher(house.database, POLICY, clock=house.clock)
        crew.start()
        for n in range(3):
            house.answer(f"city {n}")
            wait_until(lambda n=n: len(receiver.requests) == n + 1, 10)
        assert crew.stop(5)


def test_several_servers_share_the_work(house: Listening, database_url: str) -> None:
    """Each delivery is claimed by one of them."""
    others = [Database(database_url) for _ in range(3)]
    with receiving() as receiver:
        house.listen(receiver.url)
        house.answer(*(f"city {n}" for n in range(200)))
        crews = [Dispatcher(database, POLICY, clock=house.clock) for database in others]
        for crew in crews:
            crew.start()
        wait_until(lambda: len(set(receiver.names())) == 200)
        stopped = [crew.stop(5) for crew in crews]
        assert stopped == [True] * 3
    for database in others:
        database.close()
    assert len(receiver.requests) == 200
    assert {found.status for found in house.deliveries()} == {DeliveryStatus.DELIVERED}


def test_a_dead_workers_claims_are_taken_when_their_lease_ends(house: Listening, clock: Clock) -> None:
    with receiving() as receiver:
        house.listen(receiver.url)
        house.answer("oslo")

        def die(session: Any) -> int:
            chosen = carrying.choose(session, {}, 16, 16, clock.now)
            bodies = carrying.render(session, chosen)
            return len(carrying.take(session, chosen, bodies, "dead", clock.now, clock.now + 40 * SECOND))

        assert house.database.write(die) == 1
        assert deliver(house) == 0
        clock.wait(41)
        assert deliver(house) == 1
        assert receiver.requests
        late = queue.Note(house.workspace, 1, 1, DeliveryStatus.FAILED, 9, "[]", None, 0)
        house.database.write(lambda session: queue.note(session, "dead", [late]))
    (found,) = house.deliveries()
    assert found.status is DeliveryStatus.DELIVERED


def test_five_days_of_failure_disable_and_tell_the_owner(house: Listening, clock: Clock) -> None:
    answers = {"status": 500}
    with receiving(lambda request: Reaction(answers["status"])) as receiver:
        webhook, _ = house.listen(receiver.url)

        def look() -> Any:
            return house.read(lambda unit: find_webhook(unit, webhook.id))

        house.answer("oslo")
        deliver(house)
        assert look().failing_since == clock.now
        clock.wait(4.9 * DAY)
        house.answer("rome")
        deliver(house)
        assert look().enabled
        answers["status"] = 200  # one success, and the days begin anew
        clock.wait(10)
        deliver(house)
        assert look().failing_since is None
        answers["status"] = 500
        house.answer("bern")
        deliver(house)
        clock.wait(5 * DAY)
        house.answer("riga", "wien")
        deliver(house)
    found = look()
    assert not found.enabled
    assert "without one success" in (found.disabled_reason or "")
    assert {one.status.value for one in house.deliveries(webhook=webhook.id)} <= {
        "skipped",
        "delivered",
        "failed",
    }
    mails = house.read(
        lambda unit: newest_letters(unit.session, unit.workspace_id, list(MailStatus), None, 9)
    )
    assert len(mails) == 1
    before = len(house.deliveries())
    house.answer("graz")
    assert len(house.deliveries()) == before, "a disabled webhook is owed nothing more"
    with receiving() as receiver:
        house.write(lambda unit: enable_webhook(unit, webhook.id))
        house.answer("linz")
        assert len(house.deliveries(status="waiting")) == 1
        assert look().failing_since is None


def test_disabling_skips_and_replay_sends_the_same_again(house: Listening) -> None:
    with receiving() as receiver:
        webhook, _ = house.listen(receiver.url)
        house.answer("oslo", "rome")
        deliver(house)
        house.answer("bern")
        house.write(lambda unit: disable_webhook(unit, webhook.id))
        assert deliver(house) == 0
        assert [one.status.value for one in house.deliveries()] == ["delivered", "delivered", "skipped"]
        house.write(lambda unit: enable_webhook(unit, webhook.id))
        assert deliver(house) == 0
        assert house.write(lambda unit: replay(unit, wanted_deliveries(unit, status="skipped"))) == 1
        assert deliver(house) == 1
        one = house.deliveries()[0]
        house.write(lambda unit: replay(unit, wanted_deliveries(unit, event=one.event)))
        assert deliver(house) == 1
    again = [request for request in receiver.requests if request.name == one.event]
    assert len(again) == 2
    assert again[0].body == again[1].body
    assert len(house.deliveries()[0].tries) == 2


def test_what_cannot_be_rendered_is_a_failure_and_stops_nothing(
    house: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = carrying.render_event

    def broken(session: Any, event: Any, base_url: str) -> bytes:
        if event.respid == 1:
            raise ZeroDivisionError
        return real(session, event, base_url)

    monkeypatch.setattr(carrying, "render_event", broken)
    with receiving() as receiver:
        house.listen(receiver.url)
        house.answer("oslo", "rome")
        deliver(house)
        assert [request.json["answer"]["id"] for request in receiver.requests] == [2]
    one, two = house.deliveries()
    assert "could not be rendered" in (one.tries[0].error or "")
    assert two.status is DeliveryStatus.DELIVERED


def test_a_claim_lost_between_choosing_and_taking_is_left_alone(house: Listening, clock: Clock) -> None:
    """Two servers choose the same, one takes it."""
    house.listen("http://127.0.0.1:9/")
    house.answer(*(f"city {n}" for n in range(20)))
    barrier = threading.Barrier(2)
    taken: list[list[Any]] = [[], []]

    def take(n: int) -> None:
        chosen = house.database.read(lambda session: carrying.choose(session, {}, 16, 16, clock.now))
        barrier.wait()
        until = clock.now + SECOND
        taken[n] = house.database.write(
            lambda session: carrying.take(session, chosen, [], str(n), clock.now, until), n
        )

    threads = [threading.Thread(target=take, args=(n,)) for n in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [one.event_id for found in taken for _, one in found]
    assert len(numbers) == len(set(numbers)) == 16


def test_the_receiver_of_another_workspace_gets_nothing(house: Listening, database: Database) -> None:
    stranger = Listening.make(database, "other", clock=house.clock)
    with receiving() as ours, receiving() as theirs:
        house.listen(ours.url)
        stranger.listen(theirs.url)
        house.answer("oslo")
        deliver(house)
        assert (len(ours.requests), len(theirs.requests)) == (1, 0)
        stranger.answer("rome")
        deliver(house)
        assert (len(ours.requests), len(theirs.requests)) == (1, 1)
