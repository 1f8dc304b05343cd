"""How feedback looks as a whole: by sentiment, by day, by tag, by language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from rejoinder.core.feedback.responses import Wanted, which_of
from rejoinder.core.feedback.standing import require_onboarded
from rejoinder.core.feedback.trends import sentiment_by_day, tags_of_survey
from rejoinder.core.unit import Unit
from rejoinder.model.feedback import Counts, Trend
from rejoinder.store.feedback import newest
from rejoinder.store.feedback.responses import Which
from rejoinder.store.feedback.states import DAY

SAMPLE = 2000
"""The newest responses, of which is counted what is not counted beforehand."""
_NAMES = {1: "positive", 0: "neutral", -1: "negative"}


class Summary(NamedTuple):
    """`tags` — tag → its responses by the tag's sentiment; `languages` — of `sampled` responses, None for
    texts without one; `whole` — everything but the languages was counted in all responses that were asked
    for, not in the newest `SAMPLE` alone."""

    counts: Counts
    days: list[Trend]
    tags: dict[int, Counts]
    languages: list[tuple[str | None, int]]
    sampled: int
    whole: bool


def summarise(unit: Unit, wanted: Wanted) -> Summary:
    """Sum up responses of a survey, a project, a language, some days.

    Numbers of surveys and days are kept; those of a language or a project are counted among the newest
    `SAMPLE` responses. Tags are counted by whole weeks. Raises NotOnboarded.
    """
    require_onboarded(unit)
    with unit.session.snapshot():
        which = which_of(unit, wanted)
        floor = newest.edge(unit.session, unit.workspace_id, which, SAMPLE)
        which = which._replace(floor=floor)
        said = newest.by_day(unit.session, unit.workspace_id, which)
        languages, sampled = _languages(said), sum(one.n for one in said)
        if wanted.language is None and wanted.project_id is None:
            return _kept(unit, wanted, languages, sampled)
        return _counted(unit, which, said, languages, sampled)


def engines(unit: Unit) -> list[tuple[str | None, int]]:
    """Which engines, in which versions, read the newest `SAMPLE` responses; None for those without a text or
    not read yet. Raises NotOnboarded."""
    require_onboarded(unit)
    which = Which()
    floor = newest.edge(unit.session, unit.workspace_id, which, SAMPLE)
    return newest.by_engine(unit.session, unit.workspace_id, which._replace(floor=floor))


def _kept(unit: Unit, wanted: Wanted, languages: list[tuple[str | None, int]], sampled: int) -> Summary:
    since = None if wanted.since is None else wanted.since // DAY
    until = None if wanted.until is None else -(-wanted.until // DAY)
    days = sentiment_by_day(unit, wanted.survey_id, since, until)
    tags = tags_of_survey(unit, wanted.survey_id, since, until)
    return Summary(_sum(day.counts for day in days), days, tags, languages, sampled, whole=True)


def _languages(said: Iterable[newest.Said]) -> list[tuple[str | None, int]]:
    """(language, how many), the most frequent first."""
    found = Counter[str | None]()
    for one in said:
        found[one.language] += one.n
    return found.most_common()


def _counted(
    unit: Unit,
    which: Which,
    said: Iterable[newest.Said],
    languages: list[tuple[str | None, int]],
    sampled: int,
) -> Summary:
    by_day: dict[int, list[tuple[int | None, int]]] = {}
    for one in said:
        by_day.setdefault(one.day, []).append((one.sentiment, one.n))
    days = [Trend(day, _counts(some)) for day, some in sorted(by_day.items())]
    by_tag: dict[int, list[tuple[int | None, int]]] = {}
    for tag, sentiment, n in newest.by_tag(unit.session, unit.workspace_id, which):
        by_tag.setdefault(tag, []).append((sentiment, n))
    tags = {tag: _counts(some) for tag, some in by_tag.items()}
    whole = which.floor is None
    return Summary(_sum(day.counts for day in days), days, tags, languages, sampled, whole)


def _counts(some: Iterable[tuple[int | None, int]]) -> Counts:
    found = dict.fromkeys(("responses", *_NAMES.values()), 0)
    for sentiment, n in some:
        found["responses"] += n
        if sentiment is not None:
            found[_NAMES[sentiment]] += n
    return Counts(**found)


def _sum(some: Iterable[Counts]) -> Counts:
    found = [0, 0, 0, 0]
    for one in some:
        parts = (one.responses, one.positive, one.neutral, one.negative)
        found = [have + more for have, more in zip(found, parts, strict=True)]
    return Counts(*found)
