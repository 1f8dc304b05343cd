"""CXI's document (004): its samples, as they are printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

DOCUMENT = Path(__file__).parents[3] / ".." / "shared" / "seeds" / "004_72f651c91e6dfe20.txt"
HOSTS = ("https://api.wootric.com", "https://cxi-api.wootric.com", "$AI_SERVER")
_LEFT_OUT = re.compile(r"^\s*\.\.\.[^\n]*\n?", re.M)
_PIPE = re.compile(r"\s*\\?\s*\| jq$")
_COMMA = re.compile(r",(\s*[\]}])")


def samples(text: str | None = None) -> list[str]:
    """Every sample: each `curl` with the lines it goes on in, printed replies, and each "empty response"."""
    lines = (text or DOCUMENT.read_text()).splitlines()
    found, n = [], 0
    while n < len(lines):
        length = _length(lines, n)
        if length:
            found.append("\n".join(lines[n : n + length]))
        n += length or 1
    return found


def _length(lines: Sequence[str], n: int) -> int:
    """How many lines a sample has that begins in this one, 0 where none does."""
    line, end = lines[n], n
    if line.startswith(("curl ", "$ curl ")):
        while lines[end].endswith("\\") or lines[end + 1].strip() == "| jq":
            end += 1
    elif line.startswith("HTTP/1.1 "):
        while not lines[end].startswith("{"):
            end += 1
    elif line in ("{", "["):
        while lines[end] not in ("}", "]"):
            end += 1
    elif "empty response with status" not in line:
        return 0
    return end - n + 1


def command(sample: str, url: str, words: dict[str, str]) -> str:
    """A printed `curl` for a shell: at a server, with what the reader fills in, its status as last line."""
    shell = _PIPE.sub("", sample.removeprefix("$ "))
    for host in HOSTS:
        shell = shell.replace(host, url)
    for word, value in words.items():
        shell = shell.replace(word, value)
    return shell.replace("curl ", r"curl -w '\n%{http_code}' ", 1)


def read_reply(sample: str) -> tuple[int | None, Any]:
    """The status, where it is printed, and the body of a reply; what it leaves out (`...`) is left out."""
    if "empty response" in sample:
        return int(sample.split("status ")[1][:3]), None
    status = None
    if sample.startswith("HTTP/1.1 "):
        status, sample = int(sample.split()[1]), sample[sample.index("{") :]
    return status, msgspec.json.decode(_COMMA.sub(r"\1", _LEFT_OUT.sub("", sample)))
