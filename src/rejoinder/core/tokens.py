"""Grant tokens: the one verb behind each vendor's token path (design, "Tokens"; RFC 6749)."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from rejoinder.core.audit import record
from rejoinder.core.persons import account_of, find_person, person_client, person_of_refresh
from rejoinder.core.secrets import new_secret, nobody, right_password, same_secret, token_hash
from rejoinder.core.unit import Unit
from rejoinder.model.filters.text import fold
from rejoinder.model.problems import NotAllowed, NotFound, NotGranted
from rejoinder.store import clients as store
from rejoinder.store import workspaces
from rejoinder.store.clients import NewToken
from rejoinder.store.session import Session

REFRESH_LIFE = 30 * 24 * 3600
"""Seconds for which a refresh token may be used."""
KEEP_ENDED = 90 * 24 * 3600 * 1_000_000
"""Microseconds for which hashes of ended tokens are kept, so that they are told from unknown ones."""
_CLIENT_GRANTS = ("client_credentials", "api-user")


class TokenRequest(msgspec.Struct, frozen=True):
    """What a client sends to a token path."""

    grant_type: str = ""
    client_id: str = ""
    client_secret: str = ""
    username: str = ""
    password: str = ""
    refresh_token: str = ""
    scope: str = ""
    account_token: str = ""


class TokenPolicy(msgspec.Struct, frozen=True):
    """How one vendor grants: the dialect, the grants it knows, whether a refresh token comes along.

    `people`: a person's password is enough, without a client, and so is the refresh token that came with it;
    only people are given one.
    """

    dialect: str
    seconds: int
    grants: tuple[str, ...] = ("client_credentials", "password", "refresh_token")
    refresh: bool = False
    people: bool = False


class Grantee(msgspec.Struct, frozen=True):
    """Who is given a token, after the credentials were checked; `refreshes` — the token that is used up.

    `client_id` is None for a person who came without a client.
    """

    workspace_id: int
    client_id: int | None
    user_id: int | None
    scopes: str
    refreshes: str | None = None


class Granted(msgspec.Struct, frozen=True):
    """New tokens; `expires_in` in seconds."""

    access_token: str
    expires_in: int
    refresh_token: str | None


def check_request(session: Session, policy: TokenPolicy, request: TokenRequest, now: int) -> Grantee:
    """Check a token request's credentials, without writing. Raises NotGranted."""
    grant = request.grant_type.strip().lower()
    if not grant:
        raise NotGranted("invalid_request", "The parameter grant_type is missing.")
    if grant not in policy.grants:
        raise NotGranted(
            "unsupported_grant_type", f"The grant_type is not served here; use {', '.join(policy.grants)}."
        )
    if policy.people and grant not in _CLIENT_GRANTS and not request.client_id:
        return _person(session, policy, request, refreshing=grant == "refresh_token")
    client = _client(session, request, now)
    _check_account(session, client.workspace_id, request.account_token)
    owned = _scopes(client.client.scopes, policy.dialect)
    if not any(scope.partition(":")[0] == policy.dialect for scope in owned):
        raise NotGranted("invalid_scope", f"This client has no scope for {policy.dialect}.")
    scopes = " ".join(owned)
    if grant in _CLIENT_GRANTS:
        return Grantee(client.workspace_id, client.client.id, None, scopes)
    if grant == "password":
        user = _user(session, client.workspace_id, request)
        return Grantee(client.workspace_id, client.client.id, user, scopes)
    if not request.refresh_token:
        raise NotGranted("invalid_request", "The parameter refresh_token is missing.")
    return Grantee(client.workspace_id, client.client.id, None, scopes, request.refresh_token)


def _client(session: Session, request: TokenRequest, now: int) -> store.ClientSecrets:
    if not request.client_id or not request.client_secret:
        raise NotGranted(
            "invalid_client", "client_id and client_secret are needed, in the body or as HTTP Basic."
        )
    found = store.client_secrets(session, request.client_id) if "\0" not in request.client_id else None
    stored = found.secret_hash if found else token_hash("")
    right = same_secret(request.client_secret, stored)
    if found and found.old_hash and found.old_until and now < found.old_until:
        right |= same_secret(request.client_secret, found.old_hash)
    if found is None or not right or found.client.revoked_at is not None:
        raise NotGranted("invalid_client", "The client is unknown, revoked, or its secret is wrong.")
    return found


def _person(session: Session, policy: TokenPolicy, request: TokenRequest, *, refreshing: bool) -> Grantee:
    """Somebody without a client: known by a password, or by the refresh token that came for it."""
    if not refreshing:
        person = find_person(
            session, request.username, request.password, request.account_token, policy.dialect
        )
        return Grantee(person.workspace_id, None, person.user_id, person.scopes)
    found = person_of_refresh(session, request.refresh_token)
    if found is None:
        raise NotGranted("invalid_grant", "The refresh token is unknown, has expired, or needs its client.")
    _check_account(session, found.workspace_id, request.account_token)
    return Grantee(found.workspace_id, None, found.user_id, found.scopes, request.refresh_token)


def _check_account(session: Session, workspace: int, account_token: str) -> None:
    """Raise NotGranted when an account token is sent that is not this workspace's."""
    if account_token and account_of(session, account_token) != workspace:
        raise NotGranted("invalid_client", "The account_token is not that of the client's workspace.")


def _scopes(owned: Iterable[str], dialect: str) -> list[str]:
    return [scope for scope in owned if scope.partition(":")[0] in (dialect, "native")]


def _user(session: Session, workspace: int, request: TokenRequest) -> int:
    found = workspaces.users_by_email(session, fold(request.username.strip().replace("\0", "")), workspace)
    user, hashed = (found[0][1], found[0][2]) if found else (None, nobody())
    if not right_password(request.password, hashed) or user is None or user.disabled_at is not None:
        raise NotGranted("invalid_grant", "The user name or password is wrong.")
    return user.id


def grant(session: Session, policy: TokenPolicy, grantee: Grantee, now: int) -> Granted | NotGranted:
    """Issue tokens; a refresh token is used up, and using it twice ends its whole family.

    A refusal is returned, not raised: ending the family must be committed with it.
    """
    family, user, scopes = new_secret(), grantee.user_id, grantee.scopes
    try:
        client = _client_of(session, policy, grantee, now)
    except NotGranted as refusal:
        return refusal
    if grantee.refreshes is not None:
        old = store.refresh_token(session, token_hash(grantee.refreshes))
        mine = old and (old.workspace_id, old.client_id) == (grantee.workspace_id, client)
        if old is None or not mine or old.dialect != policy.dialect or now >= old.expires_at:
            return NotGranted("invalid_grant", "The refresh token is unknown or has expired.")
        if old.revoked_at is not None:
            store.revoke_family(session, old.family, now)
            return NotGranted("invalid_grant", "The refresh token was used before; sign in again.")
        store.revoke_token(session, token_hash(grantee.refreshes), now)
        family, user, scopes = old.family, old.user_id, old.scopes
    granted = Grantee(grantee.workspace_id, client, user, scopes)
    return _issue(session, policy, granted, client, family, now)


TRIAL_LIFE = 15 * 60
"""Seconds for which a token is good that a person was given at the console."""


def grant_to_member(unit: Unit, user_id: int, role: str, dialect: str, *, write: bool) -> Granted:
    """A short token for somebody who is signed in, so that they can try an API by hand.

    Parameters: `role` — owner, editor or viewer: viewers only read; `write` — whether it may write. Raises
    NotAllowed for a viewer who wants to write, and where the client for people was revoked.
    """
    if write and role == "viewer":
        raise NotAllowed("Viewers of this workspace may only read; ask an owner for the role of an editor.")
    try:
        client = person_client(unit.session, unit.workspace_id, dialect, unit.now)
    except NotGranted as refusal:
        raise NotAllowed(refusal.message) from None
    scopes = " ".join(f"{dialect}:{right}" for right in (("read", "write") if write else ("read",)))
    grantee = Grantee(unit.workspace_id, client, user_id, scopes)
    policy = TokenPolicy(dialect, TRIAL_LIFE)
    granted = _issue(unit.session, policy, grantee, client, new_secret(), unit.now)
    record(unit, "token.grant", f"user:{user_id}", dialect=dialect, write=write)
    return granted


def revoke_own_token(unit: Unit, user_id: int, token: str) -> None:
    """Revoke a token that one was given oneself. Raises NotFound for any other."""
    hashed = token_hash(token)
    if store.token_owner(unit.session, hashed) != (unit.workspace_id, user_id):
        raise NotFound("There is no such token.")
    store.revoke_token(unit.session, hashed, unit.now)


def _client_of(session: Session, policy: TokenPolicy, grantee: Grantee, now: int) -> int:
    if grantee.client_id is not None:
        return grantee.client_id
    return person_client(session, grantee.workspace_id, policy.dialect, now)


def _issue(
    session: Session, policy: TokenPolicy, grantee: Grantee, client: int, family: str, now: int
) -> Granted:
    refreshes = policy.refresh and (not policy.people or grantee.user_id is not None)
    lives = {"access": policy.seconds} | ({"refresh": REFRESH_LIFE} if refreshes else {})
    made = {kind: new_secret() for kind in lives}
    for kind, seconds in lives.items():
        store.add_token(
            session,
            NewToken(
                token_hash(made[kind]),
                kind,
                family,
                grantee.workspace_id,
                client,
                grantee.user_id,
                policy.dialect,
                grantee.scopes,
                now,
                now + seconds * 1_000_000,
            ),
        )
    store.used_client(session, grantee.workspace_id, client, now)
    return Granted(made["access"], policy.seconds, made.get("refresh"))
