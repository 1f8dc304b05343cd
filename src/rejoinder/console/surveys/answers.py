"""One respondent's answers as a page shows them: questions, grids row by row, loops round by round."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from markupsafe import Markup

from rejoinder.console.surveys.files import Named, files_of
from rejoinder.console.surveys.values import Reader, questions
from rejoinder.core.respondents.answers import FILES, Round
from rejoinder.model.survey import Kind, Loop, Variable


class Answer(NamedTuple):
    """A question with its answer. `lines` — of a compound one; `marked` — a comment with its tags' words;
    `files` — those it names; `compound` — its form has many inputs; `at` — the round that it is in."""

    name: str
    title: str
    text: str
    lines: list[tuple[str, str]]
    marked: Markup | None
    files: list[Named]
    compound: bool
    editable: bool
    at: str | None = None


class Turn(NamedTuple):
    """A round of a loop: its code, its place as addresses have it, its answers, the loops within it."""

    code: str
    at: str
    answers: list[Answer]
    loops: list[Looped]


class Looped(NamedTuple):
    """A loop with its rounds."""

    title: str
    turns: list[Turn]


def answer_of(
    reader: Reader, variable: Variable, record: dict[str, Any], marked: Markup | None = None, at: str = ""
) -> Answer:
    """A variable's answer in a record, or in a round of a loop."""
    value = record.get(variable.name)
    compound = bool(variable.fields)
    lines = reader.rows(variable, value) if compound and isinstance(value, dict) else []
    files = files_of(value) if variable.element in FILES and not compound else []
    text = "" if compound or files else reader.shown(variable, value)
    editable = can_edit(variable) and (variable.element not in FILES or bool(files))
    shown = (variable.name, reader.title(variable), text, lines, marked, files)
    return Answer(*shown, compound, editable, at or None)


def can_edit(variable: Variable) -> bool:
    """Whether there is a form for an answer."""
    return variable.origin != "system" and not (variable.kind is Kind.GRID_3D and not variable.fields)


def loops_of(
    reader: Reader, record: dict[str, Any], level: str = "response", inside: Sequence[Round] = ()
) -> list[Looped]:
    """The loops of a level that have rounds."""
    return [
        Looped(reader.title(loop), [_turn(reader, loop, one, inside) for one in record[loop.name]])
        for loop in reader.schema.loops
        if loop.parent == level and record.get(loop.name)
    ]


def _turn(reader: Reader, loop: Loop, record: dict[str, Any], inside: Sequence[Round]) -> Turn:
    code = str(record.get(loop.name, ""))
    place = (*inside, Round(loop.name, code))
    at = msgspec.json.encode(place).decode()
    found = [answer_of(reader, v, record, at=at) for v in questions(reader.schema, loop.name)]
    return Turn(code, at, found, loops_of(reader, record, loop.name, place))
