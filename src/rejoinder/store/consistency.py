"""Whether a store's counts and keys agree with its records: what `doctor` and the crash tests ask.

Records are the truth; block counts and the key table are made from them in the same transactions. The
check reads every record once, in constant memory, and tells without repairing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import select

from rejoinder.model.filters.text import joint_key
from rejoinder.store.feedback.recounting import wrong_numbers
from rejoinder.store.hot import LEVELS, StoredRespondent
from rejoinder.store.session import Session
from rejoinder.store.surveys import Lookup, lookups
from rejoinder.store.tables.feedback import feedback_workspace
from rejoinder.store.tables.respondents import respondent_key
from rejoinder.store.tables.surveys import survey

CHUNK = 2000
"""Records held at a time."""
_MASK = (1 << 64) - 1


Block = tuple[int, int]
"""(level, number)."""


class Disagreement(NamedTuple):
    """Something that does not agree with the records of a survey, or (survey 0) with those of all feedback.

    `detail` is one sentence for people.
    """

    workspace_id: int
    survey_id: int
    detail: str


class _Survey(NamedTuple):
    """A survey to check, and the number that its next row would get."""

    workspace_id: int
    id: int
    next_respid: int


class _Tally:
    """Key entries of one lookup, added up so that their order does not count."""

    def __init__(self) -> None:
        self.entries = 0
        self.sum = 0

    def add(self, value: str, respid: int) -> None:
        """Count one entry."""
        self.entries += 1
        self.sum = (self.sum + hash((value, respid))) & _MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Tally) and (self.entries, self.sum) == (other.entries, other.sum)

    __hash__ = None  # type: ignore[assignment]  # counters change


def disagreements(session: Session) -> Iterator[Disagreement]:
    """Check every survey, each in one snapshot; nothing comes out of a sound store."""
    for found in session.rows(select(survey.c.workspace_id, survey.c.id).order_by(survey.c.id)):
        yield from check_survey(session, found.workspace_id, found.id)
    for row in session.rows(select(feedback_workspace.c.workspace_id)):
        for sentence in wrong_numbers(session, row.workspace_id):
            yield Disagreement(row.workspace_id, 0, sentence)


def check_survey(session: Session, workspace: int, survey_id: int) -> list[Disagreement]:
    """Check one survey in one snapshot. A survey that does not exist has nothing to disagree about."""
    with session.snapshot():
        row = session.row(
            select(survey.c.next_respid).where(survey.c.workspace_id == workspace, survey.c.id == survey_id)
        )
        if row is None:
            return []
        subject = _Survey(workspace, survey_id, row.next_respid)
        return [Disagreement(workspace, survey_id, detail) for detail in _complaints(session, subject)]


def _complaints(session: Session, subject: _Survey) -> Iterable[str]:
    found = lookups(session, subject.workspace_id, subject.id)
    expected = {lookup.id: _Tally() for lookup in found}
    people: Counter[Block] = Counter()
    answered: Counter[Block] = Counter()
    for rows in _stored(session, subject):
        yield from _count_records(rows, subject, found, expected)
        for level in LEVELS:
            people.update((level, row.respid >> level) for row in rows)
            answered.update((level, row.respid >> level) for row in rows if row.state > 0)
    yield from _compare_blocks(session, subject, people, answered)
    yield from _compare_keys(session, subject, expected)


def _stored(session: Session, subject: _Survey) -> Iterator[list[StoredRespondent]]:
    hot, raw, where, last = session.hot, session.raw, (subject.workspace_id, subject.id), 0
    while found := hot.records(raw, *where, last, CHUNK):
        yield hot.stored(raw, *where, [respid for respid, _ in found])
        last = found[-1][0]


def _count_records(
    rows: Sequence[StoredRespondent], subject: _Survey, found: Sequence[Lookup], expected: dict[int, _Tally]
) -> Iterator[str]:
    for row in rows:
        try:
            record = msgspec.json.decode(row.doc, type=dict[str, Any])
        except msgspec.DecodeError:
            yield f"record {row.respid} is not a JSON object"
            continue
        if record.get("respid") != row.respid:
            yield f"record {row.respid} calls itself {record.get('respid')!r}"
        if row.respid >= subject.next_respid:
            yield f"record {row.respid} has a number that is still to be given out"
        for lookup in found:
            parts: list[Any] = [record.get(name) for name in lookup.variables]
            if None not in parts:
                expected[lookup.id].add(joint_key(parts), row.respid)


def _compare_blocks(
    session: Session, subject: _Survey, people: Counter[Block], answered: Counter[Block]
) -> Iterator[str]:
    counted = {
        (level, block): tuple(n)
        for level in LEVELS
        for block, *n in session.hot.blocks(session.raw, *subject[:2], level)
    }
    for block in sorted({*counted, *people}):
        real = (people[block], answered[block])
        if counted.get(block, (0, 0)) != real:
            yield (
                f"block {block} counts {counted.get(block, (0, 0))} respondents and responses, "
                f"there are {real}"
            )


def _compare_keys(session: Session, subject: _Survey, expected: dict[int, _Tally]) -> Iterator[str]:
    columns = respondent_key.c
    mine = (columns.workspace_id == subject.workspace_id, columns.survey_id == subject.id)
    stored: dict[int, _Tally] = {number: _Tally() for number in expected}
    for rows in session.each(select(columns.lookup_id, columns.value, columns.respid).where(*mine)):
        for number, value, respid in rows:
            stored.setdefault(number, _Tally()).add(value, respid)
    for number, tally in stored.items():
        wanted = expected.get(number, _Tally())
        if tally != wanted:
            yield f"lookup {number} has {tally.entries} entries, the records have {wanted.entries}, or others"
