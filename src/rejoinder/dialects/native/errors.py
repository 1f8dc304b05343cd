"""Every Problem in our own words: `{"error", "message", "fields"?}`."""

from __future__ import annotations

import msgspec

from rejoinder.kernel.call import Call
from rejoinder.kernel.oauth import refusal
from rejoinder.kernel.reply import Reply, json_reply
from rejoinder.model import problems as p

SPELLING: dict[type[p.Problem], tuple[int, str]] = {
    p.Unreadable: (400, "unreadable"),
    p.NotAuthenticated: (401, "not_authenticated"),
    p.Expired: (401, "expired"),
    p.NotAllowed: (403, "not_allowed"),
    p.NotOnPlan: (403, "not_on_plan"),
    p.NotOnboarded: (424, "not_onboarded"),
    p.NotFound: (404, "not_found"),
    p.NotOffered: (405, "not_offered"),
    p.NotAcceptable: (406, "not_acceptable"),
    p.AlreadyExists: (409, "already_exists"),
    p.Stale: (412, "stale"),
    p.TooLarge: (413, "too_large"),
    p.Invalid: (422, "invalid"),
    p.TooMany: (429, "too_many"),
    p.Broken: (500, "broken"),
    p.Unavailable: (503, "unavailable"),
}
CLOSED = {"not_yet": 403, "personal_only": 403, "closed": 410, "full": 410, "answered": 410}
"""The status for each state of a survey that takes no answers; the state itself is the error's word."""
_BEARER = ((b"www-authenticate", b"Bearer"),)


class ErrorBody(msgspec.Struct, omit_defaults=True):
    """The body of an error; `fields` names each bad parameter."""

    error: str
    message: str
    fields: dict[str, str] = {}


def problem(call: Call, found: p.Problem) -> Reply:
    """Spell a problem."""
    if isinstance(found, p.NotGranted):
        return refusal(call, found)
    status, word = SPELLING[type(found)]
    if isinstance(found, p.NotAllowed) and found.state:
        status, word = CLOSED[found.state], found.state
    if isinstance(found, p.AlreadyExists) and found.in_flight:
        word = "in_flight"
    fields = found.fields if isinstance(found, p.Invalid) else {}
    return json_reply(ErrorBody(word, found.message, fields), status, _BEARER if status == 401 else ())
