"""How people like to see things: the columns that somebody chose for a survey's respondents."""

from __future__ import annotations

from collections.abc import Sequence

from rejoinder.core.unit import Unit
from rejoinder.store import views as store

MOST = 30
"""Columns that are kept."""


def chosen_columns(unit: Unit, user_id: int, survey_id: int) -> list[str] | None:
    """The variables that a person chose to see, in order; None where nothing was chosen."""
    return store.columns(unit.session, unit.workspace_id, user_id, survey_id)


def choose_columns(unit: Unit, user_id: int, survey_id: int, names: Sequence[str]) -> None:
    """Keep which variables a person wants to see; none at all brings back what is usual."""
    kept = list(dict.fromkeys(name[:200] for name in names))[:MOST]
    store.put_columns(unit.session, unit.workspace_id, user_id, survey_id, kept)
