"""Requests' rows, decoded: strictly at first, and once more slowly where something does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from rejoinder.core.records.lenient import UNKNOWN_VARIABLE, Wrong, _number, canonical, canonical_loop
from rejoinder.core.records.shape import Member, RowType, Shape
from rejoinder.model.filters.text import fold
from rejoinder.model.problems import Invalid, Unreadable
from rejoinder.model.reports import MAX_REPORTED, Message, Report, RowResult, shown
from rejoinder.model.respondent import Level
from rejoinder.model.survey import Kind, Loop, Schema, Variable
from rejoinder.model.system import RESPID, RESPONSEID, on_demand

ABORTED = "Change survey data operation is aborted. No data was changed."
"""Forsta (001), "Adding invalid data"."""

_RESPID = Variable(RESPID, Kind.NUMERIC, precision=10, scale=0)


class Missing(Exception):
    """The rows use labels or classificators that the schema does not have yet; the argument lists them."""


def decode_rows(
    shape: Shape, rows: RowType, data: bytes | msgspec.Raw, level: Level, names: Sequence[str] = ()
) -> list[Any]:
    """The rows of a request as structs of `rows.cls`.

    Parameters: `data` — a JSON array of objects; `names` — the variables as the request's schema spells
    them: its rows may use these spellings or the variables' own. Raises Invalid with every row's messages,
    Unreadable for what is no such array, Missing when variables must be made first.
    """
    if not all(name in shape.by_name or name == RESPID for name in names):
        return _slowly(shape, rows, data, level, names)
    try:
        found = rows.decode(data)
    except msgspec.ValidationError:
        return _slowly(shape, rows, data, level, names)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unreadable(f"The data is not valid JSON: {error}.") from None
    for attribute, test in rows.checks:
        for row in found:
            value = getattr(row, attribute)
            if value is not None and value is not UNSET and not test(value):
                return _slowly(shape, rows, data, level, names)
    return found


def _slowly(
    shape: Shape, rows: RowType, data: bytes | msgspec.Raw, level: Level, names: Sequence[str]
) -> list[Any]:
    try:
        raw = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unreadable(f"The data is not valid JSON: {error}.") from None
    if not isinstance(raw, list) or not all(isinstance(row, dict) for row in raw):
        raise Unreadable('"data" must be an array of objects, one for each record.')
    pass_ = _SlowPass(shape, rows, names)
    for number, row in enumerate(raw, 1):
        pass_.take(number, row)
        if pass_.reported == MAX_REPORTED:
            raise Invalid(ABORTED, report=Report(level, tuple(pass_.results)))
    if pass_.missing:
        raise Missing(sorted(pass_.missing))
    if pass_.results:
        raise Invalid(ABORTED, report=Report(level, tuple(pass_.results)))
    try:
        return [msgspec.convert(row, rows.cls) for row in pass_.rows]
    except msgspec.ValidationError as error:  # a canonical value must fit its strict type
        raise AssertionError(f"slow and strict pass disagree: {error}") from error


class _SlowPass:
    """Collects canonical rows and messages."""

    def __init__(self, shape: Shape, rows: RowType, names: Sequence[str]) -> None:
        self._shape = shape
        self._schema: Schema = shape.schema
        self._strict = rows.strict
        self._members = {m.name: m for m in rows.members}
        self._spelt = {name: fold(name) for name in names}
        self._folded = {fold(m.name): m for m in rows.members}
        self._respid_key = rows.cls.__annotations__["respid"] is not Any
        self.rows: list[dict[str, Any]] = []
        self.results: list[RowResult] = []
        self.reported = 0
        self.missing: set[str] = set()

    def take(self, number: int, row: dict[str, Any]) -> None:
        """One row: append its canonical form and its messages, up to `MAX_REPORTED` in all."""
        good: dict[str, Any] = {}
        messages: list[Message] = []
        for name, value in row.items():
            try:
                self._value(good, name, value)
            except Wrong as wrong:
                messages.append(Message((shown(name),), str(wrong), shown(value)))
                self.reported += 1
                if self.reported == MAX_REPORTED:
                    break
        if messages:
            self.results.append(RowResult(number, tuple(messages)))
        self.rows.append(good)

    def _value(self, good: dict[str, Any], name: str, value: Any) -> None:
        if name == RESPID or self._spelt.get(name) == RESPID:
            if self._respid_key and value is not None:
                good[RESPID] = _number(_RESPID, value)
            return
        member = self._find(name)
        if member is None:
            self._unknown(name)
        elif not member.system:
            good[member.name] = self._canonical(member, value)

    def _find(self, name: str) -> Member | None:
        """A member: by any spelling where all names are known, else by its own and the schema's spelling.

        The strict decoder knows no others, and which pass a row takes must not change what it means.
        """
        if self._strict:
            return self._folded.get(fold(name))
        return self._members.get(name) or self._folded.get(self._spelt.get(name, ""))

    def _unknown(self, name: str) -> None:
        known = self._shape.find(name)
        if not self._strict or name == RESPONSEID or (known and known.system):
            return
        if on_demand(name) is None:
            raise Wrong(UNKNOWN_VARIABLE)
        self.missing.add(name)

    def _canonical(self, member: Member, value: Any) -> Any:
        if isinstance(member.subject, Loop):
            return canonical_loop(member.subject, value, self._schema)
        return canonical(member.subject, value, self._schema)
