"""Write rows of respondents with all that hangs on them: identity, dates, keys, counts.

These are the store's busiest lines: rows go through in whole lists, one pass for each step, and reach the
store in the order of its trees, so that neighbours share pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Any

import msgspec
from msgspec import UNSET

from rejoinder.core.events import listening, note_feedback, tell, tell_of_changes
from rejoinder.core.records.shape import Shape
from rejoinder.core.respondents.counting import block_changes
from rejoinder.core.respondents.keys import MAX_RESPID, KeyRow, key_rows
from rejoinder.core.surveys import OpenSurvey, lock_survey, take_number
from rejoinder.core.unit import Unit, local_text
from rejoinder.model.event import EventKind
from rejoinder.model.problems import Invalid
from rejoinder.model.respondent import FINISHED, STATUS_OF_REASON, UNMARKED, Lifecycle, Marks, State
from rejoinder.model.system import CREATED, ENDED, LANGUAGE, STARTED, STATUS
from rejoinder.store.hot import (
    MatchedRespondent,
    StoredRespondent,
)
from rejoinder.store.participants import note_ends
from rejoinder.store.surveys import Lookup, mark_shuffled

Stored = StoredRespondent | MatchedRespondent

_encoder = msgspec.json.Encoder()


def insert_rows(
    unit: Unit,
    survey: OpenSurvey,
    rows: Sequence[Any],
    *,
    responses: bool,
    respids: Sequence[int] | None = None,
    known: Mapping[int, Sequence[Any]] | None = None,
    lives: Sequence[Lifecycle] | None = None,
    tokens: Sequence[str | None] | None = None,
    marks: Marks = UNMARKED,
) -> Sequence[int]:
    """As `insert_numbered`; gives the respids alone."""
    return insert_numbered(
        unit,
        survey,
        rows,
        responses=responses,
        respids=respids,
        known=known,
        lives=lives,
        tokens=tokens,
        marks=marks,
    )[0]


def insert_numbered(
    unit: Unit,
    survey: OpenSurvey,
    rows: Sequence[Any],
    *,
    responses: bool,
    respids: Sequence[int] | None = None,
    known: Mapping[int, Sequence[Any]] | None = None,
    lives: Sequence[Lifecycle] | None = None,
    tokens: Sequence[str | None] | None = None,
    marks: Marks = UNMARKED,
) -> tuple[Sequence[int], int]:
    """Insert rows of `Shape.new_rows` or `Shape.changed_rows`; gives their respids in order, and the id of
    the first: the others' follow it.

    Parameters: `responses` — the rows are completed responses, not only respondents; `respids` — numbers
    to keep instead of new ones; `known` — index values that were worked out before, by lookup; `lives` — how
    far each row is, where the clock and the answers do not say it; `tokens` — of personal links; `marks` —
    where the rows came from. Raises Invalid for respids that cannot be.
    """
    if not rows:
        return [], 0
    if rows[0].__struct_defaults__[-1] is UNSET:
        _forget_null(rows)
    numbers, identity = _reserve(unit, survey, len(rows), respids)
    lives = lives or _fresh_lives(unit, survey.shape, rows, responses)
    new = _new_rows(survey, rows, numbers, identity, lives, tokens)
    session, where = unit.session, (unit.workspace_id, survey.id)
    keys = key_rows(survey.shape, known_lookups(survey, rows[0]), numbers, rows, known)
    counts = block_changes(numbers, 1, [life.state > 0 for life in lives])
    if session.gathering and session.gathering.holds(where):
        session.gathering.add(where, new[0], keys, counts, marks)
    else:
        session.hot.insert(session.raw, *where, new, sorted(keys), counts, marks)
    if listening(unit, survey.id):
        done = [n for n, life in zip(numbers, lives, strict=False) if life.state == State.COMPLETED]
        tell(unit, survey.id, EventKind.CREATED, done)
        note_feedback(unit, survey.id, numbers, new=True)
    return numbers, identity


def _forget_null(rows: Iterable[Any]) -> None:
    """Rows to merge hold None where null was sent; a new record has no blanks."""
    for row in rows:
        for name in row.__struct_fields__:
            if getattr(row, name) is None:
                setattr(row, name, UNSET)


def _reserve(
    unit: Unit, survey: OpenSurvey, count: int, respids: Sequence[int] | None
) -> tuple[Sequence[int], int]:
    """The respids of new rows, and the first of their ids."""
    if count == 1 and not respids:
        first, identity, *_ = take_number(unit, survey)
    else:
        first, identity, *_ = lock_survey(unit, survey, 0 if respids else count, count)
    numbers = respids or range(first, first + count)
    check_respids(numbers)
    if respids:
        if max(respids) >= first:
            lock_survey(unit, survey, max(respids) + 1 - first)
        if respids[0] < first or any(one >= other for one, other in pairwise(respids)):
            mark_shuffled(unit.session, unit.workspace_id, survey.id)
    return numbers, identity


def check_respids(numbers: Sequence[int]) -> None:
    """Raise Invalid for numbers that no respondent can have."""
    if min(numbers) < 1 or max(numbers) > MAX_RESPID:
        raise Invalid(f"A respid is a whole number from 1 to {MAX_RESPID}.")


def _fresh_lives(unit: Unit, shape: Shape, rows: Sequence[Any], responses: bool) -> Sequence[Lifecycle]:
    """Rows that an API writes: completed now, begun now, or only listed."""
    now = unit.now
    if responses:
        return [Lifecycle(State.COMPLETED, now, now, now, finish_reason=FINISHED)] * len(rows)
    answers = [name for name in shape.answers if name in rows[0].__struct_fields__]
    listed, answered = Lifecycle(State.LISTED, now), Lifecycle(State.ANSWERED, now, now)
    return [answered if _has_any(row, answers) else listed for row in rows]


def _has_any(row: Any, names: Iterable[str]) -> bool:
    """Whether a row has a value under one of the names."""
    for name in names:
        value = getattr(row, name)
        if value is not None and value is not UNSET:
            return True
    return False


def _new_rows(
    survey: OpenSurvey,
    rows: Sequence[Any],
    numbers: Sequence[int],
    identity: int,
    lives: Sequence[Lifecycle],
    tokens: Sequence[str | None] | None,
) -> list[tuple[Any, ...]]:
    """The fields of each `NewRespondent`, with its canonical record: respid, lifecycle, then what was sent,
    which is encoded in canonical order."""
    # Most rows of a request share one life: to tell them apart by identity is quicker than by value.
    distinct = {id(life): life for life in lives}
    parts = {key: (_columns(life), _head(life, survey.timezone)) for key, life in distinct.items()}
    for row in rows:
        row.respid = UNSET
    bodies = _encoder.encode_lines(rows).decode().split("\n")
    new = []
    for n, (respid, life, body) in enumerate(zip(numbers, lives, bodies, strict=False)):
        (early, late), head = parts[id(life)]
        doc = f'{{"respid":{respid},{head}' + (f",{body[1:]}" if body != "{}" else "}")
        new.append((respid, identity + n, *early, tokens[n] if tokens else None, *late, doc))
    return new


def _columns(life: Lifecycle) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The fields of `NewRespondent` that stand before its token, and those behind it."""
    changed = max(life.created_at, life.completed_at or 0)
    early = (life.state, life.created_at, changed, life.opened_at, life.completed_at, life.language)
    return early, (life.manual, life.finish_reason)


def _head(life: Lifecycle, timezone: str) -> str:
    """The system variables of a new record, as its JSON has them behind the respid."""
    head = f'"{CREATED}":"{local_text(life.created_at, timezone)}"'
    if life.language:
        head += f',"{LANGUAGE}":{_encoder.encode(life.language).decode()}'
    started = "" if life.opened_at is None else local_text(life.opened_at, timezone)
    if started:
        head += f',"{STARTED}":"{started}"'
    if life.completed_at is not None:
        same = started and life.completed_at == life.opened_at
        head += f',"{ENDED}":"{started if same else local_text(life.completed_at, timezone)}"'
    return head if not life.state else f'{head},"{STATUS}":"{STATUS_OF_REASON[life.finish_reason]}"'


def known_lookups(survey: OpenSurvey, row: Any) -> list[Lookup]:
    """The indexes whose variables are all in a row's class."""
    known, attribute = set(row.__struct_fields__), survey.shape.attribute
    return [lookup for lookup in survey.lookups if known.issuperset(attribute[v] for v in lookup.variables)]


def change_rows(
    unit: Unit,
    survey: OpenSurvey,
    sent: Sequence[Any],
    stored: Sequence[Stored],
    *,
    responses: bool,
    names: Sequence[str],
    lives: Sequence[Lifecycle] | None = None,
) -> None:
    """Merge rows into stored ones: a value replaces, null clears, what was not sent stays.

    Parameters: `responses` — a respondent without a response completes one now; `names` — the variables
    to take; `lives` — how far each row is afterwards, where the clock and the answers do not say it (its
    state, dates and status are stored here; language, reason and marks are columns that the caller writes).
    """
    if not stored:
        return
    shape = survey.shape
    known = sent[0].__struct_fields__
    taken = [shape.attribute[name] for name in names if shape.attribute.get(name) in known]
    keyed = [lk for lk in survey.lookups if not set(taken).isdisjoint(map(shape.attribute.get, lk.variables))]
    respids = [row.respid for row in stored]
    records = shape.read_all([row.doc for row in stored])
    old = key_rows(shape, keyed, respids, records)
    absent = sent[0].__struct_defaults__[-1]
    for row, record in zip(sent, records, strict=True):
        for name in taken:
            value = getattr(row, name)
            if value is not absent:
                setattr(record, name, value)
    if lives is None:
        moves = _moves(unit, survey, records, stored, taken, responses)
    else:
        moves = _lived(survey, records, lives)
    docs = store_records(unit, survey, records, stored, moves)
    if lives is None:
        _note_ends(unit, survey, stored, moves)
    store_keys(unit, survey, set(old), set(key_rows(shape, keyed, respids, records)))
    if listening(unit, survey.id):
        written = not set(shape.answers).isdisjoint(taken)
        changed = [written and row.doc != doc for row, doc in zip(stored, docs, strict=False)]
        tell_of_changes(unit, survey.id, stored, [move[0] for move in moves], changed)
        note_feedback(unit, survey.id, respids, new=False)


def _note_ends(unit: Unit, survey: OpenSurvey, stored: Sequence[Stored], moves: Sequence[Move]) -> None:
    """Say of the responses that this change completed why they ended; other dialects ask for it."""
    done = [
        row.respid
        for row, move in zip(stored, moves, strict=True)
        if move[0] == State.COMPLETED and row.state != State.COMPLETED
    ]
    if done:
        note_ends(unit.session, unit.workspace_id, survey.id, done, FINISHED)


Move = tuple[int, int | None, int | None]
"""(state, opened, completed)."""


def _moves(
    unit: Unit,
    survey: OpenSurvey,
    records: Sequence[Any],
    stored: Sequence[Stored],
    taken: Sequence[str],
    responses: bool,
) -> list[Move]:
    """The state of each row after the change, with the record stamped where it moved on."""
    answers = [name for name in survey.shape.answers if name in taken]
    if not responses and not answers:
        return [(row.state, row.opened_at, row.completed_at) for row in stored]
    now, text = unit.now, local_text(unit.now, survey.timezone)
    moves: list[Move] = []
    for record, row in zip(records, stored, strict=True):
        move = (row.state, row.opened_at, row.completed_at)
        if row.state == State.LISTED and (responses or _has_any(record, answers)):
            move = (State.COMPLETED, now, now) if responses else (State.ANSWERED, now, None)
            stamp(survey.shape, record, text, text if responses else None)
        elif row.state == State.OPENED and _has_any(record, answers):
            move = (State.ANSWERED, *move[1:])
        moves.append(move)
    return moves


def _lived(survey: OpenSurvey, records: Sequence[Any], lives: Sequence[Lifecycle]) -> list[Move]:
    """As `_moves`, where the caller knows how far each row is."""
    shape, zone = survey.shape, survey.timezone
    for record, life in zip(records, lives, strict=True):
        dates = (life.opened_at, life.completed_at)
        started, ended = (None if at is None else local_text(at, zone) for at in dates)
        stamp(shape, record, started, ended, STATUS_OF_REASON[life.finish_reason])
        if life.language:
            setattr(record, shape.attribute[LANGUAGE], life.language)
    return [(life.state, life.opened_at, life.completed_at) for life in lives]


def stamp(
    shape: Shape, record: Any, started: str | None, ended: str | None, status: str | None = None
) -> None:
    """Write the dates of a response, and its status, into a record; `started` None for no response."""
    setattr(record, shape.attribute[STARTED], started)
    setattr(record, shape.attribute[ENDED], ended)
    if started is None:
        status = None
    elif status is None:
        status = STATUS_OF_REASON[FINISHED if ended else None]
    setattr(record, shape.attribute[STATUS], status)


def store_records(
    unit: Unit, survey: OpenSurvey, records: Sequence[Any], stored: Sequence[Stored], moves: Sequence[Move]
) -> list[str]:
    """Replace stored rows, and count those that became responses or ceased to be; gives the new records."""
    hot, raw, where = unit.session.hot, unit.session.raw, (unit.workspace_id, survey.id)
    docs = _encoder.encode_lines(records).decode().split("\n")
    now = unit.now
    changed = [(doc, *move, now, row.respid) for doc, move, row in zip(docs, moves, stored, strict=False)]
    hot.update(raw, *where, sorted(changed, key=itemgetter(-1)))
    shifted = [
        (row.respid, bool(move[0]) - bool(row.state))
        for row, move in zip(stored, moves, strict=True)
        if bool(row.state) != bool(move[0])
    ]
    if shifted:
        hot.count_blocks(
            raw, *where, block_changes([respid for respid, _ in shifted], 0, [n for _, n in shifted])
        )
    return docs


def store_keys(unit: Unit, survey: OpenSurvey, old: set[KeyRow], new: set[KeyRow]) -> None:
    hot, raw, where = unit.session.hot, unit.session.raw, (unit.workspace_id, survey.id)
    if gone := sorted(old - new):
        hot.drop_keys(raw, *where, gone)
    if come := sorted(new - old):
        hot.add_keys(raw, *where, come)
