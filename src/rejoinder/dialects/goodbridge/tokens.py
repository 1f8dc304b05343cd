"""`POST /oauth2/token` (design, "GoodBridge")."""

from __future__ import annotations

from rejoinder.core.tokens import Grantee, TokenPolicy
from rejoinder.kernel.call import Call
from rejoinder.kernel.oauth import check_token_request, issue_token
from rejoinder.kernel.reply import Reply

POLICY = TokenPolicy("goodbridge", 3600, refresh=True)


def check(call: Call) -> Grantee:
    """Check the credentials, before the writer is asked for anything."""
    return check_token_request(call, POLICY)


def issue(call: Call) -> Reply:
    """Issue an access token, and a refresh token that works once."""
    return issue_token(
        call,
        POLICY,
        lambda granted: {
            "access_token": granted.access_token,
            "token_type": "Bearer",
            "expires_in": granted.expires_in,
            "refresh_token": granted.refresh_token,
        },
    )
