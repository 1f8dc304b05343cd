"""Tags: make them, change them, switch them, delete them (004, "Tags")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType, structs

from rejoinder.core.feedback.queueing import ask_for_retagging
from rejoinder.core.feedback.standing import require_onboarded
from rejoinder.core.feedback.tag_rules import checked_rules, checked_terms, described, refuse, tag_name
from rejoinder.core.unit import Unit
from rejoinder.model.feedback import MAX_TAGS, FilterRules, Tag, TagMode
from rejoinder.model.problems import Invalid, NotFound
from rejoinder.store.feedback import projects
from rejoinder.store.feedback import tags as store
from rejoinder.store.feedback.workspaces import lock_feedback, tags_changed


class TagEdit(msgspec.Struct, frozen=True):
    """What a caller says of a tag; what is UNSET stays as it is, or as it is at first.

    `parent_id` None takes a tag out from under its parent; `terms` and `filter_rules` replace.
    """

    name: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    mode: str | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    parent_id: int | UnsetType | None = UNSET
    scope_by_parent: bool | UnsetType = UNSET
    terms: Sequence[str] | UnsetType = UNSET
    filter_rules: Mapping[str, Any] | UnsetType = UNSET


def get_tag(unit: Unit, number: int) -> Tag:
    """A tag. Raises NotOnboarded, NotFound."""
    require_onboarded(unit)
    found = store.tag_by_id(unit.session, unit.workspace_id, number)
    if found is None:
        raise NotFound(f"There is no tag {number} in this workspace.")
    return found


def every_tag(unit: Unit) -> list[Tag]:
    """All tags, oldest first. Raises NotOnboarded."""
    require_onboarded(unit)
    return store.tags(unit.session, unit.workspace_id)


def tag_names(unit: Unit, numbers: Sequence[int]) -> dict[int, str]:
    """Number → what a tag is called, of those that are still there."""
    found = store.tags_by_id(unit.session, unit.workspace_id, sorted({*numbers}))
    return {number: tag.display_name or tag.name for number, tag in found.items()}


def named_tags(unit: Unit, names: Sequence[str]) -> list[Tag]:
    """Tags by their names, in any case. Raises NotOnboarded, Invalid for a name that no tag has."""
    known = {tag.name: tag for tag in every_tag(unit)}
    found = {}
    for name in names:
        tag = known.get("_".join(name.split()).upper())
        if tag is None:
            refuse("tag_names", f"No tag of this workspace is named {name[:100]!r}.")
        found[tag.id] = tag
    return list(found.values())


def create_tag(unit: Unit, edit: TagEdit) -> Tag:
    """Make a manual or text-match tag. Raises NotOnboarded, Invalid."""
    lock_feedback(unit.session, unit.workspace_id)
    known = every_tag(unit)
    if len(known) >= MAX_TAGS:
        raise Invalid(f"A workspace has at most {MAX_TAGS} tags; delete one first.")
    if edit.name is UNSET:
        refuse("name", "A tag needs a name.")
    if edit.mode is UNSET:
        mode = TagMode.TEXT_MATCH if edit.terms else TagMode.MANUAL
        edit = structs.replace(edit, mode=mode.value)
    blank = Tag(id=0, name="", display_name="", mode=TagMode.MANUAL, scope_by_parent=False)
    new = _edited(unit, blank, edit, known)
    (made,) = store.add_tags(unit.session, unit.workspace_id, [new], unit.now)
    tags_changed(unit.session, unit.workspace_id)
    if made.terms and made.enabled:
        ask_for_retagging(unit, made.id)
    return made


def change_tag(unit: Unit, number: int, edit: TagEdit) -> Tag:
    """Change a tag; of a smart one only whether it is enabled. Raises NotOnboarded, NotFound, Invalid.

    Where this changes what it is found in, a job goes through the responses for this tag alone.
    """
    lock_feedback(unit.session, unit.workspace_id)
    before = get_tag(unit, number)
    if before.mode is TagMode.SMART:
        said = [name for name in TagEdit.__struct_fields__ if getattr(edit, name) is not UNSET]
        if other := [name for name in said if name != "enabled"]:
            refuse(other[0], "A smart tag cannot be changed, only enabled and disabled.")
        after = structs.replace(before, enabled=bool(edit.enabled)) if said else before
    else:
        after = _edited(unit, before, edit, every_tag(unit))
    if after != before:
        store.change_tag(unit.session, unit.workspace_id, after)
        tags_changed(unit.session, unit.workspace_id)
        if _found_elsewhere(before, after):
            ask_for_retagging(unit, after.id)
    return after


def delete_tag(unit: Unit, number: int) -> None:
    """Delete a manual or text-match tag, from all responses too; its children become roots.

    Raises NotOnboarded, NotFound, Invalid for a smart tag.
    """
    lock_feedback(unit.session, unit.workspace_id)
    if get_tag(unit, number).mode is TagMode.SMART:
        raise Invalid("A smart tag cannot be deleted; disable it instead.")
    store.delete_tag(unit.session, unit.workspace_id, number)
    tags_changed(unit.session, unit.workspace_id)
    ask_for_retagging(unit, number)


def _found_elsewhere(before: Tag, after: Tag) -> bool:
    """Whether a changed tag may be on other responses now. One that is disabled stays where it is."""
    looked = [(t.mode, t.terms, t.filter_rules, t.parent_id, t.scope_by_parent) for t in (before, after)]
    return after.enabled and (looked[0] != looked[1] or not before.enabled)


def _edited(unit: Unit, before: Tag, edit: TagEdit, known: Sequence[Tag]) -> Tag:
    """A tag as it is after an edit. Raises Invalid."""
    changed: dict[str, Any] = {}
    if edit.name is not UNSET:
        changed["name"] = changed["display_name"] = name = tag_name(edit.name)
        if any(other.name == name and other.id != before.id for other in known):
            refuse("name", f"A tag named {name!r} already exists.")
    if edit.description is not UNSET:
        changed["description"] = described(edit.description)
    if edit.mode is not UNSET:
        changed["mode"] = _mode(edit.mode)
    if edit.enabled is not UNSET:
        changed["enabled"] = edit.enabled
    if edit.scope_by_parent is not UNSET:
        changed["scope_by_parent"] = edit.scope_by_parent
    if edit.parent_id is not UNSET:
        changed["parent_id"] = _parent(before, edit.parent_id, known)
    return structs.replace(
        before, **changed, **_looked_for(unit, before, edit, changed.get("mode", before.mode))
    )


def _looked_for(unit: Unit, before: Tag, edit: TagEdit, mode: TagMode) -> dict[str, Any]:
    """Terms and rules after an edit. Raises Invalid where a manual tag is given any."""
    terms = before.terms if edit.terms is UNSET else checked_terms(edit.terms)
    rules = before.filter_rules
    if edit.filter_rules is not UNSET:
        numbers = {project.id for project in projects.projects(unit.session, unit.workspace_id)}
        rules = checked_rules(edit.filter_rules, numbers)
    if mode is TagMode.TEXT_MATCH:
        return {"terms": terms, "filter_rules": rules}
    if edit.terms or edit.filter_rules:
        field = "text_match_terms" if edit.terms else "filter_rules"
        refuse(field, "A manual tag looks for nothing: terms and filter rules are for mode text_match.")
    return {"terms": (), "filter_rules": FilterRules()}


def _mode(word: str) -> TagMode:
    if word not in (TagMode.MANUAL, TagMode.TEXT_MATCH):
        refuse("mode", "A tag's mode is manual or text_match; smart tags come with the product category.")
    return TagMode(word)


def _parent(child: Tag, parent: int | None, known: Sequence[Tag]) -> int | None:
    """A parent that may be one: of this workspace, and not below the child. Raises Invalid."""
    if parent is None:
        return None
    by_id = {tag.id: tag for tag in known}
    if parent not in by_id:
        refuse("parent_id", f"There is no tag {parent} in this workspace.")
    above: int | None = parent
    while above is not None:
        if above == child.id:
            refuse("parent_id", "A tag cannot be below itself.")
        above = by_id[above].parent_id if above in by_id else None
    return parent
