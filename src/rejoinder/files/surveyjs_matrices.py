"""SurveyJS matrices and repeated panels: grids and loops."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from rejoinder.files.surveyjs_choices import fields_of, items_as_options
from rejoinder.files.surveyjs_elements import Reader, add_question
from rejoinder.files.surveyjs_reading import At, Element, Reading, element_of, items_of
from rejoinder.model.survey import Kind, Loop

Walk = Callable[[Reading, list[Any], At], None]


def read_matrix(reading: Reading, element: Element, at: At) -> None:
    """One choice for each row (or several: `cellType` "checkbox"); without rows a single choice."""
    columns = items_as_options(reading, items_of(element, "columns", at), at.down("columns"), scored=True)
    rows = fields_of(reading, items_of(element, "rows", at), at.down("rows"))
    reading.count("options", len(columns))
    if not columns:
        reading.note(element.get("name"), "was left out: it has no columns.")
        return
    many = element.get("cellType") == "checkbox" or element.get("isMultiSelect") is True
    grid, flat = (Kind.MULTI_GRID, Kind.MULTI) if many else (Kind.RATING, Kind.SINGLE)
    add_question(reading, element, at, grid if rows else flat, options=tuple(columns), fields=rows)


def read_grid(reading: Reading, element: Element, at: At, readers: Mapping[str, Reader]) -> None:
    """A matrix of questions (`matrixdropdown`): a grid whose columns are variables of their own."""
    if at.parent is not None:
        reading.note(element.get("name"), "was left out: a grid inside a grid cannot be expressed.")
        return
    rows = fields_of(reading, items_of(element, "rows", at), at.down("rows"))
    columns = items_of(element, "columns", at)
    if not rows or not columns:
        reading.note(element.get("name"), "was left out: it has no rows or no columns.")
        return
    grid = add_question(reading, element, at, Kind.GRID_3D, fields=rows)
    _read_columns(reading, element, columns, replace(at, parent=grid.name), readers)


def read_rows(reading: Reading, element: Element, at: At, readers: Mapping[str, Reader]) -> None:
    """A matrix to which people add rows (`matrixdynamic`): a loop with its columns as variables."""
    inside = _loop(reading, element, at)
    if inside is not None:
        _read_columns(reading, element, items_of(element, "columns", at), inside, readers)


def read_panels(reading: Reading, element: Element, at: At, walk: Walk) -> None:
    """A panel that people repeat (`paneldynamic`): a loop with its questions as variables."""
    inside = _loop(reading, element, at)
    if inside is not None:
        walk(reading, items_of(element, "templateElements", at), inside.down("templateElements"))


def _loop(reading: Reading, element: Element, at: At) -> At | None:
    if at.parent is not None:
        reading.note(element.get("name"), "was left out: a loop inside a grid cannot be expressed.")
        return None
    name = reading.name(element, at, "valueName")
    titles = reading.languages.texts(element.get("title"), str(element.get("name", "")))
    reading.loops.append(Loop(name, at.level, titles))
    return replace(at, level=name)


def _read_columns(
    reading: Reading, element: Element, columns: list[Any], at: At, readers: Mapping[str, Reader]
) -> None:
    if items_of(element, "detailElements", at):
        reading.note(element.get("name"), "has a detail panel; its questions were left out.")
    for number, item in enumerate(columns):
        place = replace(at, place=f"{at.place}.columns[{number}]")
        reading.count("elements")
        column = column_element(element, element_of(item, place))
        read = readers.get(column["type"])
        if read is None:
            reading.note(
                column.get("name"), f"was left out: a {column['type']:.40} column cannot be expressed."
            )
        else:
            read(reading, column, place)


def column_element(matrix: Element, column: Element) -> dict[str, Any]:
    """A column as the question that stands in each of its cells, choices inherited from the matrix."""
    own = column.get("cellType")
    kind = matrix.get("cellType") if own in (None, "default") else own
    choices = column.get("choices") or matrix.get("choices")
    kind = "dropdown" if kind in (None, "default") else str(kind)
    return {**column, "type": kind, "choices": choices}
