"""What was done that an operator may have to account for."""

from __future__ import annotations

from typing import Any

import msgspec


class Entry(msgspec.Struct, frozen=True):
    """One row of a workspace's audit log.

    `actor` — who (`client:…`, `user:…`, `cli`, `job`); `action` — what, such as `client.create`; `subject` —
    to what, such as `survey:12`; `detail` — counts and names, never a person's data; `at` — µs; `hash` — of
    this entry and, through the one before it, of all earlier ones.
    """

    workspace_id: int
    id: int
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]
    at: int
    hash: str


class Verdict(msgspec.Struct, frozen=True):
    """Whether an audit log is as it was written.

    `entries` — how many are sound; `tip` — the hash of the last sound one, empty when there is none; `fault`
    — one sentence that names the first entry that is wrong, None for a sound log.
    """

    entries: int
    tip: str
    fault: str | None = None
