"""Single rows that several callers add in one transaction, stored together at its end.

A submission is one row. When many arrive at once, the writer commits them together; gathered, they also
share their statements: the survey is locked and numbered once, and all rows go in with one insert.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rejoinder.model.event import EventKind
from rejoinder.model.respondent import UNMARKED, Marks
from rejoinder.store.failures import Outdated
from rejoinder.store.hot import BlockCount, KeptReply, Reserved
from rejoinder.store.telling import Marking, Telling, freeze

if TYPE_CHECKING:
    from rejoinder.store.session import Session

Where = tuple[int, int]
"""(workspace, survey)."""


class _Survey:
    """What one survey is to get."""

    def __init__(self, found: Reserved) -> None:
        self.first = self.next = found.first_respid
        self.schema_version, self.listening = found.schema_version, found.listening
        self.now = 0
        self.rows: dict[Marks, list[tuple[Any, ...]]] = {}
        self.keys: list[tuple[int, str, int]] = []
        self.respondents: Counter[tuple[int, int]] = Counter()
        self.responses: Counter[tuple[int, int]] = Counter()
        self.told: dict[EventKind, list[int]] = {}
        self.marked: list[int] = []

    def counts(self) -> list[BlockCount]:
        """The change of every block that a row falls into."""
        found = self.respondents.items()
        return [BlockCount(*block, respondents, self.responses[block]) for block, respondents in found]


class Gathering:
    """The rows of one transaction that are still to be stored. `taken` counts the numbers given out."""

    def __init__(self) -> None:
        self.taken = 0
        self._surveys: dict[Where, _Survey] = {}
        self._ids: dict[int, tuple[int, int]] = {}
        self._replies: dict[tuple[int, str, str], KeptReply] = {}

    def reserve(self, session: Session, where: Where, now: int) -> Reserved | None:
        """A respid and an id for one row; the first of a survey locks it. None for an unknown survey."""
        survey = self._surveys.get(where)
        if survey is None:
            found = session.hot.reserve(session.raw, *where, 0, 0, now)
            if found is None:
                return None
            survey = self._surveys[where] = _Survey(found)
            self._ids.setdefault(where[0], (found.first_id, found.first_id))
        first, identity = self._ids[where[0]]
        respid = survey.next
        survey.next, survey.now = respid + 1, now
        self._ids[where[0]] = (first, identity + 1)
        self.taken += 1
        return Reserved(respid, identity, survey.schema_version, survey.listening)

    def holds(self, where: Where) -> bool:
        """Whether a row of this survey has been given its number."""
        return where in self._surveys

    def add(
        self,
        where: Where,
        row: tuple[Any, ...],
        keys: list[tuple[int, str, int]],
        counts: list[BlockCount],
        marks: Marks = UNMARKED,
    ) -> None:
        """Keep a row until `store`."""
        survey = self._surveys[where]
        survey.rows.setdefault(marks, []).append(row)
        survey.keys += keys
        for level, block, respondents, responses in counts:
            survey.respondents[level, block] += respondents
            survey.responses[level, block] += responses

    def tell(self, where: Where, kind: EventKind, respids: Sequence[int]) -> None:
        """Let it be told of kept rows, once they are stored."""
        self._surveys[where].told.setdefault(kind, []).extend(respids)

    def mark(self, where: Where, respids: Sequence[int]) -> None:
        """Let kept rows be noted as feedback, once they are stored."""
        self._surveys[where].marked.extend(respids)

    def keep_reply(self, kept: KeptReply) -> None:
        """Keep a reply until `store`; its key must be a new one (`kept_reply`)."""
        self._replies[kept.workspace_id, kept.scope, kept.key] = kept
        self.taken += 1

    def kept_reply(self, workspace: int, scope: str, key: str) -> KeptReply | None:
        """The reply under a key that another caller of this transaction took."""
        return self._replies.get((workspace, scope, key))

    def store(self, session: Session) -> None:
        """Write what was gathered, and begin anew. Raises Outdated when a reply's key is taken."""
        surveys, ids = self._surveys, self._ids
        self._surveys, self._ids = {}, {}
        for where, survey in surveys.items():
            first, following = ids.pop(where[0], (0, 0))
            respids = survey.next - survey.first
            session.hot.reserve(session.raw, *where, respids, following - first, survey.now)
            keys, counts = sorted(survey.keys), survey.counts()
            for marks, rows in survey.rows.items():
                session.hot.insert(session.raw, *where, rows, keys, counts, marks)
                keys, counts = [], []  # they are of all the rows, and go in once
            for kind, told in survey.told.items():
                freeze(session, Telling(*where, kind, told, survey.now))
                session.rings = True
            if survey.marked:
                session.mark(Marking(*where, survey.marked, True, survey.now))
        if replies := list(self._replies.values()):
            self._replies = {}
            if not session.hot.keep_replies(session.raw, replies):
                raise Outdated
