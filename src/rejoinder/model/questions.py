"""A survey's variables as the questions that people were asked.

Forsta speaks of variables, the other vendors of questions. A question is one variable with what belongs to
it: the text of its "other" option, its comment, the columns of a grid of questions. A loop is a group of
questions that was answered several times.
"""

from __future__ import annotations

from typing import NamedTuple

from rejoinder.model.survey import Kind, Loop, Schema, Variable


class Question(NamedTuple):
    """One question. `columns` — of a grid3D, whose cells are questions of their own."""

    variable: Variable
    other: Variable | None = None
    comment: Variable | None = None
    columns: tuple[Question, ...] = ()


class Repeated(NamedTuple):
    """A loop, and the questions of each of its iterations."""

    loop: Loop
    questions: tuple[Question | Repeated, ...]


Asked = Question | Repeated


def questions_of(schema: Schema) -> tuple[Asked, ...]:
    """The questions of a survey in their order; a loop stands where its first question does.

    Variables of the respondent, of the system and hidden ones that only code filled are facts about a
    participant and no questions.
    """
    return _at(schema, "response")


def _at(schema: Schema, level: str) -> tuple[Asked, ...]:
    """The questions and loops of one level."""
    inner = {loop.name: loop for loop in schema.loops if loop.parent == level}
    within = {name: _levels(schema, name) for name in inner}
    by_name = {v.name: v for v in schema.variables}
    found: list[Asked] = []
    for variable in schema.variables:
        if variable.level == level:
            if _is_question(variable) and variable.parent not in by_name:
                found.append(_question(schema, variable))
            continue
        loop = next((name for name, levels in within.items() if variable.level in levels), None)
        if loop is not None:
            found.append(Repeated(inner.pop(loop), _at(schema, loop)))
            del within[loop]
    return tuple(found)


def _is_question(variable: Variable) -> bool:
    return variable.origin not in ("system", "background")


def _levels(schema: Schema, loop: str) -> frozenset[str]:
    """A loop and all loops inside it."""
    found, size = {loop}, 0
    while len(found) > size:
        size = len(found)
        found |= {inner.name for inner in schema.loops if inner.parent in found}
    return frozenset(found)


def _question(schema: Schema, variable: Variable) -> Question:
    children = [v for v in schema.variables if v.parent == variable.name and v.level == variable.level]
    if variable.kind is Kind.GRID_3D:
        return Question(variable, columns=tuple(_question(schema, child) for child in children))
    comment = next((child for child in children if child.element == "comment"), None)
    other = next((child for child in children if child is not comment), None)
    return Question(variable, other, comment)
