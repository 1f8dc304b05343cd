"""Panels and rows that people add (`paneldynamic`, `matrixdynamic`): loops.

A repetition without answers is left out of the loop; the codes of the others count from 1, or are what
the key question says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rejoinder.files.answers.builder import Builder, flag, lists, whole
from rejoinder.files.answers.columns import check_unique, columns_of
from rejoinder.files.answers.expressions.scope import Scope
from rejoinder.files.answers.level import COMMENT, drop_all, questions_of, restore_group, take_group
from rejoinder.files.answers.run import Form, Group, Question, Run, Wrong
from rejoinder.files.surveyjs_reading import At, Element

MOST_REPETITIONS = 1_000
"""Repetitions of one loop, as in `core.records`."""
_LONGEST_CODE = 255


def panels_form(builder: Builder, element: Element, at: At, loop: str) -> Form:
    """A panel that is repeated."""
    from rejoinder.files.answers.questions import elements_of  # late: questions hold matrices and panels

    inside = At(f"{at.place}.templateElements", loop, at.parent, at.depth + 1)
    group = Group("", elements_of(builder, lists(element, "templateElements"), inside))
    shown = builder.condition(element, "templateVisibleIf", True)

    def names(scope: Scope, data: list[Any], number: int) -> dict[str, Any]:
        return {
            "panel": data[number],
            "panelindex": number,
            "visiblepanelindex": number,
            "prevpanel": data[number - 1] if number else None,
            "nextpanel": data[number + 1] if number + 1 < len(data) else None,
            "parentpanel": scope.names.get("panel"),
        }

    limits = (whole(element, "minPanelCount"), whole(element, "maxPanelCount"))
    return _loop_form(builder, element, group, loop, limits, "panels", names, shown)


def rows_form(builder: Builder, element: Element, at: At, loop: str) -> Form:
    """A matrix to which rows are added."""
    columns = columns_of(builder, element, At(at.place, loop, at.parent, at.depth))
    group = Group("", columns.questions)

    def names(scope: Scope, data: list[Any], number: int) -> dict[str, Any]:
        return {
            "row": data[number],
            "rowindex": number + 1,
            "visiblerowindex": number + 1,
            "prevrow": data[number - 1] if number else None,
            "nextrow": data[number + 1] if number + 1 < len(data) else None,
            "matrix": data,
        }

    required = flag(element, "isRequired")
    limits = (whole(element, "minRowCount") if required else 0, whole(element, "maxRowCount"))
    return _loop_form(builder, element, group, loop, limits, "rows", names, None, columns.unique)


Names = Callable[[Scope, list[Any], int], dict[str, Any]]


def _loop_form(
    builder: Builder,
    element: Element,
    group: Group,
    loop: str,
    limits: tuple[int, int],
    what: str,
    names: Names,
    shown: Callable[[Scope], bool] | None,
    unique: tuple[str, ...] = (),
) -> Form:
    least, most = limits
    key_name = element.get("keyName")
    keyed = [q for q in questions_of(group) if q.key in unique or q.key == key_name]
    key = next((q for q in keyed if q.key == key_name), None)
    texts = builder.texts(element, "keyDuplicationError")
    known = {question.key for question in questions_of(group)}

    def judge(run: Run, scope: Scope, value: Any, place: str) -> Any:
        data = _padded(value, least if run.demanding else 0)
        if len(data) > min(most or MOST_REPETITIONS, MOST_REPETITIONS):
            raise Wrong(f"max_{what}", most or MOST_REPETITIONS)
        found = []
        for number, item in enumerate(data):
            here = f"{place}[{number}]"
            inside = scope.within(**names(scope, data, number))
            if shown is not None and not shown(inside):
                drop_all(run, group, item, f"{here}.")
                continue
            out: dict[str, Any] = {}
            take_group(run, inside, group, item, f"{here}.", out)
            for name in _others(item, known):
                run.drop(f"{here}.{name}")
            if out:
                found.append((here, out))
        for question in keyed:
            check_unique(run, question, found, texts)
        if least and what == "rows" and run.demanding and len(found) < least:
            raise Wrong("min_rows", least)
        return _coded(loop, [out for _, out in found], key) or None

    def restore(value: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return [_restored(group, item) for item in value]

    return Form(judge, restore, least > 0)


def _padded(value: Any, least: int) -> list[Mapping[str, Any]]:
    """The repetitions in the data, at least as many as the page always shows."""
    if value is None:
        value = []
    if not isinstance(value, list) or not all(item is None or isinstance(item, Mapping) for item in value):
        raise Wrong("form")
    blank: list[Mapping[str, Any]] = [{}] * max(0, min(least, MOST_REPETITIONS) - len(value))
    return [item or {} for item in value] + blank


def _others(item: Mapping[str, Any], known: set[str]) -> Iterator[str]:
    for name in item:
        if name not in known and name.removesuffix(COMMENT) not in known:
            yield name


def _coded(loop: str, found: list[dict[str, Any]], key: Question | None) -> list[dict[str, Any]]:
    codes = [_key(out, key) for out in found]
    if key is None or None in codes or len(set(codes)) < len(codes):
        codes = [str(number) for number in range(1, len(found) + 1)]
    return [{loop: code} | out for code, out in zip(codes, found, strict=True)]


def _key(out: Mapping[str, Any], key: Question | None) -> str | None:
    value = out.get(key.out) if key else None
    text = str(value) if isinstance(value, str | int) else ""
    return text if 0 < len(text) <= _LONGEST_CODE else None


def _restored(group: Group, item: Mapping[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    restore_group(group, item, data)
    return data
