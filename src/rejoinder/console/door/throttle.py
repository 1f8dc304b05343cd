"""Slow down those who guess passwords: attempts are counted by address and by account, in all processes."""

from __future__ import annotations

import hashlib
import ipaddress

from rejoinder.console.speech import _
from rejoinder.model.problems import TooMany
from rejoinder.store.rates import Rates
from rejoinder.store.session import Session

WINDOW = 300
"""Seconds."""
PAIR = 10
"""Attempts in a window of one address at one account, unless a setting says otherwise."""
ADDRESS, ACCOUNT = 6, 20
"""How many times as many one address may make in all, and may be made at one account from everywhere. The
last is large, so that strangers cannot easily lock somebody out."""


class Throttle:
    """Counts attempts to sign in. Parameters: `most` — of one address at one account; 0 for no limit."""

    def __init__(self, rates: Rates, most: int = PAIR) -> None:
        self._rates = rates
        self._most = most

    def take(self, session: Session, address: str, account: str, now: int) -> None:
        """Count one attempt; `now` in µs. Raises TooMany."""
        if not self._most:
            return
        network, person = _network(address), account.strip().casefold()
        self._count(session, f"pair {network} {person}", self._most, now)
        self._count(session, f"address {network}", self._most * ADDRESS, now)
        self._count(session, f"account {person}", self._most * ACCOUNT, now)

    def _count(self, session: Session, what: str, most: int, now: int) -> None:
        second = now // 1_000_000
        window = second - second % WINDOW
        digest = hashlib.sha256(what.encode("utf-8", "replace")).digest()
        number = int.from_bytes(digest[:8], "big") >> 1
        if self._rates.take(session, 0, number, "sign-in", window, 1) > most:
            wait = window + WINDOW - second
            raise TooMany(_("There were too many attempts. Wait a few minutes and try again."), wait, most)


def _network(address: str) -> str:
    """The address, of IPv6 its network of 64 bits, since one host has them all."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    return str(found.ipv4_mapped or ipaddress.IPv6Network((int(found), 64), strict=False))
