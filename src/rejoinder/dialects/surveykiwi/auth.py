"""Where SurveyKiwi's callers put their token (003, "Auth"): `access_token` in the query, or Bearer."""

from __future__ import annotations

from rejoinder.dialects.surveykiwi.parameters import first
from rejoinder.kernel.call import Call
from rejoinder.kernel.oauth import bearer

_MAX_TOKEN = 512


def credentials(call: Call) -> str | None:
    """The token of a call, None when there is none. It is never written anywhere."""
    return (first(call, "access_token") or "")[:_MAX_TOKEN] or bearer(call)
