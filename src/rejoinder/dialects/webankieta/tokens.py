"""`POST /token`."""

from __future__ import annotations

from rejoinder.core.tokens import Grantee, TokenPolicy
from rejoinder.kernel.call import Call
from rejoinder.kernel.oauth import check_token_request, issue_token
from rejoinder.kernel.reply import Reply

POLICY = TokenPolicy("webankieta", 3600)


def check(call: Call) -> Grantee:
    """Check the credentials, before the writer is asked for anything."""
    return check_token_request(call, POLICY)


def issue(call: Call) -> Reply:
    """Issue a token (design, "Webankieta: Token")."""
    return issue_token(
        call,
        POLICY,
        lambda granted: {
            "access_token": granted.access_token,
            "expires_in": granted.expires_in,
            "token_type": "Bearer",
        },
    )
