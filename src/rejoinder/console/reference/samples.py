"""Requests and replies of the vendors' documents, which tests hold true (`scripts/gather_samples.py`)."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

_PARAMETER = re.compile(r"\\\{[^/]+?\\\}|\{[^/]+?\}")


class Sample(msgspec.Struct, frozen=True):
    """One exchange: `sent` — JSON, or lines of a form."""

    dialect: str
    method: str
    path: str
    query: str
    sent: Any
    status: int
    body: Any

    @staticmethod
    def text(value: Any) -> str:
        """A value as people read it: JSON with indents, text as it is."""
        if isinstance(value, str):
            return value
        return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


@cache
def _all() -> tuple[Sample, ...]:
    source = files("rejoinder.console.reference") / "samples.json"
    return tuple(msgspec.json.decode(source.read_bytes(), type=list[Sample]))


def sample_of(dialect: str, method: str, path: str) -> Sample | None:
    """The first good exchange of an operation; a reply by POST serves for GET where both mean the same."""
    alike = re.compile(_PARAMETER.sub("[^/]+", re.escape(path)))
    tail = re.compile(".*" + _PARAMETER.sub("[^/]+", re.escape(re.sub(r"^/api(/v\d)?", "", path))))
    mine = [one for one in _all() if one.dialect == dialect and one.status < 300]
    exact = [one for one in mine if one.method == method and alike.fullmatch(one.path)]
    near = [one for one in mine if one.method == method and tail.fullmatch(one.path)]
    other = [one for one in mine if method == "GET" and one.method == "POST" and alike.fullmatch(one.path)]
    found = [*exact, *near]
    if found:
        return found[0]
    return msgspec.structs.replace(other[0], sent=None) if other and dialect == "surveykiwi" else None
