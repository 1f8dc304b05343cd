"""How persistently webhooks are told."""

from __future__ import annotations

import msgspec

LONGEST_WAIT = 24 * 3600.0
"""Seconds; a receiver's `Retry-After` counts up to it."""
JITTER = 0.2
"""Up to so much of a wait is added to it, so that what failed together does not come back together."""


class Policy(msgspec.Struct, frozen=True):
    """When to try again and when to give up; times in seconds.

    `schedule` — the wait before each further try; `timeout` — of a whole try; `concurrency` — tries to one
    webhook at a time; `disable_after` — of failures without a success between;
    `base_url` — this server's public address, for links in what is sent.
    """

    schedule: tuple[float, ...]
    timeout: float
    concurrency: int
    disable_after: float
    allow_private: bool = False
    base_url: str = ""

    def wait(self, attempts: int, retry_after: float | None, chance: float) -> float | None:
        """Seconds from the failure of try number `attempts` to the next one; None when there is none.

        Parameters: `retry_after` — what the receiver asked for, which only lengthens; `chance` — 0 to 1.
        """
        if attempts > len(self.schedule):
            return None
        planned = self.schedule[attempts - 1] * (1 + JITTER * chance)
        return max(planned, min(retry_after or 0.0, LONGEST_WAIT))
