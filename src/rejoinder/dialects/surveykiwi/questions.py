"""A survey's questions as SurveyKiwi shows them: flat, each with a number that is its own in the workspace.

The columns of a grid and the questions of a repeated group are questions too, behind each other in the order
in which people met them; what was answered several times is answered in rows (`answers.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from rejoinder.dialects.surveykiwi.kinds import type_word
from rejoinder.model.facts import NOTHING_KNOWN, Facts
from rejoinder.model.questions import Asked, Question, Repeated, questions_of
from rejoinder.model.survey import Field, Kind, Loop, Option, Schema, Texts, Variable

OPTION_ROOM = 1_000_000
"""Numbers that belong to one question: an option's is the question's times this, and its place from 1 in the
stored list, to which options are only ever added at the end."""


class Shown(NamedTuple):
    """One question: in which loops it stands, outermost first, and in which grid."""

    question: Question
    title: str
    position: int
    loops: tuple[Loop, ...] = ()
    grid: Variable | None = None

    @property
    def variable(self) -> Variable:
        """What holds its answers."""
        return self.question.variable

    @property
    def number(self) -> int:
        """Its id."""
        return self.variable.number


def shown_questions(schema: Schema) -> list[Shown]:
    """All questions of a survey, titles in the survey's own language."""
    language = schema.languages[0]
    found = list(_walk(questions_of(schema), language, ()))
    return [one._replace(position=place) for place, one in enumerate(found, start=1)]


def _walk(asked: Iterable[Asked], language: str, loops: tuple[Loop, ...]) -> Iterator[Shown]:
    group = f"{text_in(loops[-1].titles, language, loops[-1].name)} – " if loops else ""
    for one in asked:
        if isinstance(one, Repeated):
            yield from _walk(one.questions, language, (*loops, one.loop))
            continue
        title = group + title_of(one.variable, language)
        if one.variable.kind is not Kind.GRID_3D:
            yield Shown(one, title, 0, loops)
            continue
        for column in one.columns:
            whole = f"{title} – {title_of(column.variable, language)}"
            yield Shown(column, whole, 0, loops, one.variable)


def title_of(variable: Variable, language: str) -> str:
    """How a variable is asked."""
    return text_in(variable.titles, language, variable.name)


def text_in(texts: Texts, language: str, otherwise: str) -> str:
    """A text in a language, else in any."""
    return texts.get(language) or next(iter(texts.values()), "") or otherwise


def choices_of(variable: Variable) -> tuple[Option | Field, ...]:
    """What can be chosen: options, or the fields where there are none (things to rank, boxes)."""
    return variable.options or variable.fields


def option_id(variable: Variable, place: int) -> int:
    """The number of an option by its place from 1."""
    return variable.number * OPTION_ROOM + place


def render_question(shown: Shown, language: str, facts: Facts, *, options: bool) -> dict[str, Any]:
    """The fifteen members of a question (003, "Detalles de una pregunta")."""
    variable = shown.variable
    low, high = _range(variable, facts)
    return {
        "id": shown.number,
        "question": shown.title,
        "description": text_in(variable.texts, language, "") or None,
        "type": type_word(variable),
        "max_length": variable.length or facts.longest,
        "mandatory": facts.required,
        "position": shown.position,
        "picture": facts.picture,
        "random": facts.random,
        "range_from": low,
        "range_to": high,
        "other": shown.question.other is not None,
        "alerts": None,
        "alert_words": None,
        "options": _options(variable, language, facts) if options else [],
    }


def _options(variable: Variable, language: str, facts: Facts) -> list[dict[str, Any]]:
    return [
        {
            "id": option_id(variable, place),
            "option": text_in(choice.texts, language, choice.code),
            "position": place,
            "picture": facts.pictures.get(choice.code),
        }
        for place, choice in enumerate(choices_of(variable), start=1)
    ]


def _range(variable: Variable, facts: Facts) -> tuple[float | None, float | None]:
    """The ends of a scale: its scores; of a number: what the definition allows."""
    scores = scores_of(variable).values()
    if scores:
        return min(scores), max(scores)
    return _whole(facts.least), _whole(facts.most)


def scores_of(variable: Variable) -> dict[str, float]:
    """The score of each code, where all options have one; else nothing."""
    scores = {option.code: _whole(option.score) for option in variable.options}
    known = {code: score for code, score in scores.items() if score is not None}
    return known if len(known) == len(variable.options) else {}


def _whole(number: float | None) -> float | None:
    return int(number) if isinstance(number, float) and number.is_integer() else number


def question_list(
    schema: Schema, facts: dict[str, Facts], *, options: bool, only: int | None = None
) -> list[dict[str, Any]]:
    """Every question of a survey, or the one with a number."""
    return [
        render_question(
            one, schema.languages[0], facts.get(one.variable.name, NOTHING_KNOWN), options=options
        )
        for one in shown_questions(schema)
        if only is None or one.number == only
    ]
