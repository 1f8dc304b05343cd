"""Batches: respondents that were loaded together."""

from __future__ import annotations

from rejoinder.console.panel.paging import PAGE
from rejoinder.console.visit import Visit
from rejoinder.core.mailings import list_mailings
from rejoinder.core.panel import batches as core
from rejoinder.core.surveys import describe_survey, every_survey
from rejoinder.kernel.reply import Reply


def batches(visit: Visit) -> Reply:
    """All batches, the newest first."""
    before = visit.asked_number("before")
    found = core.list_batches(visit.unit, limit=PAGE + 1, before=before)
    return visit.page(
        "panel/batches.html",
        batches=found[:PAGE],
        names=survey_names(visit),
        more=found[PAGE - 1].batch.id if len(found) > PAGE else None,
        first=before is None,
    )


def survey_names(visit: Visit) -> dict[int, str]:
    """What the workspace's surveys are called."""
    return {one.id: one.name for one in every_survey(visit.unit)}


def batch(visit: Visit) -> Reply:
    """One batch with its parts and its people."""
    found = core.read_batch(visit.unit, visit.text("batch"))
    after = visit.asked_number("after") or 0
    people = core.people_of_batch(visit.unit, found.batch, after, PAGE + 1)
    mailings = [
        one
        for one in list_mailings(visit.unit, str(found.batch.survey_id), 200)
        if one.batch_id == found.batch.id
    ]
    return visit.page(
        "panel/batch.html",
        batch=found.batch,
        patches=found.patches,
        received=sum(one.received for one in found.patches),
        repeated=sum(len(one.repeated) for one in found.patches),
        people=people[:PAGE],
        after=people[PAGE - 1].row.respid if len(people) > PAGE else None,
        first=not after,
        survey=describe_survey(visit.unit, str(found.batch.survey_id)),
        mailings=mailings,
    )
