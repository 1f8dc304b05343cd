"""Rate limits hold over several processes: what passes in a window is never more than the limit."""

from __future__ import annotations

import msgspec
import pytest

from resilience.crowd import Visitor, crowd
from servers.processes import house
from servers.rejoinder import QUICK

SURVEYS = "/v1/surveys"


@pytest.mark.parametrize("limit", [7, 250])
def test_two_processes_share_one_limit(database_url: str, limit: int) -> None:
    settings = msgspec.structs.replace(QUICK, rate_limits={"forsta": limit})
    with house(database_url, 2, settings) as running:
        tenant = running[0].tenant()
        calls = limit // 4 + 10

        def ask(visitor: Visitor) -> list[tuple[int, int]]:
            """The window and status of each call."""
            found = []
            for _ in range(calls):
                status, reset = visitor.status_and_reset(SURVEYS)
                found.append((reset, status))
            return found

        told = [one for each in crowd(tenant, [server.url for server in running], 8, ask) for one in each]
        for window in {window for window, _ in told}:
            passed = [status for found, status in told if found == window and status == 200]
            refused = [status for found, status in told if found == window and status == 429]
            assert len(passed) <= limit
            if len(passed) + len(refused) > limit + 2 * max(1, limit // 100):
                assert len(passed) >= limit - 2 * max(1, limit // 100), "leases are lost, but not more"
        assert {status for _, status in told} == {200, 429}
