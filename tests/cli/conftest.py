"""Run commands the way a shell does, and servers as processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from rejoinder.cli.main import run
from rejoinder.store.migrate import migrate

PATIENCE = 60.0
"""Seconds after which a server that says nothing has failed."""


class Ended(NamedTuple):
    """What a command left: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON; there is nothing beside it."""
        return json.loads(self.out)


Shell = Callable[..., Ended]


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Run a command in an empty directory, without settings of ours in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("REJOINDER_")]:
        monkeypatch.delenv(name)

    def call(*words: str) -> Ended:
        code = run(words)
        return Ended(code, *capsys.readouterr())

    return call


@pytest.fixture
def store(shell: Shell, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """`shell` with a migrated database of either engine and the workspace `acme`."""
    monkeypatch.setenv("REJOINDER_DATABASE", database_url)
    assert shell("workspace", "create", "acme").code == 0
    return shell


@pytest.fixture
def lite(shell: Shell, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """`store` on SQLite only, for what no engine can change."""
    monkeypatch.setenv("REJOINDER_DATABASE", sqlite_url)
    migrate(sqlite_url)
    assert shell("workspace", "create", "acme").code == 0
    return shell


class Process:
    """`rejoinder …` as a process of its own, in a directory of its own."""

    def __init__(self, folder: Path, *words: str, **environment: str) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("REJOINDER_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "rejoinder.cli.main", *words],
            cwd=folder,
            env=clean | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._watch = threading.Timer(PATIENCE, self.kill)
        self._watch.start()

    def line(self) -> str:
        """The next line of its standard output; "" when it has ended."""
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def tell(self, number: signal.Signals) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def kill(self) -> None:
        """End it and its workers at once, wherever they are."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def end(self, number: signal.Signals = signal.SIGTERM) -> Ended:
        """Stop it and wait."""
        if self._process.poll() is None:
            self._process.send_signal(number)
        out, err = self._process.communicate()
        self._watch.cancel()
        return Ended(self._process.returncode, out, err)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Start `rejoinder …` as a process; it is killed when the test forgets to end it."""
    started: list[Process] = []

    def begin(*words: str, **environment: str) -> Process:
        process = Process(tmp_path, *words, **environment)
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.end()
