"""Several lines under one title (`multipletext`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from msgspec import structs

from rejoinder.files.answers.builder import Builder, flag, lists
from rejoinder.files.answers.codes import key_of
from rejoinder.files.answers.expressions.compile import Condition
from rejoinder.files.answers.expressions.scope import Scope
from rejoinder.files.answers.expressions.values import is_empty
from rejoinder.files.answers.run import Form, Run, Validate, Wrong
from rejoinder.files.answers.texts import text_form
from rejoinder.files.answers.validators import validators_of
from rejoinder.files.surveyjs_reading import At, Element
from rejoinder.model.survey import Variable


class _Line(NamedTuple):
    """One item: its name in the data, the field's code and what an answer is."""

    key: str
    code: str
    form: Form
    required: bool
    required_if: Condition | None
    validators: tuple[Validate, ...]
    texts: Mapping[str, str]


def multitext_form(builder: Builder, element: Element, at: At, variable: Variable | None) -> Form:
    """A compound of texts, numbers or dates; each item has its own rules."""
    lines = [
        _line(builder, item, at, variable) for item in lists(element, "items") if isinstance(item, Mapping)
    ]
    codes = {field.code for field in variable.fields} if variable else set()
    lines = [line for line in lines if line.code in codes]
    known = {line.key for line in lines}

    def judge(run: Run, scope: Scope, value: Any, place: str) -> Any:
        given = _object(value)
        found = {}
        for line in lines:
            part = _judged(run, scope, line, given.get(line.key), f"{place}.{line.key}")
            if part is not None:
                found[line.code] = part
        for name in given.keys() - known:
            run.drop(f"{place}.{name}")
        return found or None

    def restore(value: Mapping[str, Any]) -> dict[str, Any]:
        return {line.key: line.form.restore(value[line.code]) for line in lines if line.code in value}

    return Form(judge, restore, any(line.required or line.required_if for line in lines))


def _line(builder: Builder, item: Element, at: At, variable: Variable | None) -> _Line:
    name = item.get("name")
    own = structs.replace(variable, fields=()) if variable else None
    return _Line(
        name if isinstance(name, str) else "",
        key_of(name),
        text_form(builder, item, at, own),
        flag(item, "isRequired"),
        builder.condition(item, "requiredIf", False),
        validators_of(builder, item),
        builder.texts(item, "requiredErrorText"),
    )


def _judged(run: Run, scope: Scope, line: _Line, raw: Any, place: str) -> Any:
    try:
        if not is_empty(raw):
            value = line.form.judge(run, scope, raw, place)
            for validate in line.validators:
                validate(run, scope, raw, place)
            return value
        if run.demanding and (line.required or (line.required_if and line.required_if(scope))):
            raise Wrong("required", texts=line.texts)
    except Wrong as wrong:
        run.refuse(place, wrong)
    return None


def _object(value: Any) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Wrong("form")
    return value
