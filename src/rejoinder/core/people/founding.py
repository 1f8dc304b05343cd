"""The first owner of a fresh store, who comes by a link that only whoever runs the server is told.

To come first is not enough: a name in the public log of certificates is visited within minutes. Nor is the
address that a visitor comes from: behind a proxy on the same machine everybody seems to be on it.
"""

from __future__ import annotations

from rejoinder.core.people.accounts import LINK_LIFE
from rejoinder.core.secrets import new_secret, same_secret, token_hash
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_user, create_workspace
from rejoinder.model.people import Member
from rejoinder.model.problems import NotAllowed
from rejoinder.store import people as store
from rejoinder.store.session import Session

KEPT = 20
"""Links that are good at a time: each server that starts is given one of its own."""


def is_fresh(session: Session) -> bool:
    """Whether there is neither a workspace nor an account."""
    return not store.anybody(session)


def setup_path(session: Session, now: int) -> str:
    """A new link with which the first owner is created, as a path; good for a week, until there is an owner.

    Earlier ones stay good, so that several servers over one store may each tell theirs; only hashes are kept.
    Raises NotAllowed when the store is not fresh.
    """
    store.lock_founding(session)
    _keep_fresh(session)
    key = new_secret()
    store.add_setup_pass(session, token_hash(key), now, now + LINK_LIFE, KEPT)
    return f"/console/welcome?key={key}"


def is_setup_key(session: Session, key: str, now: int) -> bool:
    """Whether this is the key of a set-up link that is good now."""
    found = [same_secret(key, stored) for stored in store.setup_passes(session, now)]  # looks at every one
    return any(found)


def found_workspace(session: Session, key: str, name: str, email: str, password: str, now: int) -> Member:
    """Make the first workspace of a fresh store and its owner; every set-up link ends.

    Raises NotAllowed when the store is not fresh any more, and for a wrong key; Invalid.
    """
    store.lock_founding(session)  # of two visitors who come at once, one is too late
    _keep_fresh(session)
    if not is_setup_key(session, key, now):
        raise NotAllowed("This set-up link is not good any more; take the newest from the server's log.")
    made, _ = create_workspace(session, name, ["api_export"], now)
    unit = Unit(session, made.id, "console", now)
    user = create_user(unit, email, password, "owner")
    store.end_setup_passes(session)
    return Member(made.id, made.name, made.settings.timezone, user.id, user.email, user.role)


def _keep_fresh(session: Session) -> None:
    if not is_fresh(session):
        raise NotAllowed("This server has a workspace already; sign in, or ask its owner for an account.")
