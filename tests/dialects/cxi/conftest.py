"""CXI's clients; each test has a workspace of its own."""

from __future__ import annotations

import pytest

from servers.rejoinder import Tenant

from .account import Account


@pytest.fixture
def fresh(tenant: Tenant) -> Account:
    """A client of a workspace that is not onboarded."""
    return Account(tenant)


@pytest.fixture
def account(fresh: Account) -> Account:
    """A client of an onboarded workspace."""
    fresh.onboard()
    return fresh
