"""Put one tag on many responses, with two statements whatever their number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from rejoinder.store.chunks import chunks
from rejoinder.store.feedback.states import DAY, Tally
from rejoinder.store.session import Session
from rejoinder.store.tables.feedback import feedback, response_tag


def put_on(
    session: Session, workspace: int, tag: int, responses: Sequence[int], survey_id: int | None
) -> int:
    """Put a tag on responses by hand, the numbered ones or those of a survey; gives on how many it was not
    before. The workspace's feedback must be locked."""
    return sum(_put_on(session, workspace, tag, which) for which in _which(responses, survey_id))


def make_due(session: Session, workspace: int, responses: Sequence[int], survey_id: int | None) -> None:
    """Let responses be looked at again."""
    for which in _which(responses, survey_id):
        values = {"due": 1, "revision": feedback.c.revision + 1}
        session.run(update(feedback).where(feedback.c.workspace_id == workspace, which).values(values))


def _which(responses: Sequence[int], survey_id: int | None) -> Iterator[ColumnElement[bool]]:
    if survey_id is not None:
        yield feedback.c.survey_id == survey_id
    for some in chunks(responses):
        yield feedback.c.respondent_id.in_(some)


def _put_on(session: Session, workspace: int, tag: int, which: ColumnElement[bool]) -> int:
    mark = response_tag.c
    same = and_(
        mark.workspace_id == feedback.c.workspace_id,
        mark.respondent_id == feedback.c.respondent_id,
        mark.tag_id == tag,
    )
    of_tag = case((mark.found == 1, mark.machine))
    sentiment = func.coalesce(mark.corrected, of_tag, feedback.c.sentiment)
    mine = and_(feedback.c.workspace_id == workspace, which)
    joined = feedback.outerjoin(response_tag, same)
    absent = or_(mark.present.is_(None), mark.present == 0)
    columns = (feedback.c.survey_id, feedback.c.at, sentiment.label("sentiment"))
    new = session.rows(select(*columns).select_from(joined).where(mine, absent))
    count_new(session, workspace, tag, Counter((row.survey_id, row.at // DAY, row.sentiment) for row in new))
    number = feedback.c.respondent_id
    source = (
        select(
            feedback.c.workspace_id,
            number,
            literal(tag),
            literal(1),
            sentiment,
            literal(0),
            literal(1),
            feedback.c.at,
        )
        .select_from(joined)
        .where(mine)
    )
    insert = sqlite.insert if session.engine == "sqlite" else postgresql.insert
    names = ["workspace_id", "respondent_id", "tag_id", "present", "sentiment", "found", "added", "at"]
    statement = insert(response_tag).from_select(names, source)
    taken = {name: statement.excluded[name] for name in ("present", "sentiment", "added")}
    session.run(statement.on_conflict_do_update(index_elements=names[:3], set_=taken))
    return len(new)


def count_new(
    session: Session, workspace: int, tag: int, found: Counter[tuple[int, int, int | None]]
) -> None:
    """Count responses that carry a tag from now on, by (survey, day, sentiment)."""
    tally = Tally()
    for (survey_id, day, sentiment), n in found.items():
        tally.add_tag(tag, survey_id, day, sentiment, n)
    tally.write(session, workspace)
