"""Rejoinder in a process of its own, for tests that kill it, signal it or run two of them.

    with serving(Settings(database=url)) as server:
        httpx.get(f"{server.url}/readyz")
        server.kill()

The processes are forked from one that has everything imported, so that starting one takes a moment only.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess

import msgspec

from rejoinder.cli.listening import listen, run
from rejoinder.settings import Settings
from rejoinder.store.engine import Database
from servers.rejoinder import QUICK, Server

START_SECONDS = 60
STOP_SECONDS = 20
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["rejoinder.cli.listening", "rejoinder.store.migrate"])


@dataclass(frozen=True)
class ServerProcess:
    """A running server."""

    url: str
    process: ForkServerProcess

    @property
    def port(self) -> int:
        """The TCP port it listens on."""
        return int(self.url.rpartition(":")[2])

    @property
    def pid(self) -> int:
        """The process id."""
        assert self.process.pid is not None
        return self.process.pid

    def kill(self) -> None:
        """Kill -9, and wait until it is gone."""
        os.kill(self.pid, signal.SIGKILL)
        self.wait()

    def terminate(self) -> None:
        """Ask it to end (SIGTERM)."""
        os.kill(self.pid, signal.SIGTERM)

    def wait(self, seconds: float = STOP_SECONDS) -> int:
        """Wait for its end; gives the exit status, negative for a signal."""
        self.process.join(seconds)
        assert self.process.exitcode is not None, "the server did not end in time"
        return self.process.exitcode


def start(settings: Settings) -> ServerProcess:
    """Start a server over a migrated database on a free port; the caller ends it."""
    ours, theirs = _FORKS.Pipe(duplex=False)
    process = _FORKS.Process(target=_serve, args=(msgspec.json.encode(settings), theirs), daemon=True)
    process.start()
    theirs.close()
    with ours:
        assert ours.poll(START_SECONDS), "the server did not start in time"
        return ServerProcess(ours.recv(), process)


@contextmanager
def house(url: str, count: int = 1, settings: Settings = QUICK) -> Iterator[list[Server]]:
    """`count` servers over one migrated database; all make tenants through one connection."""
    settings = msgspec.structs.replace(settings, database=url, log_level="error")
    database = Database(url)
    servers: list[Server] = []
    try:
        with ExitStack() as stack:
            for _ in range(count):
                servers.append(Server(stack.enter_context(serving(settings)).url, settings, database))
            yield servers
    finally:
        for server in servers:
            for client in server.clients:
                client.close()
        database.close()


@contextmanager
def serving(settings: Settings) -> Iterator[ServerProcess]:
    """A server that is ended afterwards, if it still runs."""
    server = start(settings)
    try:
        yield server
    finally:
        if server.process.is_alive():
            server.terminate()
        try:
            server.wait()
        except AssertionError:
            server.kill()
            raise


def _serve(settings: bytes, ready: Connection) -> None:
    chosen = msgspec.json.decode(settings, type=Settings)
    run(chosen, listen("127.0.0.1", 0), ready.send)
