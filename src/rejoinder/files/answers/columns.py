"""The columns of a matrix whose cells are questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from rejoinder.files.answers.builder import Builder, flag, lists
from rejoinder.files.answers.expressions.compile import Condition
from rejoinder.files.answers.expressions.scope import Scope
from rejoinder.files.answers.expressions.values import is_empty
from rejoinder.files.answers.level import COMMENT
from rejoinder.files.answers.run import Question, Run, Wrong
from rejoinder.files.surveyjs_matrices import column_element
from rejoinder.files.surveyjs_reading import At, Element


class Columns:
    """Compiled columns. `beside` are the variables of texts beside cells, `keys` their columns' names in the
    data; `unique` columns may not have one value twice."""

    __slots__ = ("beside", "demanding", "keys", "questions", "unique", "unique_texts")

    def __init__(
        self,
        questions: Sequence[Question],
        keys: Mapping[str, str],
        unique: Sequence[str],
        unique_texts: Mapping[str, str],
    ) -> None:
        self.questions = tuple(questions)
        self.keys = keys
        self.beside = frozenset(keys)
        self.unique = tuple(unique)
        self.unique_texts = unique_texts
        self.demanding = any(q.required or q.required_if or q.form.always for q in questions)

    def restore(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row of the data again."""
        found: dict[str, Any] = {}
        for question in self.questions:
            if (value := row.get(question.out)) is not None:
                found[question.key] = question.form.restore(value)
            if question.restore_aside is not None:
                question.restore_aside(row, found)
        return found

    def drop_others(self, run: Run, row: Mapping[str, Any], place: str) -> None:
        """Name the members of a row that belong to no column."""
        own = {q.key for q in self.questions}
        for name, part in row.items():
            if name not in own and name.removesuffix(COMMENT) not in own and not is_empty(part):
                run.drop(place + name)

    def check_unique(self, run: Run, rows: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        """Refuse a value that a unique column has already."""
        for question in self.questions:
            if question.key in self.unique:
                check_unique(run, question, rows, self.unique_texts)


def check_unique(
    run: Run, question: Question, rows: Sequence[tuple[str, Mapping[str, Any]]], texts: Mapping[str, str]
) -> None:
    """Refuse each value of a question that an earlier row has; `rows` are places and values."""
    seen: set[str] = set()
    for place, row in rows:
        value = row.get(question.out)
        if value is None:
            continue
        known = str(value).strip().lower()
        if known in seen:
            run.refuse(f"{place}.{question.place}", Wrong("duplicate", texts=texts))
        seen.add(known)


def columns_of(builder: Builder, element: Element, at: At) -> Columns:
    """The columns of a matrix, compiled."""
    from rejoinder.files.answers.questions import question_of  # late: questions hold matrices and panels

    shown = builder.condition(element, "columnsVisibleIf", True)
    questions: list[Question] = []
    keys: dict[str, str] = {}
    unique = [name] if isinstance(name := element.get("keyName"), str) else []
    for number, item in enumerate(lists(element, "columns")):
        if not isinstance(item, Mapping):
            continue
        place = replace(at, place=f"{at.place}.columns[{number}]")
        question = question_of(builder, column_element(element, item), place)
        if question is None:
            continue
        questions.append(_shown_column(question, shown))
        if flag(item, "isUnique"):
            unique.append(question.key)
        for ending in ("other", "comment"):
            if name := builder.placed.get(f"{place.place}.{ending}"):
                keys[name] = question.key
    return Columns(questions, keys, unique, builder.texts(element, "keyDuplicationError"))


def _shown_column(question: Question, shown: Condition | None) -> Question:
    """A column under the condition of all columns, whose `{item}` is its name."""
    if shown is None:
        return question
    own = question.visible

    def visible(scope: Scope) -> bool:
        return (own is None or own(scope)) and shown(scope.within(item=question.key))

    return question._replace(visible=visible)
