"""`POST /identity/connect/token`."""

from __future__ import annotations

from rejoinder.core.tokens import Granted, Grantee, TokenPolicy, check_request, grant
from rejoinder.kernel.call import Call
from rejoinder.kernel.oauth import refusal, token_reply, token_request
from rejoinder.kernel.reply import Reply

POLICY = TokenPolicy("forsta", 3600, ("api-user", "client_credentials", "password", "refresh_token"))
SCOPE = "pub.surveys"


def check(call: Call) -> Grantee:
    """Check the credentials, before the writer is asked for anything."""
    return check_request(call.unit.session, POLICY, token_request(call), call.now)


def issue(call: Call) -> Reply:
    """Issue a token (design, "Forsta: Token")."""
    granted = grant(call.unit.session, POLICY, call.prepared, call.now)
    if not isinstance(granted, Granted):
        return refusal(call, granted)
    return token_reply(
        {
            "access_token": granted.access_token,
            "expires_in": granted.expires_in,
            "token_type": "Bearer",
            "scope": SCOPE,
        }
    )
