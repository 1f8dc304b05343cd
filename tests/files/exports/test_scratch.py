"""Temporary files of a library go with their process, however it ends."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from rejoinder.files.exports.scratch import Scratch, sweep

DIE = """
import os, signal
from rejoinder.files.exports.scratch import Scratch
made = Scratch()
open(made.path + "/personal.xml", "w").write("somebody")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_left_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    mine = Scratch()
    subprocess.run([sys.executable, "-c", DIE], check=False)
    assert len(list(tmp_path.glob("*/personal.xml"))) == 1
    sweep()
    assert list(tmp_path.iterdir()) == [Path(mine.path)], "what is in use stays"
    mine.remove()
    mine.remove()
    assert list(tmp_path.iterdir()) == []
