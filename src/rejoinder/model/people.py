"""People at the console: who they are, and the session that they came with."""

from __future__ import annotations

import msgspec

ROLES = ("owner", "editor", "viewer")
"""What a person may be in a workspace, the most first: viewers read, editors change surveys, panel and
feedback, owners settings too."""


class Member(msgspec.Struct, frozen=True):
    """A person in one workspace. `timezone` is the workspace's; `language` what the person chose, or None."""

    workspace_id: int
    workspace: str
    timezone: str
    user_id: int
    email: str
    role: str
    language: str | None = None

    @property
    def actor(self) -> str:
        """As the audit log has it."""
        return f"user:{self.user_id}"

    def may(self, role: str) -> bool:
        """Whether this person may do what `role` may."""
        return ROLES.index(self.role) <= ROLES.index(role)


class Seat(msgspec.Struct, frozen=True):
    """A session that is good: the workspaces that it opens, oldest first. Times in µs."""

    hash: str
    members: tuple[Member, ...]
    created_at: int
    seen_at: int

    def in_workspace(self, number: int) -> Member | None:
        """Who the person is in a workspace, None where it is not theirs."""
        return next((member for member in self.members if member.workspace_id == number), None)


class OpenSession(msgspec.Struct, frozen=True):
    """A session as a list of sessions shows it; `id` is no secret. Times in µs."""

    id: str
    user_id: int
    agent: str
    address: str
    created_at: int
    seen_at: int
    expires_at: int
