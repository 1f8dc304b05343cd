"""Where something stands in a JSON text: the line of a place such as `pages[0].elements[3].name`."""

from __future__ import annotations

import json
import re

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


def line_of_byte(text: str, byte: int) -> int:
    """The line, from 1, of a byte of the text in UTF-8, from 0."""
    return text.encode()[:byte].count(b"\n") + 1


def line_of_place(text: str, place: str) -> int | None:
    """The line, from 1, where a place begins, or the innermost part of its path that is there.

    None for a text that is no JSON up to there.
    """
    try:
        return text.count("\n", 0, _find(text, place)) + 1
    except (ValueError, IndexError, RecursionError):
        return None


def _find(text: str, place: str) -> int:
    at = _skip(text, 0)
    for name, number in _STEP.findall(place):
        inner = _member(text, at, name) if name else _element(text, at, int(number))
        if inner is None:
            break
        at = inner
    return at


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _member(text: str, at: int, name: str) -> int | None:
    """Where the value of a member begins."""
    if text[at] != "{":
        return None
    at = _skip(text, at + 1)
    while text[at] == '"':
        key, at = _DECODER.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)  # the colon
        if key == name:
            return at
        at = _next(text, at)
    return None


def _element(text: str, at: int, number: int) -> int | None:
    """Where an element of a list begins."""
    if text[at] != "[":
        return None
    at = _skip(text, at + 1)
    for _ in range(number):
        if text[at] == "]":
            return None
        at = _next(text, at)
    return None if text[at] == "]" else at


def _next(text: str, at: int) -> int:
    """Behind the value that begins here, and behind its comma."""
    _, at = _DECODER.raw_decode(text, at)
    at = _skip(text, at)
    return _skip(text, at + 1) if text[at] == "," else at
