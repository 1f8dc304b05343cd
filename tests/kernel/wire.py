"""A little house around the kernel: a database of threads, a dialect, a server on a real socket."""

from __future__ import annotations

import asyncio
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import msgspec
import uvicorn

from rejoinder.kernel.app import App
from rejoinder.kernel.call import Call
from rejoinder.kernel.endpoint import Dialect, Endpoint
from rejoinder.kernel.metrics import Metrics
from rejoinder.kernel.places import Doors
from rejoinder.kernel.reply import Reply, json_reply
from rejoinder.model import problems
from rejoinder.model.access import Caller, Quota
from rejoinder.settings import Settings

STATUS = {
    problems.NotFound: 404,
    problems.NotAuthenticated: 401,
    problems.NotAllowed: 403,
    problems.NotOffered: 405,
    problems.NotAcceptable: 406,
    problems.TooLarge: 413,
    problems.TooMany: 429,
    problems.Unavailable: 503,
    problems.Broken: 500,
}
ALL = frozenset({"toy:read", "toy:write"})
CALLERS = {
    "owner": Caller(1, 1, "owner", ALL),
    "reader": Caller(1, 2, "reader", frozenset({"toy:read"})),
    "hasty": Caller(1, 3, "hasty", ALL),
}


class Session:
    """A session that knows its thread."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.thread = threading.current_thread().name


class ThreadDatabase:
    """Reads in the calling thread, one writer thread, no data."""

    engine = "sqlite"

    def __init__(self, inline_reads: bool = True) -> None:
        self.inline_reads = inline_reads
        self.reading = 0
        self.reads = 0
        self.down = False
        self._count = threading.Lock()
        self._queue: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write, name="writer")
        self._writer.start()

    def read(self, work: Callable[[Any], Any]) -> Any:
        if self.down:
            raise problems.Unavailable("The database cannot be reached.")
        with self._count:
            self.reading += 1
            self.reads += 1
        try:
            return work(Session("read"))
        finally:
            with self._count:
                self.reading -= 1

    def submit(self, work: Callable[[Any], Any], lane: int, done: Callable[[Any, Any], None]) -> None:
        self._queue.put((work, lane, done))

    def close(self) -> None:
        self._queue.put(None)
        self._writer.join()

    def _write(self) -> None:
        while (item := self._queue.get()) is not None:
            work, _, done = item
            try:
                value = work(Session("write"))
            except BaseException as error:
                done(None, error)
            else:
                done(value, None)


def spell(call: Call, problem: problems.Problem) -> Reply:
    status = STATUS.get(type(problem), 400)
    return json_reply({"toy": problem.message, "dialect": call.dialect.name}, status)


def bearer(call: Call) -> str | None:
    return (call.header("authorization") or "").removeprefix("Bearer ") or None


def dialect(name: str, *endpoints: Endpoint, **facts: Any) -> Dialect:
    facts = {"title": name.title(), "credentials": bearer, "problem": spell} | facts
    return Dialect(name=name, endpoints=endpoints, **facts)


def doors(database: Any) -> Doors:
    def authenticate(session: Session, token: str, now: int) -> Caller:
        if token not in CALLERS:
            raise problems.NotAuthenticated("Unknown token.")
        return CALLERS[token]

    def take(session: Session, caller: Caller, _: Dialect, now: int) -> Quota:
        if caller.name == "hasty":
            raise problems.TooMany("Slow down.", 7)
        return Quota(100, 99, now // 1_000_000 + 60)

    return Doors(database, authenticate, take, lambda session, call: session)


class House:
    """A running server."""

    def __init__(
        self, app: App, database: ThreadDatabase, port: int, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.app, self.database, self.port = app, database, port
        self.loop_call = loop.call_soon_threadsafe
        self.url = f"http://127.0.0.1:{port}"

    def raw(self, *parts: bytes, timeout: float = 5.0) -> socket.socket:
        """A connection on which `parts` have been sent."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout)
        for part in parts:
            connection.sendall(part)
        return connection

    def settle(self) -> None:
        """Wait until nothing is in flight: the proof that nothing leaked."""
        until(lambda: self.app.metrics.in_flight == 0 and self.database.reading == 0)


def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait for a condition; fail when it does not come true in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.005)


def read_all(connection: socket.socket) -> bytes:
    """Everything until the server closes."""
    data = b""
    with connection, suppress(ConnectionResetError):
        while chunk := connection.recv(65536):
            data += chunk
    return data


@contextmanager
def running(
    *dialects: Dialect,
    native: Dialect | None = None,
    inline_reads: bool = True,
    metrics: Metrics | None = None,
    **settings: Any,
) -> Iterator[House]:
    """Serve these dialects on a free port."""
    database = ThreadDatabase(inline_reads)
    native = native or dialect("native")
    config = msgspec.structs.replace(Settings(), **settings)
    app = App([*dialects, native], native, doors(database), config, metrics)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(app, http="httptools", ws="none", proxy_headers=False, log_config=None, lifespan="on")
    )
    runner = asyncio.Runner()

    def serve() -> None:
        with runner:
            runner.run(server.serve([listener]))

    thread = threading.Thread(target=serve, name="server")
    thread.start()
    try:
        until(lambda: server.started)
        yield House(app, database, listener.getsockname()[1], runner.get_loop())
    finally:
        server.should_exit = True
        thread.join(20)
        database.close()
        listener.close()
    assert not thread.is_alive(), "the server did not stop"
