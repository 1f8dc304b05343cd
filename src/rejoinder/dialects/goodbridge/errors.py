"""Every Problem in FastAPI's shape, which GoodBridge's users know: `{"detail"}` (design, "GoodBridge")."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from rejoinder.kernel.call import Call
from rejoinder.kernel.oauth import refusal
from rejoinder.kernel.reply import Reply, json_reply
from rejoinder.model import problems as p

STATUS: dict[type[p.Problem], int] = {
    p.Unreadable: 400,
    p.NotAuthenticated: 401,
    p.Expired: 403,
    p.NotAllowed: 403,
    p.NotOnPlan: 403,
    p.NotOnboarded: 403,
    p.NotFound: 404,
    p.NotOffered: 405,
    p.NotAcceptable: 406,
    p.AlreadyExists: 409,
    p.Stale: 412,
    p.TooLarge: 413,
    p.Invalid: 422,
    p.TooMany: 429,
    p.Broken: 500,
    p.Unavailable: 503,
}
_BEARER = ((b"www-authenticate", b"Bearer"),)


class Detail(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is wrong with one parameter: `loc` is its place, `ctx` the limit that it broke."""

    type: str
    loc: tuple[str, ...]
    msg: str
    input: str | None
    ctx: dict[str, Any] | UnsetType = UNSET


class ErrorBody(msgspec.Struct):
    """The body of an error: a sentence, or one entry for each bad parameter."""

    detail: str | list[Detail]


class BadParameters(p.Invalid):
    """Parameters that cannot be taken, all of them at once."""

    def __init__(self, details: Sequence[Detail]) -> None:
        super().__init__("Some parameters cannot be taken.", fields={d.loc[-1]: d.msg for d in details})
        self.details = details


def problem(call: Call, found: p.Problem) -> Reply:
    """Spell a problem (000, "Error Responses")."""
    if isinstance(found, p.NotGranted):
        return refusal(call, found)
    if isinstance(found, p.Invalid):
        return json_reply({"detail": _details(found)}, 422)
    status = STATUS[type(found)]
    return json_reply(ErrorBody(found.message), status, _BEARER if status == 401 else ())


def _details(found: p.Invalid) -> Sequence[Detail]:
    if isinstance(found, BadParameters):
        return found.details
    named = [Detail("value_error", ("query", name), text, None) for name, text in found.fields.items()]
    return named or [Detail("value_error", ("query",), found.message, None)]
