"""The metadata with every table in it, for migrations and backups."""

from __future__ import annotations

from rejoinder.store.tables import access, collecting, effects, feedback, panel, respondents, results, surveys
from rejoinder.store.tables.columns import metadata

ROOMS = (access, surveys, respondents, collecting, panel, feedback, effects, results)

__all__ = ["ROOMS", "metadata"]
