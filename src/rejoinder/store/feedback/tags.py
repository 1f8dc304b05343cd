"""Tags and their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, delete, insert, select, update

from rejoinder.model.feedback import Counts, FilterRules, Tag, TagMode
from rejoinder.store.counters import next_ids
from rejoinder.store.session import Session
from rejoinder.store.tables.feedback import feedback_stat, tag


class _Settings(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a tag's `settings` hold."""

    scope_by_parent: bool | None = None
    terms: tuple[str, ...] = ()
    filter_rules: FilterRules = FilterRules()


def _mine(workspace: int, number: int) -> ColumnElement[bool]:
    return (tag.c.workspace_id == workspace) & (tag.c.id == number)


def _tag(row: Any) -> Tag:
    settings = msgspec.json.decode(row.settings, type=_Settings)
    return Tag(
        id=row.id,
        name=row.name,
        display_name=row.display_name,
        description=row.description,
        mode=TagMode(row.mode),
        enabled=bool(row.enabled),
        parent_id=row.parent_id,
        scope_by_parent=settings.scope_by_parent,
        terms=settings.terms,
        filter_rules=settings.filter_rules,
        counts=Counts(row.responses, row.positive, row.neutral, row.negative),
        created_at=row.created_at,
    )


def _values(one: Tag) -> dict[str, Any]:
    """What a caller decides of a tag, as its columns."""
    settings = _Settings(one.scope_by_parent, one.terms, one.filter_rules)
    return {
        "name": one.name,
        "display_name": one.display_name,
        "description": one.description,
        "mode": one.mode.value,
        "parent_id": one.parent_id,
        "enabled": int(one.enabled),
        "settings": msgspec.json.encode(settings).decode(),
    }


def tags(session: Session, workspace: int) -> list[Tag]:
    """Every tag, oldest first."""
    statement = select(tag).where(tag.c.workspace_id == workspace).order_by(tag.c.id)
    return [_tag(row) for row in session.rows(statement)]


def tag_by_id(session: Session, workspace: int, number: int) -> Tag | None:
    """A tag."""
    row = session.row(select(tag).where(_mine(workspace, number)))
    return row and _tag(row)


def tags_by_id(session: Session, workspace: int, numbers: Sequence[int]) -> dict[int, Tag]:
    """Some tags."""
    if not numbers:
        return {}
    mine = (tag.c.workspace_id == workspace, tag.c.id.in_(numbers))
    return {row.id: _tag(row) for row in session.rows(select(tag).where(*mine))}


def add_tags(session: Session, workspace: int, new: Sequence[Tag], now: int) -> list[Tag]:
    """Insert tags, whose numbers are given out here; gives them with their numbers."""
    if not new:
        return []
    numbers = next_ids(session, workspace, "tag", len(new))
    made = [
        msgspec.structs.replace(one, id=number, created_at=now)
        for one, number in zip(new, numbers, strict=True)
    ]
    rows = [{"workspace_id": workspace, "id": one.id, "created_at": now} | _values(one) for one in made]
    session.run(insert(tag), rows)
    return made


def change_tag(session: Session, workspace: int, changed: Tag) -> None:
    """Write what a caller decides of a tag; its numbers stay."""
    session.run(update(tag).where(_mine(workspace, changed.id)).values(_values(changed)))


def delete_tag(session: Session, workspace: int, number: int) -> None:
    """Delete a tag with its numbers; its children become roots. What responses carry of it is not deleted
    here, and nobody sees it any more."""
    children = (tag.c.workspace_id == workspace, tag.c.parent_id == number)
    session.run(update(tag).where(*children).values(parent_id=None))
    session.run(delete(tag).where(_mine(workspace, number)))
    counted = (feedback_stat.c.workspace_id == workspace, feedback_stat.c.tag_id == number)
    session.run(delete(feedback_stat).where(*counted))
