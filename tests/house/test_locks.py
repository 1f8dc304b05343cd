"""The locked requirements: pinned, hashed, in step with what the project asks for."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from house.tree import ROOT

LOCKS = ["runtime.txt", "dev.txt"]
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}$")


def entries(lock: str) -> Iterator[str]:
    """Each requirement of a lock file on one line, hashes included."""
    text = (ROOT / "requirements" / lock).read_text().replace("\\\n", " ")
    return (line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))


def pins(lock: str) -> dict[str, str]:
    """Package → its one version."""
    found = [Requirement(entry.partition("--hash")[0]) for entry in entries(lock)]
    return {canonicalize_name(one.name): str(one.specifier).removeprefix("==") for one in found}


def wanted() -> list[Requirement]:
    """What the project asks for, at run time and for development."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = project["project"]["dependencies"] + project["build-system"]["requires"]
    lines = (ROOT / "requirements" / "dev.in").read_text().splitlines()
    asked += [line for line in lines if line and not line.startswith(("#", "-"))]
    return [Requirement(one) for one in asked]


@pytest.mark.parametrize("lock", [*LOCKS, "node.txt", "bench-peers.txt"])
def test_everything_is_pinned_and_hashed(lock: str) -> None:
    for entry in entries(lock):
        requirement, *hashes = entry.split(" --hash=")
        assert re.match(r"[A-Za-z0-9._\[\],-]+==[\w.!+-]+\s*(;.*)?$", requirement), entry[:80]
        assert hashes, f"{requirement} has no hash"
        assert all(HASH.match(f"--hash={one.strip()}") for one in hashes), requirement


def test_both_locks_agree() -> None:
    runtime, dev = pins("runtime.txt"), pins("dev.txt")
    assert {package: dev.get(package) for package in runtime} == runtime


def test_locks_are_in_step_with_what_is_asked_for() -> None:
    locked = pins("dev.txt")
    missing = [str(one) for one in wanted() if canonicalize_name(one.name) not in locked]
    assert missing == [], "run `make lock`"
    stale = [str(one) for one in wanted() if locked[canonicalize_name(one.name)] not in one.specifier]
    assert stale == [], "run `make lock`"


def npm_packages() -> dict[str, dict[str, Any]]:
    """Each package of npm's lock: where it is put → what the lock says about it."""
    locked: dict[str, dict[str, Any]] = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    return {place: told for place, told in locked.items() if place}


def test_the_npm_lock_has_hashes_and_no_address() -> None:
    for place, told in npm_packages().items():
        assert re.match(r"sha512-[A-Za-z0-9+/]{86}==$", told.get("integrity", "")), place
        assert "resolved" not in told, f"{place}: run `make lock`, which leaves addresses out"


def test_the_npm_lock_is_in_step_with_what_is_asked_for() -> None:
    asked = json.loads((ROOT / "package.json").read_text())
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"][""]
    for kind in ("dependencies", "devDependencies"):
        assert lock[kind] == asked[kind], "run `make lock`"


def test_the_renderer_and_its_core_have_one_version() -> None:
    found = {npm_packages()[f"node_modules/{name}"]["version"] for name in ("survey-core", "survey-js-ui")}
    assert len(found) == 1
