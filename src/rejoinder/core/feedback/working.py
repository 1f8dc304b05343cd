"""What works on feedback in the background right now, and how far it is."""

from __future__ import annotations

from typing import NamedTuple

from rejoinder.core.feedback.queueing import ANALYSE, INDEX, REANALYSE, RETAG, TRAIN
from rejoinder.core.feedback.standing import require_onboarded
from rejoinder.core.jobs import end_job, seconds_left, show_job
from rejoinder.core.unit import Unit
from rejoinder.model.job import JobStatus
from rejoinder.model.problems import Invalid, NotFound
from rejoinder.store import jobs as store
from rejoinder.store.feedback.surveys import survey_by_id, totals

KINDS = (INDEX, ANALYSE, RETAG, REANALYSE, TRAIN)
STOPPABLE = (REANALYSE, TRAIN)
"""What can be ended in the middle: what was found until then stays, and nothing is missing."""


class Work(NamedTuple):
    """A job. `share` — 0 to 1, None where nobody knows; `left` — seconds, None likewise; `done` and `total`
    count responses."""

    job: int
    kind: str
    running: bool
    done: int
    total: int | None
    share: float | None
    left: float | None

    @property
    def stoppable(self) -> bool:
        """Whether a person may end it."""
        return self.kind in STOPPABLE


def works(unit: Unit) -> list[Work]:
    """What waits or runs, first things first. Raises NotOnboarded."""
    require_onboarded(unit)
    jobs = [job for kind in KINDS for job in store.unfinished(unit.session, unit.workspace_id, kind)]
    if not jobs:
        return []
    counts, analysed = totals(unit.session, unit.workspace_id)
    found = []
    for job in jobs:
        outcome, total = job.outcome or {}, counts.responses
        done = int(outcome.get("seen", outcome.get("analysed", 0)))
        if job.kind == ANALYSE:
            total = done + max(0, counts.responses - analysed)
        if (survey := job.arguments.get("survey")) is not None:
            one = survey_by_id(unit.session, unit.workspace_id, int(survey))
            total = one.counts.responses if one else 0
        counted = job.kind not in (INDEX, TRAIN)
        share = min(1.0, done / total) if counted and total else None
        began = job.attempts > 0 or job.status is JobStatus.RUNNING or done > 0
        left = seconds_left(job, share, unit.now) if began else None
        running = job.status is JobStatus.RUNNING or done > 0
        found.append(Work(job.id, job.kind, running, done, total if counted else None, share, left))
    return sorted(found, key=lambda work: work.job)


def stop_work(unit: Unit, number: int) -> None:
    """End a reanalysis or a training; what it found until then stays.

    Raises NotOnboarded, NotFound, Invalid for what must run to its end and for what has ended.
    """
    require_onboarded(unit)
    found = show_job(unit.session, f"{unit.workspace_id}/{number}")
    if found.kind not in KINDS:
        raise NotFound(f"There is no work {number} on feedback.")
    if found.kind not in STOPPABLE:
        raise Invalid("This must run to its end; otherwise some responses would miss their tags.")
    end_job(unit, found)
