"""`POST /oAuth2/token`: a token of 900 seconds, and one to refresh it (003, "Auth")."""

from __future__ import annotations

from typing import Any

from rejoinder.core.tokens import Granted, TokenPolicy
from rejoinder.kernel.oauth import token_endpoint

PATH = "/oAuth2/token"
POLICY = TokenPolicy("surveykiwi", 900, refresh=True)


def _told(granted: Granted) -> dict[str, Any]:
    return {
        "token_type": "Bearer",
        "expires_in": granted.expires_in,
        "access_token": granted.access_token,
        "refresh_token": granted.refresh_token,
    }


TOKEN = token_endpoint(PATH, POLICY, _told, "003, Auth")
