"""People's accounts as the console needs them, their sessions, and links that let them choose a password."""

from __future__ import annotations

from typing import Any

from msgspec import json
from sqlalchemy import delete, func, insert, select, update

from rejoinder.model.people import Member, OpenSession
from rejoinder.model.workspace import User, WorkspaceSettings
from rejoinder.store.counters import EVERYWHERE, next_ids
from rejoinder.store.session import Session
from rejoinder.store.tables.access import user_account, user_pass, user_session, workspace

NOBODY = 0
"""Stands for a person that there is not yet."""

_MEMBER = (
    workspace.c.id,
    workspace.c.name,
    workspace.c.settings,
    user_account.c.id.label("user_id"),
    user_account.c.email,
    user_account.c.role,
    user_account.c.language,
)


def _member(row: Any) -> Member:
    zone = json.decode(row.settings, type=WorkspaceSettings).timezone
    return Member(row.id, row.name, zone, row.user_id, row.email, row.role, row.language)


def anybody_signs_in(session: Session) -> bool:
    """Whether there is an account, in any workspace."""
    return session.row(select(user_account.c.id).limit(1)) is not None


def anybody(session: Session) -> bool:
    """Whether there is an account, or a workspace: then the store is not fresh."""
    return anybody_signs_in(session) or session.row(select(workspace.c.id).limit(1)) is not None


def lock_founding(session: Session) -> None:
    """Let nobody else found the first workspace until the transaction ends, in any process."""
    next_ids(session, EVERYWHERE, "workspace", 0)


def memberships(session: Session, folded_email: str) -> list[tuple[Member, str]]:
    """Everywhere this address may sign in: (who, password hash)."""
    statement = (
        select(*_MEMBER, user_account.c.password_hash)
        .join(workspace, workspace.c.id == user_account.c.workspace_id)
        .where(user_account.c.folded_email == folded_email, user_account.c.disabled_at.is_(None))
        .order_by(workspace.c.id)
    )
    return [(_member(row), row.password_hash) for row in session.rows(statement)]


def password_hashes(session: Session, members: tuple[Member, ...]) -> list[str]:
    """The password hashes of accounts, in their order."""
    found = []
    for who in members:
        row = session.row(
            select(user_account.c.password_hash).where(*_account(who.workspace_id, who.user_id))
        )
        found.append(row.password_hash if row else "")
    return found


def add_session(
    session: Session, token_hash: str, member: Member, agent: str, address: str, now: int, expires: int
) -> None:
    """Let a session into one workspace."""
    session.run(
        insert(user_session).values(
            hash=token_hash,
            workspace_id=member.workspace_id,
            user_id=member.user_id,
            agent=agent,
            address=address,
            created_at=now,
            seen_at=now,
            expires_at=expires,
        )
    )


def seats(session: Session, token_hash: str, now: int, idle_since: int) -> list[tuple[Member, int, int]]:
    """The workspaces that a session opens now: (who, created, seen), times in µs."""
    statement = (
        select(*_MEMBER, user_session.c.created_at, user_session.c.seen_at)
        .join(user_account, _same_account())
        .join(workspace, workspace.c.id == user_session.c.workspace_id)
        .where(
            user_session.c.hash == token_hash,
            user_session.c.expires_at > now,
            user_session.c.seen_at > idle_since,
            user_account.c.disabled_at.is_(None),
        )
        .order_by(workspace.c.id)
    )
    return [(_member(row), row.created_at, row.seen_at) for row in session.rows(statement)]


def _same_account() -> Any:
    return (user_account.c.workspace_id == user_session.c.workspace_id) & (
        user_account.c.id == user_session.c.user_id
    )


def touch_session(session: Session, token_hash: str, now: int) -> None:
    """Note that a session was used."""
    session.run(update(user_session).where(user_session.c.hash == token_hash).values(seen_at=now))


def end_session(session: Session, token_hash: str) -> None:
    """End a session everywhere."""
    session.run(delete(user_session).where(user_session.c.hash == token_hash))


def open_sessions(
    session: Session, workspace_id: int, user_id: int | None, now: int, idle_since: int
) -> list[tuple[str, OpenSession]]:
    """(hash, session) of a person, or of everybody in a workspace; the latest used first."""
    statement = select(user_session).where(
        user_session.c.workspace_id == workspace_id,
        user_session.c.expires_at > now,
        user_session.c.seen_at > idle_since,
    )
    if user_id is not None:
        statement = statement.where(user_session.c.user_id == user_id)
    return [
        (
            row.hash,
            OpenSession(
                row.hash[:16],
                row.user_id,
                row.agent,
                row.address,
                row.created_at,
                row.seen_at,
                row.expires_at,
            ),
        )
        for row in session.rows(statement.order_by(user_session.c.seen_at.desc()).limit(500))
    ]


def end_sessions(session: Session, workspace_id: int, user_id: int, besides: str = "") -> None:
    """End a person's sessions in a workspace, but for the one with the hash `besides`."""
    session.run(
        delete(user_session).where(
            user_session.c.workspace_id == workspace_id,
            user_session.c.user_id == user_id,
            user_session.c.hash != besides,
        )
    )


def forget_sessions(session: Session, now: int) -> int:
    """Delete sessions and links that have ended; gives how many."""
    return session.run(delete(user_session).where(user_session.c.expires_at < now)) + session.run(
        delete(user_pass).where(user_pass.c.expires_at < now)
    )


def _account(workspace_id: int, user_id: int) -> tuple[Any, Any]:
    return user_account.c.workspace_id == workspace_id, user_account.c.id == user_id


def change_account(session: Session, workspace_id: int, user_id: int, **values: Any) -> None:
    """Set columns of an account."""
    session.run(update(user_account).where(*_account(workspace_id, user_id)).values(**values))


def remove_account(session: Session, workspace_id: int, user_id: int) -> None:
    """Delete an account with its sessions and links."""
    for table in (user_session, user_pass):
        session.run(delete(table).where(table.c.workspace_id == workspace_id, table.c.user_id == user_id))
    session.run(delete(user_account).where(*_account(workspace_id, user_id)))


def users_of(session: Session, workspace_id: int) -> list[tuple[User, bool]]:
    """Everybody in a workspace, oldest first, and whether they have chosen a password."""
    statement = (
        select(user_account).where(user_account.c.workspace_id == workspace_id).order_by(user_account.c.id)
    )
    return [
        (User(row.id, row.email, row.role, row.created_at, row.disabled_at), bool(row.password_hash))
        for row in session.rows(statement)
    ]


def count_owners(session: Session, workspace_id: int) -> int:
    """How many owners with a password a workspace has."""
    row = session.row(
        select(func.count()).where(
            user_account.c.workspace_id == workspace_id,
            user_account.c.role == "owner",
            user_account.c.disabled_at.is_(None),
            user_account.c.password_hash != "",
        )
    )
    return int(row[0]) if row else 0


def add_pass(
    session: Session, token_hash: str, workspace_id: int, user_id: int, now: int, expires: int
) -> None:
    """Keep a link that lets a person choose a password; earlier ones end."""
    end_passes(session, workspace_id, user_id)
    session.run(
        insert(user_pass).values(
            hash=token_hash, workspace_id=workspace_id, user_id=user_id, created_at=now, expires_at=expires
        )
    )


def find_pass(session: Session, token_hash: str, now: int) -> Member | None:
    """Whose link this is."""
    statement = (
        select(*_MEMBER)
        .join(
            user_account,
            (user_account.c.workspace_id == user_pass.c.workspace_id)
            & (user_account.c.id == user_pass.c.user_id),
        )
        .join(workspace, workspace.c.id == user_pass.c.workspace_id)
        .where(
            user_pass.c.hash == token_hash,
            user_pass.c.expires_at > now,
            user_account.c.disabled_at.is_(None),
        )
    )
    row = session.row(statement)
    return row and _member(row)


def end_passes(session: Session, workspace_id: int, user_id: int) -> None:
    """End a person's links."""
    session.run(
        delete(user_pass).where(user_pass.c.workspace_id == workspace_id, user_pass.c.user_id == user_id)
    )


def add_setup_pass(session: Session, token_hash: str, now: int, expires: int, most: int) -> None:
    """Keep a link with which the first owner is created: a link of nobody. The `most` newest stay."""
    session.run(
        insert(user_pass).values(
            hash=token_hash, workspace_id=EVERYWHERE, user_id=NOBODY, created_at=now, expires_at=expires
        )
    )
    newest = (
        select(user_pass.c.hash)
        .where(*_nobodys())
        .order_by(user_pass.c.created_at.desc(), user_pass.c.hash)
        .limit(most)
    )
    session.run(delete(user_pass).where(*_nobodys(), user_pass.c.hash.not_in(newest)))


def setup_passes(session: Session, now: int) -> list[str]:
    """The hashes of the links with which the first owner may be created."""
    statement = select(user_pass.c.hash).where(*_nobodys(), user_pass.c.expires_at > now)
    return [row.hash for row in session.rows(statement)]


def end_setup_passes(session: Session) -> None:
    """End them all."""
    end_passes(session, EVERYWHERE, NOBODY)


def _nobodys() -> tuple[Any, Any]:
    return user_pass.c.workspace_id == EVERYWHERE, user_pass.c.user_id == NOBODY
