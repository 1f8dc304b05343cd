"""SurveyKiwi's document (003): its samples, its types of errors."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

DOCUMENT = Path(__file__).parents[3] / ".." / "shared" / "seeds" / "003_3612188e50e77bf8.txt"
ENDPOINT = "https://api.surveykiwi.com"
_ERROR = re.compile(
    r"^(invalid_token|\w+_exception|Unauthorized|not_found|\w+_server_error|\w+_unavailable) (.+)$"
)


class Request(NamedTuple):
    """A printed `curl` on the wire: data of `-G` as they stand in the address, else as the body."""

    method: str
    target: str
    body: str


def samples(text: str | None = None) -> list[str]:
    """Every sample: each `curl` with the lines it goes on in, and each printed JSON."""
    lines = iter((text or DOCUMENT.read_text()).splitlines())
    return [block for line in lines if (block := _block(line, lines))]


def _block(line: str, lines: Iterator[str]) -> str:
    taken = [line]
    if line.startswith("curl "):
        while taken[-1].endswith("\\"):
            taken.append(next(lines))
    elif line.strip() in ("{", "["):
        while _depth(taken) > 0:
            taken.append(next(lines))
    else:
        return ""
    return "\n".join(taken)


def _depth(lines: list[str]) -> int:
    text = "".join(re.sub(r'"[^"]*"', "", line) for line in lines)
    return sum(text.count(one) for one in "{[") - sum(text.count(one) for one in "}]")


def read_request(sample: str) -> Request:
    """A printed `curl`."""
    words = shlex.split(sample.replace("\\\n", " "))[1:]
    method, target, data, in_address = "GET", "", [], False
    while words:
        word = words.pop(0)
        if word == "-X":
            method = words.pop(0)
        elif word == "-d":
            data.append(words.pop(0))
        elif word == "-G":
            in_address = True
        else:
            target = word.removeprefix(ENDPOINT)
    joined = "&".join(data)
    return Request(method, f"{target}?{joined}", "") if in_address else Request(method, target, joined)


def read_reply(sample: str) -> Any:
    """A printed reply."""
    return msgspec.json.decode(sample)


def error_types() -> dict[str, str]:
    """The table of error types: type → description."""
    return {found[1]: found[2] for line in DOCUMENT.read_text().splitlines() if (found := _ERROR.match(line))}
