"""Respondents who leave, and answers that are taken away: the rows and all that hangs on them."""

from __future__ import annotations

from collections.abc import Sequence

from rejoinder.core.erasure import Wiped, forget_answers, forget_people, people
from rejoinder.core.events import note_feedback, tell_of_end
from rejoinder.core.respondents.counting import block_changes
from rejoinder.core.respondents.keys import key_rows
from rejoinder.core.respondents.rows import Stored, stamp, store_keys, store_records
from rejoinder.core.surveys import OpenSurvey
from rejoinder.core.unit import Unit
from rejoinder.model.respondent import State
from rejoinder.store.participants import forget_ends


def delete_rows(unit: Unit, survey: OpenSurvey, stored: Sequence[Stored]) -> Wiped:
    """Delete respondents with their answers, keys and all that hangs on them; gives how much that was."""
    if not stored:
        return Wiped()
    hot, raw, where = unit.session.hot, unit.session.raw, (unit.workspace_id, survey.id)
    respids = [row.respid for row in stored]
    gone = people(unit, survey.id, respids)
    tell_of_end(unit, survey.id, stored)
    records = survey.shape.read_all([row.doc for row in stored])
    hot.drop_keys(raw, *where, key_rows(survey.shape, survey.lookups, respids, records))
    hot.delete(raw, *where, respids)
    hot.count_blocks(raw, *where, block_changes(respids, -1, [-bool(row.state) for row in stored]))
    return forget_people(unit, survey.id, gone)


def clear_answers(unit: Unit, survey: OpenSurvey, stored: Sequence[Stored]) -> None:
    """Delete the responses and keep the respondents."""
    if not stored:
        return
    shape = survey.shape
    respids = [row.respid for row in stored]
    tell_of_end(unit, survey.id, stored)
    records = shape.read_all([row.doc for row in stored])
    old = set(key_rows(shape, survey.lookups, respids, records))
    for record in records:
        stamp(shape, record, None, None)
        for attribute in shape.answers:
            setattr(record, attribute, None)
    store_records(unit, survey, records, stored, [(State.LISTED, None, None)] * len(records))
    store_keys(unit, survey, old, set(key_rows(shape, survey.lookups, respids, records)))
    forget_ends(unit.session, unit.workspace_id, survey.id, respids)
    note_feedback(unit, survey.id, respids, new=False)
    forget_answers(unit, survey.id, respids)
