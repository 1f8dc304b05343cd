"""The store's own key: it makes hashes of addresses that say nothing to whoever lacks it, and signs links."""

from __future__ import annotations

import hashlib
import hmac

from rejoinder.core.secrets import new_secret
from rejoinder.core.unit import Unit
from rejoinder.store.counters import EVERYWHERE
from rejoinder.store.secrets import keep_secret, read_secret
from rejoinder.store.session import Session

_NAME = "mail"
_CACHED = ("secret", _NAME)


def known_key(session: Session) -> str | None:
    """The key, None while nobody has needed it."""
    kept: str | None = session.cache.get(_CACHED)
    if kept is None:
        kept = read_secret(session, EVERYWHERE, _NAME)
        if kept is not None and not session.writing:  # what a transaction made may yet be rolled back
            session.cache[_CACHED] = kept
    return kept


def store_key(unit: Unit) -> str:
    """The key; the first who needs it makes it."""
    if (found := known_key(unit.session)) is not None:
        return found
    keep_secret(unit.session, EVERYWHERE, _NAME, new_secret(), unit.now)
    made = read_secret(unit.session, EVERYWHERE, _NAME)
    assert made is not None
    return made


def keyed_hash(key: str, purpose: str, *parts: str | int) -> bytes:
    """HMAC-SHA256 of some values for one purpose; no two lists of values share one."""
    text = "\x1f".join((purpose, *(f"{len(str(part))}:{part}" for part in parts)))
    return hmac.digest(key.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha256)
