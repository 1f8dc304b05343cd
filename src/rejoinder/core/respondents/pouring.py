"""Store many completed responses, block after block: the next block is made while the engine stores the last.

Each was begun and completed at a date of its own, as in files of old responses; for whatever else is written,
see `rows`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET

from rejoinder.core.events import listening, note_feedback, tell
from rejoinder.core.respondents.counting import block_changes
from rejoinder.core.respondents.keys import KeyRow, key_rows
from rejoinder.core.respondents.rows import check_respids, known_lookups
from rejoinder.core.surveys import OpenSurvey, lock_survey
from rejoinder.core.unit import Unit, local_text
from rejoinder.model.event import EventKind
from rejoinder.model.respondent import FINISHED, STATUS_OF_REASON, Lifecycle, State
from rejoinder.model.system import CREATED, ENDED, STARTED, STATUS

_encode_lines = msgspec.json.Encoder().encode_lines


class CompletedRows(NamedTuple):
    """Structs of `Shape.new_rows`, the date of each in µs, and the same as naive ISO texts of the survey's
    zone."""

    rows: Sequence[Any]
    dates: Sequence[int]
    moments: Sequence[str]


def insert_completed(unit: Unit, survey: OpenSurvey, count: int, blocks: Iterable[CompletedRows]) -> None:
    """Insert `count` responses, which `blocks` gives in their order, in the unit's transaction."""
    respid, identity, *_ = lock_survey(unit, survey, count, count)
    numbers = range(respid, respid + count)
    check_respids(numbers)
    session, where = unit.session, (unit.workspace_id, survey.id)
    keys: list[KeyRow] = []

    def made() -> Iterator[list[tuple[Any, ...]]]:
        begin = 0
        for block in blocks:
            mine = numbers[begin : begin + len(block.rows)]
            for row in block.rows:
                row.respid = UNSET
            keys.extend(key_rows(survey.shape, known_lookups(survey, block.rows[0]), mine, block.rows))
            yield _records(unit.now, survey.timezone, block, mine, identity + begin)
            begin += len(block.rows)

    session.hot.insert_blocks(session.raw, *where, made())
    session.hot.add_keys(session.raw, *where, sorted(keys))
    session.hot.count_blocks(session.raw, *where, block_changes(numbers, 1, [1] * count))
    if listening(unit, survey.id):
        tell(unit, survey.id, EventKind.CREATED, numbers)
        note_feedback(unit, survey.id, numbers, new=True)


def _records(
    now: int, timezone: str, block: CompletedRows, numbers: Sequence[int], identity: int
) -> list[tuple[Any, ...]]:
    """The fields of each `NewRespondent`, column by column."""
    bodies = _encode_lines(block.rows).decode().split("\n")
    before = f',"{CREATED}":"{local_text(now, timezone)}","{STARTED}":"'
    between, behind = f'","{ENDED}":"', f'","{STATUS}":"{STATUS_OF_REASON[FINISHED]}"'
    rests = ["}" if body == "{}" else f",{body[1:]}" for body in bodies]
    docs = [
        f'{{"respid":{respid}{before}{moment}{between}{moment}{behind}{rest}'
        for respid, moment, rest in zip(numbers, block.moments, rests, strict=False)
    ]
    life = Lifecycle(State.COMPLETED, now, finish_reason=FINISHED)
    dates, same, ids = block.dates, repeat, range(identity, identity + len(docs))
    changed = [max(now, at) for at in dates]
    early = (numbers, ids, same(int(life.state)), same(now), changed, dates, dates)
    late = (same(life.language), same(None), same(life.manual), same(life.finish_reason), docs)
    return list(zip(*early, *late, strict=False))
