from __future__ import annotations

import pytest

from servers.rejoinder import Server

from .panel import Panel


@pytest.fixture
def panel(server: Server) -> Panel:
    """An empty survey `p1` in a workspace of its own."""
    tenant = server.tenant(token_path="/token")
    return Panel(tenant, tenant.survey("p1"))
