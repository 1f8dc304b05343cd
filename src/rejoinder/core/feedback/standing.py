"""Whether a workspace is onboarded: before, feedback is neither kept nor shown (004, "Onboarding")."""

from __future__ import annotations

from rejoinder.core.unit import Unit
from rejoinder.model.problems import NotOnboarded
from rejoinder.store.feedback.workspaces import standing

FIRST = "Please complete the onboarding flow first."
"""What the document says to whoever has not (004)."""


def is_onboarded(unit: Unit) -> bool:
    """Whether the workspace is onboarded; once it is, it stays so."""
    cache, key = unit.session.cache, ("onboarded", unit.workspace_id)
    if key in cache:
        return True
    done = standing(unit.session, unit.workspace_id).onboarded_at is not None
    if done and not unit.session.writing:  # what a transaction sees may be rolled back
        cache[key] = True
    return done


def require_onboarded(unit: Unit) -> None:
    """Raise NotOnboarded where the workspace has not completed the onboarding flow."""
    if not is_onboarded(unit):
        raise NotOnboarded(FIRST)
