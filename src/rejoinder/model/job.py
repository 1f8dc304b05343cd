"""Background jobs."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

STORE = 0
"""The workspace of jobs that belong to the whole store."""


class JobStatus(StrEnum):
    """Where a job stands; it runs from `waiting` until it is `done`, `failed`, or `cancelled` by a person."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(msgspec.Struct, frozen=True):
    """Work to be done after the commit that asked for it, at least once. Times in µs.

    `attempts` counts starts; a running job is its worker's until `claimed_until`, then anybody's. Jobs of one
    `lane` (within a workspace) run one after the other, in the order they were asked for. `error` is the last
    attempt's sentence, `outcome` what the work came to, where it says so.
    """

    workspace_id: int
    id: int
    kind: str
    arguments: dict[str, Any]
    status: JobStatus
    attempts: int
    run_at: int
    created_at: int
    lane: str | None = None
    error: str | None = None
    claimed_by: str | None = None
    claimed_until: int | None = None
    finished_at: int | None = None
    outcome: dict[str, Any] | None = None

    @property
    def reference(self) -> str:
        """How people name it: `workspace/id`."""
        return f"{self.workspace_id}/{self.id}"
