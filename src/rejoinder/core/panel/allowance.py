"""How many respondents a workspace may hold."""

from __future__ import annotations

from rejoinder.core.surveys import OpenSurvey, lock_survey
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import workspace_of
from rejoinder.model.problems import NotOnPlan
from rejoinder.store.panel_counts import count_respondents


def check_allowance(unit: Unit, survey: OpenSurvey, more: int) -> None:
    """Make sure that so many more respondents fit (design, Webankieta: 402). Raises NotOnPlan.

    The survey is locked first, and with it the workspace's counter, so that two requests cannot both take
    what is left.
    """
    most = workspace_of(unit).settings.max_respondents
    if most is None:
        return
    lock_survey(unit, survey)
    there = count_respondents(unit.session, unit.workspace_id)
    if there + more > most:
        raise NotOnPlan(
            f"This workspace may hold {most:,} respondents and has {there:,}; {more:,} more do not fit. "
            "Nothing was stored."
        )
