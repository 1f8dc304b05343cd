"""Matrices: one choice for each row, or a question in each cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rejoinder.files.answers.builder import Builder, flag
from rejoinder.files.answers.choices import several
from rejoinder.files.answers.codes import Codes, codes_of, key_of
from rejoinder.files.answers.columns import Columns, columns_of
from rejoinder.files.answers.expressions.scope import Scope
from rejoinder.files.answers.expressions.values import is_empty
from rejoinder.files.answers.level import COMMENT, take
from rejoinder.files.answers.run import Form, Run, Wrong
from rejoinder.files.surveyjs_reading import At, Element
from rejoinder.model.survey import Kind, Variable


def matrix_form(builder: Builder, element: Element, at: At, variable: Variable | None) -> Form:
    """A choice for each row; several with `cellType` "checkbox". Without rows it is a plain choice."""
    columns = codes_of(builder, element, variable.options if variable else (), "columns")
    many = variable is not None and variable.kind in (Kind.MULTI_GRID, Kind.MULTI)
    if variable is None or not variable.fields:
        return Form(_cell_judge(columns, many), lambda value: _cell_back(columns, value))
    rows = codes_of(builder, element, variable.fields, "rows")
    order = tuple(field.code for field in variable.fields)
    every = flag(element, "isAllRowRequired", "eachRowRequired")
    unique = flag(element, "eachRowUnique")
    cell = _cell_judge(columns, many)

    def judge(run: Run, scope: Scope, value: Any, place: str) -> Any:
        given = by_row(run, scope, rows, value, place)
        found = {}
        for code, part in given.items():
            try:
                if not is_empty(part) and (chosen := cell(run, scope, part, f"{place}.{code}")) is not None:
                    found[code] = chosen
            except Wrong as wrong:
                run.refuse(f"{place}.{code}", wrong)
        if every and run.demanding and any(c not in given and rows.is_shown(scope, c) for c in order):
            raise Wrong("required_rows")
        if unique and len({str(chosen) for chosen in found.values()}) < len(found):
            raise Wrong("unique")
        return {code: found[code] for code in order if code in found} or None

    def restore(value: Mapping[str, Any]) -> dict[str, Any]:
        return {key_of(rows.back(code)): _cell_back(columns, part) for code, part in value.items()}

    return Form(judge, restore, every)


def _cell_judge(columns: Codes, many: bool) -> Any:
    def one(run: Run, scope: Scope, value: Any, place: str) -> Any:
        code = columns.find(value)
        if code is None:
            raise Wrong("choice")
        if columns.is_shown(scope, code):
            return code
        run.drop(place)
        return None

    def more(run: Run, scope: Scope, value: Any, place: str) -> Any:
        codes = [one(run, scope, part, place) for part in several(value)]
        chosen = list(dict.fromkeys(code for code in codes if code is not None))
        return {"true": chosen} if chosen else None

    return more if many else one


def _cell_back(columns: Codes, value: Any) -> Any:
    if isinstance(value, Mapping):
        return [columns.back(code) for code in value.get("true", ())]
    return columns.back(value)


def by_row(run: Run, scope: Scope, rows: Codes, value: Any, place: str) -> dict[str, Any]:
    """The answers of the rows that are there and shown, by code; others are dropped."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Wrong("form")
    found: dict[str, Any] = {}
    for name, part in value.items():
        code = rows.find(name)
        if code is not None and rows.is_shown(scope, code):
            found[code] = part
        elif not is_empty(part):
            run.drop(f"{place}.{name}")
    return found


def grid_form(builder: Builder, element: Element, at: At, variable: Variable | None) -> Form:
    """A question in each cell (`matrixdropdown`)."""
    fields = variable.fields if variable else ()
    rows = codes_of(builder, element, fields, "rows")
    columns = columns_of(builder, element, at)
    titles = {field.code: field.texts.get(builder.own, field.code) for field in fields}

    def judge(run: Run, scope: Scope, value: Any, place: str) -> Any:
        given = by_row(run, scope, rows, value, place)
        found: dict[str, Any] = {}
        beside: dict[str, list[str]] = {}
        shown = [field.code for field in fields if rows.is_shown(scope, field.code)]
        for number, code in enumerate(shown, 1):
            names = {"rowname": rows.back(code), "item": rows.back(code), "rowvalue": rows.back(code)}
            names |= {"rowtitle": titles[code], "rowindex": number, "visiblerowindex": number}
            cells = _row(run, scope, columns, given.get(code), f"{place}.{code}.", names, given)
            for name in columns.beside & cells.keys():
                beside.setdefault(name, []).append(f"{code}: {' '.join(cells.pop(name).split())}")
            if cells:
                found[code] = cells
        columns.check_unique(run, [(f"{place}.{code}", row) for code, row in found.items()])
        run.extra = {name: "\n".join(lines) for name, lines in beside.items()}
        return found or None

    def restore(value: Mapping[str, Any]) -> dict[str, Any]:
        return {key_of(rows.back(code)): columns.restore(row) for code, row in value.items()}

    return Form(judge, restore, columns.demanding)


def _row(
    run: Run,
    scope: Scope,
    columns: Columns,
    row: Any,
    place: str,
    names: Mapping[str, Any],
    rows: Mapping[str, Any],
) -> dict[str, Any]:
    if row is not None and not isinstance(row, Mapping):
        run.refuse(place.rstrip("."), Wrong("form"))
        return {}
    data = row or {}
    inside = scope.within(row=data, matrix=rows, **names)
    out: dict[str, Any] = {}
    for column in columns.questions:
        take(run, inside, column, data, place, out)
    columns.drop_others(run, data, place)
    return out


def grid_aside(
    builder: Builder, element: Element, at: At, key: str
) -> Callable[[Mapping[str, Any], dict[str, Any]], None] | None:
    """How the texts beside a grid's cells (a line for each row) go back into the data."""
    columns = columns_of(builder, element, at)
    variable = builder.variable(at)
    rows = codes_of(builder, element, variable.fields if variable else (), "rows")
    if not columns.beside:
        return None

    def restore(values: Mapping[str, Any], data: dict[str, Any]) -> None:
        for name in columns.beside:
            for line in values.get(name, "").split("\n"):
                code, _, text = line.partition(": ")
                if text and code in rows.known:
                    row = data.setdefault(key, {}).setdefault(key_of(rows.back(code)), {})
                    row[columns.keys[name] + COMMENT] = text

    return restore
