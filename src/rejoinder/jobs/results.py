"""Count the answers of a survey: a slice is read and counted, how far it is is noted, until all is there."""

from __future__ import annotations

import time

from rejoinder.core.results.asking import KIND, Opened, open_results
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit
from rejoinder.jobs.runner import MAX_ATTEMPTS, is_final, sentence
from rejoinder.model.job import Job
from rejoinder.model.results import Progress
from rejoinder.store import results as store
from rejoinder.store.engine import Database
from rejoinder.store.session import Session

__all__ = ["KIND", "tally_results"]

NOTED = 0.5
"""Seconds between two notes of how far it is."""


def tally_results(database: Database, job: Job) -> None:
    """Count for one filter. Safe to run twice: it begins anew, and an overtaken run writes nothing."""
    number, run = int(job.arguments["result"]), int(job.arguments["run"])
    try:
        _count(database, job.workspace_id, number, run)
    except Exception as error:
        if is_final(error) or job.attempts >= MAX_ATTEMPTS:
            told = sentence(error)
            database.write(
                lambda s: store.end(s, job.workspace_id, number, run, "failed", told), job.workspace_id
            )
        raise


def _count(database: Database, workspace: int, number: int, run: int) -> None:
    found = database.read(lambda session: store.wanted(session, workspace, number))
    if found is None or found[2] != run or found[3] not in ("waiting", "running"):
        return
    survey, asked = found[:2]
    began = _now()

    def note(progress: Progress) -> bool:
        return database.write(
            lambda session: store.note_progress(session, workspace, number, run, progress), workspace
        )

    def opened(session: Session) -> Opened:
        unit = Unit(session, workspace, "job", began)
        return open_results(unit, open_survey(unit, str(survey)), asked)

    tally, slices, total = database.read(opened)
    if not note(Progress(0, total, began)):
        return
    done, noted = 0, time.monotonic()
    while (lines := database.read(slices)) is not None:
        done += tally.add(lines)
        if time.monotonic() - noted > NOTED:
            noted = time.monotonic()
            if not note(Progress(min(done, total), total, began)):
                return
    counted = tally.results()
    database.write(lambda s: store.finish(s, workspace, number, run, counted, began), workspace)


def _now() -> int:
    return time.time_ns() // 1000
