"""Write rows of respondents with all that hangs on them: identity, dates, keys, counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET

from rejoinder.core.records.shape import Shape
from rejoinder.core.respondents.keys import KeyRow, key_rows
from rejoinder.core.surveys import OpenSurvey
from rejoinder.core.unit import Unit, local_text
from rejoinder.model.problems import Invalid
from rejoinder.model.respondent import STATUS_CODES, State
from rejoinder.model.system import CREATED, ENDED, STARTED, STATUS
from rejoinder.store.hot import BLOCK_BITS, BlockCount, ChangedRespondent, NewRespondent, StoredRespondent

_encode = msgspec.json.Encoder().encode
_INCOMPLETE, _COMPLETE = STATUS_CODES[:2]
MAX_RESPID = (1 << 32) - 1


class Row(NamedTuple):
    """What was sent for a stored row (a struct of the survey's shape), and the row."""

    sent: Any
    stored: StoredRespondent


def insert_rows(
    unit: Unit,
    survey: OpenSurvey,
    rows: Sequence[Any],
    *,
    responses: bool,
    respids: Sequence[int] | None = None,
) -> list[int]:
    """Insert rows of `Shape.new_rows` (or `changed_rows`); gives their respids in order.

    Parameters: `responses` — the rows are completed responses, not only respondents; `respids` — numbers
    to keep instead of new ones.
    """
    if not rows:
        return []
    first, identity, respids = _reserve(unit, survey, len(rows), respids)
    shape, now = survey.shape, unit.now
    stamp = _Stamp(shape, local_text(now, survey.timezone), rows[0])
    new = []
    for n, row in enumerate(rows):
        respid = row.respid = respids[n] if respids else first + n
        state = stamp.fresh(row, responses)
        at = now if state else None
        done = now if state == State.COMPLETED else None
        doc = _encode(_without_null(row)).decode()
        new.append(
            NewRespondent(
                respid, identity + n, state, now, now, at, done, None, None, 1, 1 if done else None, doc
            )
        )
    _store_new(unit, survey, new, rows)
    return [row.respid for row in new]


def _reserve(
    unit: Unit, survey: OpenSurvey, count: int, respids: Sequence[int] | None
) -> tuple[int, int, Sequence[int] | None]:
    hot, raw = unit.session.hot, unit.session.raw
    reserved = hot.reserve(raw, unit.workspace_id, survey.id, count, unit.now)
    assert reserved is not None
    first, identity = reserved
    if respids:
        if min(respids) < 1 or max(respids) > MAX_RESPID:
            raise Invalid(f"A respid is a whole number from 1 to {MAX_RESPID}.")
        hot.reserve(raw, unit.workspace_id, survey.id, max(0, max(respids) + 1 - first) - count, unit.now)
    elif first + count - 1 > MAX_RESPID:
        raise Invalid("This survey has used all its respids.")
    return first, identity, respids


def _store_new(unit: Unit, survey: OpenSurvey, new: Sequence[NewRespondent], rows: Sequence[Any]) -> None:
    hot, raw, where = unit.session.hot, unit.session.raw, (unit.workspace_id, survey.id)
    hot.insert(raw, *where, new)
    known = set(rows[0].__struct_fields__)
    lookups = [
        lk for lk in survey.lookups if known.issuperset(survey.shape.attribute[v] for v in lk.variables)
    ]
    if keys := key_rows(survey.shape, lookups, ((row.respid, row) for row in rows)):
        hot.add_keys(raw, *where, keys)
    hot.count_blocks(raw, *where, _blocks((row.respid, 1, int(row.state > 0)) for row in new))


def _without_null(row: Any) -> Any:
    """Rows of `changed_rows` hold None where null was sent; a new record has no blanks."""
    if row.__struct_defaults__[-1] is UNSET:
        for name in row.__struct_fields__:
            if name != "respid" and getattr(row, name) is None:
                setattr(row, name, UNSET)
    return row


def change_rows(unit: Unit, survey: OpenSurvey, rows: Sequence[Row], *, responses: bool) -> None:
    """Merge what was sent into stored rows: a value replaces, null clears, what was not sent stays.

    Parameters: `responses` — a respondent without a response completes one now.
    """
    if not rows:
        return
    shape = survey.shape
    stamp = _Stamp(shape, local_text(unit.now, survey.timezone), shape.full)
    skipped = {"respid", *stamp.attributes}
    names = [name for name in rows[0].sent.__struct_fields__ if name not in skipped]
    absent = rows[0].sent.__struct_defaults__[-1]
    keyed = [
        lk for lk in survey.lookups if not set(names).isdisjoint(shape.attribute[v] for v in lk.variables)
    ]
    full = [shape.read(row.stored.doc) for row in rows]
    old = set(key_rows(shape, keyed, ((row.respid, row) for row in full)))
    changed = []
    for row, record in zip(rows, full, strict=True):
        for name in names:
            value = getattr(row.sent, name)
            if value is not absent:
                setattr(record, name, value)
        changed.append(stamp.moved(row.stored, record, unit.now, responses))
    _store_changes(unit, survey, rows, changed)
    new = set(key_rows(shape, keyed, ((row.respid, row) for row in full)))
    _store_keys(unit, survey, old - new, new - old)


def _store_changes(
    unit: Unit, survey: OpenSurvey, rows: Sequence[Row], changed: Sequence[ChangedRespondent]
) -> None:
    hot, raw, where = unit.session.hot, unit.session.raw, (unit.workspace_id, survey.id)
    hot.update(raw, *where, changed)
    moves = (
        (after.respid, 0, int(after.state > 0) - int(row.stored.state > 0))
        for row, after in zip(rows, changed, strict=True)
    )
    if blocks := [block for block in _blocks(moves) if block.responses]:
        hot.count_blocks(raw, *where, blocks)


def _store_keys(unit: Unit, survey: OpenSurvey, gone: Iterable[KeyRow], come: Iterable[KeyRow]) -> None:
    hot, raw, where = unit.session.hot, unit.session.raw, (unit.workspace_id, survey.id)
    if gone := sorted(gone):
        hot.drop_keys(raw, *where, gone)
    if come := sorted(come):
        hot.add_keys(raw, *where, come)


def delete_rows(unit: Unit, survey: OpenSurvey, stored: Sequence[StoredRespondent]) -> None:
    """Delete respondents with their answers and keys."""
    if not stored:
        return
    hot, raw, where = unit.session.hot, unit.session.raw, (unit.workspace_id, survey.id)
    records = ((row.respid, survey.shape.read(row.doc)) for row in stored)
    hot.drop_keys(raw, *where, key_rows(survey.shape, survey.lookups, records))
    hot.delete(raw, *where, [row.respid for row in stored])
    hot.count_blocks(raw, *where, _blocks((row.respid, -1, -int(row.state > 0)) for row in stored))


def clear_answers(unit: Unit, survey: OpenSurvey, stored: Sequence[StoredRespondent]) -> None:
    """Delete the responses and keep the respondents."""
    if not stored:
        return
    shape = survey.shape
    stamp = _Stamp(shape, "", shape.full)
    records = [shape.read(row.doc) for row in stored]
    old = set(key_rows(shape, survey.lookups, ((row.respid, row) for row in records)))
    for record in records:
        for attribute in (*shape.answers, stamp.started, stamp.ended, stamp.status):
            setattr(record, attribute, None)
    changed = [
        ChangedRespondent(_encode(record).decode(), State.LISTED, None, None, unit.now, record.respid)
        for record in records
    ]
    _store_changes(unit, survey, [Row(None, row) for row in stored], changed)
    new = set(key_rows(shape, survey.lookups, ((row.respid, row) for row in records)))
    _store_keys(unit, survey, old - new, ())


def _blocks(changes: Iterable[tuple[int, int, int]]) -> list[BlockCount]:
    """Changes of (respid, respondents, responses) added up per block."""
    respondents: Counter[int] = Counter()
    responses: Counter[int] = Counter()
    for respid, one, answered in changes:
        respondents[respid >> BLOCK_BITS] += one
        responses[respid >> BLOCK_BITS] += answered
    return [BlockCount(block, respondents[block], responses[block]) for block in sorted(respondents)]


class _Stamp:
    """Writes the lifecycle into records: created, opened, completed, status."""

    def __init__(self, shape: Shape, now: str, row: Any) -> None:
        self.created, self.started, self.ended, self.status = (
            shape.attribute[name] for name in (CREATED, STARTED, ENDED, STATUS)
        )
        self.attributes = {self.created, self.started, self.ended, self.status}
        self._answers = [name for name in shape.answers if name in row.__struct_fields__]
        self._now = now

    def fresh(self, row: Any, responses: bool) -> State:
        """Stamp a new row; gives its state."""
        setattr(row, self.created, self._now)
        state = State.COMPLETED if responses else State.LISTED
        if not responses and self._answered(row):
            state = State.ANSWERED
        blank = None if row.__struct_defaults__[-1] is None else UNSET
        setattr(row, self.started, self._now if state else blank)
        setattr(row, self.ended, self._now if state == State.COMPLETED else blank)
        setattr(row, self.status, (_COMPLETE if responses else _INCOMPLETE) if state else blank)
        return state

    def moved(self, stored: StoredRespondent, record: Any, now: int, responses: bool) -> ChangedRespondent:
        """Stamp a changed record; gives its row."""
        state, opened, done = stored.state, stored.opened_at, stored.completed_at
        if state == State.LISTED and (responses or self._answered(record)):
            state, opened = (State.COMPLETED if responses else State.ANSWERED), now
            done = now if responses else None
            setattr(record, self.started, self._now)
            setattr(record, self.ended, self._now if responses else None)
            setattr(record, self.status, _COMPLETE if responses else _INCOMPLETE)
        elif state == State.OPENED and self._answered(record):
            state = State.ANSWERED
        return ChangedRespondent(_encode(record).decode(), state, opened, done, now, stored.respid)

    def _answered(self, row: Any) -> bool:
        """Whether a row carries a value of the response level."""
        for name in self._answers:
            value = getattr(row, name)
            if value is not None and value is not UNSET:
                return True
        return False
