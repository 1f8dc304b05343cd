"""The address under which a finished export can be fetched by whoever has it."""

from __future__ import annotations

import base64

from rejoinder.core.mail.keyring import keyed_hash, store_key
from rejoinder.core.unit import Unit


def download_token(unit: Unit, number: int) -> str:
    """The secret of an export's link: 256 bits that nobody can guess, and that the store can make again.

    Only its hash is kept with the export.
    """
    made = keyed_hash(store_key(unit), "export", unit.workspace_id, number)
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def download_link(unit: Unit, number: int, base: str) -> str:
    """The whole address; `base` — where the server is reached, without a slash at its end."""
    return f"{base}/exports/{download_token(unit, number)}"
