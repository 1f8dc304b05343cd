"""`POST /identity/connect/token` (design, "Forsta: Token")."""

from __future__ import annotations

from typing import Any

from rejoinder.core.tokens import Granted, TokenPolicy
from rejoinder.kernel.oauth import token_endpoint

PATH = "/identity/connect/token"
POLICY = TokenPolicy("forsta", 3600, ("api-user", "client_credentials", "password", "refresh_token"))
SCOPE = "pub.surveys"


def _told(granted: Granted) -> dict[str, Any]:
    return {
        "access_token": granted.access_token,
        "expires_in": granted.expires_in,
        "token_type": "Bearer",
        "scope": SCOPE,
    }


TOKEN = token_endpoint(PATH, POLICY, _told, "design, Forsta: Token")
