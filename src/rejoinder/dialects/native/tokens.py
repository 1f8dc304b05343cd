"""`POST /rejoinder/v1/token`."""

from __future__ import annotations

from rejoinder.core.tokens import Granted, Grantee, TokenPolicy, check_request, grant
from rejoinder.kernel.call import Call
from rejoinder.kernel.oauth import refusal, token_reply, token_request
from rejoinder.kernel.reply import Reply

POLICY = TokenPolicy("native", 3600, refresh=True)


def check(call: Call) -> Grantee:
    """Check the credentials, before the writer is asked for anything."""
    return check_request(call.unit.session, POLICY, token_request(call), call.now)


def issue(call: Call) -> Reply:
    """Issue an access token and a refresh token."""
    granted = grant(call.unit.session, POLICY, call.prepared, call.now)
    if not isinstance(granted, Granted):
        return refusal(call, granted)
    return token_reply(
        {
            "access_token": granted.access_token,
            "token_type": "Bearer",
            "expires_in": granted.expires_in,
            "refresh_token": granted.refresh_token,
        }
    )
