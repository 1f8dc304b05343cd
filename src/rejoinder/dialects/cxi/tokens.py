"""`POST /oauth/token`: a token of two hours, and one to refresh it for people (004, "Authentication")."""

from __future__ import annotations

from typing import Any

from rejoinder.core.tokens import Granted, TokenPolicy
from rejoinder.kernel.oauth import token_endpoint

PATH = "/oauth/token"
POLICY = TokenPolicy("cxi", 7200, refresh=True, people=True)


def _told(granted: Granted) -> dict[str, Any]:
    told: dict[str, Any] = {
        "access_token": granted.access_token,
        "token_type": "bearer",
        "expires_in": granted.expires_in,
    }
    if granted.refresh_token is not None:
        told["refresh_token"] = granted.refresh_token
    return told | {"scope": "public"}


TOKEN = token_endpoint(PATH, POLICY, _told, "004, Authentication")
