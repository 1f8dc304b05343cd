"""Which neighbouring columns belong to one question, from the header alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rejoinder.files.tables import Heading

_DASH = re.compile(r"\s+[-–—]\s+")
_MOST_DASHES = 10
_BRACKET = re.compile(r"(.+?)\s*\[([^\[\]]+)\]\Z")


@dataclass(frozen=True)
class Group:
    """Columns (from 0) under one question, with the option of each ("" for the question's own column)."""

    question: str
    columns: tuple[int, ...]
    options: tuple[str, ...]


def grouped(headings: Sequence[Heading]) -> list[Group]:
    """Return the questions of a header in order.

    A second header row and `name[field]` say plainly what belongs together; in a single header row a shared
    beginning does: `Question - Option`.
    """
    cut = [_cut(heading) for heading in headings]
    groups: list[Group] = []
    at = 0
    while at < len(cut):
        group = _named(cut, at) if cut[at].option else _dashed(cut, at)
        groups.append(group)
        at += len(group.columns)
    return groups


def _cut(heading: Heading) -> Heading:
    match = _BRACKET.match(heading.question) if not heading.option else None
    return Heading(match[1], match[2].strip()) if match else heading


def _named(cut: Sequence[Heading], at: int) -> Group:
    """The run of columns with one question and an option each."""
    question, end = cut[at].question, at + 1
    while end < len(cut) and cut[end].question == question and cut[end].option:
        end += 1
    return Group(question, tuple(range(at, end)), tuple(heading.option for heading in cut[at:end]))


def _dashed(cut: Sequence[Heading], at: int) -> Group:
    """The run of columns that start with one question, or a single column."""
    title = cut[at].question
    if at + 1 < len(cut) and cut[at + 1].question == title and cut[at + 1].option and title:
        rest = _named(cut, at + 1)  # the question's own column, then "Other (please specify)" under it
        return Group(title, (at, *rest.columns), ("", *rest.options))
    after = "" if at + 1 >= len(cut) or cut[at + 1].option else cut[at + 1].question
    for question in [title, *_beginnings(title)]:
        if question and _option(after, question):
            return _run(cut, at, question)
    return Group(title, (at,), ("",))


def _run(cut: Sequence[Heading], at: int, question: str) -> Group:
    end, options = at, []
    while end < len(cut) and not cut[end].option:
        option = _option(cut[end].question, question)
        if option is None and not (end == at and cut[end].question == question):
            break
        options.append(option or "")
        end += 1
    return Group(question, tuple(range(at, end)), tuple(options))


def alone(title: str) -> tuple[str, str] | None:
    """Cut a single column's `Question - Option` at its last dash; None without one."""
    beginnings = _beginnings(title)
    if not beginnings:
        return None
    return beginnings[0], _option(title, beginnings[0]) or ""


def _beginnings(title: str) -> list[str]:
    """What comes before each of the last dashes, the longest first."""
    dashes = list(_DASH.finditer(title))[-_MOST_DASHES:]
    return [title[: match.start()] for match in reversed(dashes)]


def _option(title: str, question: str) -> str | None:
    if not title.startswith(question):
        return None
    match = _DASH.match(title, len(question))
    return title[match.end() :] if match and match.end() < len(title) else None
