"""The questions of one level — the survey, a repeated panel, a row — against its answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rejoinder.files.answers.expressions.scope import Scope
from rejoinder.files.answers.expressions.values import is_empty
from rejoinder.files.answers.run import Group, Question, Run, Wrong

COMMENT = "-Comment"
"""How the data calls the text beside an answer."""


def take_group(
    run: Run, scope: Scope, group: Group, data: Mapping[str, Any], place: str, out: dict[str, Any]
) -> bool:
    """Take the answers of a group into `out`; whether any of its questions was answered."""
    if group.hidden or (group.visible is not None and not group.visible(scope)):
        drop_all(run, group, data, place)
        return False
    answered = False
    for element in group.elements:
        if isinstance(element, Question):
            answered |= take(run, scope, element, data, place, out)
        else:
            answered |= take_group(run, scope, element, data, place, out)
    if not answered and run.demanding and is_required(scope, group):
        run.refuse(place + group.place, Wrong("required_one", texts=group.required_texts))
    return answered


def take(
    run: Run, scope: Scope, question: Question, data: Mapping[str, Any], place: str, out: dict[str, Any]
) -> bool:
    """Take one answer into `out`; whether there was one."""
    raw = data.get(question.key)
    if question.hidden or (question.visible is not None and not question.visible(scope)):
        _drop(run, question, data, place)
        return False
    blank = raw is None or is_empty(raw)
    here = place + question.place
    try:
        value = None
        if not blank or question.form.always:
            value = question.form.judge(run, scope, raw, here)
            if run.extra:
                out.update(run.extra)
                run.extra = {}
            if not blank and question.validators:
                for validate in question.validators:
                    validate(run, scope, raw, here)
        if value is not None:
            if question.out:
                out[question.out] = value
        elif run.demanding and is_required(scope, question) and not is_fixed(scope, question):
            raise Wrong("required", texts=question.required_texts)
    except Wrong as wrong:
        run.refuse(here, wrong)
    if question.aside is not None:
        question.aside(run, raw, data, here, out)
    if not question.out and not blank and not question.form.always:
        run.drop(here)
    return not blank


def is_required(scope: Scope, element: Question | Group) -> bool:
    """Whether an answer must be there."""
    return element.required or (element.required_if is not None and element.required_if(scope))


def is_fixed(scope: Scope, question: Question) -> bool:
    """Whether people cannot change the answer."""
    return question.read_only or (question.enabled is not None and not question.enabled(scope))


def questions_of(group: Group) -> Iterator[Question]:
    """All questions of a group and of the groups inside."""
    for element in group.elements:
        if isinstance(element, Question):
            yield element
        else:
            yield from questions_of(element)


def drop_all(run: Run, group: Group, data: Mapping[str, Any], place: str) -> None:
    """Leave out all answers of a hidden group."""
    for question in questions_of(group):
        _drop(run, question, data, place)


def _drop(run: Run, question: Question, data: Mapping[str, Any], place: str) -> None:
    for ending in ("", COMMENT):
        raw = data.get(question.key + ending)
        if raw is not None and not is_empty(raw):
            run.drop(place + question.place + ending)


def restore_group(group: Group, values: Mapping[str, Any], data: dict[str, Any]) -> None:
    """Fill `data` with the answers that gave `values`."""
    for question in questions_of(group):
        value = values.get(question.out) if question.out else None
        if value is not None:
            data[question.key] = question.form.restore(value)
        if question.restore_aside is not None:
            question.restore_aside(values, data)
