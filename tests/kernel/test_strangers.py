"""Requests without a token, counted by address."""

from __future__ import annotations

import pytest

from rejoinder.kernel import strangers
from rejoinder.kernel.strangers import Strangers
from rejoinder.model.problems import TooMany

SECOND = 1_000_000


def test_a_minutes_requests_and_then_a_steady_flow() -> None:
    found = Strangers(60)
    for _ in range(60):
        found.take("1.2.3.4", 0)
    with pytest.raises(TooMany) as told:
        found.take("1.2.3.4", 0)
    assert (told.value.retry_after, told.value.limit) == (1, 60)
    found.take("1.2.3.5", 0)
    found.take("1.2.3.4", SECOND)
    with pytest.raises(TooMany):
        found.take("1.2.3.4", SECOND)


def test_guesses_count_more() -> None:
    found = Strangers(60)
    for n in range(3):
        found.take("a", n)
        found.charge("a", n)
    with pytest.raises(TooMany):
        found.take("a", 3)
    found.take("a", SECOND + 3)
    found.charge("a", SECOND + 3)
    with pytest.raises(TooMany) as told:
        found.take("a", SECOND + 3)
    assert told.value.retry_after >= 19


def test_no_limit() -> None:
    found = Strangers(0)
    for _ in range(10_000):
        found.take("a", 0)
        found.charge("a", 0)


def test_a_network_of_ipv6_is_one_address() -> None:
    found = Strangers(1)
    found.take("2001:db8::1", 0)
    for address in ("2001:db8::2", "2001:db8:0:0:ffff::"):
        with pytest.raises(TooMany):
            found.take(address, 0)
    found.take("2001:db8:0:1::1", 0)
    found.take("::ffff:1.2.3.4", 0)
    with pytest.raises(TooMany):
        found.take("1.2.3.4", 0)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strangers, "REMEMBERED", 10)
    found = Strangers(1)
    for n in range(100):
        found.take(f"10.0.0.{n}", 0)
    assert len(found._buckets) == 10
    with pytest.raises(TooMany):
        found.take("10.0.0.99", 0)
    found.take("10.0.0.1", 0)
