"""Processes that listen: start them, make sure that it is they who answer, stop them."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bench.harness import PROGRAM_CORE, CannotMeasure, on_core

START_SECONDS, STOP_SECONDS = 60, 15
LISTENING = "0A"


@dataclass(frozen=True)
class Running:
    """A server process."""

    pid: int
    port: int


@contextmanager
def serving(
    words: Sequence[str], port: int, environ: Mapping[str, str] | None = None, *, pinned: bool = False
) -> Iterator[Running]:
    """Run a command that listens on `port`, and stop it afterwards.

    Parameters: `pinned` keeps it on the programs' core. Raises CannotMeasure when the port is taken, when
    the command ends, or when another process turns out to be the listener.
    """
    _refuse_busy(port)
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            words,
            env={**os.environ, **(environ or {})},
            stdout=log,
            stderr=log,
            preexec_fn=on_core(PROGRAM_CORE) if pinned else None,
        )
        try:
            _wait_until_listening(process, port, log)
            yield Running(process.pid, port)
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def rejoinder(database: str, *, pinned: bool = False) -> Iterator[Running]:
    """Rejoinder on one database, in one process, with the rate limiter on and set high."""
    limits = {f"REJOINDER_{name}_RATE_LIMIT": "6000000" for name in ("FORSTA", "GOODBRIDGE", "CXI", "PUBLIC")}
    settings = {"REJOINDER_DATABASE": database, **limits}
    with serving(_words("ours", port := free_port()), port, settings, pinned=pinned) as running:
        yield running


@contextmanager
def bare() -> Iterator[Running]:
    """The least ASGI application on the same HTTP server."""
    with serving(_words("bare", port := free_port()), port, pinned=True) as running:
        yield running


def _words(which: str, port: int) -> list[str]:
    return [sys.executable, "-m", "bench.application", which, str(port)]


def free_port() -> int:
    """A TCP port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _refuse_busy(port: int) -> None:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise CannotMeasure(f"Port {port} is taken by another program; stop it and run again.")


def _wait_until_listening(process: subprocess.Popen[bytes], port: int, log: IO[bytes]) -> None:
    patience = time.monotonic() + START_SECONDS
    while time.monotonic() < patience:
        if process.poll() is not None:
            log.seek(0)
            said = log.read()[-2000:].decode(errors="replace")
            raise CannotMeasure(f"{process.args!r} ended with status {process.returncode}: {said}")
        if inode := _listener(port):
            if not _holds(process.pid, inode):
                raise CannotMeasure(f"Port {port} is answered by a process that is not the one started.")
            return
        time.sleep(0.05)
    raise CannotMeasure(f"Nothing listened on port {port} within {START_SECONDS} seconds.")


def _listener(port: int) -> str | None:
    """The socket that listens on a port, as the kernel numbers it."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
            return fields[9]
    return None


def _holds(pid: int, inode: str) -> bool:
    """Whether a process has a socket open."""
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            if re.fullmatch(rf"socket:\[{inode}\]", os.readlink(link)):
                return True
        except FileNotFoundError:
            continue
    return False
