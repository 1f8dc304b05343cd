"""CSV files that give properties to responses: the first column is the response's id, each further heading a
property's name with the type of its values (`spent___double`, `signed___datetime:%m/%d/%Y`).

Known from the vendor's own pages ("Update properties bulk"); the document does not have it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from rejoinder.files.csv_rows import MAX_CELL, CsvRows
from rejoinder.files.property_types import PropertyType, fits, values_of
from rejoinder.model.problems import Invalid

RESPONSE_ID = "response_id"
_TYPED = re.compile(r"(.+?)___(integer|double|datetime)(?::(.*))?", re.DOTALL)
_ID = re.compile(r"[1-9][0-9]{0,17}")
_DIRECTIVE = re.compile(r"%-?(.)")
_KNOWN = frozenset("YymdeHIMSpBbhjTFRD%")
_LONG = {"%T": "%H:%M:%S", "%F": "%Y-%m-%d", "%R": "%H:%M", "%D": "%m/%d/%y", "%e": "%d", "%h": "%b"}
_CLOCK = re.compile(r"hh:mm(:ss)?", re.IGNORECASE)
_LETTERS = {"yyyy": "%Y", "yy": "%y", "mm": "%m", "dd": "%d"}
_WORD = re.compile(r"yyyy|yy|mm|dd", re.IGNORECASE)


class TypedHeading(NamedTuple):
    """A property's name, the type of its values, and how its dates are written (as `strptime` takes it)."""

    name: str
    kind: PropertyType
    form: str = ""


class PropertyRow(NamedTuple):
    """The properties of one response, as records hold them; None clears one. `row` is the file's."""

    row: int
    response: int
    values: tuple[Any, ...]


class PropertyFile(NamedTuple):
    """A file in which nothing is wrong."""

    headings: tuple[TypedHeading, ...]
    rows: tuple[PropertyRow, ...]


def read_properties(data: bytes) -> PropertyFile:
    """Check a whole file.

    Raises TooLarge over 10 MB, Invalid for headings that cannot be, for a file without rows, and with every
    wrong row and what is wrong with it.
    """
    sheet = CsvRows(data)
    headings = tuple(map(typed_heading, sheet.header[1:]))
    if not headings:
        raise Invalid("The file has one column; behind the response's id there must be properties.")
    folded = [heading.name.casefold() for heading in headings]
    if len(set(folded)) < len(folded):
        raise Invalid("Two columns of the file name one property.")
    seen: dict[int, int] = {}
    found: list[PropertyRow] = []
    for numbers, rows in sheet.blocks():
        for number, (first, *cells) in zip(numbers, rows, strict=True):
            if not _ID.fullmatch(first.strip()):
                sheet.wrongs.add(number, RESPONSE_ID, "the first cell is no response id", first)
                continue
            response = int(first)
            if (before := seen.setdefault(response, number)) != number:
                sheet.wrongs.add(number, RESPONSE_ID, f"response {response} is in row {before} already")
                continue
            if (values := _values(headings, cells, sheet, number)) is not None:
                found.append(PropertyRow(number, response, values))
    sheet.wrongs.refuse()
    if not found:
        raise Invalid("The file has no rows under its header; there is nothing to update.")
    return PropertyFile(headings, tuple(found))


def _values(
    headings: Sequence[TypedHeading], cells: Sequence[str], sheet: CsvRows, number: int
) -> tuple[Any, ...] | None:
    """The values of a row, None when one is wrong, which is noted."""
    values = []
    for heading, cell in zip(headings, cells, strict=True):
        try:
            values.append(_value(heading, cell))
        except ValueError:
            sheet.wrongs.add(number, heading.name, _why(heading), cell)
            return None
    return tuple(values)


def _why(heading: TypedHeading) -> str:
    if heading.form:
        return f"{heading.name} is not a date written as {heading.form}"
    if heading.kind is PropertyType.STRING:
        return f"{heading.name} is longer than {MAX_CELL:,} characters"
    return f"{heading.name} is no {heading.kind}"


def _value(heading: TypedHeading, cell: str) -> Any:
    if heading.kind is PropertyType.STRING:
        if len(cell) > MAX_CELL:
            raise ValueError(cell)
        return cell or None
    plain = cell.strip()
    if not plain:
        return None
    if heading.kind is PropertyType.DATETIME:
        found = datetime.strptime(plain, heading.form)  # noqa: DTZ007  naive, as records hold dates
        if not 1900 <= found.year <= 9998:
            raise ValueError(cell)
        return found.isoformat()
    if not fits(heading.kind, plain):
        raise ValueError(cell)
    return values_of(heading.kind, [plain])[0]


def typed_heading(heading: str) -> TypedHeading:
    """A heading taken apart. Raises Invalid: no name, a type without or with a wrong date format."""
    found = _TYPED.fullmatch(heading)
    if found is None:
        return TypedHeading(heading, PropertyType.STRING)
    name, kind, form = found[1], PropertyType(found[2]), found[3]
    if kind is not PropertyType.DATETIME:
        if form is not None:
            raise Invalid(f"{heading!r}: only ___datetime takes a format.")
        return TypedHeading(name, kind)
    return TypedHeading(name, kind, _date_form(heading, form or ""))


def _date_form(heading: str, form: str) -> str:
    """A date format with `%` directives, or in letters such as `mm-dd-YYYY`. Raises Invalid."""
    if "%" not in form:
        form = _CLOCK.sub(lambda clock: "%H:%M:%S" if clock[1] else "%H:%M", form)
        form = _WORD.sub(lambda word: _LETTERS[word[0].lower()], form)
    form = form.replace("%-", "%")
    unknown = [f"%{letter}" for letter in _DIRECTIVE.findall(form) if letter not in _KNOWN]
    if unknown or "%" not in form or form.endswith("%"):
        why = f"{unknown[0]} is not known" if unknown else "it must say how dates are written"
        raise Invalid(f"{heading!r}: {why}; write for example ___datetime:%Y-%m-%d or ___datetime:%m/%d/%Y.")
    for short, long in _LONG.items():
        form = form.replace(short, long)
    try:
        datetime.strptime(datetime(2020, 2, 3, 4, 5, 6).strftime(form), form)  # noqa: DTZ001,DTZ007
    except (ValueError, re.error):
        raise Invalid(f"{heading!r}: this date format cannot be read; name each part once.") from None
    return form
