"""Every Problem in Wootric's words: `{"message":"…"}` (design, "Wootric CXI")."""

from __future__ import annotations

import msgspec

from rejoinder.kernel.call import Call
from rejoinder.kernel.endpoint import NOWHERE
from rejoinder.kernel.reply import Headers, Reply, json_reply
from rejoinder.model import problems as p
from rejoinder.model.reports import RowResult

STATUS: dict[type[p.Problem], int] = {
    p.Unreadable: 400,
    p.NotGranted: 400,
    p.NotAuthenticated: 401,
    p.Expired: 401,
    p.NotOnPlan: 402,
    p.NotAllowed: 403,
    p.NotFound: 404,
    p.NotOffered: 405,
    p.NotAcceptable: 406,
    p.AlreadyExists: 409,
    p.Stale: 409,
    p.TooLarge: 413,
    p.Invalid: 422,
    p.NotOnboarded: 424,
    p.TooMany: 429,
    p.Broken: 500,
    p.Unavailable: 503,
}
_BEARER: Headers = ((b"www-authenticate", b"Bearer"),)
_NO_STORE: Headers = ((b"cache-control", b"no-store"), (b"pragma", b"no-cache"))


class ErrorBody(msgspec.Struct):
    """The body of an error."""

    message: str


class RefusalBody(msgspec.Struct):
    """The body of a refused token request: RFC 6749, section 5.2, and the vendor's own member."""

    error: str
    error_description: str
    message: str


def problem(call: Call, found: p.Problem) -> Reply:
    """Spell a problem."""
    if isinstance(found, p.NotGranted):
        return _refusal(found)
    status = STATUS[type(found)]
    return json_reply(ErrorBody(_sentence(call, found)), status, _BEARER if status == 401 else ())


def _refusal(found: p.NotGranted) -> Reply:
    body = RefusalBody(found.code, found.message, found.message)
    return json_reply(body, 401 if found.code == "invalid_client" else 400, _NO_STORE)


def _sentence(call: Call, found: p.Problem) -> str:
    if isinstance(found, p.NotFound) and call.endpoint is NOWHERE:
        return f"There is nothing at {call.path[:200]}."
    if isinstance(found, p.Invalid) and found.report is not None:
        return "\n".join((found.message, *map(_line, found.report.rows)))
    return found.message


def _line(row: RowResult) -> str:
    """One wrong row of a file: its number, what is wrong with it, what stood there."""
    said = row.messages[0]
    value = f" ({said.value!r})" if isinstance(said.value, str) and said.value else ""
    return f"Row {row.row}: {said.message}{value}."
