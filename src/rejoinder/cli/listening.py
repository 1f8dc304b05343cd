"""Run the server: one process or several over one listening socket, until a signal ends them."""

from __future__ import annotations

import errno
import math
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress

import uvicorn
from prometheus_client.multiprocess import mark_process_dead
from uvicorn.supervisors import Multiprocess

from rejoinder.cli.addresses import address
from rejoinder.kernel.logs import configure
from rejoinder.model.problems import Invalid, Unavailable
from rejoinder.server import create_app
from rejoinder.settings import Settings, hand_down

BACKLOG = 2048
"""Connections that may wait to be accepted."""
KEEP_ALIVE = 75
"""Seconds for which an idle connection is kept; above the 60 of common proxies, so that they close first."""
_READY_WITHIN = 60.0
_MULTIPROC = "PROMETHEUS_MULTIPROC_DIR"

Ready = Callable[[str], None]
"""Called once with the server's address, when it answers."""


def listen(host: str, port: int) -> socket.socket:
    """Take the port. Raises Unavailable when it is taken, Invalid for a host that is not this machine's."""
    where = f"port {port} of {host}"
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        return socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except (socket.gaierror, UnicodeError):
        raise Invalid(f"{host!r} is not a host: use an address of this machine, such as 127.0.0.1.") from None
    except PermissionError:
        raise Invalid(f"This user may not listen on {where}; use a port from 1024.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Unavailable(
                f"Something listens on {where} already; stop it, or use another --port."
            ) from None
        raise Invalid(
            f"{host!r} is not an address of this machine ({os.strerror(error.errno or 0)})."
        ) from None


def address_of(sock: socket.socket) -> str:
    """The URL of a listening socket; for "all addresses" the one of this machine."""
    host, port = sock.getsockname()[:2]
    return address(host, port)


def run(settings: Settings, sock: socket.socket, ready: Ready) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is running within the grace time.

    Raises Unavailable when a worker process cannot start.
    """
    configure(settings.log_level, settings.log_format)
    # uvicorn raises the signal again after a clean end; for us that end is a success.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with suppress(KeyboardInterrupt, SystemExit):
        if settings.workers > 1:
            _run_many(settings, sock, ready)
        else:
            _run_one(settings, sock, ready)


def _config(settings: Settings, app: object) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        factory=isinstance(app, str),
        workers=settings.workers,
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE,
        # Streams and requests end themselves within the grace time; this is for what does not.
        timeout_graceful_shutdown=math.ceil(settings.shutdown_grace) + 5,
    )


class _One(uvicorn.Server):
    ready: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            self.ready()


def _run_one(settings: Settings, sock: socket.socket, ready: Ready) -> None:
    server = _One(_config(settings, create_app(settings)))
    server.ready = lambda: ready(address_of(sock))
    server.run([sock])


class _Many(Multiprocess):
    ready: Callable[[], None]

    def init_processes(self) -> None:
        super().init_processes()
        if all(process.wait_until_ready(_READY_WITHIN, self.should_exit) for process in self.processes):
            self.ready()

    def keep_subprocess_alive(self) -> None:
        before = {process.pid for process in self.processes}
        super().keep_subprocess_alive()
        for pid in before - {process.pid for process in self.processes}:
            mark_process_dead(pid)  # type: ignore[no-untyped-call]  # its gauges count no more


def _run_many(settings: Settings, sock: socket.socket, ready: Ready) -> None:
    """Worker processes take their settings from the environment, and share numbers through a directory."""
    numbers = tempfile.mkdtemp(prefix="rejoinder-metrics-")
    hand_down(settings, **{_MULTIPROC: numbers})
    try:
        parent = _Many(_config(settings, "rejoinder.server:application"), sockets=[sock])
        parent.ready = lambda: ready(address_of(sock))
        parent.run()
    finally:
        shutil.rmtree(numbers, ignore_errors=True)
    if not parent.signal_queue and any(process.exitcode == 3 for process in parent.processes):
        raise Unavailable("A worker process could not start; its log says why.")
