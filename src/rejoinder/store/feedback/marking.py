"""Note, in the transaction that writes respondents, that they are feedback which is to be analysed.

A response is there from the moment its respondent is: a completed row, or one with a score or a comment, of
an active survey of an onboarded workspace (design, "Who is listed where"). What was found out about it
follows, by a job that one statement asks for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from rejoinder.model.respondent import State as Stage
from rejoinder.store import jobs
from rejoinder.store.chunks import chunks
from rejoinder.store.feedback.projects import forget_projects_of
from rejoinder.store.feedback.states import DAY, State, Tally, apply_changes, states
from rejoinder.store.feedback.workspaces import lock_feedback, take_queue

if TYPE_CHECKING:
    from rejoinder.store.session import Session
    from rejoinder.store.telling import Marking

KIND, LANE = "analyse_feedback", "feedback"
"""The kind of job that analyses what is due, and the lane of all jobs about feedback: one after the other."""
CHUNK, RUN = 5000, 50_000
"""Rows looked at together: named one by one, and in a row."""


_AT = "COALESCE(r.completed_at, r.opened_at, r.created_at)"
_NAMES = "workspace_id, respondent_id, survey_id, respid, at, due"
# Completed rows need no look into their records, and most new ones are completed.
_EACH = {
    "sqlite": f"""
INSERT INTO feedback ({_NAMES})
SELECT r.workspace_id, r.id, :survey, r.row & 4294967295, {_AT}, 1
FROM json_each(:respids) j CROSS JOIN respondent r ON r.row = (:base | j.value)
WHERE r.workspace_id = :workspace AND r.state = {Stage.COMPLETED:d}
ON CONFLICT (workspace_id, respondent_id) DO NOTHING RETURNING at""",
    "postgresql": f"""
INSERT INTO feedback ({_NAMES})
SELECT r.workspace_id, r.id, r.survey_id, r.respid, {_AT}, 1
FROM unnest(%(respids)s::bigint[]) AS k (respid) CROSS JOIN LATERAL (
  SELECT * FROM respondent r
  WHERE r.workspace_id = %(workspace)s AND r.survey_id = %(survey)s AND r.respid = k.respid OFFSET 0
) r WHERE r.state = {Stage.COMPLETED:d}
ON CONFLICT (workspace_id, respondent_id) DO NOTHING RETURNING at""",
}
# New rows that follow each other are read in a row. Their numbers were never given before, so that nobody can
# have noted them yet: to look for that takes PostgreSQL a third of the time.
_RUN = {
    "sqlite": f"""
FROM respondent r WHERE r.row BETWEEN (:base | :first) AND (:base | :last)
AND +r.workspace_id = :workspace AND r.state = {Stage.COMPLETED:d}""",
    "postgresql": f"""
FROM respondent r WHERE r.workspace_id = %(workspace)s AND r.survey_id = %(survey)s
AND r.respid BETWEEN %(first)s AND %(last)s AND r.state = {Stage.COMPLETED:d}""",
}
_ADD_RUN = {
    engine: f"INSERT INTO feedback ({_NAMES}) SELECT r.workspace_id, r.id, {place}, {_AT}, 1 {_RUN[engine]}"
    for engine, place in (("sqlite", ":survey, r.row & 4294967295"), ("postgresql", "r.survey_id, r.respid"))
}
_DAY = f"({_AT} - CASE WHEN {_AT} < 0 THEN {DAY - 1} ELSE 0 END) / {DAY}"
_COUNT_RUN = {engine: f"SELECT {_DAY}, count(*) {rows} GROUP BY 1" for engine, rows in _RUN.items()}
_ROWS = {
    "sqlite": f"""
SELECT r.id, r.row & 4294967295, {_AT}, r.state, CASE WHEN r.state < {Stage.COMPLETED:d} THEN r.doc END
FROM json_each(:respids) j CROSS JOIN respondent r ON r.row = (:base | j.value)
WHERE r.workspace_id = :workspace""",
    "postgresql": f"""
SELECT r.id, r.respid, {_AT}, r.state, CASE WHEN r.state < {Stage.COMPLETED:d} THEN r.doc END
FROM unnest(%(respids)s::bigint[]) AS k (respid) CROSS JOIN LATERAL (
  SELECT * FROM respondent r
  WHERE r.workspace_id = %(workspace)s AND r.survey_id = %(survey)s AND r.respid = k.respid OFFSET 0
) r""",
}
_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_SURVEY = "SELECT active, score, comment FROM feedback_survey WHERE workspace_id = {0} AND survey_id = {0}"


def mark(session: Session, marking: Marking) -> None:
    """Bring responses in line with their respondents as they now are, and ask for their analysis."""
    lock_feedback(session, marking.workspace)
    where = (marking.workspace, marking.survey)
    survey = session.raw.execute(_SURVEY.format(session.hot.mark), where).fetchone()
    if survey is None or not survey[0]:
        return
    names = frozenset(name for name in survey[1:] if name)
    work, tally = False, Tally()
    for respids in chunks(marking.respids, RUN if _follow(marking) else CHUNK):
        some = marking._replace(respids=respids)
        rest = _mark_completed(session, some, tally) if marking.new else len(respids)
        work = work or rest < len(respids)
        if rest:
            for few in chunks(respids, CHUNK):
                work = _mark_each(session, marking._replace(respids=few), names) or work
    tally.write(session, marking.workspace)
    if work:
        ask_for_analysis(session, marking.workspace, marking.now)


def _follow(marking: Marking) -> bool:
    """Whether respondents are new and have numbers that follow each other."""
    return marking.new and isinstance(marking.respids, range) and marking.respids.step == 1


def ask_for_analysis(session: Session, workspace: int, now: int) -> None:
    """Let a job analyse what is due, unless one waits for it already."""
    if take_queue(session, workspace):
        jobs.add_job(session, workspace, KIND, {}, run_at=now, lane=LANE, now=now)


def unmark(session: Session, workspace: int, numbers: Sequence[int]) -> int:
    """Forget responses with all that was found out about them; gives how many there were."""
    count = 0
    for some in chunks(numbers, CHUNK):
        found = states(session, workspace, some)
        apply_changes(session, workspace, [(before, None) for before in found.values()])
        forget_projects_of(session, workspace, sorted(found))
        count += len(found)
    return count


def _place(marking: Marking) -> dict[str, Any]:
    return {"workspace": marking.workspace, "survey": marking.survey, "base": marking.survey << 32}


def _values(session: Session, marking: Marking) -> dict[str, Any]:
    respids = list(marking.respids)
    named = respids if session.engine == "postgresql" else msgspec.json.encode(respids).decode()
    return _place(marking) | {"respids": named}


def _mark_completed(session: Session, marking: Marking, tally: Tally) -> int:
    """Add responses for new respondents that are completed; gives how many respondents are left."""
    if _follow(marking):
        values = _place(marking) | {"first": marking.respids[0], "last": marking.respids[-1]}
        session.raw.execute(_ADD_RUN[session.engine], values)
        days = dict(session.raw.execute(_COUNT_RUN[session.engine], values).fetchall())
    else:
        found = session.raw.execute(_EACH[session.engine], _values(session, marking)).fetchall()
        days = Counter([at // DAY for (at,) in found])
    for day, n in days.items():
        tally.add_response(marking.survey, day, None, n)
    return len(marking.respids) - sum(days.values())


def _mark_each(session: Session, marking: Marking, names: frozenset[str]) -> bool:
    """Look at each respondent and at the response that there is of it; True when something is due now."""
    rows = session.raw.execute(_ROWS[session.engine], _values(session, marking)).fetchall()
    known = states(session, marking.workspace, [row[0] for row in rows])
    changes: list[tuple[State | None, State | None]] = []
    for number, respid, at, stage, doc in rows:
        before = known.get(number)
        fits = stage == Stage.COMPLETED or _has_any(doc, names)
        if before is None and fits:
            changes.append((None, State(number, marking.survey, respid, at)))
        elif before is not None and not marking.new:
            after = before._replace(at=at, revision=before.revision + 1, due=1) if fits else None
            changes.append((before, after))
    apply_changes(session, marking.workspace, changes)
    forget_projects_of(session, marking.workspace, [b.id for b, after in changes if b and after is None])
    return any(after for _, after in changes)


def _has_any(doc: str, names: frozenset[str]) -> bool:
    """Whether a record has one of these variables; it holds no blanks."""
    return not names.isdisjoint(_members(doc))
