"""The results of a survey: counted at once where there are few answers, else by a job and kept.

What is kept is counted anew when somebody looks and answers came since, at most once a minute.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from rejoinder.core.jobs import enqueue
from rejoinder.core.respondents.filtered import Matcher, matcher
from rejoinder.core.respondents.read import Reading, count_all, read_stream
from rejoinder.core.results.tally import Tally
from rejoinder.core.surveys import OpenSurvey, describe_survey
from rejoinder.core.unit import Unit
from rejoinder.model.listing import Bound
from rejoinder.model.problems import Invalid
from rejoinder.model.results import Asked, Results, Standing
from rejoinder.store import jobs, listing
from rejoinder.store import results as store
from rejoinder.store.session import Session

KIND = "tally_results"
AT_ONCE = 1000
"""Responses that are counted while somebody waits."""
FRESH = 60_000_000
"""µs for which results are good enough although answers came."""

Slices = Callable[[Session], bytes | None]


class Opened(NamedTuple):
    """What to count: the records in slices of NDJSON, and how many there are to look at."""

    tally: Tally
    slices: Slices
    total: int


def open_results(unit: Unit, survey: OpenSurvey, asked: Asked) -> Opened:
    """Prepare to count. Raises Invalid for a bad filter, with the position."""
    total = count_all(unit, survey)[1]
    test = _matcher(unit, survey, asked)
    tally = Tally(survey.shape.schema)
    if asked.collector is not None:
        return Opened(tally, _of_collector(unit, survey, asked.collector, test), total)
    return Opened(tally, read_stream(unit, survey, Reading("response", None, test)), total)


def standing(unit: Unit, survey: OpenSurvey, asked: Asked) -> Standing:
    """Where the results stand; those of few answers are counted here. Raises Invalid for a bad filter."""
    if count_all(unit, survey)[1] <= AT_ONCE:
        return Standing("idle", _counted(unit, open_results(unit, survey, asked)), unit.now, stale=False)
    _matcher(unit, survey, asked)
    found = store.standing(unit.session, unit.workspace_id, survey.id, _digest(survey, asked))
    if found is None:
        return Standing()
    changed = found.as_of is None or survey.row.updated_at >= found.as_of
    return msgspec.structs.replace(found, stale=changed and unit.now - (found.as_of or 0) > FRESH)


def ask_for_results(unit: Unit, survey: OpenSurvey, asked: Asked) -> None:
    """Let a job count, unless one does already. Raises Invalid for a bad filter."""
    _matcher(unit, survey, asked)
    digest = _digest(survey, asked)
    jobs.lock_jobs(unit.session, unit.workspace_id)  # two visitors may ask at once
    found = store.standing(unit.session, unit.workspace_id, survey.id, digest)
    if found is not None and found.busy:
        return
    number, run = store.ask(unit.session, unit.workspace_id, survey.id, digest, asked, unit.now)
    enqueue(unit, KIND, {"result": number, "run": run})


def stop_counting(unit: Unit, survey: OpenSurvey, asked: Asked) -> None:
    """Stop the job that counts; what was counted before stays."""
    found = store.standing(unit.session, unit.workspace_id, survey.id, _digest(survey, asked))
    if found is not None:
        store.end(unit.session, unit.workspace_id, found.id, found.run, "stopped")


def _counted(unit: Unit, opened: Opened) -> Results:
    while (lines := opened.slices(unit.session)) is not None:
        opened.tally.add(lines)
    return opened.tally.results()


def _matcher(unit: Unit, survey: OpenSurvey, asked: Asked) -> Matcher | None:
    if len(asked.filter) > 20_000:
        raise Invalid("A filter has at most 20,000 characters.")
    if not asked.filter.strip():
        return None
    return matcher(unit, survey, asked.filter, describe_survey(unit, str(survey.id)).aliases)


def _of_collector(unit: Unit, survey: OpenSurvey, collector: int, test: Matcher | None) -> Slices:
    """The records that came by one collector."""
    rows = listing.Rows(unit.workspace_id, survey.id, (Bound("collector_id", "=", collector),))
    last = 0

    def next_slice(session: Session) -> bytes | None:
        nonlocal last
        found = listing.following(session, rows, last, 0, listing.SCAN)
        if not found:
            return None
        last = found[-1].respid
        docs = [row.doc for row in found]
        if test is not None:
            records = test.decode(f"[{','.join(docs)}]")
            docs = [doc for doc, record in zip(docs, records, strict=True) if test.test(record)]
        return "\n".join(docs).encode() + b"\n" if docs else b""

    return next_slice


def _digest(survey: OpenSurvey, asked: Asked) -> str:
    """A filter of one version of the survey: other variables make other results."""
    return hashlib.sha256(msgspec.json.encode([survey.row.schema_version, asked])).hexdigest()
