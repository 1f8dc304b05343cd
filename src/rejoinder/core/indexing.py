"""Ask for an index that is missing."""

from __future__ import annotations

from collections.abc import Sequence

from rejoinder.core.jobs import enqueue
from rejoinder.core.unit import Unit
from rejoinder.store import jobs as store

KIND = "index_variable"


def ask_for_index(unit: Unit, survey: str, names: Sequence[str]) -> int | None:
    """Let a job index variables together; gives its number, None when one that will is under way.

    Parameters: `survey` — its number or alias.
    """
    arguments = {"survey": survey, "variables": list(names)}
    store.lock_jobs(unit.session, unit.workspace_id)
    under_way = store.unfinished(unit.session, unit.workspace_id, KIND)
    if any(found.arguments == arguments for found in under_way):
        return None
    return enqueue(unit, KIND, arguments, lane=f"index:{survey}")
