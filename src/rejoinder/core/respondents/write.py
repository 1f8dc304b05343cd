"""Add, update, merge and delete respondents and responses in bulk (Forsta 001).

Each verb is all or nothing but for rows whose key does not fit, which are reported and left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from rejoinder.core.records.decode import ABORTED, Missing, decode_rows
from rejoinder.core.records.shape import RowType
from rejoinder.core.respondents.keys import Keys, find_respids, resolve_keys
from rejoinder.core.respondents.rows import Row, change_rows, clear_answers, delete_rows, insert_rows
from rejoinder.core.surveys import OpenSurvey, ensure_variables, knows
from rejoinder.core.unit import Unit
from rejoinder.model.problems import Invalid
from rejoinder.model.reports import Message, Outcome, Report, RowResult
from rejoinder.model.respondent import Level, State
from rejoinder.model.system import RESPID, RESPONSEID, on_demand
from rejoinder.store.hot import StoredRespondent

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
    matched = work.match({"insertedRecords": 0, "insertedIds": []}, optional=implied)
    fresh, known, exists = _split(work, matched, level)
    report = work.report(exists, EXISTS)
    ids = _insert_and_fill(unit, work, fresh, known, level)
    return Outcome(inserted=len(ids), inserted_ids=tuple(ids), report=report)


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
    matched = work.match({"updatedRecords": 0})
    known, missing = work.existing(matched, level)
    change_rows(unit, work.survey, known, responses=level == "response")
    return Outcome(updated=len(known), report=work.report(missing, NOT_FOUND))


def merge(unit: Unit, reference: str, level: Level, batch: Batch) -> Outcome:
    """Update the rows that exist and insert the others (Forsta 001, "Merge Respondents")."""
    work = _Work.begin(unit, reference, level, batch, new=False)
    matched = work.match({"insertedRecords": 0, "insertedIds": [], "updatedRecords": 0})
    known, missing = work.existing(matched, level)
    change_rows(unit, work.survey, known, responses=level == "response")
    if work.keys is not None and work.keys.lookup is None:
        return Outcome(updated=len(known), report=work.report(missing, NOT_FOUND))
    fill = [(index, matched[index]) for index in missing if index in matched]
    fresh = [index for index in missing if index not in matched]
    ids = _insert_and_fill(unit, work, fresh, fill, level)
    return Outcome(inserted=len(ids), inserted_ids=tuple(ids), updated=len(known))


def remove(unit: Unit, reference: str, level: Level, batch: Batch) -> Outcome:
    """Delete the rows that exist; the others are reported (Forsta 001, "Delete Respondents").

    On the response level the answers go and the respondent stays.
    """
    work = _Work.begin(unit, reference, level, batch, new=False)
    matched = work.match({"deletedRecords": 0})
    known, missing = work.existing(matched, level)
    stored = [row.stored for row in known if row.stored]
    (clear_answers if level == "response" else delete_rows)(unit, work.survey, stored)
    return Outcome(deleted=len(stored), report=work.report(missing, NOT_FOUND))


def _split(
    work: _Work, matched: dict[int, StoredRespondent], level: Level
) -> tuple[list[int], list[tuple[int, StoredRespondent]], list[int]]:
    """Rows to insert, rows whose respondent gets its response now, rows that exist."""
    fresh, fill, exists = [], [], []
    for index in range(len(work.rows)):
        stored = matched.get(index)
        if stored is None:
            fresh.append(index)
        elif level == "response" and stored.state == State.LISTED:
            fill.append((index, stored))
        else:
            exists.append(index)
    return fresh, fill, exists


def _insert_and_fill(
    unit: Unit, work: _Work, fresh: Sequence[int], fill: Sequence[tuple[int, StoredRespondent]], level: Level
) -> list[int]:
    """Insert rows and give others their response; respids in row order."""
    responses = level == "response"
    change_rows(unit, work.survey, [Row(work.rows[i], stored) for i, stored in fill], responses=responses)
    ids = {i: stored.respid for i, stored in fill}
    numbers = work.values if work.keys and work.keys.lookup is None else [None] * len(work.rows)
    numbered = [i for i in fresh if numbers[i] is not None]
    for indexes, respids in (
        (numbered, [int(numbers[i] or 0) for i in numbered]),
        ([i for i in fresh if numbers[i] is None], None),
    ):
        rows = [work.rows[i] for i in indexes]
        new = insert_rows(unit, work.survey, rows, responses=responses, respids=respids)
        ids |= dict(zip(indexes, new, strict=True))
    return [ids[i] for i in sorted(ids)]


class _Work(NamedTuple):
    """One request, decoded: its rows, its keys, and the key value of each row."""

    unit: Unit
    survey: OpenSurvey
    level: Level
    rows: list[Any]
    keys: Keys | None
    values: list[str | int | None]

    @classmethod
    def begin(cls, unit: Unit, reference: str, level: Level, batch: Batch, *, new: bool) -> _Work:
        """Decode a request, making labels that it uses for the first time."""
        survey = ensure_variables(unit, reference, [*batch.keys, *(batch.variables or ())])
        _refuse_unknown(survey, batch)
        keys = None
        if batch.keys:
            survey, keys = resolve_keys(unit, reference, batch.keys)
        try:
            rows = decode_rows(survey.shape, _row_type(survey, batch, keys, new), batch.data, level)
        except Missing as missing:
            survey = ensure_variables(unit, reference, missing.args[0])
            rows = decode_rows(survey.shape, _row_type(survey, batch, keys, new), batch.data, level)
        return cls(unit, survey, level, rows, keys, [keys.of(row) for row in rows] if keys else [])

    def match(self, counters: dict[str, Any], *, optional: bool = False) -> dict[int, StoredRespondent]:
        """The stored row of each row that has one.

        Raises Invalid when a key is missing (unless it is `optional`), twice in the request, or fits several
        stored rows; `counters` are what the refusal shows.
        """
        assert self.keys is not None
        if not optional:
            self._abort(self._where(lambda value: value is None), MISSING, None)
        seen: set[str | int] = set()
        twice = [i for i, value in enumerate(self.values) if value is not None and _again(seen, value)]
        self._abort(twice, NOT_UNIQUE, counters)
        hot, raw = self.unit.session.hot, self.unit.session.raw
        hot.reserve(raw, self.unit.workspace_id, self.survey.id, 0, self.unit.now)
        wanted = [value for value in self.values if value is not None]
        found = find_respids(self.unit, self.survey, self.keys, wanted)
        self._abort(self._where(lambda value: len(found.get(value or 0, ())) > 1), NOT_UNIQUE, counters)
        respids = [respids[0] for respids in found.values()]
        stored = hot.stored(raw, self.unit.workspace_id, self.survey.id, respids)
        by_respid = {row.respid: row for row in stored}
        return {
            i: by_respid[found[value][0]]
            for i, value in enumerate(self.values)
            if value is not None and value in found
        }

    def existing(self, matched: dict[int, StoredRespondent], level: Level) -> tuple[list[Row], list[int]]:
        """The rows that are there on this level, and the indexes of those that are not."""
        known, missing = [], []
        for index, row in enumerate(self.rows):
            stored = matched.get(index)
            if stored is None or (level == "response" and stored.state == State.LISTED):
                missing.append(index)
            else:
                known.append(Row(row, stored))
        return known, missing

    def report(self, indexes: Sequence[int], message: str) -> Report | None:
        """One message for each of these rows; None when there are none."""
        if not indexes or self.keys is None:
            return None
        keys = self.keys
        results = (
            RowResult(i + 1, (Message(keys.names, message, keys.shown(self.rows[i])),)) for i in indexes
        )
        return Report(self.level, tuple(results))

    def _where(self, test: Callable[[str | int | None], bool]) -> list[int]:
        return [i for i, value in enumerate(self.values) if test(value)]

    def _abort(self, indexes: Sequence[int], message: str, counters: dict[str, Any] | None) -> None:
        if report := self.report(indexes, message):
            raise Invalid(ABORTED, report=report, counters=counters)


def _again(seen: set[str | int], value: str | int) -> bool:
    """Whether a value was seen before; remembers it."""
    known = value in seen
    seen.add(value)
    return known


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
        if not knows(survey.shape, name) and on_demand(name) is None and name not in (RESPID, RESPONSEID):
            raise Invalid(f"Unknown variable. {name!r} is not a variable of this survey.")
