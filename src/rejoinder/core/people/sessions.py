"""Sign people in and out of the console."""

from __future__ import annotations

import hashlib
import hmac

from rejoinder.core.audit import record
from rejoinder.core.secrets import new_secret, nobody, right_password, token_hash
from rejoinder.core.unit import Unit
from rejoinder.model.filters.text import fold
from rejoinder.model.people import Member, OpenSession, Seat
from rejoinder.model.problems import NotFound
from rejoinder.store import people as store
from rejoinder.store.session import Session

HOUR = 3600 * 1_000_000
IDLE = 12 * HOUR
"""Microseconds without a request after which a session ends."""
LIFE = 14 * 24 * HOUR
"""Microseconds after which a session ends in any case."""
TOUCH = 5 * 60 * 1_000_000
"""How old the note of a session's last use may be: not every request writes."""
MOST_MEMBERSHIPS = 20
"""Passwords that one sign-in is compared with; each costs as much as the first."""


def check_sign_in(session: Session, email: str, password: str) -> tuple[Member, ...]:
    """The workspaces where this address has this password; none when it is wrong. Writes nothing.

    An address without an account costs one comparison, as one with an account does.
    """
    found = store.memberships(session, fold(email.strip()[:320].replace("\0", "")))[:MOST_MEMBERSHIPS]
    if len(password) > 1000 or not any(hashed for _, hashed in found):
        right_password(password[:1000], nobody())
        return ()
    known: dict[str, bool] = {}
    for _, hashed in found:
        if hashed and hashed not in known:
            known[hashed] = right_password(password, hashed)
    return tuple(member for member, hashed in found if known.get(hashed))


def begin_session(session: Session, members: tuple[Member, ...], agent: str, address: str, now: int) -> str:
    """Make a session for these workspaces; gives its token, which is stored as a hash alone."""
    token = new_secret()
    for member in members:
        store.add_session(session, token_hash(token), member, agent[:200], address[:60], now, now + LIFE)
        unit = Unit(session, member.workspace_id, member.actor, now)
        record(unit, "user.sign_in", f"user:{member.user_id}")
    return token


def find_session(session: Session, token: str, now: int) -> Seat | None:
    """Who came with this token; None when it is unknown, expired, idle for too long, or revoked."""
    hashed = token_hash(token)
    found = store.seats(session, hashed, now, now - IDLE)
    if not found:
        return None
    members = tuple(member for member, _, _ in found)
    return Seat(hashed, members, found[0][1], min(seen for _, _, seen in found))


def is_stale(seat: Seat, now: int) -> bool:
    """Whether the note of the session's last use should be written anew (`touch_session`)."""
    return now - seat.seen_at > TOUCH


def touch_session(session: Session, seat: Seat, now: int) -> None:
    """Note that the session was used."""
    store.touch_session(session, seat.hash, now)


def end_session(session: Session, seat: Seat, now: int) -> None:
    """Sign out, in every workspace of the session."""
    store.end_session(session, seat.hash)
    for member in seat.members:
        unit = Unit(session, member.workspace_id, member.actor, now)
        record(unit, "user.sign_out", f"user:{member.user_id}")


def list_sessions(unit: Unit, user_id: int | None = None) -> list[OpenSession]:
    """The open sessions of a person, or of everybody in the workspace; the latest used first."""
    return [
        shown
        for _, shown in store.open_sessions(
            unit.session, unit.workspace_id, user_id, unit.now, unit.now - IDLE
        )
    ]


def revoke_session(unit: Unit, session_id: str, user_id: int | None = None) -> None:
    """End one session, also in its other workspaces. Parameters: `user_id` — only if it is theirs.

    Raises NotFound.
    """
    for hashed, shown in store.open_sessions(
        unit.session, unit.workspace_id, user_id, unit.now, unit.now - IDLE
    ):
        if hmac.compare_digest(shown.id, session_id):
            store.end_session(unit.session, hashed)
            record(unit, "user.revoke_session", f"user:{shown.user_id}")
            return
    raise NotFound("There is no such session; it may have ended meanwhile.")


def form_token(secret: str) -> str:
    """What a form must carry so that it is ours: worked out of the cookie, which other sites cannot read."""
    digest = hmac.new(secret.encode("utf-8", "replace"), b"console form", hashlib.sha256)
    return digest.hexdigest()


def right_form_token(secret: str, given: str) -> bool:
    """Whether a form came from a page of ours, in constant time."""
    return bool(secret) and hmac.compare_digest(form_token(secret).encode(), given.encode("utf-8", "replace"))
