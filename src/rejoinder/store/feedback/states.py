"""Responses as they stand, with the tags on them, and their change: rows and all numbers in one go.

Whoever changes what a response is counted by reads its `State`, makes another, and lets `apply_changes` write
both: so the numbers are those of the rows after any sequence of writes. The workspace's feedback must be
locked (`workspaces.lock_feedback`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from rejoinder.store.chunks import chunks
from rejoinder.store.feedback import bulk
from rejoinder.store.session import Session
from rejoinder.store.tables.feedback import feedback, feedback_stat, feedback_survey, response_tag, tag

DAY = 86_400_000_000
"""Microseconds."""


class TagState(NamedTuple):
    """A tag on a response: what the machine found, what people decided.

    `added` — 1 put on, 0 taken off, None left to the machine; `corrected` — a sentiment that people gave;
    `spans` — JSON text.
    """

    present: int
    sentiment: int | None
    found: int = 0
    machine: int | None = None
    added: int | None = None
    corrected: int | None = None
    spans: str | None = None


CLEAN = TagState(0, None)
"""A tag of which nothing is known on a response."""


class State(NamedTuple):
    """A response. `sentiment` is what counts: `corrected` by people, else the `machine`'s; `decided_by` — who
    decided something of it last."""

    id: int
    survey_id: int
    respid: int
    at: int
    score: float | None = None
    language: str | None = None
    sentiment: int | None = None
    machine: int | None = None
    corrected: int | None = None
    polarity: float | None = None
    engine: str | None = None
    fingerprint: int | None = None
    translated: str | None = None
    revision: int = 1
    due: int | None = 1
    analysed_at: int | None = None
    decided_by: str | None = None
    decided_at: int | None = None
    tags: Mapping[int, TagState] = {}


Change = tuple[State | None, State | None]
"""Before and after; None for a response that was not there, or is not any more."""

_FIELDS = ("respondent_id", *State._fields[1:-1])
_COLUMNS = ("workspace_id", *_FIELDS)
_TAG_FIELDS = TagState._fields
_TAG_COLUMNS = ("workspace_id", "respondent_id", "tag_id", *_TAG_FIELDS, "at")
_COUNTS = ("responses", "positive", "neutral", "negative")


def states(session: Session, workspace: int, numbers: Sequence[int]) -> dict[int, State]:
    """Responses by their numbers, those that are there, with all that is known of tags on them."""
    tags: dict[int, dict[int, TagState]] = {}
    found: dict[int, State] = {}
    columns = [feedback.c[name] for name in _FIELDS]
    marks = [response_tag.c[name] for name in ("respondent_id", "tag_id", *_TAG_FIELDS)]
    for some in chunks(numbers):
        mine = (response_tag.c.workspace_id == workspace, response_tag.c.respondent_id.in_(some))
        for row in session.rows(select(*marks).where(*mine)):
            tags.setdefault(row[0], {})[row[1]] = TagState._make(row[2:])
        mine = (feedback.c.workspace_id == workspace, feedback.c.respondent_id.in_(some))
        for row in session.rows(select(*columns).where(*mine)):
            found[row[0]] = State._make((*row, tags.get(row[0], {})))
    return found


def judged(state: State, tags: Mapping[int, TagState]) -> State:
    """A state with other tags, in which what follows is worked out: which tags are there, every sentiment."""
    sentiment = state.machine if state.corrected is None else state.corrected
    kept = {number: _judged(one, sentiment) for number, one in tags.items() if _says_anything(one)}
    return state._replace(sentiment=sentiment, tags=kept)


def _says_anything(one: TagState) -> bool:
    return bool(one.found) or one.added is not None or one.corrected is not None


def _judged(one: TagState, sentiment: int | None) -> TagState:
    present = int(one.added == 1 or (bool(one.found) and one.added is None))
    if one.corrected is not None:
        sentiment = one.corrected
    elif one.found and one.machine is not None:
        sentiment = one.machine
    return one._replace(present=present, sentiment=sentiment)


def apply_changes(session: Session, workspace: int, changes: Sequence[Change]) -> None:
    """Write how responses changed, and what that does to the numbers."""
    gone = [before.id for before, after in changes if before and after is None]
    rows = [(workspace, *after[:-1]) for before, after in changes if after and _row(before) != after[:-1]]
    bulk.replace_rows(session, feedback, _COLUMNS, rows)
    bulk.delete_rows(session, feedback, ("workspace_id", "respondent_id"), [(workspace, n) for n in gone])
    lost, put = [], []
    for before, after in changes:
        old, new = before.tags if before else {}, after.tags if after else {}
        number = (before or after).id  # type: ignore[union-attr]  # one of them is there
        lost += [(workspace, number, tag_id) for tag_id in old if tag_id not in new]
        if after:
            moved = before is not None and before.at != after.at
            fresh = ((i, one) for i, one in new.items() if moved or old.get(i) != one)
            put += [(workspace, number, i, *one, after.at) for i, one in fresh]
    bulk.delete_rows(session, response_tag, _TAG_COLUMNS[:3], lost)
    bulk.replace_rows(session, response_tag, _TAG_COLUMNS, put)
    tally = Tally()
    for before, after in changes:
        tally.add(before, -1)
        tally.add(after, 1)
    tally.write(session, workspace)


def _row(state: State | None) -> tuple[Any, ...] | None:
    return state and state[:-1]


def week_of(day: int) -> int:
    """The Monday of a day's week; both count days since 1970."""
    return day - (day + 3) % 7


class Tally:
    """Differences in what is counted: of surveys, of tags, by day and week."""

    def __init__(self) -> None:
        self._surveys: defaultdict[int, list[int]] = defaultdict(lambda: [0] * 5)
        self._tags: defaultdict[int, list[int]] = defaultdict(lambda: [0] * 4)
        self._stats: defaultdict[tuple[int, int, int], list[int]] = defaultdict(lambda: [0] * 4)

    def add(self, state: State | None, n: int) -> None:
        """Count a response in (1) or out (-1), with its tags."""
        if state is None:
            return
        day = state.at // DAY
        self.add_response(state.survey_id, day, state.sentiment, n, analysed=state.analysed_at is not None)
        for number, one in state.tags.items():
            if one.present:
                self.add_tag(number, state.survey_id, day, one.sentiment, n)

    def add_response(
        self, survey_id: int, day: int, sentiment: int | None, n: int, *, analysed: bool = False
    ) -> None:
        """Count responses of one day and sentiment."""
        _count(self._surveys[survey_id], sentiment, n)
        self._surveys[survey_id][4] += n * analysed
        _count(self._stats[0, survey_id, day], sentiment, n)

    def add_tag(self, number: int, survey_id: int, day: int, sentiment: int | None, n: int) -> None:
        """Count responses of one day that carry a tag with one sentiment."""
        _count(self._tags[number], sentiment, n)
        _count(self._stats[number, survey_id, week_of(day)], sentiment, n)

    def write(self, session: Session, workspace: int) -> None:
        """Add the differences to the store's numbers. What no tag is any more is not counted."""
        surveys = [(workspace, number, *counts) for number, counts in self._surveys.items() if any(counts)]
        counted = (*_COUNTS, "analysed")
        bulk.change_rows(
            session, feedback_survey, ("workspace_id", "survey_id", *counted), sorted(surveys), add=counted
        )
        known = _known_tags(session, workspace, self._tags)
        tags = [(workspace, number, *counts) for number, counts in self._tags.items() if any(counts)]
        changed = sorted(row for row in tags if row[1] in known)
        bulk.change_rows(session, tag, ("workspace_id", "id", *_COUNTS), changed, add=_COUNTS)
        stats = [
            (workspace, *place, *counts)
            for place, counts in self._stats.items()
            if any(counts) and (not place[0] or place[0] in known)
        ]
        names = ("workspace_id", "tag_id", "survey_id", "day", *_COUNTS)
        bulk.add_to_rows(session, feedback_stat, names, sorted(stats))


def _known_tags(session: Session, workspace: int, numbers: Iterable[int]) -> set[int]:
    wanted = sorted(numbers)
    if not wanted:
        return set()
    mine = (tag.c.workspace_id == workspace, tag.c.id.in_(wanted))
    return {row.id for row in session.rows(select(tag.c.id).where(*mine))}


def _count(counts: list[int], sentiment: int | None, n: int) -> None:
    """Add to (responses, positive, neutral, negative)."""
    counts[0] += n
    if sentiment is not None:
        counts[2 - sentiment] += n
