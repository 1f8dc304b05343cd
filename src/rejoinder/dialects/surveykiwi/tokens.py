"""`POST /oAuth2/token` (003, "Auth")."""

from __future__ import annotations

from rejoinder.core.tokens import Grantee, TokenPolicy
from rejoinder.kernel.call import Call
from rejoinder.kernel.oauth import check_token_request, issue_token
from rejoinder.kernel.reply import Reply

POLICY = TokenPolicy("surveykiwi", 900, refresh=True)


def check(call: Call) -> Grantee:
    """Check the keys, before the writer is asked for anything."""
    return check_token_request(call, POLICY)


def issue(call: Call) -> Reply:
    """Issue a token of 900 seconds, and one to refresh it."""
    return issue_token(
        call,
        POLICY,
        lambda granted: {
            "token_type": "Bearer",
            "expires_in": granted.expires_in,
            "access_token": granted.access_token,
            "refresh_token": granted.refresh_token,
        },
    )
