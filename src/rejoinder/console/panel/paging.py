"""Places in lists, as addresses carry them."""

from __future__ import annotations

import base64
import binascii
from typing import TypeVar

import msgspec

T = TypeVar("T")
PAGE = 50


def packed(place: tuple[str | int, ...] | None) -> str | None:
    """A place as an address carries it."""
    if place is None:
        return None
    return base64.urlsafe_b64encode(msgspec.json.encode(list(place))).decode().rstrip("=")


def unpacked(text: str, kind: type[T]) -> T | None:
    """The place again, None for what we did not pack."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return msgspec.json.decode(raw, type=kind) if text else None
    except (msgspec.DecodeError, binascii.Error, ValueError):
        return None
