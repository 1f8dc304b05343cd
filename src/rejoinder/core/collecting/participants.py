"""Respondents with personal links: found by their token."""

from __future__ import annotations

from rejoinder.core.unit import Unit
from rejoinder.model.collecting import Participant
from rejoinder.model.problems import NotFound
from rejoinder.store.participants import participant

MAX_TOKEN = 200
"""Characters of a personal token."""


def find_participant(unit: Unit, survey_id: int, token: str) -> Participant:
    """The respondent behind a personal token. Raises NotFound, as of a guess."""
    found = None
    if 0 < len(token) <= MAX_TOKEN:
        found = participant(unit.session, unit.workspace_id, survey_id, token)
    if found is None:
        raise NotFound("This personal link is not known; check that it is complete.", guessed=True)
    return found
