"""Samples of Forsta's document, as it prints them: found in its text, read, and compared with replies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

_REQUEST = re.compile(r"(GET|POST|PUT|PATCH|DELETE) https://<host>(\S+)")
_CALLOUT = re.compile(r" ?\(\d\)$", re.M)
_HEADER = re.compile(r"([A-Z][A-Za-z-]+): (.+)")
_INTRODUCED = re.compile(r'For example: (".+"\s".+")$')


class Request(NamedTuple):
    """A printed request, without the marks of its notes."""

    method: str
    target: str
    headers: dict[str, str]
    body: Any


class Reply(NamedTuple):
    """A printed reply; an NDJSON body is the list of its records."""

    status: int
    headers: dict[str, str]
    body: Any


def samples(text: str) -> list[str]:
    """Every sample of the document, in its order: requests, replies, parts of the schema, records."""
    lines = iter(text.splitlines())
    found: list[str] = []
    line = next(lines, None)
    while line is not None:
        if prose := _INTRODUCED.search(line):
            found.append(prose[1])
        if _REQUEST.match(line) or line.startswith("HTTP/1.1 ") or line == "{":
            block, line = _block(line, lines)
            found.append(block)
        else:
            line = next(lines, None)
    return found


def _block(first: str, lines: Iterator[str]) -> tuple[str, str | None]:
    """A sample that begins with `first`, and the line after it."""
    taken, depth = [first], _opened(first)
    for line in lines:
        goes_on = depth > 0 or line.startswith("{") or _HEADER.fullmatch(line) or taken[-1].endswith("?")
        if not goes_on or (first == "{" and depth == 0):
            return "\n".join(taken), line
        taken.append(line)
        depth += _opened(line)
    return "\n".join(taken), None


def _opened(line: str) -> int:
    return line.count("{") - line.count("}")


def read_request(sample: str) -> Request:
    """A printed request."""
    sample = _CALLOUT.sub("", sample).replace("data?\nfilterExpression", "data?filterExpression")
    head, body = _parts(sample)
    found = _REQUEST.match(head[0])
    assert found, f"not a request: {sample[:80]}"
    headers = _headers(head[1:])
    return Request(found[1], found[2], headers, msgspec.json.decode(body) if body else None)


def read_reply(sample: str) -> Reply:
    """A printed reply, a printed part of one, or records in prose."""
    sample = _CALLOUT.sub("", sample)
    if not sample.startswith("HTTP"):
        found = [msgspec.json.decode(part) for part in re.findall(r"\{[^{}]*\}", sample)]
        return Reply(200, {}, found if len(found) > 1 else found[0])
    head, text = _parts(sample)
    headers = _headers(head[1:])
    lines = "ndjson" in headers["Content-Type"]
    body = [msgspec.json.decode(line) for line in text.splitlines()] if lines else msgspec.json.decode(text)
    return Reply(int(head[0].split()[1]), headers, body)


def _parts(sample: str) -> tuple[list[str], str]:
    """The head's lines, and the body."""
    head, brace, body = sample.partition("\n{")
    return head.splitlines(), "{" + body if brace else ""


def _headers(lines: list[str]) -> dict[str, str]:
    return {found[1]: found[2] for line in lines if (found := _HEADER.fullmatch(line))}


def differences(documented: Any, checked: Any, at: str = "") -> set[str]:
    """The places (`/items/0/respid`) where two JSON values differ."""
    if isinstance(documented, dict) and isinstance(checked, dict):
        names = documented.keys() | checked.keys()
        pairs = [(name, documented.get(name, ...), checked.get(name, ...)) for name in names]
    elif isinstance(documented, list) and isinstance(checked, list) and len(documented) == len(checked):
        pairs = [(n, *pair) for n, pair in enumerate(zip(documented, checked, strict=True))]
    else:
        return set() if documented == checked and type(documented) is type(checked) else {at}
    return set().union(*(differences(was, now, f"{at}/{name}") for name, was, now in pairs))
