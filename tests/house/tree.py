"""The project's files, as the house tests look at them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "rejoinder"
MADE_BY_TOOLS = {
    ".git", ".venv", ".venv-bench", ".tools", "__pycache__", "build", "built", "dist", "node_modules",
    "rejoinder-data",
}  # fmt: skip


def name(path: Path) -> str:
    """A path as messages show it."""
    return path.relative_to(ROOT).as_posix()


@cache
def source_files() -> tuple[Path, ...]:
    """Every module of the package."""
    return tuple(sorted(SOURCE.rglob("*.py")))


@cache
def committed_files() -> tuple[Path, ...]:
    """Everything in version control; in an unpacked archive, everything that tools did not make."""
    if (ROOT / ".git").exists():
        words = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
        listed = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        paths = [ROOT / line for line in listed.split("\0") if line]
    else:
        paths = [path for path in ROOT.rglob("*") if not MADE_BY_TOOLS & set(path.relative_to(ROOT).parts)]
    return tuple(path for path in paths if path.is_file())


def committed_lines() -> Iterator[tuple[str, str]]:
    """Every line of every committed text file, each with its place (`file:line`)."""
    for path in committed_files():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue  # a picture, or a sample in another encoding
        for number, line in enumerate(lines, start=1):
            yield f"{name(path)}:{number}", line


def parsed(path: Path) -> ast.Module:
    """A module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))
