"""The survey that the tests of Forsta's resources share; each test has its own copy."""

from __future__ import annotations

import pytest

from servers.rejoinder import Tenant

from .panel import LOOPS, VARIABLES, Panel


@pytest.fixture
def panel(tenant: Tenant) -> Panel:
    """The respondents of an empty survey `p1`."""
    tenant.survey("p1", VARIABLES, LOOPS)
    return Panel(tenant)
