"""Every Problem in Forsta's words: `{"message"}`, and the row results of bulk operations."""

from __future__ import annotations

from typing import Any

import msgspec

from rejoinder.dialects.forsta.wire import render_report
from rejoinder.kernel.call import Call
from rejoinder.kernel.oauth import refusal
from rejoinder.kernel.reply import Reply, empty_reply, json_reply
from rejoinder.model import problems as p

STATUS: dict[type[p.Problem], int] = {
    p.Unreadable: 400,
    p.Invalid: 400,
    p.NotAuthenticated: 401,
    p.Expired: 401,
    p.NotAllowed: 403,
    p.NotOnPlan: 403,
    p.NotOnboarded: 403,
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
    """The body of an error; `validationMessages` only where rows are concerned."""

    message: str
    validationMessages: dict[str, Any] | None = None  # noqa: N815  the vendor's name


def problem(call: Call, found: p.Problem) -> Reply:
    """Spell a problem (Forsta 001; design, "Errors")."""
    if isinstance(found, p.NotGranted):
        return refusal(call, found)
    status = STATUS[type(found)]
    if status == 401:
        return empty_reply(401, _BEARER)
    body: dict[str, Any] = {"message": found.message}
    if isinstance(found, p.Invalid) and found.report:
        body = found.counters or body
        body["validationMessages"] = render_report(found.report)
    return json_reply(body, status)
