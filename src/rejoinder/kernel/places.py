"""Where handlers run: the event loop, a reader thread, the writer."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from rejoinder.kernel.endpoint import Where
from rejoinder.kernel.strangers import Strangers
from rejoinder.model.problems import NotAllowed, NotAuthenticated

if TYPE_CHECKING:
    from rejoinder.core.unit import Unit
    from rejoinder.kernel.call import Call
    from rejoinder.kernel.endpoint import Dialect
    from rejoinder.kernel.reply import Reply
    from rejoinder.kernel.routes import Route
    from rejoinder.model.access import Caller, Quota
    from rejoinder.store.engine import Database
    from rejoinder.store.session import Session

T = TypeVar("T")

log = logging.getLogger("rejoinder.kernel")

INLINE_BODY = 65_536
"""Bytes of a request body up to which decoding it may hold up the event loop."""


@dataclass(frozen=True, slots=True)
class Doors:
    """What the house gives the kernel.

    `authenticate(session, token, now µs)` raises NotAuthenticated or Expired; `take(session, caller, dialect,
    now µs)` counts the request and raises TooMany; `make_unit(session, call)` is what verbs take; `strangers`
    counts the requests of those who have no token, by their addresses.
    """

    database: Database
    authenticate: Callable[[Session, str, int], Caller]
    take: Callable[[Session, Caller, Dialect, int], Quota | None]
    make_unit: Callable[[Session, Call], Unit]
    strangers: Strangers = field(default_factory=Strangers)


class Wakeups:
    """Hands results of other threads to the event loop, one wake-up for all that arrive before it runs."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._arrived: deque[tuple[asyncio.Future[Any], Any, BaseException | None]] = deque()
        self._armed = False

    def expect(self) -> tuple[asyncio.Future[Any], Callable[[Any, BaseException | None], None]]:
        """A future and the thread-safe function that settles it."""
        future: asyncio.Future[Any] = self._loop.create_future()

        def done(value: Any, error: BaseException | None) -> None:
            self._arrived.append((future, value, error))
            # Appended before looking: either the loop has not drained yet and takes this one along, or it
            # has already cleared the flag and is woken again.
            if not self._armed:
                self._armed = True
                self._wake()

        return future, done

    def _wake(self) -> None:
        try:
            self._loop.call_soon_threadsafe(self._deliver)
        except RuntimeError:
            self._arrived.clear()  # the loop is closed: nobody waits any more

    def _deliver(self) -> None:
        self._armed = False
        while self._arrived:
            future, value, error = self._arrived.popleft()
            if future.done():
                continue  # the request was cancelled
            if error is None:
                future.set_result(value)
            else:
                future.set_exception(error)


class Places:
    """Runs handlers where their endpoints say. Lives on one event loop."""

    def __init__(self, doors: Doors, loop: asyncio.AbstractEventLoop, threads: int) -> None:
        self._doors = doors
        self._wakeups = Wakeups(loop)
        self._readers = ThreadPoolExecutor(threads, "reader")

    def close(self) -> None:
        """Let the reader threads end once they are idle."""
        self._readers.shutdown(wait=False, cancel_futures=True)

    def run_now(self, call: Call, route: Route) -> Reply | None:
        """The answer, if this call may run on the event loop; None if `run` has to be awaited."""
        endpoint = call.endpoint
        if len(call.body) > INLINE_BODY or endpoint.where is Where.WRITER:
            return None
        if endpoint.where is not Where.INLINE and (endpoint.brief is None or not endpoint.brief(call)):
            return None
        if not endpoint.database:
            return route.handler(call)
        database = self._doors.database
        if not database.inline_reads:
            return None
        return database.read(lambda session: self._read(session, call, route))

    async def run(self, call: Call, route: Route) -> Reply:
        """The answer, from a reader thread or the writer. Raises what the handler raises."""
        endpoint = call.endpoint
        if not endpoint.database:
            return await self.in_reader(lambda: route.handler(call))
        if endpoint.where is not Where.WRITER:
            return await self.reading(lambda session: self._read(session, call, route))
        if route.scope is not None or endpoint.prepare is not None:
            await self._before_writing(call, route)
        return await self._writing(call, route)

    async def reading(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a reader thread with a read session."""
        return await self.in_reader(lambda: self._doors.database.read(work))

    async def in_reader(self, work: Callable[[], T]) -> T:
        """Run `work` in a reader thread."""
        future, done = self._wakeups.expect()
        self._readers.submit(_report, work, done)
        value: T = await future
        return value

    async def _before_writing(self, call: Call, route: Route) -> None:
        """Recognise the caller, count the request and prepare, outside the writer."""
        database, endpoint = self._doors.database, call.endpoint
        brief = endpoint.prepare is None or (endpoint.brief is not None and endpoint.brief(call))
        if brief and len(call.body) <= INLINE_BODY and database.inline_reads:
            database.read(lambda session: self._prepare(session, call, route))
        else:
            await self.reading(lambda session: self._prepare(session, call, route))

    async def _writing(self, call: Call, route: Route) -> Reply:
        future, done = self._wakeups.expect()
        lane = call.caller.workspace_id if call.caller else call.lane
        self._doors.database.submit(lambda session: self._write(session, call, route), lane, done)
        reply: Reply = await future
        return reply

    def _read(self, session: Session, call: Call, route: Route) -> Reply:
        self._admit(session, call, route)
        call.unit = self._doors.make_unit(session, call)
        reply = route.handler(call)
        if call.afterwards is not None:
            self._doors.database.submit(call.afterwards, call.unit.workspace_id, _later)
        return reply

    def _prepare(self, session: Session, call: Call, route: Route) -> None:
        self._admit(session, call, route)
        if call.endpoint.prepare is not None:
            call.unit = self._doors.make_unit(session, call)
            call.prepared = call.endpoint.prepare(call)

    def _write(self, session: Session, call: Call, route: Route) -> Reply:
        call.unit = self._doors.make_unit(session, call)
        return route.handler(call)

    def _admit(self, session: Session, call: Call, route: Route) -> None:
        if route.scope is None:
            return
        token = route.dialect.credentials(call)
        if not token:
            if call.endpoint.public:
                return
            raise NotAuthenticated("No access token was sent.")
        caller = self._doors.authenticate(session, token, call.now)
        if route.scope not in caller.scopes:
            raise NotAllowed(f"The access token lacks the scope {route.scope}.")
        call.caller = caller
        call.quota = self._doors.take(session, caller, route.dialect, call.now)


def _later(_: Any, error: BaseException | None) -> None:
    """Nobody waits for it; the log is told when it fails."""
    if error is not None:
        log.warning("what a reader asked to be written was not", exc_info=error)


def _report(work: Callable[[], Any], done: Callable[[Any, BaseException | None], None]) -> None:
    try:
        value = work()
    except BaseException as error:
        done(None, error)
    else:
        done(value, None)
