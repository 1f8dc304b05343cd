"""Who is calling, and how often it still may."""

from __future__ import annotations

import msgspec


class Caller(msgspec.Struct, frozen=True):
    """The owner of a valid token.

    `scopes` are `"<dialect>:read"` and `"<dialect>:write"`; `name` is the client's name; `user_id` is
    there when a person's password stood behind the token.
    """

    workspace_id: int
    client_id: int
    name: str
    scopes: frozenset[str]
    user_id: int | None = None


class Quota(msgspec.Struct, frozen=True):
    """What is left of a rate limit: requests per window, and when the window ends (unix seconds)."""

    limit: int
    remaining: int
    reset_unix_s: int
