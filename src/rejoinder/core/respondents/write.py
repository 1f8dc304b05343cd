"""Add, update, merge and delete respondents and responses in bulk (Forsta 001).

Each verb is all or nothing but for rows whose key does not fit, which are reported and left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from rejoinder.core.records.decode import ABORTED, Missing, decode_rows
from rejoinder.core.records.shape import RowType
from rejoinder.core.respondents.keys import Keys, match_rows, resolve_keys
from rejoinder.core.respondents.leaving import clear_answers, delete_rows
from rejoinder.core.respondents.rows import Stored, change_rows, insert_rows
from rejoinder.core.surveys import OpenSurvey, check_memory, ensure_variables, lock_survey
from rejoinder.core.unit import Unit
from rejoinder.model.problems import Invalid
from rejoinder.model.reports import Message, Outcome, Report, RowResult
from rejoinder.model.respondent import Level
from rejoinder.model.system import RESPID, RESPONSEID, on_demand

EXISTS = "KeyValue already exists."
NOT_FOUND = "KeyValue could not be found."
NOT_UNIQUE = "KeyValue is not unique."
MISSING = "KeyValue is missing."


class Batch(msgspec.Struct, frozen=True):
    """Rows sent in one request.

    `data` — a JSON array of objects, undecoded; `keys` — variables that identify a row; `variables` —
    those to take from it, None for every one it has.
    """

    data: msgspec.Raw | bytes
    keys: tuple[str, ...] = ()
    variables: tuple[str, ...] | None = None


def add(unit: Unit, reference: str, level: Level, batch: Batch) -> Outcome:
    """Insert rows; those whose key exists are reported (Forsta 001, "Add Respondents").

    On the response level a respondent without a response is given one. Raises Invalid, Unreadable, NotFound.
    """
    batch, implied = _respid_as_key(batch, level)
    work = _Work.begin(unit, reference, level, batch, new=True)
    if work.keys is None:
        ids = insert_rows(unit, work.survey, work.rows, responses=level == "response")
        return Outcome(inserted=len(ids), inserted_ids=tuple(ids))
    stored = work.match({"insertedRecords": 0, "insertedIds": []}, optional=implied)
    fresh = [i for i, row in enumerate(stored) if row is None]
    fill = [i for i, row in enumerate(stored) if row and level == "response" and not row.state]
    exists = sorted({*range(len(stored))}.difference(fresh, fill)) if len(fresh) < len(stored) else []
    ids = _insert_and_fill(unit, work, stored, fresh, fill)
    return Outcome(inserted=len(ids), inserted_ids=ids, report=work.report(exists, EXISTS))


def _respid_as_key(batch: Batch, level: Level) -> tuple[Batch, bool]:
    """On responses, rows that carry a respid add the response to that respondent; True when some do."""
    if level == "response" and not batch.keys:
        try:
            given = msgspec.json.decode(batch.data, type=list[_Carrier])
        except msgspec.DecodeError:
            return batch, False
        if any(row.respid is not None for row in given):
            return msgspec.structs.replace(batch, keys=(RESPID,)), True
    return batch, False


class _Carrier(msgspec.Struct):
    respid: Any = None


def update(unit: Unit, reference: str, level: Level, batch: Batch) -> Outcome:
    """Update the rows that exist; the others are reported (Forsta 001, "Update Respondents")."""
    work = _Work.begin(unit, reference, level, batch, new=False)
    stored = work.match({"updatedRecords": 0})
    known, missing = work.existing(stored)
    _change(unit, work, stored, known)
    return Outcome(updated=len(known), report=work.report(missing, NOT_FOUND))


def merge(unit: Unit, reference: str, level: Level, batch: Batch) -> Outcome:
    """Update the rows that exist and insert the others (Forsta 001, "Merge Respondents")."""
    work = _Work.begin(unit, reference, level, batch, new=False)
    stored = work.match({"insertedRecords": 0, "insertedIds": [], "updatedRecords": 0})
    known, missing = work.existing(stored)
    _change(unit, work, stored, known)
    if work.keys and work.keys.lookup is None:
        absent = [i for i in missing if stored[i] is None]
        fill = [i for i in missing if stored[i] is not None]
        ids = _insert_and_fill(unit, work, stored, [], fill)
        report = work.report(absent, NOT_FOUND)
        return Outcome(inserted=len(ids), inserted_ids=ids, updated=len(known), report=report)
    fill = [i for i in missing if stored[i] is not None]
    fresh = [i for i in missing if stored[i] is None]
    ids = _insert_and_fill(unit, work, stored, fresh, fill)
    return Outcome(inserted=len(ids), inserted_ids=ids, updated=len(known))


def remove(unit: Unit, reference: str, level: Level, batch: Batch) -> Outcome:
    """Delete the rows that exist; the others are reported (Forsta 001, "Delete Respondents").

    On the response level the answers go and the respondent stays.
    """
    work = _Work.begin(unit, reference, level, batch, new=False)
    stored = work.match({"deletedRecords": 0})
    known, missing = work.existing(stored)
    gone = [row for i in known if (row := stored[i])]
    (clear_answers if level == "response" else delete_rows)(unit, work.survey, gone)
    return Outcome(deleted=len(gone), report=work.report(missing, NOT_FOUND))


def _change(unit: Unit, work: _Work, stored: Sequence[Stored | None], indexes: Sequence[int]) -> None:
    """Merge the rows at these indexes into their stored ones."""
    found = [row for i in indexes if (row := stored[i])]
    sent = [work.rows[i] for i in indexes] if len(indexes) < len(work.rows) else work.rows
    responses = work.level == "response"
    change_rows(unit, work.survey, sent, found, responses=responses, names=work.names)


def _insert_and_fill(
    unit: Unit, work: _Work, stored: Sequence[Stored | None], fresh: Sequence[int], fill: Sequence[int]
) -> tuple[int, ...]:
    """Insert rows and give stored respondents their response; respids in row order."""
    _change(unit, work, stored, fill)
    responses = work.level == "response"
    ids = {i: row.respid for i in fill if (row := stored[i])}
    lookup = work.keys.lookup if work.keys else None
    given: list[Any] = work.values if work.keys and work.keys.lookup is None else [None] * len(work.rows)
    for indexes in ([i for i in fresh if given[i] is not None], [i for i in fresh if given[i] is None]):
        rows = [work.rows[i] for i in indexes]
        respids = [given[i] for i in indexes] if indexes and given[indexes[0]] is not None else None
        known = {lookup.id: [work.values[i] for i in indexes]} if lookup else None
        new = insert_rows(unit, work.survey, rows, responses=responses, respids=respids, known=known)
        ids |= zip(indexes, new, strict=True)
    return tuple(ids[i] for i in sorted(ids))


class _Work(NamedTuple):
    """One request, decoded: its rows, its keys with each row's value, the variables to take."""

    unit: Unit
    survey: OpenSurvey
    level: Level
    rows: list[Any]
    keys: Keys | None
    values: list[Any]
    names: tuple[str, ...]

    @classmethod
    def begin(cls, unit: Unit, reference: str, level: Level, batch: Batch, *, new: bool) -> _Work:
        """Decode a request, making labels that it uses for the first time."""
        try:
            return cls._decoded(unit, reference, level, batch, new)
        except Invalid:
            check_memory(unit, reference)  # an old schema may know less than the request
            raise

    @classmethod
    def _decoded(cls, unit: Unit, reference: str, level: Level, batch: Batch, new: bool) -> _Work:
        names = (*batch.keys, *(batch.variables or ()))
        survey = ensure_variables(unit, reference, names)
        _refuse_unknown(survey, batch)
        keys = None
        if batch.keys:
            survey, keys = resolve_keys(unit, reference, batch.keys)
        try:
            rows = decode_rows(survey.shape, _row_type(survey, batch, keys, new), batch.data, level, names)
        except Missing as missing:
            survey = ensure_variables(unit, reference, missing.args[0])
            rows = decode_rows(survey.shape, _row_type(survey, batch, keys, new), batch.data, level, names)
        values = keys.of(rows) if keys else []
        return cls(unit, survey, level, rows, keys, values, _taken(survey, batch))

    def match(self, counters: dict[str, Any], *, optional: bool = False) -> list[Stored | None]:
        """The stored row of each row, None where there is none.

        Raises Invalid when a key is missing (unless it is `optional`), twice in the request, or fits several
        stored rows; `counters` are what the refusal shows.
        """
        assert self.keys is not None
        values, distinct = self.values, {*self.values}
        if None in distinct:
            distinct.discard(None)
            if not optional:
                self._abort([i for i, value in enumerate(values) if value is None], MISSING, None)
        if len(distinct) + values.count(None) < len(values):
            self._abort(_second_places(values), NOT_UNIQUE, counters)
        lock_survey(self.unit, self.survey)
        found, repeated = match_rows(self.unit, self.survey, self.keys, sorted(distinct))
        if repeated:
            self._abort([i for i, value in enumerate(values) if value in repeated], NOT_UNIQUE, counters)
        return list(map(found.get, values))

    def existing(self, stored: Sequence[Stored | None]) -> tuple[list[int], list[int]]:
        """The indexes of rows that are there on this level, and of those that are not."""
        if self.level == "respondent":
            known = [i for i, row in enumerate(stored) if row is not None]
        else:
            known = [i for i, row in enumerate(stored) if row is not None and row.state]
        if len(known) == len(stored):
            return known, []
        return known, sorted({*range(len(stored))}.difference(known))

    def report(self, indexes: Sequence[int], message: str) -> Report | None:
        """One message for each of these rows; None when there are none."""
        if not indexes or self.keys is None:
            return None
        keys = self.keys
        results = (
            RowResult(i + 1, (Message(keys.names, message, keys.shown(self.rows[i])),)) for i in indexes
        )
        return Report(self.level, tuple(results))

    def _abort(self, indexes: Sequence[int], message: str, counters: dict[str, Any] | None) -> None:
        if report := self.report(indexes, message):
            raise Invalid(ABORTED, report=report, counters=counters)


def _second_places(values: Sequence[Any]) -> list[int]:
    """Where a value stands that stood before."""
    seen: set[Any] = {None}
    second = []
    for i, value in enumerate(values):
        if value in seen and value is not None:
            second.append(i)
        seen.add(value)
    return second


def _taken(survey: OpenSurvey, batch: Batch) -> tuple[str, ...]:
    """The canonical names of the variables that a stored row takes from a request."""
    if batch.variables is None:
        return tuple(survey.shape.by_name)
    return tuple(member.name for name in batch.variables if (member := survey.shape.find(name)))


def _row_type(survey: OpenSurvey, batch: Batch, keys: Keys | None, new: bool) -> RowType:
    respid_key = keys is not None and keys.lookup is None
    names: list[str] | None = None
    if batch.variables is not None or not new:
        found = [survey.shape.find(name) for name in (*(batch.variables or ()), *batch.keys)]
        names = [member.name for member in found if member]
    if new:
        return survey.shape.new_rows(names, respid_key=respid_key)
    return survey.shape.changed_rows(names or [], respid_key=respid_key)


def _refuse_unknown(survey: OpenSurvey, batch: Batch) -> None:
    for name in (*batch.keys, *(batch.variables or ())):
        if not survey.shape.knows(name) and on_demand(name) is None and name not in (RESPID, RESPONSEID):
            raise Invalid(f"Unknown variable. {name[:64]!r} is not a variable of this survey.")
