"""Every Problem as a page, or as a part of one for the page's script."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from rejoinder.console.area import Page
from rejoinder.console.gate import with_voice
from rejoinder.console.hearing import heard
from rejoinder.console.shell import Shell
from rejoinder.console.speech import _
from rejoinder.console.visit import Visit
from rejoinder.kernel.call import Call
from rejoinder.kernel.reply import TEXT, Headers, Reply
from rejoinder.model import problems as p

STATUS: dict[type[p.Problem], int] = {
    p.Unreadable: 400,
    p.NotAuthenticated: 401,
    p.Expired: 401,
    p.NotGranted: 401,
    p.NotAllowed: 403,
    p.NotOnPlan: 403,
    p.NotFound: 404,
    p.NotOffered: 405,
    p.NotAcceptable: 406,
    p.AlreadyExists: 409,
    p.NotOnboarded: 409,
    p.Stale: 412,
    p.TooLarge: 413,
    p.Invalid: 422,
    p.TooMany: 429,
    p.Broken: 500,
    p.Unavailable: 503,
}


def _nothing(visit: Visit) -> Reply:
    raise p.NotFound("There is nothing here.")


NOWHERE = Page(path="", show=_nothing, summary="Where calls are that reached none", role=None, whole=True)


def spelling(shell: Shell) -> Callable[[Call, p.Problem], Reply]:
    """The function that shows problems."""

    def problem(call: Call, found: p.Problem) -> Reply:
        visit = call.prepared if isinstance(call.prepared, Visit) else Visit(call, shell, NOWHERE, "")
        try:
            if isinstance(found, p.NotAuthenticated):
                return _to_sign_in(visit)
            return with_voice(visit, lambda: _told(visit, found))
        except p.Problem:  # what a page is made of is missing, or its address is unreadable: say it plainly
            return Reply(STATUS[type(found)], found.message.encode(), TEXT, shell.headers)

    return problem


def _to_sign_in(visit: Visit) -> Reply:
    """Ask who it is, and come back afterwards."""
    call = visit.call
    wanted = call.path if call.method == "GET" and not visit.is_htmx else ""
    query = f"?{call.query_string}" if wanted and call.query_string else ""
    address = visit.to("/console/sign-in", next=(wanted + query) or None)
    if visit.is_htmx:
        return Reply(200, b"", None, ((b"hx-redirect", address.encode()),))
    return Reply(303, b"", None, ((b"location", address.encode()),))


def _told(visit: Visit, found: p.Problem) -> Reply:
    status = STATUS[type(found)]
    title, text = _words(found)
    if visit.is_htmx:
        told = found.fields if isinstance(found, p.Invalid) else {}
        fields = {name: heard(text) for name, text in told.items()}
        return Reply(status, _part(title, text, fields), b"application/json; charset=utf-8", _plain(visit))
    template = "error.html" if visit.member is not None else "door/error.html"
    return visit.page(template, status, title=title, text=text, status=status)


def _part(title: str, text: str, fields: dict[str, str]) -> bytes:
    return msgspec.json.encode({"title": title, "text": text, "fields": fields})


def _plain(visit: Visit) -> Headers:
    return ((b"cache-control", b"no-store"), *visit.headers)


def _words(found: p.Problem) -> tuple[str, str]:
    if isinstance(found, p.NotFound):
        return _("Nothing is here"), _("It was removed, or it is not in this workspace.")
    if isinstance(found, p.NotAllowed | p.NotOnPlan):
        return _("This is not allowed"), heard(found.message)
    if isinstance(found, p.TooMany):
        return _("Too many attempts"), heard(found.message)
    if isinstance(found, p.Broken):
        return _("Something went wrong on our side"), _("The server's log has the details. Try again.")
    if isinstance(found, p.Unavailable):
        return _("The server is busy"), _("Try again in a moment.")
    return _("This cannot be done"), heard(found.message)
