"""Workspaces and users."""

from __future__ import annotations

from typing import Any

from msgspec import json
from sqlalchemy import ColumnElement, insert, select, update

from rejoinder.model.workspace import User, Workspace, WorkspaceSettings
from rejoinder.store.counters import EVERYWHERE, next_id
from rejoinder.store.session import Session
from rejoinder.store.tables.access import user_account, workspace

_COLUMNS = (
    workspace.c.id,
    workspace.c.name,
    workspace.c.features,
    workspace.c.settings,
    workspace.c.created_at,
)


def add_workspace(
    session: Session, name: str, folded: str, features: list[str], account_token_hash: str, now: int
) -> int:
    """Insert a workspace; gives its id."""
    number = next_id(session, EVERYWHERE, "workspace")
    session.run(
        insert(workspace).values(
            id=number,
            name=name,
            folded_name=folded,
            account_token_hash=account_token_hash,
            features=json.encode(features).decode(),
            created_at=now,
        )
    )
    return number


def _workspace(row: Any) -> Workspace:
    return Workspace(
        row.id,
        row.name,
        frozenset(json.decode(row.features)),
        json.decode(row.settings, type=WorkspaceSettings),
        row.created_at,
    )


def _one(session: Session, where: ColumnElement[bool]) -> Workspace | None:
    row = session.row(select(*_COLUMNS).where(where))
    return row and _workspace(row)


def workspace_by_id(session: Session, number: int) -> Workspace | None:
    """A workspace by its id."""
    return _one(session, workspace.c.id == number)


def workspace_by_name(session: Session, folded: str) -> Workspace | None:
    """A workspace by its name, folded."""
    return _one(session, workspace.c.folded_name == folded)


def workspace_by_token(session: Session, token_hash: str) -> Workspace | None:
    """The workspace of an account token."""
    return _one(session, workspace.c.account_token_hash == token_hash)


def all_workspaces(session: Session) -> list[Workspace]:
    """Every workspace, oldest first."""
    return [_workspace(row) for row in session.rows(select(*_COLUMNS).order_by(workspace.c.id))]


def set_features(session: Session, number: int, features: list[str]) -> None:
    """Replace a workspace's plan features."""
    text = json.encode(features).decode()
    session.run(update(workspace).where(workspace.c.id == number).values(features=text))


def set_settings(session: Session, number: int, settings: WorkspaceSettings) -> None:
    """Replace a workspace's settings."""
    text = json.encode(settings).decode()
    session.run(update(workspace).where(workspace.c.id == number).values(settings=text))


def rename(session: Session, number: int, name: str, folded: str) -> None:
    """Give a workspace another name."""
    session.run(update(workspace).where(workspace.c.id == number).values(name=name, folded_name=folded))


def add_user(
    session: Session, workspace_id: int, email: str, folded: str, password_hash: str, role: str, now: int
) -> int:
    """Insert a user; gives the id."""
    number = next_id(session, workspace_id, "user")
    session.run(
        insert(user_account).values(
            workspace_id=workspace_id,
            id=number,
            email=email,
            folded_email=folded,
            password_hash=password_hash,
            role=role,
            created_at=now,
        )
    )
    return number


def users_by_email(
    session: Session, folded: str, workspace_id: int | None = None
) -> list[tuple[int, User, str]]:
    """(workspace id, user, password hash) of everybody with this address."""
    statement = select(user_account).where(user_account.c.folded_email == folded)
    if workspace_id is not None:
        statement = statement.where(user_account.c.workspace_id == workspace_id)
    rows = session.rows(statement.order_by(user_account.c.workspace_id))
    return [(row.workspace_id, _user(row), row.password_hash) for row in rows]


def user_by_id(session: Session, workspace_id: int, number: int) -> User | None:
    """A user."""
    mine = (user_account.c.workspace_id == workspace_id, user_account.c.id == number)
    row = session.row(select(user_account).where(*mine))
    return row and _user(row)


def _user(row: Any) -> User:
    return User(row.id, row.email, row.role, row.created_at, row.disabled_at)
