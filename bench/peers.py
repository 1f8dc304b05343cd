"""Peers: other people's servers, each in an environment of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.harness import CannotMeasure, step
from bench.servers import Running, free_port, serving

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv-bench"
INSTALLED = VENV / ".installed"
INSTALL = "-m pip install --quiet --no-input --disable-pip-version-check --require-hashes --requirement"
LOCK = ROOT / "requirements" / "bench-peers.txt"


@contextmanager
def datasette(database: Path) -> Iterator[Running]:
    """Datasette on one SQLite file. Raises CannotMeasure when it cannot be installed."""
    if not INSTALLED.exists() or INSTALLED.stat().st_mtime < LOCK.stat().st_mtime:
        _install()
    program, port = VENV / "bin" / "datasette", free_port()
    settings = ["--setting", "sql_time_limit_ms", "60000", "--setting", "max_csv_mb", "0"]
    words = [str(program), "serve", str(database), "--port", str(port), *settings]
    with serving(words, port) as running:
        yield running


def _install() -> None:
    """Make the environment from the locked, hash-checked list."""
    with step("install the peers into .venv-bench"):
        try:
            subprocess.run([ROOT / "scripts" / "create-venv", sys.executable, VENV], check=True)
            subprocess.run([VENV / "bin" / "python", *INSTALL.split(), LOCK], check=True)
        except subprocess.CalledProcessError as error:
            raise CannotMeasure(f"The peers could not be installed: {error}.") from None
        INSTALLED.touch()
