"""Short files, short functions, names that say something."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from house.tree import ROOT, committed_files, name, parsed, source_files

MOST_LINES_OF_FILE = 400
MOST_LINES_OF_FUNCTION = 60
SAYS_NOTHING = {"util", "utils", "helper", "helpers", "common", "base", "manager", "managers", "misc"}


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function of a module with its length in lines, decorators and docstring included."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            yield node.name, (node.end_lineno or first) - first + 1


def test_there_is_something_to_look_at() -> None:
    assert len(source_files()) > 10
    assert ROOT / "pyproject.toml" in committed_files()


def test_files_are_short() -> None:
    lengths = {name(path): len(path.read_text().splitlines()) for path in source_files()}
    assert {file: lines for file, lines in lengths.items() if lines > MOST_LINES_OF_FILE} == {}


def test_functions_are_short() -> None:
    lengths = {
        f"{name(path)} {function}": lines
        for path in source_files()
        if path.parent.name != "versions"  # a migration is one list of statements, frozen once released
        for function, lines in functions(path)
    }
    assert {place: lines for place, lines in lengths.items() if lines > MOST_LINES_OF_FUNCTION} == {}


def words(path: Path) -> set[str]:
    """The words of a path inside the project."""
    return {word for part in path.relative_to(ROOT).with_suffix("").parts for word in part.split("_")}


def test_names_say_something() -> None:
    paths = {path for path in committed_files() if path.suffix == ".py"} | {*source_files()}
    assert [name(path) for path in sorted(paths) if words(path) & SAYS_NOTHING] == []


def test_package_files_are_empty() -> None:
    paths = {*committed_files(), *source_files()}
    assert [name(path) for path in paths if path.name == "__init__.py" and path.stat().st_size] == []
