"""Recognise callers by their tokens; manage API clients."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rejoinder.core.audit import record
from rejoinder.core.secrets import new_secret, token_hash
from rejoinder.core.unit import Unit
from rejoinder.model.access import Caller
from rejoinder.model.problems import Expired, Invalid, NotAuthenticated, NotFound
from rejoinder.model.workspace import Client
from rejoinder.store import clients as store
from rejoinder.store.session import Session

DIALECTS = ("goodbridge", "forsta", "webankieta", "surveykiwi", "cxi", "native")
SCOPES = tuple(f"{dialect}:{right}" for dialect in DIALECTS for right in ("read", "write"))
OVERLAP = 24 * 3600 * 1_000_000
"""Microseconds for which a rotated secret stays good."""
_REMEMBERED = 10_000


class Gate:
    """Recognises tokens, and trusts for a moment what it saw, to save looking again with every request.

    Parameters: `trust` — seconds; a revoked token may be used for so long.
    """

    def __init__(self, trust: float) -> None:
        self._trust = int(trust * 1_000_000)
        self._seen: dict[str, tuple[int, int, Caller]] = {}

    def authenticate(self, session: Session, token: str, now: int) -> Caller:
        """The caller behind an access token. Raises NotAuthenticated (unknown) or Expired (was good once)."""
        found = token_hash(token)
        seen = self._seen.get(found)
        if seen and now - seen[0] < self._trust and now < seen[1]:
            return seen[2]
        expires, caller = _look_up(session, found, now)
        if len(self._seen) >= _REMEMBERED:
            self._seen.clear()
        self._seen[found] = (now, expires, caller)
        return caller


def _look_up(session: Session, hashed: str, now: int) -> tuple[int, Caller]:
    row = session.hot.token(session.raw, hashed)
    if row is None:
        raise NotAuthenticated("The access token is not known; request a new one.")
    if row.revoked_at is not None or row.client_revoked_at is not None:
        raise Expired("The access token was revoked; request a new one.")
    if now >= row.expires_at:
        raise Expired("The access token has expired; request a new one.")
    scopes = _scopes(row.scopes)
    return row.expires_at, Caller(row.workspace_id, row.client_id, row.client_name, scopes, row.user_id)


@lru_cache(maxsize=256)
def _scopes(text: str) -> frozenset[str]:
    return frozenset(text.split())


def create_client(unit: Unit, name: str, scopes: Sequence[str] = SCOPES) -> tuple[Client, str]:
    """Make an API client; gives it with its secret, which is shown this once. Raises Invalid."""
    name = name.strip()
    if not 1 <= len(name) <= 200 or not name.isprintable():
        raise Invalid("A client's name has 1 to 200 printable characters.")
    if unknown := set(scopes) - set(SCOPES):
        raise Invalid(f"Unknown scope {min(unknown)!r}; there are: {', '.join(SCOPES)}.")
    client_id, secret = new_secret("rj_")[:27], new_secret()
    number = store.add_client(
        unit.session, unit.workspace_id, client_id, name, token_hash(secret), sorted(set(scopes)), unit.now
    )
    record(unit, "client.create", f"client:{number}", name=name, scopes=sorted(set(scopes)))
    return Client(number, client_id, name, tuple(sorted(set(scopes))), unit.now), secret


def list_clients(unit: Unit) -> list[Client]:
    """The workspace's clients, oldest first."""
    return store.clients(unit.session, unit.workspace_id)


def find_client(unit: Unit, client_id: str) -> Client:
    """A client by the id it shows. Raises NotFound."""
    found = store.client_secrets(unit.session, client_id)
    if found is None or found.workspace_id != unit.workspace_id:
        raise NotFound(f"No client {client_id!r} in this workspace; see: rejoinder client list.")
    return found.client


def rotate_client(unit: Unit, client_id: str) -> str:
    """Give a client a new secret, shown this once; the old one works 24 hours more. Raises NotFound."""
    client, secret = find_client(unit, client_id), new_secret()
    if client.revoked_at is not None:
        raise Invalid("This client is revoked; create a new one.")
    store.rotate_secret(unit.session, unit.workspace_id, client.id, token_hash(secret), unit.now + OVERLAP)
    record(unit, "client.rotate", f"client:{client.id}")
    return secret


def revoke_client(unit: Unit, client_id: str) -> Client:
    """Shut a client out at once, with every token it has; safe to say twice. Raises NotFound."""
    client = find_client(unit, client_id)
    if client.revoked_at is None:
        store.revoke_client(unit.session, unit.workspace_id, client.id, unit.now)
        record(unit, "client.revoke", f"client:{client.id}")
    return client
