"""A PostgreSQL cluster of one's own whose postmaster may be killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from servers import keeper
from servers.postgres import Server

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
RESTART_SECONDS = 60


class Cluster:
    """A durable cluster; crashes on demand and comes back on the same port."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._process, found = keeper.start(directory, DURABLE)
        self.server = Server(**found)

    def crash(self) -> None:
        """Kill the postmaster with -9; its backends end when they notice."""
        self._process.kill()
        self._process.wait()

    def crash_whole(self) -> None:
        """The same, and its backends at once: those that answer a query go on with it otherwise."""
        at = self._process.pid
        backends = Path(f"/proc/{at}/task/{at}/children").read_text().split()
        self.crash()
        for backend in backends:
            with suppress(ProcessLookupError):
                os.kill(int(backend), signal.SIGKILL)

    def restart(self) -> None:
        """Start again after a crash; PostgreSQL recovers from its log."""
        patience = time.monotonic() + RESTART_SECONDS
        while True:  # refused while a backend of the dead postmaster is still there
            process = self._launch()
            if keeper.accepts(process, keeper.find_binaries(), self._directory, self.server.port):
                self._process = process
                return
            if time.monotonic() > patience:
                log = (self._directory / "log").read_text(errors="replace")[-2000:]
                raise RuntimeError(f"PostgreSQL did not come back: {log}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End it at once."""
        if self._process.poll() is None:
            os.kill(self._process.pid, signal.SIGQUIT)
        self._process.wait()

    def _launch(self) -> subprocess.Popen[bytes]:
        account: dict[str, Any] = keeper.server_account()
        binaries = keeper.find_binaries()
        return keeper.launch(self._directory, binaries, account, self.server.port, DURABLE)


@contextmanager
def mortal_cluster() -> Iterator[Cluster]:
    """A cluster that is deleted afterwards."""
    directory = Path(tempfile.mkdtemp(prefix="rejoinder-pg-"))
    try:
        cluster = Cluster(directory)
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(directory, ignore_errors=True)
