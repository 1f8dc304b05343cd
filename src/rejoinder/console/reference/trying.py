"""Tokens with which the reference's reader tries an API: short, of their own workspace, never more than the
role may do.
"""

from __future__ import annotations

from rejoinder.console.reference.pages import find_dialect, refusal
from rejoinder.console.visit import Visit
from rejoinder.core.tokens import grant_to_member, revoke_own_token
from rejoinder.kernel.reply import Reply, json_reply


def give_token(visit: Visit) -> Reply:
    """A token for one API, as JSON for the page's script."""
    dialect = find_dialect(visit, visit.field("api", 40, required=True))
    if refused := refusal(visit.who, dialect):
        raise refused
    granted = grant_to_member(
        visit.unit, visit.who.user_id, visit.who.role, dialect.name, write=visit.field("right", 10) == "write"
    )
    return json_reply({"token": granted.access_token, "seconds": granted.expires_in})


def take_token(visit: Visit) -> Reply:
    """Revoke a token that one was given here."""
    revoke_own_token(visit.unit, visit.who.user_id, visit.field("token", 512, required=True))
    return json_reply({"revoked": True})
