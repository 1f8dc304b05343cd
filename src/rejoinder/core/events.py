"""Tell those who want to know what happened to respondents (design, "SurveyKiwi", webhooks).

An event is a row of the transaction that made it: the respondent is copied as the store then holds it, with
the deliveries it is owed. Where nobody listens, all of this is one look into a dictionary.
"""

from __future__ import annotations

from collections.abc import Sequence

from rejoinder.core.unit import Unit
from rejoinder.model.event import FEEDBACK, EventKind
from rejoinder.model.respondent import State
from rejoinder.store import webhooks as store
from rejoinder.store.hot import MatchedRespondent, StoredRespondent
from rejoinder.store.telling import Marking, Telling

Stored = StoredRespondent | MatchedRespondent


def listening(unit: Unit, survey_id: int) -> int:
    """Which events of a survey somebody wants (bits of `EventKind`), 0 for none. Only for writes."""
    known = unit.session.listening
    if survey_id not in known:
        known[survey_id] = store.lock_listening(unit.session, unit.workspace_id, survey_id)
    return known[survey_id]


def tell(unit: Unit, survey_id: int, kind: EventKind, respids: Sequence[int]) -> None:
    """Tell of respondents of a survey, in the unit's transaction: no commit, no event.

    What receivers will see of them is how they stand when this write ends; on `answer.deleted`, for which
    this is called before the deletion, only their ids.
    """
    if not respids or not listening(unit, survey_id) & kind.bit:
        return
    session, where = unit.session, (unit.workspace_id, survey_id)
    if session.gathering and session.gathering.holds(where):
        session.gathering.tell(where, kind, respids)
        return
    session.tell(Telling(*where, kind, respids, unit.now))
    if kind is EventKind.DELETED:
        session.freeze()


def note_feedback(unit: Unit, survey_id: int, respids: Sequence[int], *, new: bool) -> None:
    """Note that respondents of a survey were written, if the survey is feedback: they are to be analysed.

    Parameters: `new` — none of them was there before this transaction. One that this write makes and changes
    may be noted as both.
    """
    if not respids or not listening(unit, survey_id) & FEEDBACK:
        return
    session, where = unit.session, (unit.workspace_id, survey_id)
    if new and session.gathering and session.gathering.holds(where):
        session.gathering.mark(where, respids)
    else:
        session.mark(Marking(*where, respids, new, unit.now))


def tell_of_changes(
    unit: Unit, survey_id: int, before: Sequence[Stored], after: Sequence[int], changed: Sequence[bool]
) -> None:
    """Tell of rows that were changed: those that are completed now, and those that had been.

    Parameters: `after` — the state of each; `changed` — whether its answers are others than before: variables
    of the respondent alone are no event (design, "Who is listed where").
    """
    rows = zip(before, after, changed, strict=True)
    ended = [(row, other) for row, state, other in rows if state == State.COMPLETED]
    new = [row.respid for row, _ in ended if row.state != State.COMPLETED]
    tell(unit, survey_id, EventKind.CREATED, new)
    again = [row.respid for row, other in ended if other and row.state == State.COMPLETED]
    tell(unit, survey_id, EventKind.UPDATED, again)


def tell_of_end(unit: Unit, survey_id: int, stored: Sequence[Stored]) -> None:
    """Tell of completed answers that are about to be deleted."""
    if listening(unit, survey_id):
        gone = [row.respid for row in stored if row.state == State.COMPLETED]
        tell(unit, survey_id, EventKind.DELETED, gone)
