"""Every Problem in Webankieta's words: `{"type":"error","msg":"…"}`."""

from __future__ import annotations

from typing import Literal

import msgspec

from rejoinder.kernel.call import Call
from rejoinder.kernel.oauth import refusal
from rejoinder.kernel.reply import Reply, json_reply
from rejoinder.model import problems as p

STATUS: dict[type[p.Problem], int] = {
    p.Unreadable: 400,
    p.Invalid: 400,
    p.NotAuthenticated: 401,
    p.Expired: 401,
    p.NotOnPlan: 402,
    p.NotOnboarded: 403,
    p.NotAllowed: 403,
    p.NotFound: 404,
    p.NotOffered: 405,
    p.NotAcceptable: 406,
    p.AlreadyExists: 409,
    p.Stale: 409,
    p.TooLarge: 413,
    p.TooMany: 429,
    p.Broken: 500,
    p.Unavailable: 503,
}
_BEARER = ((b"www-authenticate", b"Bearer"),)


class ErrorBody(msgspec.Struct):
    """The body of an error."""

    type: Literal["error"]
    msg: str


def problem(call: Call, found: p.Problem) -> Reply:
    """Spell a problem (design, "Webankieta": Errors)."""
    if isinstance(found, p.NotGranted):
        return refusal(call, found)
    status = STATUS[type(found)]
    return json_reply(ErrorBody("error", found.message), status, _BEARER if status == 401 else ())
