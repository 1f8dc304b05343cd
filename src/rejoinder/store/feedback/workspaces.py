"""How far workspaces are with feedback; one row each, which is there from the first word of onboarding."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import json
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from rejoinder.model.feedback import Draft
from rejoinder.store.counters import next_ids
from rejoinder.store.session import Session
from rejoinder.store.tables.feedback import feedback_workspace


class Standing(NamedTuple):
    """A workspace's row; `onboarded_at` in µs, `tags_version` grows with each change of its tags."""

    category_id: int | None = None
    onboarded_at: int | None = None
    draft: Draft = Draft()
    tags_version: int = 0


def lock_feedback(session: Session, workspace: int) -> None:
    """Let nobody else write respondents or feedback of this workspace until the transaction ends.

    Every write of respondents takes the same lock first, so that what is counted here is counted once.
    """
    next_ids(session, workspace, "respondent", 0)


def standing(session: Session, workspace: int) -> Standing:
    """How far a workspace is."""
    columns = (
        feedback_workspace.c.category_id,
        feedback_workspace.c.onboarded_at,
        feedback_workspace.c.draft,
        feedback_workspace.c.tags_version,
    )
    row = session.row(select(*columns).where(feedback_workspace.c.workspace_id == workspace))
    if row is None:
        return Standing()
    return Standing(row[0], row[1], json.decode(row[2], type=Draft), row[3])


def choose(session: Session, workspace: int, category: int) -> None:
    """Note the product category."""
    _put(session, workspace, category_id=category)


def keep_draft(session: Session, workspace: int, draft: Draft) -> None:
    """Note what onboarding was told of a project and an import."""
    _put(session, workspace, draft=json.encode(draft).decode())


def onboard(session: Session, workspace: int, now: int) -> None:
    """Note that the workspace is onboarded."""
    _put(session, workspace, onboarded_at=now)


def take_queue(session: Session, workspace: int) -> bool:
    """Note that an analysis is asked for; False where one is already, and has not begun."""
    mine = (feedback_workspace.c.workspace_id == workspace, feedback_workspace.c.queued == 0)
    return bool(session.run(update(feedback_workspace).where(*mine).values(queued=1)))


def begin_queue(session: Session, workspace: int) -> None:
    """Note that the analysis begins: what comes from now on asks for another."""
    mine = feedback_workspace.c.workspace_id == workspace
    session.run(update(feedback_workspace).where(mine).values(queued=0))


def tags_changed(session: Session, workspace: int) -> None:
    """Say that tags are others than before: whatever was found with the old ones is not stored any more."""
    _put(session, workspace)
    more = feedback_workspace.c.tags_version + 1
    mine = feedback_workspace.c.workspace_id == workspace
    session.run(update(feedback_workspace).where(mine).values(tags_version=more))


def _put(session: Session, workspace: int, **values: object) -> None:
    insert = sqlite.insert if session.engine == "sqlite" else postgresql.insert
    statement = insert(feedback_workspace).values(workspace_id=workspace, **values)
    keyed = ["workspace_id"]
    if values:
        session.run(statement.on_conflict_do_update(index_elements=keyed, set_=values))
    else:
        session.run(statement.on_conflict_do_nothing(index_elements=keyed))
