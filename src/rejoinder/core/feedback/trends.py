"""Sentiment over time, and which tags are spoken of: read off numbers that are kept, never counted anew."""

from __future__ import annotations

from rejoinder.core.feedback.standing import require_onboarded
from rejoinder.core.unit import Unit
from rejoinder.model.feedback import Counts, Trend
from rejoinder.store.feedback import statistics as store
from rejoinder.store.feedback.states import week_of
from rejoinder.store.feedback.tags import tags

ALL = 0
"""Stands for a tag where all responses are meant."""


def sentiment_by_day(
    unit: Unit, survey_id: int | None = None, since: int | None = None, until: int | None = None
) -> list[Trend]:
    """Responses of each day (UTC) by sentiment; days without any are left out.

    Parameters: `since`, `until` — days since 1970, the end not included. Raises NotOnboarded.
    """
    require_onboarded(unit)
    return store.by_day(unit.session, unit.workspace_id, ALL, survey_id, since, until)


def tag_by_week(
    unit: Unit, tag: int, survey_id: int | None = None, since: int | None = None, until: int | None = None
) -> list[Trend]:
    """Responses of each week that carry a tag, by its sentiment; `day` is the week's Monday.

    A week counts as a whole where `since` falls into it. Raises NotOnboarded.
    """
    require_onboarded(unit)
    begin = None if since is None else week_of(since)
    return store.by_day(unit.session, unit.workspace_id, tag, survey_id, begin, until)


def tags_of_survey(
    unit: Unit, survey_id: int | None = None, since: int | None = None, until: int | None = None
) -> dict[int, Counts]:
    """How many responses carry each tag, by the tag's sentiment: of a survey or import, of some weeks, or of
    all; tags on none are left out. Raises NotOnboarded."""
    require_onboarded(unit)
    every = tags(unit.session, unit.workspace_id)
    if survey_id is None and since is None and until is None:
        return {tag.id: tag.counts for tag in every if tag.counts.responses}
    known = [tag.id for tag in every]
    begin = None if since is None else week_of(since)
    found = store.by_tag(unit.session, unit.workspace_id, known, survey_id, begin, until)
    return {number: counts for number, counts in found.items() if counts.responses}
