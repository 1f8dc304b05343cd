"""Workspaces, their clients and users."""

from __future__ import annotations

import msgspec

FEATURES = ("api_export",)
"""Plan features that an operator can switch on; `api_export` opens GoodBridge's API (000)."""


class WorkspaceSettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """Choices of one workspace. `timezone` is an IANA name; `max_respondents` None for no limit."""

    timezone: str = "UTC"
    max_respondents: int | None = None


class Workspace(msgspec.Struct, frozen=True):
    """A tenant: everything but other workspaces belongs to exactly one. Times in µs."""

    id: int
    name: str
    features: frozenset[str]
    settings: WorkspaceSettings
    created_at: int


class Client(msgspec.Struct, frozen=True):
    """An API client of a workspace. Times in µs; `scopes` as in `Caller`."""

    id: int
    client_id: str
    name: str
    scopes: tuple[str, ...]
    created_at: int
    revoked_at: int | None = None
    last_used_at: int | None = None


class User(msgspec.Struct, frozen=True):
    """A person who may sign in; `role` is owner, editor or viewer."""

    id: int
    email: str
    role: str
    created_at: int
    disabled_at: int | None = None
