"""Where Wootric's callers put their token (004, "Authentication"): Bearer, or `access_token` in the query."""

from __future__ import annotations

from rejoinder.kernel.call import Call
from rejoinder.kernel.oauth import bearer
from rejoinder.model.problems import Unreadable

_MAX_TOKEN = 512


def credentials(call: Call) -> str | None:
    """The token of a call, None when there is none. It is never written anywhere."""
    if found := bearer(call):
        return found
    try:
        sent = next((value for name, value in call.query if name == "access_token"), "")
    except Unreadable:
        return None
    return sent[:_MAX_TOKEN] or None
