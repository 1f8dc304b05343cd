"""Kill -9 under load, a few rounds; `python -m bench.kill9` runs as many as one likes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from bench.kill9 import Findings, crash_postgres, crash_sqlite
from bench.ledger import Ledger, Losses


def check(findings: Findings) -> None:
    assert findings.losses.missing == []
    assert findings.losses.halves == []
    assert findings.losses.strangers == []
    assert findings.disagreements == []
    assert findings.rows > 0, "nothing was acknowledged, so nothing was tested"


def test_sqlite_loses_nothing(tmp_path: Path) -> None:
    check(crash_sqlite(tmp_path, rounds=5, seed=random.randrange(1000)))


def test_postgres_loses_nothing_when_the_server_or_its_postmaster_dies() -> None:
    check(crash_postgres(rounds=3, seed=random.randrange(1000)))


class TestLedger:
    """The judge itself: it must see what it is there to see."""

    @pytest.fixture
    def ledger(self) -> Ledger:
        found = Ledger("w", random.Random(1))
        found.rows = {"w-1": "a", "w-2": "b"}
        return found

    def verdict(self, ledger: Ledger, there: dict[str, str]) -> Losses:
        losses = Losses()
        ledger.compare(there, losses)
        return losses

    def test_all_there_is_no_loss(self, ledger: Ledger) -> None:
        assert not self.verdict(ledger, {"w-1": "a", "w-2": "b"})

    def test_a_missing_row(self, ledger: Ledger) -> None:
        assert self.verdict(ledger, {"w-1": "a"}).missing

    def test_an_old_row(self, ledger: Ledger) -> None:
        assert self.verdict(ledger, {"w-1": "a", "w-2": "old"}).missing

    def test_a_deleted_row_that_is_back(self, ledger: Ledger) -> None:
        assert self.verdict(ledger, {"w-1": "a", "w-2": "b", "w-3": "gone"}).strangers

    def test_an_unanswered_batch_may_be_there_or_not(self, ledger: Ledger) -> None:
        ledger.pending = {"w-2": None, "w-3": "c"}
        assert not self.verdict(ledger, {"w-1": "a", "w-2": "b"})
        ledger.pending = {"w-2": None, "w-3": "c"}
        assert not self.verdict(ledger, {"w-1": "a", "w-3": "c"})
        assert ledger.rows == {"w-1": "a", "w-3": "c"}

    def test_half_of_a_batch(self, ledger: Ledger) -> None:
        ledger.pending = {"w-2": None, "w-3": "c"}
        assert self.verdict(ledger, {"w-1": "a", "w-2": "b", "w-3": "c"}).halves
