"""A workspace whose plan has GoodBridge's feature, and a token of GoodBridge's path."""

from __future__ import annotations

import pytest

from servers.rejoinder import Server, Tenant


@pytest.fixture
def tenant(server: Server) -> Tenant:
    """A workspace that nobody else sees; `tenant.http` speaks GoodBridge."""
    return server.tenant(features=["api_export"], token_path="/oauth2/token")
