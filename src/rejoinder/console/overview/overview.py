"""A workspace at a glance: its surveys and how much is in them."""

from __future__ import annotations

from rejoinder.console.visit import Visit
from rejoinder.core.stats import workspace_stats
from rejoinder.kernel.reply import Reply


def overview(visit: Visit) -> Reply:
    """Surveys with their respondents and responses."""
    return visit.page("overview/overview.html", surveys=workspace_stats(visit.unit))
