"""API clients and tokens. Secrets and tokens are here only as hashes."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select, update

from rejoinder.model.workspace import Client
from rejoinder.store.counters import next_id
from rejoinder.store.session import Session
from rejoinder.store.tables.access import client, rate, token


class ClientSecrets(NamedTuple):
    """A client with what its secret is checked against; `old_until` in µs."""

    workspace_id: int
    client: Client
    secret_hash: str
    old_hash: str | None
    old_until: int | None


class NewToken(NamedTuple):
    """A token to keep; `kind` is access or refresh, `family` joins those of one grant; times in µs."""

    hash: str
    kind: str
    family: str
    workspace_id: int
    client_id: int
    user_id: int | None
    dialect: str
    scopes: str
    created_at: int
    expires_at: int


class RefreshToken(NamedTuple):
    """A refresh token as it stands; times in µs."""

    family: str
    workspace_id: int
    client_id: int
    user_id: int | None
    dialect: str
    scopes: str
    expires_at: int
    revoked_at: int | None


def _client(row: Any) -> Client:
    scopes = tuple(row.scopes.split())
    return Client(row.id, row.client_id, row.name, scopes, row.created_at, row.revoked_at, row.last_used_at)


def add_client(
    session: Session,
    workspace: int,
    client_id: str,
    name: str,
    secret_hash: str,
    scopes: list[str],
    now: int,
) -> int:
    """Insert a client; gives its number."""
    number = next_id(session, workspace, "client")
    session.run(
        insert(client).values(
            workspace_id=workspace,
            id=number,
            client_id=client_id,
            name=name,
            secret_hash=secret_hash,
            scopes=" ".join(scopes),
            created_at=now,
        )
    )
    return number


def client_secrets(session: Session, client_id: str) -> ClientSecrets | None:
    """A client by the id it shows, whatever its state."""
    row = session.row(select(client).where(client.c.client_id == client_id))
    if row is None:
        return None
    return ClientSecrets(
        row.workspace_id, _client(row), row.secret_hash, row.old_secret_hash, row.old_secret_until
    )


def clients(session: Session, workspace: int) -> list[Client]:
    """Every client of a workspace, oldest first."""
    statement = select(client).where(client.c.workspace_id == workspace).order_by(client.c.id)
    return [_client(row) for row in session.rows(statement)]


def creator_of(session: Session, workspace: int, number: int) -> int | None:
    """The user who made a client, where one did."""
    mine = (client.c.workspace_id == workspace, client.c.id == number)
    row = session.row(select(client.c.created_by).where(*mine))
    return row and row.created_by


def rotate_secret(session: Session, workspace: int, number: int, new_hash: str, old_until: int) -> None:
    """Give a client a new secret; the old one stays good until `old_until`."""
    session.run(
        update(client)
        .where(client.c.workspace_id == workspace, client.c.id == number)
        .values(old_secret_hash=client.c.secret_hash, old_secret_until=old_until, secret_hash=new_hash)
    )


def revoke_client(session: Session, workspace: int, number: int, now: int) -> None:
    """Shut a client out, with every token it has."""
    mine = (client.c.workspace_id == workspace, client.c.id == number)
    session.run(update(client).where(*mine).values(revoked_at=now))
    theirs = (token.c.workspace_id == workspace, token.c.client_id == number)
    session.run(update(token).where(*theirs, token.c.revoked_at.is_(None)).values(revoked_at=now))


def used_client(session: Session, workspace: int, number: int, now: int) -> None:
    """Note that a client was given a token."""
    mine = (client.c.workspace_id == workspace, client.c.id == number)
    session.run(update(client).where(*mine).values(last_used_at=now))


def add_token(session: Session, new: NewToken) -> None:
    """Keep a token."""
    session.run(insert(token).values(new._asdict()))


def refresh_token(session: Session, token_hash: str, *, lock: bool = True) -> RefreshToken | None:
    """A refresh token by its hash, whatever its state; locked until the transaction ends, unless it is only
    looked at."""
    statement = select(
        token.c.family,
        token.c.workspace_id,
        token.c.client_id,
        token.c.user_id,
        token.c.dialect,
        token.c.scopes,
        token.c.expires_at,
        token.c.revoked_at,
    ).where(token.c.hash == token_hash, token.c.kind == "refresh")
    row = session.row(statement.with_for_update() if lock and session.engine != "sqlite" else statement)
    return RefreshToken(*row) if row else None


def token_owner(session: Session, token_hash: str) -> tuple[int, int | None] | None:
    """The workspace and the user that an access token was given to."""
    found = select(token.c.workspace_id, token.c.user_id).where(token.c.hash == token_hash)
    row = session.row(found.where(token.c.kind == "access"))
    return row and (row.workspace_id, row.user_id)


def revoke_token(session: Session, token_hash: str, now: int) -> None:
    """Revoke one token."""
    session.run(update(token).where(token.c.hash == token_hash).values(revoked_at=now))


def revoke_tokens_of(session: Session, workspace: int, user: int, now: int) -> None:
    """Revoke every token that was given to a person."""
    theirs = (token.c.workspace_id == workspace, token.c.user_id == user, token.c.revoked_at.is_(None))
    session.run(update(token).where(*theirs).values(revoked_at=now))


def revoke_family(session: Session, family: str, now: int) -> None:
    """Revoke every token of one grant."""
    session.run(
        update(token).where(token.c.family == family, token.c.revoked_at.is_(None)).values(revoked_at=now)
    )


def forget_tokens(session: Session, before: int) -> int:
    """Delete tokens that ended before a time (µs); gives how many."""
    return session.run(delete(token).where(token.c.expires_at < before))


def forget_rates(session: Session, before: int) -> int:
    """Delete rate-limit windows that began before a time (unix seconds); gives how many."""
    return session.run(delete(rate).where(rate.c.window_start < before))
