"""The surveys of a workspace."""

from __future__ import annotations

from rejoinder.console.visit import Visit
from rejoinder.core.stats import workspace_stats
from rejoinder.core.surveys import every_survey
from rejoinder.kernel.reply import Reply


def survey_list(visit: Visit) -> Reply:
    """All surveys with how much is in them, the one that changed last first."""
    surveys = sorted(workspace_stats(visit.unit), key=lambda one: one.updated_at, reverse=True)
    closed = {one.id for one in every_survey(visit.unit) if one.status != "open"}
    return visit.page("surveys/list.html", surveys=surveys, closed=closed)
