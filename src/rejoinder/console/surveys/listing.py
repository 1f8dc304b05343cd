"""The surveys of a workspace."""

from __future__ import annotations

from rejoinder.console.visit import Visit
from rejoinder.core.stats import workspace_stats
from rejoinder.kernel.reply import Reply


def survey_list(visit: Visit) -> Reply:
    """All surveys with how much is in them."""
    return visit.page("surveys/list.html", surveys=workspace_stats(visit.unit))
