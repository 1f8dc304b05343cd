"""`POST /rejoinder/v1/token`: an access token, and a refresh token that works once."""

from __future__ import annotations

from typing import Any

from rejoinder.core.tokens import Granted, TokenPolicy
from rejoinder.kernel.oauth import token_endpoint

PATH = "/rejoinder/v1/token"
POLICY = TokenPolicy("native", 3600, refresh=True)


def _told(granted: Granted) -> dict[str, Any]:
    return {
        "access_token": granted.access_token,
        "token_type": "Bearer",
        "expires_in": granted.expires_in,
        "refresh_token": granted.refresh_token,
    }


TOKEN = token_endpoint(PATH, POLICY, _told, "RFC 6749")
