"""Ask for background work on feedback: it waits in one lane of the workspace, one job after the other."""

from __future__ import annotations

from collections.abc import Sequence

from rejoinder.core.jobs import enqueue
from rejoinder.core.unit import Unit
from rejoinder.model.job import JobStatus
from rejoinder.store import jobs as store
from rejoinder.store.feedback import marking
from rejoinder.store.feedback.surveys import count_responses

ANALYSE = marking.KIND
"""Analyse what is due."""
RETAG = "retag_feedback"
"""Look for some tags, and those scoped by them, in all responses; clear what is left of others."""
REANALYSE = "reanalyse_feedback"
"""Let the engine read responses again."""
TRAIN = "train_feedback"
"""Learn from what people corrected."""
INDEX = "index_feedback"
"""Bring the responses of a survey in line with its respondents."""


def ask_for_analysis(unit: Unit) -> None:
    """Let what is due be analysed soon."""
    marking.ask_for_analysis(unit.session, unit.workspace_id, unit.now)


def ask_for_retagging(unit: Unit, tag: int) -> None:
    """Let a tag be looked for in all responses. Tags that are asked for together share one walk."""
    if not count_responses(unit.session, unit.workspace_id):
        return
    for waiting in store.unfinished(unit.session, unit.workspace_id, RETAG):
        if waiting.status is JobStatus.WAITING and "after" not in waiting.arguments:
            tags = sorted({*waiting.arguments["tags"], tag})
            if store.widen_job(unit.session, waiting, {"tags": tags}):
                return
    enqueue(unit, RETAG, {"tags": [tag]}, lane=marking.LANE)


def ask_for_reanalysis(unit: Unit, survey_id: int | None = None, *, every: bool = False) -> int:
    """Let responses be read again that another engine or version has read, or `every` one; gives the job's
    number. `survey_id` — those of one survey alone."""
    return enqueue(unit, REANALYSE, {"survey": survey_id, "every": every}, lane=marking.LANE)


def ask_for_training(unit: Unit) -> int:
    """Let the engine learn from what people corrected; gives the job's number. One that waits is enough."""
    for waiting in store.unfinished(unit.session, unit.workspace_id, TRAIN):
        return waiting.id
    return enqueue(unit, TRAIN, {}, lane=marking.LANE)


def ask_for_index(unit: Unit, surveys: Sequence[int], *, again: bool) -> int:
    """Let the responses of surveys be made from their respondents; gives the job's number.

    Parameters: `again` — look at those anew that are there already.
    """
    return enqueue(unit, INDEX, {"surveys": list(surveys), "again": again}, lane=marking.LANE)
