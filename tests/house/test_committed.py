"""What may not be in any committed file, and what must be there."""

from __future__ import annotations

import re

import pytest

from house.tree import ROOT, committed_lines

# Spelled with brackets, so that this file does not accuse itself.
UNFINISHED = re.compile(r"\b(TOD[O]|FIXM[E]|XX[X])\b")
REGISTRIES = re.compile(
    r"\bpyp[i]\.org|pythonhoste[d]\.org|registry\.npm[j]s|deb\.debia[n]\.org|devp[i]|artifactor[y]|nexu[s]\."
)
MACHINE_PATHS = re.compile(r"(?<![\w.}])/(work|root|hom[e]/\w+|Users/\w+|opt/pyp[i])/")


@pytest.mark.parametrize(
    ("pattern", "advice"),
    [
        (UNFINISHED, "finish it, or write an issue"),
        (REGISTRIES, "packages come from wherever the machine is set up to find them"),
        (MACHINE_PATHS, "a path of one machine means nothing on another"),
    ],
    ids=["unfinished", "registries", "machine paths"],
)
def test_nothing_of_this_kind_is_committed(pattern: re.Pattern[str], advice: str) -> None:
    found = [f"{place}: {line.strip()[:100]}" for place, line in committed_lines() if pattern.search(line)]
    assert found == [], advice


@pytest.mark.parametrize("path", ["/ho" + "me/anna/rejoinder", "cd /wo" + "rk/main", "'/ro" + "ot/x'"])
def test_a_machine_path_is_seen(path: str) -> None:
    assert MACHINE_PATHS.search(path)


@pytest.mark.parametrize("file", ["CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", ".ci/run"])
def test_is_there(file: str) -> None:
    assert (ROOT / file).stat().st_size > 0


def test_changelog_has_a_place_for_what_comes_next() -> None:
    assert "\n## [Unreleased]\n" in (ROOT / "CHANGELOG.md").read_text()


def test_a_build_calls_make_test_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    commands = [line for line in lines if line and not line.startswith(("#", "set ", "cd "))]
    assert commands == ["exec make test"]
