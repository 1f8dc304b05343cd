"""People who come for a token with their password alone, as Wootric lets them (004, "Authentication")."""

from __future__ import annotations

from typing import NamedTuple

from rejoinder.core.secrets import new_secret, nobody, right_password, token_hash
from rejoinder.model.filters.text import fold
from rejoinder.model.problems import NotGranted
from rejoinder.store import clients as store
from rejoinder.store import workspaces
from rejoinder.store.session import Session

MOST_WORKSPACES = 5
"""Workspaces in which one address is looked for when no account token names one; each costs a slow hash."""
_RIGHTS = {"viewer": ("read",)}
_ALL_RIGHTS = ("read", "write")


class Person(NamedTuple):
    """Somebody whose password was right; `scopes` as their role has them."""

    workspace_id: int
    user_id: int
    scopes: str


def account_of(session: Session, account_token: str) -> int | None:
    """The workspace of an account token, None for a wrong one."""
    found = workspaces.workspace_by_token(session, token_hash(account_token))
    return None if found is None else found.id


def find_person(session: Session, username: str, password: str, account_token: str, dialect: str) -> Person:
    """The user with this address and password, in the account token's workspace where one is given.

    Raises NotGranted: `invalid_client` for a wrong account token, `invalid_grant` for wrong words,
    `invalid_request` where the same words are good in several workspaces.
    """
    workspace = account_of(session, account_token) if account_token else None
    folded = fold(username.strip().replace("\0", ""))
    users = workspaces.users_by_email(session, folded, workspace)[:MOST_WORKSPACES]
    if account_token and workspace is None:
        users = []
    known = [(number, user) for number, user, hashed in users if right_password(password, hashed)]
    if not users:
        right_password(password, nobody())
    if account_token and workspace is None:
        raise NotGranted("invalid_client", "The account_token is not known.")
    able = [(number, user) for number, user in known if user.disabled_at is None]
    if not able:
        raise NotGranted("invalid_grant", "The user name or password is wrong.")
    if len(able) > 1:
        raise NotGranted(
            "invalid_request", "You are in several workspaces; say which one by its account_token."
        )
    number, user = able[0]
    rights = _RIGHTS.get(user.role, _ALL_RIGHTS)
    return Person(number, user.id, " ".join(f"{dialect}:{right}" for right in rights))


def person_of_refresh(session: Session, refresh_token: str) -> Person | None:
    """Who a refresh token was given to, when it was a person without a client, who may still enter."""
    token = store.refresh_token(session, token_hash(refresh_token), lock=False)
    if token is None or token.user_id is None:
        return None
    own = store.client_secrets(session, client_name(token.workspace_id, token.dialect))
    user = workspaces.user_by_id(session, token.workspace_id, token.user_id)
    if own is None or own.client.id != token.client_id or user is None or user.disabled_at is not None:
        return None
    return Person(token.workspace_id, token.user_id, token.scopes)


def client_name(workspace: int, dialect: str) -> str:
    """The client id that stands for people without one, in each workspace and dialect."""
    return f"people-{dialect}-{workspace}"


def person_client(session: Session, workspace: int, dialect: str, now: int) -> int:
    """The number of that client, which is made when it is needed first; nobody has its secret.

    Raises NotGranted where it was revoked.
    """
    found = store.client_secrets(session, client_name(workspace, dialect))
    if found is None:
        scopes = [f"{dialect}:{right}" for right in _ALL_RIGHTS]
        name, secret = f"People ({dialect})", token_hash(new_secret())
        return store.add_client(
            session, workspace, client_name(workspace, dialect), name, secret, scopes, now
        )
    if found.client.revoked_at is not None:
        raise NotGranted(
            "invalid_client", "People may not enter by password alone in this workspace any more."
        )
    return found.client.id
