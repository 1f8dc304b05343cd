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


def fake(directory: Path, name: str, body: str) -> None:
    """A program of that name, which first notes how it was called."""
    path = directory / name
    path.write_text(f'#!/bin/sh\necho "{name} $*" >> "{directory}/calls"\n{body}\n')
    path.chmod(0o755)


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


def test_debians_missing_ensurepip_is_named(tmp_path: Path) -> None:
    answers = 'case "$2" in *ensurepip*) exit 1 ;; *print*) echo 3.11 ;; esac'
    fake(tmp_path, "python3", answers)
    fake(tmp_path, "dirname", f"echo {SCRIPTS}")  # the only program it needs beside the shell
    done = run("create-venv", str(tmp_path / "python3"), str(tmp_path / "venv"), path=str(tmp_path))
    assert done.returncode != 0
    assert "apt-get install python3.11-venv" in done.stderr


def test_a_working_environment_is_left_alone() -> None:
    before = Path(sys.prefix, "pyvenv.cfg").stat().st_mtime_ns
    assert run("create-venv", sys.executable, sys.prefix).returncode == 0
    assert Path(sys.prefix, "pyvenv.cfg").stat().st_mtime_ns == before


@pytest.mark.parametrize("hint", ["apt-get install a b", "dnf install c", "brew install d"])
def test_without_apt_the_packages_are_named(hint: str, tmp_path: Path) -> None:
    done = run("install-system", "a", "b", "--dnf", "c", "--brew", "d", path=str(tmp_path))
    assert done.returncode == 1
    assert hint in done.stderr


def with_fakes(directory: Path) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Install a package with the fakes of a directory; the result, and the calls of apt-get and sudo."""
    path = f"{directory}{os.pathsep}{os.environ['PATH']}"
    done = run("install-system", "a", "--dnf", "b", "--brew", "c", path=path)
    calls = (directory / "calls").read_text().splitlines()
    return done, [call for call in calls if not call.startswith("id ")]


def test_an_old_package_list_is_refreshed(tmp_path: Path) -> None:
    fake(tmp_path, "id", "echo 0")
    fake(tmp_path, "apt-get", f'[ "$1" = update ] && touch {tmp_path}/fresh; [ -e {tmp_path}/fresh ]')
    done, calls = with_fakes(tmp_path)
    assert done.returncode == 0, done.stderr
    install = "apt-get install --yes --quiet --no-install-recommends a"
    assert calls == [install, "apt-get update --quiet", install]


def test_sudo_never_waits_for_a_password_that_nobody_types(tmp_path: Path) -> None:
    fake(tmp_path, "id", "echo 1000")
    fake(tmp_path, "apt-get", "exit 0")
    fake(tmp_path, "sudo", "exit 1")
    done, calls = with_fakes(tmp_path)
    assert done.returncode == 1
    assert "sudo apt-get install a" in done.stderr
    assert {call.split()[1] for call in calls} == {"-n"}
