"""`POST /token` (design, "Webankieta: Token")."""

from __future__ import annotations

from typing import Any

from rejoinder.core.tokens import Granted, TokenPolicy
from rejoinder.kernel.oauth import token_endpoint

PATH = "/token"
POLICY = TokenPolicy("webankieta", 3600)


def _told(granted: Granted) -> dict[str, Any]:
    return {
        "access_token": granted.access_token,
        "expires_in": granted.expires_in,
        "token_type": "Bearer",
    }


TOKEN = token_endpoint(PATH, POLICY, _told, "design, Webankieta: Token")
