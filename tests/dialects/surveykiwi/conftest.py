"""SurveyKiwi's clients; each test has a workspace of its own."""

from __future__ import annotations

import pytest

from servers.rejoinder import Tenant

from .campaign import FULL, Kiwi, life


@pytest.fixture
def kiwi(tenant: Tenant) -> Kiwi:
    """A client of an empty workspace."""
    return Kiwi(tenant)


@pytest.fixture
def filled(kiwi: Kiwi) -> Kiwi:
    """A client with the campaign `satisfaccion`: one full answer, and one that was only begun."""
    kiwi.campaign()
    kiwi.fill([FULL, {}], [life(), life(5, ended=False)])
    return kiwi
