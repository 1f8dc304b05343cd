"""Onboarding: a workspace chooses a product category before feedback is analysed (004, "Onboarding")."""

from __future__ import annotations

from msgspec import structs

from rejoinder.core.audit import record
from rejoinder.core.feedback.categories import category, smart_tags
from rejoinder.core.feedback.noticing import notice_all
from rejoinder.core.feedback.standing import is_onboarded as is_onboarded
from rejoinder.core.feedback.standing import require_onboarded as require_onboarded
from rejoinder.core.unit import Unit
from rejoinder.model.feedback import Draft, Onboarding, TagMode
from rejoinder.model.problems import AlreadyExists, Invalid
from rejoinder.store.feedback import projects, tags
from rejoinder.store.feedback import workspaces as store

ONCE = "This account has been onboarded already."


def status(unit: Unit) -> Onboarding:
    """How far the workspace is, with its smart tags."""
    found = store.standing(unit.session, unit.workspace_id)
    smart = [tag for tag in tags.tags(unit.session, unit.workspace_id) if tag.mode is TagMode.SMART]
    return Onboarding(found.onboarded_at is not None, found.category_id, tuple(smart), found.draft)


def choose_category(unit: Unit, number: int) -> Onboarding:
    """Choose the product category: its smart tags take the place of those that were there.

    Raises Invalid for an unknown category, AlreadyExists once onboarded.
    """
    _require_open(unit)
    chosen = category(number)
    before = status(unit)
    if before.category_id != number:
        for old in before.tags:
            tags.delete_tag(unit.session, unit.workspace_id, old.id)
        tags.add_tags(unit.session, unit.workspace_id, smart_tags(chosen), unit.now)
        store.choose(unit.session, unit.workspace_id, number)
    return status(unit)


def keep_draft(unit: Unit, draft: Draft) -> Onboarding:
    """Note a project and an import that are to be made; what is None stays as it was.

    Raises AlreadyExists once onboarded.
    """
    _require_open(unit)
    before = store.standing(unit.session, unit.workspace_id).draft
    given = {name: value for name in Draft.__struct_fields__ if (value := getattr(draft, name)) is not None}
    store.keep_draft(unit.session, unit.workspace_id, structs.replace(before, **given))
    return status(unit)


def complete(unit: Unit) -> Onboarding:
    """Onboard the workspace: all feedback that is there will be analysed, and all that comes.

    A project that was named is made. Answers that are there become responses by a job.
    Raises Invalid without a category, AlreadyExists once onboarded.
    """
    _require_open(unit)
    found = store.standing(unit.session, unit.workspace_id)
    if found.category_id is None:
        why = "Choose a product category first: product_category_id."
        raise Invalid(why, fields={"product_category_id": why})
    store.onboard(unit.session, unit.workspace_id, unit.now)
    if found.draft.project:
        projects.add_project(unit.session, unit.workspace_id, found.draft.project, unit.now)
    notice_all(unit)
    record(unit, "feedback.onboard", f"workspace:{unit.workspace_id}", category=found.category_id)
    return status(unit)


def _require_open(unit: Unit) -> None:
    """Raise AlreadyExists once onboarded; others wait until this transaction ends."""
    store.lock_feedback(unit.session, unit.workspace_id)
    if store.standing(unit.session, unit.workspace_id).onboarded_at is not None:
        raise AlreadyExists(ONCE)
