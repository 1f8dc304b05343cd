"""The set-up scripts say what to do when something is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"


def run(script: str, *words: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    shell = shutil.which("sh") or "/bin/sh"
    env = {**os.environ, "PATH": path if path is not None else os.environ["PATH"]}
    return subprocess.run(
        [shell, str(SCRIPTS / script), *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env=env,
    )


def test_a_missing_python_is_named(tmp_path: Path) -> None:
    done = run("create-venv", "python-that-is-not-here", str(tmp_path / "venv"))
    assert done.returncode == 1
    assert "Install Python 3.11 or later" in done.stderr


def test_an_old_python_is_refused(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 && exit 0\nexit 1\n')
    old.chmod(0o755)
    done = run("create-venv", str(old), str(tmp_path / "venv"))
    assert done.returncode == 1
    assert "Python 3.9.2" in done.stderr
    assert "make setup PYTHON=" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_a_working_environment_is_left_alone() -> None:
    before = Path(sys.prefix, "pyvenv.cfg").stat().st_mtime_ns
    assert run("create-venv", sys.executable, sys.prefix).returncode == 0
    assert Path(sys.prefix, "pyvenv.cfg").stat().st_mtime_ns == before


@pytest.mark.parametrize("hint", ["apt-get install a b", "dnf install c", "brew install d"])
def test_without_apt_the_packages_are_named(hint: str, tmp_path: Path) -> None:
    done = run("install-system", "a", "b", "--dnf", "c", "--brew", "d", path=str(tmp_path))
    assert done.returncode == 1
    assert hint in done.stderr
