"""Deliver events to webhooks: one event loop with hundreds of requests in flight.

The rows of `delivery` are the queue (`store/queue.py`). The loop claims what is due, as much as each webhook
has room for, sends it, and writes down how it went, many at a time. A webhook that does not answer is given
less room, so that a slow one neither holds up the others nor fills the house.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import secrets
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar

from rejoinder.core.signing import signature_headers
from rejoinder.jobs import carrying
from rejoinder.jobs.resolver import Resolver
from rejoinder.jobs.sender import Outcome, Sender
from rejoinder.model.addresses import parse_target
from rejoinder.model.delivering import Policy
from rejoinder.model.problems import Invalid, Problem
from rejoinder.model.webhook import DeliveryStatus
from rejoinder.store import queue
from rejoinder.store.engine import Database
from rejoinder.store.queue import Claimed, Key, Receiver

T = TypeVar("T")
log = logging.getLogger("rejoinder.webhooks")

IN_FLIGHT = 512
"""Requests at a time in one process."""
SHORTEST_NAP, LONGEST_NAP = 0.02, 1.0
"""Seconds between two looks at the queue; a commit of this process that wrote events ends a nap."""
LEASE = 30.0
"""Seconds beyond the timeout for which a claim is its worker's."""
COUNT_EVERY = 15.0
"""Seconds between two counts of what is owed, for the metrics."""


class Sent(NamedTuple):
    """A delivery that was tried, and how it went; `at` in µs."""

    claimed: Claimed
    outcome: Outcome
    at: int


class Dispatcher:
    """Delivers what is owed, in a thread of its own.

    Parameters: `clock` — µs since 1970; `resolver`, `tls` — as the sender takes them. `outcomes` counts tries
    by how they ended, `owed` is the number of open deliveries, now and then.
    """

    def __init__(
        self,
        database: Database,
        policy: Policy,
        *,
        clock: Callable[[], int] = lambda: time.time_ns() // 1000,
        resolver: Callable[[], Resolver] | None = None,
        tls: Any = None,
    ) -> None:
        self._database, self._policy, self._clock = database, policy, clock
        self._make_resolver = resolver or (lambda: Resolver(allow_private=policy.allow_private))
        self._tls = tls
        self._name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.outcomes: Counter[str] = Counter()
        self.owed = 0
        self._counted = 0.0
        self._stopping = threading.Event()
        self._grace = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._work, name="webhooks", daemon=True)

    def start(self) -> None:
        """Begin to deliver."""
        self._thread.start()

    def ask_to_stop(self, grace: float) -> None:
        """Claim nothing more; requests on their way get `grace` seconds."""
        self._grace = grace
        self._stopping.set()
        self._wake_up()

    def join(self, seconds: float) -> bool:
        """Wait for the end; True when it came."""
        if self._thread.ident is not None:
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def stop(self, grace: float) -> bool:
        """Ask to stop, and wait for it."""
        self.ask_to_stop(grace)
        return self.join(grace + 5)

    def run_due(self) -> int:
        """Try in this thread all that is due now, until nothing is; gives how many tries that were."""
        before = self.outcomes.total()
        asyncio.run(self._serve(once=True))
        return self.outcomes.total() - before

    def _work(self) -> None:
        asyncio.run(self._serve(once=False))

    def _wake_up(self) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._wake.set)

    async def _serve(self, *, once: bool) -> None:
        self._wake, self._arrived = asyncio.Event(), asyncio.Event()
        self._flying: dict[asyncio.Task[None], Key] = {}
        self._busy: Counter[Key] = Counter()
        self._room: dict[Key, int] = {}
        self._sent: list[Sent] = []
        self._resolver = self._make_resolver()
        self._sender = Sender(self._resolver, self._policy.timeout, tls=self._tls, clock=self._clock)
        self._threads = ThreadPoolExecutor(2, "webhooks-store")
        self._loop = asyncio.get_running_loop()
        deaf = self._database.on_events(self._wake_up)
        noter = asyncio.create_task(self._note_always())
        try:
            await self._claim_always(once)
            await self._finish(once)
        finally:
            deaf()
            self._loop = None
            noter.cancel()
            self._resolver.close()
            self._threads.shutdown(wait=False)

    async def _claim_always(self, once: bool) -> None:
        nap = SHORTEST_NAP
        while not self._stopping.is_set():
            self._wake.clear()
            idle = not self._busy  # as it was before the look, which what comes back meanwhile is not in
            try:
                begun = await self._begin_due()
            except Exception:
                log.exception("the store cannot be asked for deliveries; trying again")
                begun, nap = 0, LONGEST_NAP
            if once and not begun and idle:
                return
            nap = SHORTEST_NAP if begun else min(LONGEST_NAP, nap * 1.5)
            if not begun or self._busy.total() >= IN_FLIGHT:
                await _wait(self._wake, nap)

    async def _begin_due(self) -> int:
        """Claim what is due and there is room for, and begin to send it; gives how many."""
        free = IN_FLIGHT - self._busy.total()
        if free <= 0:
            return 0
        most = self._policy.concurrency
        rooms = {key: self._room.get(key, most) - self._busy[key] for key in {*self._busy, *self._room}}
        claimed = await self._in_thread(self._claim, rooms, free)
        for receiver, one in claimed:
            key = (one.workspace_id, one.webhook_id)
            self._busy[key] += 1
            task = asyncio.create_task(self._deliver(receiver, one))
            self._flying[task] = key
            task.add_done_callback(self._flying.pop)
        return len(claimed)

    def _claim(self, rooms: dict[Key, int], free: int) -> list[tuple[Receiver, Claimed]]:
        """In a thread: look, render what was never rendered, claim."""
        now = self._clock()
        self._count_owed()
        due = self._database.read(queue.next_due)
        if due is None or due > now:
            return []
        wanted = self._database.read(
            lambda session: carrying.choose(session, rooms, self._policy.concurrency, free, now)
        )
        if not wanted:
            return []
        bodies = self._database.read(lambda session: carrying.render(session, wanted, self._policy.base_url))
        until = now + int((self._policy.timeout + LEASE) * 1_000_000)
        return self._database.write(
            lambda session: carrying.take(session, wanted, bodies, self._name, now, until)
        )

    def _count_owed(self) -> None:
        if time.monotonic() - self._counted > COUNT_EVERY or not self._counted:
            self._counted = time.monotonic()
            self.owed = self._database.read(carrying.owed)

    async def _deliver(self, receiver: Receiver, one: Claimed) -> None:
        at = self._clock()
        try:
            outcome = await self._try(receiver, one, at)
        except asyncio.CancelledError:
            self._free((one.workspace_id, one.webhook_id))
            raise
        except Exception as error:
            log.exception("a delivery broke", extra={"event": one.public_id})
            outcome = Outcome(
                error=f"A fault of Rejoinder ({type(error).__name__}); the log has the details."
            )
        self._sent.append(Sent(one, outcome, at))
        self._arrived.set()

    async def _try(self, receiver: Receiver, one: Claimed, at: int) -> Outcome:
        if one.body is None:
            return Outcome(error="The event could not be rendered; the log has the details.")
        try:
            target = parse_target(receiver.url)
        except Invalid as problem:
            return Outcome(error=problem.message)
        body = one.body.encode()
        headers = signature_headers(receiver.keys(at), one.public_id, at // 1_000_000, body)
        return await self._sender.post(target, headers, body)

    async def _note_always(self) -> None:
        """Write down what has come back, all of it in one transaction."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            batch, self._sent = self._sent, []
            while batch:
                try:
                    await self._in_thread(self._note, batch)
                    break
                except Exception:
                    log.exception("tries could not be written down; trying again")
                    await asyncio.sleep(LONGEST_NAP)
            for sent in batch:
                key = (sent.claimed.workspace_id, sent.claimed.webhook_id)
                self._free(key)
                self._give_room(key, sent.outcome)
            self._wake.set()

    def _note(self, batch: Sequence[Sent]) -> None:
        now = self._clock()
        notes = [
            carrying.note_of(self._policy, sent.claimed, sent.outcome, sent.at, now, random.random())  # noqa: S311  jitter
            for sent in batch
        ]
        keys = {True: set[Key](), False: set[Key]()}
        for sent in batch:
            keys[sent.outcome.good].add((sent.claimed.workspace_id, sent.claimed.webhook_id))
        well, ill = keys[True], keys[False] - keys[True]
        self._database.write(lambda session: carrying.write_down(session, self._name, notes, well, ill, now))
        for note in notes:
            self.outcomes["retried" if note.status is DeliveryStatus.WAITING else note.status.value] += 1
        if ill:
            before = now - int(self._policy.disable_after * 1_000_000)
            self._database.write(lambda session: carrying.disable_failing(session, ill, before, now))

    def _free(self, key: Key) -> None:
        self._busy[key] -= 1
        if self._busy[key] <= 0:
            del self._busy[key]

    def _give_room(self, key: Key, outcome: Outcome) -> None:
        """Less room for a webhook that does not answer, more again when it does."""
        most = self._policy.concurrency
        room = self._room.pop(key, most)
        room = max(2, room // 2) if outcome.status is None else min(most, room * 2)
        if room < most:
            self._room[key] = room

    async def _finish(self, once: bool) -> None:
        """Let requests on their way end, write down what came back, and give back the rest."""
        deadline = time.monotonic() + self._grace
        while self._busy and time.monotonic() < deadline:
            self._wake.clear()
            await _wait(self._wake, 0.1)
        for task in list(self._flying):
            task.cancel()
        while self._busy and time.monotonic() < deadline + 2:
            await asyncio.sleep(SHORTEST_NAP)
        now = self._clock()
        if not once or self._stopping.is_set():
            try:
                await self._in_thread(
                    self._database.write, lambda session: queue.give_back(session, self._name, now)
                )
            except Problem as problem:  # the store is gone at the end, too: their leases run out
                log.warning("claimed deliveries could not be given back: %s", problem.message)
        for _ in range(2):  # both threads have a session of their own
            await self._in_thread(self._database.forget_thread)

    async def _in_thread(self, work: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
