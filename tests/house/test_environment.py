"""Only `settings.py` reads the environment."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from house.tree import SOURCE, name, parsed, source_files

READERS = {"environ", "environb", "getenv", "getenvb"}


def readings(tree: ast.AST) -> Iterator[int]:
    """The lines that reach for the environment, however `os` is spelled there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in READERS and isinstance(node.value, ast.Name):
            yield node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            yield from (node.lineno for alias in node.names if alias.name in {*READERS, "*"})


def test_only_settings_reads_the_environment() -> None:
    others = [path for path in source_files() if path != SOURCE / "settings.py"]
    assert [f"{name(path)}:{line}" for path in others for line in readings(parsed(path))] == []


@pytest.mark.parametrize(
    "code",
    ["import os\nos.environ['A']", "import os as system\nsystem.getenv('A')", "from os import environ as e"],
)
def test_a_reading_is_seen(code: str) -> None:
    assert list(readings(ast.parse(code))) != []
