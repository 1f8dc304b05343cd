"""Many events, a receiver that fails and comes back, servers that are killed: each event arrives, and what
comes twice has one id. `REJOINDER_STORM_EVENTS=10000` makes it as large as the promise."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from rejoinder.jobs.dispatcher import Dispatcher
from rejoinder.model.delivering import Policy
from rejoinder.store.engine import Database
from servers.listening import Listening
from servers.receiver import Reaction, Received, Receiver, receiving

EVENTS = int(os.environ.get("REJOINDER_STORM_EVENTS", "800"))
CHANGED = 5
"""Every so many respondents change their answers again and again."""
# Short leases are the timeout's and 30 seconds; the test moves the clock of the dispatchers on instead.
POLICY = Policy((0.1,) * 400, 0.5, 32, 1e9, allow_private=True)
FORKS = multiprocessing.get_context("forkserver")


def worker(url: str, policy: bytes, ahead: int) -> None:
    """A process that delivers until it is killed; its clock is `ahead` µs, so that dead claims are over."""
    database = Database(url)
    chosen = msgspec.json.decode(policy, type=Policy)
    crew = Dispatcher(database, chosen, clock=lambda: time.time_ns() // 1000 + ahead)
    crew.start()
    crew.join(600)


class Weather:
    """What the receiver does with requests: bad for a while, then mostly good."""

    def __init__(self) -> None:
        self.chance = random.Random(7)
        self.bad = True

    def __call__(self, request: Received) -> Reaction:
        if self.chance.random() > (0.35 if self.bad else 0.02):
            return Reaction()
        modes = [{"status": 500}, {"status": 429, "headers": {"Retry-After": "0"}}, {"mode": "reset"}]
        modes += [{"mode": "close"}, {"mode": "nonsense"}, {"wait": 0.6}]
        return Reaction(**self.chance.choice(modes))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url, synchronous="NORMAL")
    yield opened
    opened.close()


def answer(house: Listening) -> None:
    """Make the events: answers, and for some respondents changes of them."""
    left = EVENTS
    while left > 0:
        size = min(100, left)
        respids = house.answer(*(f"city {n}" for n in range(size)))
        left -= size
        for respid in respids[::CHANGED]:
            if left > 0:
                house.change(respid, city=f"changed {left}")
                left -= 1


def test_every_event_arrives(database: Database, database_url: str) -> None:
    house, weather = Listening.make(database), Weather()
    with receiving(weather) as receiver:
        house.listen(receiver.url)
        workers: list[Any] = []
        try:
            for n in range(2):
                workers.append(start(database_url, n))
            answer(house)
            kill_some(workers, database_url, receiver)
            weather.bad = False
            settle(database, receiver, workers, database_url)
        finally:
            for process in workers:
                process.kill()
                process.join()
    check(house, receiver)


def start(url: str, n: int) -> Any:
    """A worker whose clock is ahead of those before it by more than a lease."""
    arguments = (url, msgspec.json.encode(POLICY), n * 40_000_000)
    process = FORKS.Process(target=worker, args=arguments, daemon=True)
    process.start()
    return process


def kill_some(workers: list[Any], url: str, receiver: Receiver) -> None:
    """Kill a worker in the middle of its work, again and again, and start another."""
    for n in range(4):
        seen = len(receiver.requests)
        wait_until(
            lambda seen=seen: len(receiver.requests) > seen + 50 or len(set(receiver.names())) == EVENTS
        )
        victim = workers.pop(0)
        os.kill(victim.pid, signal.SIGKILL)
        victim.join()
        workers.append(start(url, n + 2))


def settle(database: Database, receiver: Receiver, workers: list[Any], url: str) -> None:
    wait_until(lambda: open_deliveries(database) <= len_claimed(database))
    workers.append(start(url, 10))  # takes what the last of the dead had claimed
    wait_until(lambda: open_deliveries(database) == 0)
    assert len(set(receiver.names())) == EVENTS


def open_deliveries(database: Database) -> int:
    from rejoinder.store.webhooks import owed

    return database.read(owed)


def len_claimed(database: Database) -> int:
    from sqlalchemy import func, select

    from rejoinder.store.tables.effects import delivery

    statement = select(func.count().label("n")).where(delivery.c.status == "sending")
    return int(database.read(lambda session: session.rows(statement))[0].n)


def wait_until(true: Any, seconds: float = 300.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def check(house: Listening, receiver: Receiver) -> None:
    bodies: dict[str, set[bytes]] = defaultdict(set)
    for request in receiver.requests:
        bodies[request.name].add(request.body)
    deliveries = house.deliveries()
    assert len(deliveries) == EVENTS
    assert bodies.keys() == {one.event for one in deliveries}, "every event, and no other"
    assert all(len(found) == 1 for found in bodies.values()), "what comes twice is the same"
    assert {one.status.value for one in deliveries} == {"delivered"}
    in_order(receiver, {one.event: one.number for one in deliveries})


def in_order(receiver: Receiver, numbers: dict[str, int]) -> None:
    """The first time that a respondent's events came is in the order in which they happened."""
    first: dict[int, list[int]] = defaultdict(list)
    for request in receiver.requests:
        number, respondent = numbers[request.name], request.json["answer"]["id"]
        if number not in first[respondent]:
            first[respondent].append(number)
    assert all(found == sorted(found) for found in first.values())
