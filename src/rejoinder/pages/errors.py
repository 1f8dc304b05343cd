"""Every Problem as a page."""

from __future__ import annotations

from collections.abc import Callable

from rejoinder.kernel.call import Call
from rejoinder.kernel.reply import Reply
from rejoinder.model import problems as p
from rejoinder.pages.shell import Shell
from rejoinder.pages.texts import FALLBACK, catalogue, chosen_language

SPELLING: dict[type[p.Problem], tuple[int, str]] = {
    p.Unreadable: (400, "wrong"),
    p.NotAuthenticated: (401, "missing"),
    p.Expired: (401, "missing"),
    p.NotGranted: (401, "missing"),
    p.NotAllowed: (403, "personal_only"),
    p.NotOnPlan: (403, "closed"),
    p.NotOnboarded: (403, "closed"),
    p.NotFound: (404, "missing"),
    p.NotOffered: (405, "wrong"),
    p.NotAcceptable: (406, "wrong"),
    p.AlreadyExists: (409, "answered"),
    p.Stale: (412, "busy"),
    p.TooLarge: (413, "wrong"),
    p.Invalid: (422, "wrong"),
    p.TooMany: (429, "busy"),
    p.Broken: (500, "broken"),
    p.Unavailable: (503, "busy"),
}
"""The status, and which of our words say it."""
NO_FILE = "no_file"
"""What is said of the link of an export in place of a survey that is not there."""


def spelling(shell: Shell) -> Callable[[Call, p.Problem], Reply]:
    """The function that shows problems as pages."""

    def problem(call: Call, found: p.Problem) -> Reply:
        status, key = SPELLING[type(found)]
        if key == "missing" and call.endpoint.path.startswith("/exports/"):
            key = NO_FILE
        return shell.notice(call, status, key, _language(call))

    return problem


def _language(call: Call) -> str:
    try:
        return chosen_language(call, (FALLBACK, *catalogue()))
    except p.Unreadable:  # the query itself is what is wrong
        return FALLBACK
