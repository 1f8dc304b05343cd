"""Who wants no more mail from a workspace: kept for ever, without their addresses.

What is kept is a keyed hash of the folded address, so that nothing is left of an address that is erased. A
link to opt out carries the hash and a signature, and works as long as the store exists.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rejoinder.core.mail.keyring import keyed_hash, known_key, store_key
from rejoinder.core.unit import Unit
from rejoinder.model.mailbox import folded_address, parse_address
from rejoinder.model.problems import Invalid, NotFound
from rejoinder.store import opt_outs as store
from rejoinder.store.opt_outs import OptOut
from rejoinder.store.session import Session

__all__ = ["OptOut"]

MAX_IMPORT = 1_000_000
"""Addresses in one import."""
_HASH, _SIGNATURE, _WORKSPACE = 32, 16, 6


class Leaving(NamedTuple):
    """Who a link to opt out belongs to."""

    workspace_id: int
    address_hash: str


def address_hash(key: str, workspace: int, address: str) -> str:
    """What is kept of an address; another one in each workspace."""
    return keyed_hash(key, "opt-out", workspace, folded_address(address)).hex()


def opt_out_token(key: str, workspace: int, hashed: str) -> str:
    """The token of a link to opt out: it names the hash, and nobody without the key can make one."""
    body = workspace.to_bytes(_WORKSPACE, "big") + bytes.fromhex(hashed)
    return base64.urlsafe_b64encode(body + _sign(key, body)).decode().rstrip("=")


def _sign(key: str, body: bytes) -> bytes:
    return keyed_hash(key, "opt-out-link", body.hex())[:_SIGNATURE]


def read_opt_out_token(session: Session, token: str) -> Leaving:
    """Who a token belongs to. Raises NotFound for one that we did not make."""
    key = known_key(session)
    try:
        data = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        data = b""
    body, signature = data[:-_SIGNATURE], data[-_SIGNATURE:]
    whole = len(data) == _WORKSPACE + _HASH + _SIGNATURE
    if key is None or not whole or not hmac.compare_digest(signature, _sign(key, body)):
        raise NotFound("This link is not complete. Open it from the mail again.")
    return Leaving(int.from_bytes(body[:_WORKSPACE], "big"), body[_WORKSPACE:].hex())


def leave(unit: Unit, leaving: Leaving) -> bool:
    """Send no more mail to the address behind a link; False when that was so already."""
    return bool(store.add_opt_outs(unit.session, leaving.workspace_id, [leaving.address_hash], unit.now))


def add_opt_outs(unit: Unit, addresses: Iterable[str]) -> int:
    """Send no more mail to these addresses; gives how many are new. Raises Invalid for what is no address."""
    key, hashes = store_key(unit), []
    for n, text in enumerate(addresses, 1):
        if n > MAX_IMPORT:
            raise Invalid(f"More than {MAX_IMPORT:,} addresses at once; import them in parts.")
        hashes.append(address_hash(key, unit.workspace_id, _checked(text, n)))
    return store.add_opt_outs(unit.session, unit.workspace_id, hashes, unit.now)


def _checked(text: str, place: int) -> str:
    if parse_address(text) is None:
        raise Invalid(f"Address {place}, {text.strip()[:80]!r}, is not an email address.")
    return text


def remove_opt_out(unit: Unit, address: str) -> None:
    """Let an address be written to again. Raises NotFound when it had not opted out."""
    hashed = address_hash(store_key(unit), unit.workspace_id, address)
    if not store.remove_opt_out(unit.session, unit.workspace_id, hashed):
        raise NotFound(f"{address.strip()[:80]!r} has not opted out of this workspace's mail.")


def list_opt_outs(unit: Unit, limit: int, after: OptOut | None = None) -> tuple[list[OptOut], int]:
    """The newest opt-outs, by their hashes, or those behind one of them, and how many there are."""
    return store.page_of_opt_outs(unit.session, unit.workspace_id, limit, after)


def is_opted_out(unit: Unit, address: str) -> bool:
    """Whether an address has opted out."""
    key = known_key(unit.session)
    return key is not None and bool(opted_out(unit, key, [address]))


def opted_out(unit: Unit, key: str, addresses: Sequence[str]) -> set[str]:
    """Which of these addresses have opted out."""
    if not addresses or not store.has_opt_outs(unit.session, unit.workspace_id):
        return set()
    hashes = {address_hash(key, unit.workspace_id, address): address for address in addresses}
    # Several spellings of one address share a hash.
    kept = store.opted_out(unit.session, unit.workspace_id, list(hashes))
    return {a for a in addresses if address_hash(key, unit.workspace_id, a) in kept} if kept else set()
