"""The script that builds what the survey pages load."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "src" / "rejoinder" / "pages" / "built"


def build(*words: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PATH": path if path is not None else os.environ["PATH"]}
    command = [sys.executable, "-S", str(ROOT / "scripts" / "build_pages.py"), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env)


def fake(directory: Path, name: str, version: str) -> None:
    path = directory / name
    path.write_text(f"#!/bin/sh\necho {version}\n")
    path.chmod(0o755)


def test_what_is_there_is_left_alone() -> None:
    before = (BUILT / "manifest.json").stat().st_mtime_ns
    assert build("--if-changed").returncode == 0, "run `make setup`"
    assert (BUILT / "manifest.json").stat().st_mtime_ns == before


def test_a_missing_node_is_explained(tmp_path: Path) -> None:
    done = build(path=str(tmp_path))
    assert done.returncode == 1
    assert "Node 18 or later" in done.stderr
    assert "pip install" in done.stderr


def test_an_old_node_counts_as_none(tmp_path: Path) -> None:
    fake(tmp_path, "npm", "9.0.0")
    fake(tmp_path, "node", "v16.20.0")
    assert build("--has-node", path=str(tmp_path)).returncode == 1
    fake(tmp_path, "node", "v18.19.0")
    assert build("--has-node", path=str(tmp_path)).returncode == 0


def test_node_without_npm_counts_as_none(tmp_path: Path) -> None:
    fake(tmp_path, "node", "v22.0.0")
    assert build("--has-node", path=str(tmp_path)).returncode == 1


def test_every_built_file_has_its_packed_forms() -> None:
    manifest = json.loads((BUILT / "manifest.json").read_text())
    names = {manifest["script"], manifest["style"], *manifest["needs"], *manifest["languages"].values()}
    assert {"en", "es", "pl", "ru", "kk", "fr", "de", "tr"} <= manifest["languages"].keys()
    for name in names:
        for suffix in ("", ".gz", ".br"):
            assert (BUILT / f"{name}{suffix}").stat().st_size > 0
