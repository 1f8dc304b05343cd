"""What a writer knows of its rows: what was acknowledged, and what one unanswered request may have done."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any, NamedTuple

State = str | None
"""The stamp of a row; None when there is no such row."""
MANY = 1500
"""Rows of one writer from which it rather deletes."""
KEY = "email"
SCHEMA = {"keys": [KEY], "variables": ["stamp", "filler"]}


class Request(NamedTuple):
    """One write: method, JSON body, and the stamp of each row afterwards."""

    method: str
    body: dict[str, Any]
    after: dict[str, State]


@dataclass
class Losses:
    """What went wrong. `missing` — acknowledged rows that are gone or old; `halves` — batches of which
    only a part is there; `strangers` — rows that nobody wrote."""

    missing: list[str] = field(default_factory=list)
    halves: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.missing or self.halves or self.strangers)


class Ledger:
    """The rows of one writer; their keys begin with its name, so that nobody else writes them."""

    def __init__(self, name: str, chance: random.Random) -> None:
        self.name = name
        self.rows: dict[str, str] = {}
        self.pending: dict[str, State] = {}
        self.acknowledged = 0
        self._chance = chance
        self._made = 0

    def next_request(self) -> Request:
        """A write of one row or of many; until `acknowledge` nobody knows whether it was done."""
        size = 1 if self._chance.random() < 0.5 else self._chance.randint(2, 40)
        known = self._chance.sample(sorted(self.rows), min(size, len(self.rows)))
        if known and self._chance.random() < (0.5 if len(self.rows) > MANY else 0.15):
            request = self._delete(known)
        elif known and self._chance.random() < 0.5:
            request = self._write("PATCH", known[: size // 2 + 1] + self._fresh(size // 2))
        else:
            request = self._write("POST", self._fresh(size))
        self.pending = request.after
        return request

    def acknowledge(self) -> None:
        """The pending write was answered with success: it has to last."""
        for key, stamp in self.pending.items():
            self._set(key, stamp)
        self.acknowledged += len(self.pending)
        self.pending = {}

    def compare(self, found: dict[str, str], losses: Losses) -> bool:
        """Compare with the rows that are there; True when the unanswered request turns out to be done.

        Parameters: `found` — key → stamp of this writer's rows.
        """
        for key, stamp in self.rows.items():
            if key not in self.pending and found.get(key) != stamp:
                losses.missing.append(f"{key} should be {stamp} and is {found.get(key)}")
        known = self.rows.keys() | self.pending.keys()
        losses.strangers += [key for key in found if key not in known]
        return self._settle(found, losses)

    def _settle(self, found: dict[str, str], losses: Losses) -> bool:
        pending, self.pending = self.pending, {}
        now = {key: found.get(key) for key in pending}
        done = now == pending
        if not done and now != {key: self.rows.get(key) for key in pending}:
            losses.halves.append(f"of {len(pending)} rows: {sorted(pending)[:3]} …")
        for key, stamp in now.items():
            self._set(key, stamp)
        return done and bool(pending)

    def _set(self, key: str, stamp: State) -> None:
        if stamp is None:
            self.rows.pop(key, None)
        else:
            self.rows[key] = stamp

    def _fresh(self, count: int) -> list[str]:
        self._made += count
        return [f"{self.name}-{self._made - n}@example.org" for n in range(count)]

    def _write(self, method: str, keys: list[str]) -> Request:
        stamp = f"{self._chance.getrandbits(48):x}"
        rows = [{KEY: key, "stamp": stamp, "filler": key * 4} for key in keys]
        return Request(method, {"dataSchema": SCHEMA, "data": rows}, dict.fromkeys(keys, stamp))

    def _delete(self, keys: list[str]) -> Request:
        body = {"dataSchema": {"keys": [KEY]}, "data": [{KEY: key} for key in keys]}
        return Request("DELETE", body, dict.fromkeys(keys))
