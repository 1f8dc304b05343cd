"""Elements of a definition → compiled questions and groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rejoinder.files.answers.beside import aside_of
from rejoinder.files.answers.builder import Builder, Maker, flag
from rejoinder.files.answers.choices import (
    boolean_form,
    multi_form,
    pictures_form,
    ranking_form,
    scale_form,
    single_form,
)
from rejoinder.files.answers.expressions.scope import Scope
from rejoinder.files.answers.matrices import grid_aside, grid_form, matrix_form
from rejoinder.files.answers.multitext import multitext_form
from rejoinder.files.answers.repeated import panels_form, rows_form
from rejoinder.files.answers.run import Form, Group, Question, Run
from rejoinder.files.answers.texts import comment_form, slider_form, text_form
from rejoinder.files.answers.uploads import file_form, signature_form
from rejoinder.files.answers.validators import validators_of
from rejoinder.files.surveyjs import PANELS, lists_of
from rejoinder.files.surveyjs_reading import MAX_DEPTH, At, Element

_FORMS: dict[str, Maker] = {
    "text": text_form,
    "comment": comment_form,
    "file": file_form,
    "microphone": file_form,
    "signaturepad": signature_form,
    "radiogroup": single_form,
    "dropdown": single_form,
    "buttongroup": single_form,
    "checkbox": multi_form,
    "tagbox": multi_form,
    "imagepicker": pictures_form,
    "boolean": boolean_form,
    "rating": scale_form,
    "ranking": ranking_form,
    "slider": slider_form,
    "multipletext": multitext_form,
    "matrix": matrix_form,
    "matrixdropdown": grid_form,
}
_LOOPS = {"paneldynamic": panels_form, "matrixdynamic": rows_form}


def elements_of(builder: Builder, items: list[Any], at: At) -> tuple[Group | Question, ...]:
    """The elements of a list, compiled; `at` is the list's place."""
    found: list[Group | Question] = []
    if at.depth > MAX_DEPTH:
        return ()
    for number, item in enumerate(items):
        if not isinstance(item, Mapping):
            continue
        place = At(f"{at.place}[{number}]", at.level, at.parent, at.depth)
        if item.get("type") in PANELS:
            found.append(group_of(builder, item, place))
        elif (question := question_of(builder, item, place)) is not None:
            found.append(question)
    return tuple(found)


def group_of(builder: Builder, element: Element, at: At, number: int = 0) -> Group:
    """A page or panel, compiled."""
    elements: list[Group | Question] = []
    for items, place in lists_of(element, at):
        elements += elements_of(builder, items, place)
    name = element.get("name")
    return Group(
        name if isinstance(name, str) else "",
        tuple(elements),
        *builder.visibility(element),
        flag(element, "isRequired"),
        builder.condition(element, "requiredIf", False),
        builder.texts(element, "requiredErrorText"),
        number,
    )


def question_of(builder: Builder, element: Element, at: At) -> Question | None:
    """A question, compiled; None for what nobody answers. One that the schema has no place for is asked,
    so that it can be required, and its answer dropped."""
    kind, name = element.get("type"), element.get("name")
    if not isinstance(kind, str) or not isinstance(name, str) or (kind not in _FORMS and kind not in _LOOPS):
        return None
    key = element.get("valueName") or name
    if not isinstance(key, str):
        return None
    form, out = _form(builder, element, at, kind)
    variable = builder.variable(at)
    aside, restore_aside = aside_of(builder, element, at, key, variable)
    if kind == "matrixdropdown" and aside is None and out:
        restore_aside = grid_aside(builder, element, at, key)
    return Question(
        key,
        name,
        out,
        form,
        *builder.visibility(element),
        flag(element, "isRequired"),
        builder.condition(element, "requiredIf", False),
        builder.texts(element, "requiredErrorText"),
        builder.condition(element, "enableIf", False),
        flag(element, "readOnly"),
        validators_of(builder, element),
        aside,
        restore_aside,
        element.get("clearIfInvisible") in ("onHidden", "onHiddenContainer"),
    )


def _form(builder: Builder, element: Element, at: At, kind: str) -> tuple[Form, str]:
    if kind in _LOOPS:
        loop = builder.loop(at)
        return (_LOOPS[kind](builder, element, at, loop.name), loop.name) if loop else (_ANYTHING, "")
    variable = builder.variable(at)
    return (_FORMS[kind](builder, element, at, variable), variable.name) if variable else (_ANYTHING, "")


def _any(run: Run, scope: Scope, value: Any, place: str) -> Any:
    return True


_ANYTHING = Form(_any, lambda value: value)
"""Of a question that is asked, and kept nowhere."""
