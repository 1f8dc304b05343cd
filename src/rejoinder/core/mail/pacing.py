"""Whether a letter may go now, or when: per server, per address, per domain."""

from __future__ import annotations

from typing import NamedTuple

from rejoinder.core.mail.keyring import keyed_hash
from rejoinder.model.mailbox import Address
from rejoinder.store.pace import Pace, hold_pace, set_pace
from rejoinder.store.session import Session

_SERVER = "server"
_MINUTE = 60_000_000


class Limits(NamedTuple):
    """How fast mail may go: mails a minute in all and to one domain (0: no limit), and µs between two to one
    address."""

    per_minute: int = 0
    address_gap: int = 0
    domain_per_minute: int = 0


class Turn(NamedTuple):
    """The server's turn that a transaction holds: when it comes (µs), and what it leaves."""

    at: int
    pace: Pace


def server_turn(session: Session, limits: Limits, now: int) -> Turn | None:
    """When the next letter of the whole store may go, None for at once and always.

    In any minute no more than the limit go: up to a second's worth together, the others evenly.
    """
    if not limits.per_minute:
        return None
    burst = max(1, limits.per_minute // 60)
    step = _MINUTE // (limits.per_minute - burst + 1) + 1
    pace = hold_pace(session, _SERVER)
    free = max(pace.next_at, now)
    return Turn(max(now, free - (burst - 1) * step), Pace(now, free + step))


def take_turn(session: Session, turn: Turn | None) -> None:
    """Use the server's turn."""
    if turn is not None:
        set_pace(session, _SERVER, turn.pace)


def take_slots(session: Session, limits: Limits, key: str, address: Address, now: int) -> int | None:
    """Use the turns of an address and of its domain; when one is not free, gives the time of a slot that is.

    A slot is given once, so that many letters to one address are not looked at again and again.
    """
    gaps = [("address", str(address).casefold(), limits.address_gap)]
    if limits.domain_per_minute:
        gaps.append(("domain", address.domain, _MINUTE // limits.domain_per_minute + 1))
    names = [(keyed_hash(key, f"pace-{what}", value).hex(), gap) for what, value, gap in gaps if gap]
    held = [(name, gap, hold_pace(session, name)) for name, gap in names]
    for name, gap, pace in held:
        if now < pace.last_at + gap:
            slot = max(pace.next_at, pace.last_at + gap)
            set_pace(session, name, Pace(pace.last_at, slot + gap))
            return slot
    for name, gap, pace in held:
        set_pace(session, name, Pace(now, max(pace.next_at, now + gap)))
    return None
