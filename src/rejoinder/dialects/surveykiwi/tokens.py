"""`POST /oAuth2/token` (003, "Auth")."""

from __future__ import annotations

from rejoinder.core.tokens import Grantee, TokenPolicy, grant
from rejoinder.dialects.surveykiwi.errors import problem
from rejoinder.kernel.call import Call
from rejoinder.kernel.oauth import check_token_request, token_reply
from rejoinder.kernel.reply import Reply
from rejoinder.model.problems import NotGranted

POLICY = TokenPolicy("surveykiwi", 900, refresh=True)


def check(call: Call) -> Grantee:
    """Check the keys, before the writer is asked for anything."""
    return check_token_request(call, POLICY)


def issue(call: Call) -> Reply:
    """Issue a token of 900 seconds, and one to refresh it."""
    granted = grant(call.unit.session, POLICY, call.prepared, call.now)
    if isinstance(granted, NotGranted):
        return problem(call, granted)  # not raised: what it revoked must be committed
    return token_reply(
        {
            "token_type": "Bearer",
            "expires_in": granted.expires_in,
            "access_token": granted.access_token,
            "refresh_token": granted.refresh_token,
        }
    )
