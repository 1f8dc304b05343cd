"""Responses of a workspace or a survey, whoever wrote them (004, "Responses")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from rejoinder.core.feedback.reading import Reader
from rejoinder.core.feedback.standing import require_onboarded
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit
from rejoinder.model.feedback import AppliedTag, Counts, FeedbackResponse, FeedbackSurvey, Sentiment, Tag
from rejoinder.model.problems import NotFound
from rejoinder.store.feedback import responses as store
from rejoinder.store.feedback import surveys, tags
from rejoinder.store.feedback.applied import Carried, tags_of
from rejoinder.store.feedback.projects import project_by_id, projects_of

STREAMED = 500
"""Responses in one piece of a stream."""


class Wanted(msgspec.Struct, frozen=True):
    """Which responses; what is None does not matter.

    `sentiment` — a `Sentiment`'s number, or `NO_SENTIMENT` for none; `tag_sentiment` — the same, of the tag;
    `since` and `until` — µs, the end not included; `pending` — whether they are still to be analysed.
    """

    survey_id: int | None = None
    tag_id: int | None = None
    tag_sentiment: int | None = None
    sentiment: int | None = None
    language: str | None = None
    project_id: int | None = None
    since: int | None = None
    until: int | None = None
    pending: bool | None = None


NO_SENTIMENT = store.NO_SENTIMENT
ALL = Wanted()


class ResponsePage(msgspec.Struct, frozen=True):
    """Some responses, and how many there are; not `exact`: more than `total`."""

    items: list[FeedbackResponse]
    total: int
    exact: bool = True


def list_responses(
    unit: Unit, wanted: Wanted = ALL, *, skip: int = 0, limit: int = 25, descending: bool = True
) -> ResponsePage:
    """Some responses by their date; of one date by number, in the same direction. Raises NotOnboarded.

    Without conditions, or with one that is counted in the store, the total costs nothing; otherwise it is
    exact up to 10,000.
    """
    require_onboarded(unit)
    with unit.session.snapshot():
        which = which_of(unit, wanted)
        total, exact = _total(unit, wanted, which)
        rows = store.page(
            unit.session, unit.workspace_id, which, descending=descending, skip=skip, limit=limit
        )
        return ResponsePage(filled(unit, rows), total, exact)


def which_of(unit: Unit, wanted: Wanted) -> store.Which:
    """The condition as the store takes it."""
    which = store.Which(
        wanted.survey_id,
        wanted.tag_id,
        wanted.tag_sentiment,
        wanted.sentiment,
        wanted.language,
        wanted.project_id,
        wanted.since,
        wanted.until,
        wanted.pending,
    )
    if wanted.project_id is None:
        return which
    project = project_by_id(unit.session, unit.workspace_id, wanted.project_id)
    return which._replace(few=project is None or project.response_count <= store.FEW)


def get_response(unit: Unit, number: int) -> FeedbackResponse:
    """One response. Raises NotOnboarded, NotFound."""
    require_onboarded(unit)
    rows = store.by_ids(unit.session, unit.workspace_id, [number])
    if not rows:
        raise NotFound(f"There is no response {number} in this workspace.")
    return filled(unit, rows)[0]


def responses_after(unit: Unit, survey_id: int, after: int, limit: int = STREAMED) -> list[FeedbackResponse]:
    """The responses of a survey or import behind a respid, in the order of their arrival.

    A stream calls it again and again, with the `respid` of the last one. Raises NotOnboarded.
    """
    require_onboarded(unit)
    with unit.session.snapshot():
        return filled(unit, store.following(unit.session, unit.workspace_id, survey_id, after, limit))


def filled(unit: Unit, rows: Sequence[store.Row]) -> list[FeedbackResponse]:
    """Stored rows with all that belongs to them."""
    if not rows:
        return []
    numbers = [row.id for row in rows]
    carried, known = _tags_on(unit, numbers)
    projects = projects_of(unit.session, unit.workspace_id, numbers)
    readers = {number: reader_of(unit, number) for number in {row.survey_id for row in rows}}
    return [
        _response(row, *readers[row.survey_id], carried.get(row.id, ()), known, projects.get(row.id, ()))
        for row in rows
    ]


def applied_to(unit: Unit, rows: Sequence[store.Row]) -> dict[int, tuple[AppliedTag, ...]]:
    """Response → the tags on it, of those that carry any; without their places in the comment."""
    carried, known = _tags_on(unit, [row.id for row in rows])
    return {
        number: tuple(_applied(one, known[one.tag_id], True) for one in some if one.tag_id in known)
        for number, some in carried.items()
    }


def _tags_on(unit: Unit, numbers: Sequence[int]) -> tuple[dict[int, list[Carried]], dict[int, Tag]]:
    """What responses carry, and those of these tags that are still there, by number."""
    carried = tags_of(unit.session, unit.workspace_id, numbers)
    named = {one.tag_id for some in carried.values() for one in some}
    return carried, tags.tags_by_id(unit.session, unit.workspace_id, sorted(named))


def reader_of(unit: Unit, survey_id: int) -> tuple[FeedbackSurvey, Reader]:
    """A survey's roles, and how its records are read."""
    found = surveys.survey_by_id(unit.session, unit.workspace_id, survey_id)
    assert found is not None  # a response has a survey
    survey = open_survey(unit, str(survey_id))
    cache: dict[int, tuple[object, Reader]] = unit.session.cache.setdefault("readers", {})
    key = (survey.row.schema_version, found.roles)
    kept = cache.get(survey_id)
    if kept is None or kept[0] != key:
        kept = cache[survey_id] = (key, Reader(survey.shape.schema, found.roles))
    return found, kept[1]


def _response(
    row: store.Row,
    survey: FeedbackSurvey,
    reader: Reader,
    carried: Sequence[Carried],
    known: Mapping[int, Tag],
    projects: tuple[int, ...],
) -> FeedbackResponse:
    record = reader.decode(row.doc)
    stale = row.due is not None and row.fingerprint != reader.fingerprint(record)
    applied = [_applied(one, known[one.tag_id], stale) for one in carried if one.tag_id in known]
    return FeedbackResponse(
        id=row.id,
        survey_id=row.survey_id,
        respid=row.respid,
        at=row.at,
        user_id=reader.user(record),
        score=reader.score(record),
        metric_type=survey.roles.metric_type,
        comment=reader.comment(record),
        translated=None if stale else row.translated,
        language=row.language,
        sentiment=_sentiment(row.sentiment),
        machine=_sentiment(row.machine),
        corrected=row.corrected is not None,
        pending=row.due is not None and (stale or row.analysed_at is None),
        engine=row.engine,
        properties=reader.properties(record),
        project_ids=projects,
        tags=tuple(applied),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )


def _applied(one: Carried, tag: Tag, stale: bool) -> AppliedTag:
    by_hand = one.added is not None or one.corrected is not None
    spans = () if stale else one.spans
    return AppliedTag(tag, _sentiment(one.sentiment), "manual" if by_hand else "machine", spans)


def _sentiment(number: int | None) -> Sentiment | None:
    return None if number is None else Sentiment(number)


def _total(unit: Unit, wanted: Wanted, which: store.Which) -> tuple[int, bool]:
    """How many responses fit; read off the counts where they say it."""
    given = {name for name in Wanted.__struct_fields__ if getattr(wanted, name) is not None}
    counts: Counts | None = None
    if given <= {"sentiment"}:
        counts = surveys.totals(unit.session, unit.workspace_id)[0]
    elif given <= {"sentiment", "survey_id"} and wanted.survey_id is not None:
        found = surveys.survey_by_id(unit.session, unit.workspace_id, wanted.survey_id)
        counts = found.counts if found else Counts()
    elif given <= {"tag_id", "tag_sentiment"} and wanted.tag_id is not None:
        tag = tags.tag_by_id(unit.session, unit.workspace_id, wanted.tag_id)
        counts = tag.counts if tag else Counts()
    if counts is not None:
        sentiment = wanted.tag_sentiment if wanted.tag_id is not None else wanted.sentiment
        return _of(counts, sentiment), True
    total = store.count(unit.session, unit.workspace_id, which)
    return min(total, store.COUNTED), total <= store.COUNTED


def _of(counts: Counts, sentiment: int | None) -> int:
    match sentiment:
        case None:
            return counts.responses
        case Sentiment.POSITIVE:
            return counts.positive
        case Sentiment.NEUTRAL:
            return counts.neutral
        case Sentiment.NEGATIVE:
            return counts.negative
    return counts.without
