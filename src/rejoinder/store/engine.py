"""The database as the rest of the house sees it: reads, writes, and one writer per lane."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from rejoinder.model.problems import Unavailable
from rejoinder.store import postgres, sqlite
from rejoinder.store.connect import WRITER_CACHE, open_engine
from rejoinder.store.failures import as_problem, connection_lost
from rejoinder.store.hot import Hot
from rejoinder.store.session import Session
from rejoinder.store.writer import Write, Writer

T = TypeVar("T")
POSTGRES_LANES = 4
"""Writers per process on PostgreSQL. A workspace always uses the same one, so that its writes share
commits and never wait for each other's locks; SQLite has one writer by nature."""
_ENDS = "The server is shutting down; try again shortly."


class Database:
    """A store. Safe to use from any thread; sessions are kept per thread.

    Parameters: `url` — `sqlite:///path` or `postgresql://…`; `synchronous` — SQLite only.
    """

    def __init__(self, url: str, *, synchronous: str = "FULL") -> None:
        self.url = url
        self._sa = open_engine(url, synchronous)
        self.engine = "sqlite" if self._sa.dialect.name == "sqlite" else "postgresql"
        self.inline_reads = self.engine == "sqlite"
        self._hot: Hot = sqlite.HOT if self.engine == "sqlite" else postgres.HOT
        self._cache: dict[Any, Any] = {}
        self._local = threading.local()
        self._guard = threading.Lock()
        self._open: set[Session] = set()
        self._lanes: list[Writer] = []
        self._closed = False
        self._ears: list[Callable[[], None]] = []

    def session(self) -> Session:
        """Open a session of its own (the caller closes it). Raises Unavailable."""
        try:
            sa = self._sa.connect()
            raw: Any = sa.connection.driver_connection
        except Exception as error:
            raise as_problem(error) from error
        return Session(self.engine, sa, raw, self._hot, self._cache)

    def read(self, work: Callable[[Session], T]) -> T:
        """Run `work` in this thread on its read session.

        Statements see the latest commits; use `session.snapshot()` where several must agree. On a kept
        connection that turns out to be lost, `work` is begun again on a new one.
        Raises what `work` raises, driver failures as Problems.
        """
        kept: Session | None = getattr(self._local, "session", None)
        if kept is not None:
            try:
                return self._look(kept, work)
            except Exception as error:
                if not connection_lost(error):
                    raise as_problem(error) from error
                self.forget_thread()  # lost, perhaps long ago: a new one may do
        session = self._local.session = self._remember(self.session())
        try:
            return self._look(session, work)
        except Exception as error:
            if connection_lost(error):
                self.forget_thread()
            raise as_problem(error) from error

    def _look(self, session: Session, work: Callable[[Session], T]) -> T:
        """Run `work` on a session that `close` leaves alone meanwhile.

        A connection that is closed while another thread is in it takes the whole process along. Either this
        thread sees that the store was closed, or `close` sees that the session is busy and leaves it to here.
        """
        nested, session.busy = session.busy, True
        try:
            if self._closed and not nested:
                raise Unavailable(_ENDS)
            return work(session)
        finally:
            session.busy = nested
            if self._closed and not nested:
                self.forget_thread()

    def write(self, work: Callable[[Session], T], lane: int = 0) -> T:
        """Run `work` in a write transaction and wait for its commit."""
        future: Future[T] = Future()

        def done(value: T | None, error: BaseException | None) -> None:
            future.set_exception(error) if error else future.set_result(value)  # type: ignore[arg-type]

        self.submit(work, lane, done)
        return future.result()

    def submit(
        self, work: Callable[[Session], T], lane: int, done: Callable[[T | None, BaseException | None], None]
    ) -> None:
        """Queue `work` to the lane's writer; `done(result, error)` is called there after the commit."""
        self._writer(lane).submit(Write(work, done))

    def on_events(self, hear: Callable[[], None]) -> Callable[[], None]:
        """Call `hear` after every commit of this process that wrote events, in the writer's thread.

        It must be quick. Gives the function that ends it.
        """
        self._ears.append(hear)
        return lambda: self._ears.remove(hear)

    def _ring(self) -> None:
        for hear in tuple(self._ears):
            hear()

    def waiting_writes(self) -> int:
        """Writes queued in this process."""
        return sum(writer.waiting() for writer in self._lanes)

    def forget_thread(self) -> None:
        """Close this thread's read session; a thread that ends calls it."""
        session: Session | None = getattr(self._local, "session", None)
        if session is not None:
            self._local.session = None
            self._drop(session)

    def close(self) -> None:
        """Finish queued writes and close every connection; one that a thread reads with is closed by that."""
        with self._guard:
            self._closed = True
            lanes, self._lanes = self._lanes, []
        for writer in lanes:
            writer.stop()
        with self._guard:
            idle = {session for session in self._open if not session.busy}
            self._open -= idle
        for session in idle:
            session.close()
        self._sa.dispose()

    def _writer(self, lane: int) -> Writer:
        if not self._lanes:
            self._start_lanes()
        try:
            return self._lanes[lane % len(self._lanes)]
        except ZeroDivisionError:
            raise Unavailable(_ENDS) from None

    def _start_lanes(self) -> None:
        with self._guard:
            if self._lanes or self._closed:
                return
            count = 1 if self.engine == "sqlite" else POSTGRES_LANES
            lanes = [Writer(self._writing_session, f"writer-{n}", self._ring) for n in range(count)]
            for writer in lanes:
                writer.start()
            self._lanes = lanes

    def _writing_session(self) -> Session:
        session = self.session()
        if self.engine == "sqlite":
            session.raw.execute(f"PRAGMA cache_size = -{WRITER_CACHE}")
        session.writing = True
        return session

    def _remember(self, session: Session) -> Session:
        with self._guard:
            self._open.add(session)
        return session

    def _drop(self, session: Session) -> None:
        with self._guard:
            mine = session in self._open
            self._open.discard(session)
        if mine:  # else `close` has done it
            session.close()
