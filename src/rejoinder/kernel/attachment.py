"""A file as an answer: to be kept, never to be shown by the browser itself."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from rejoinder.kernel.reply import Reply
from rejoinder.store.session import Session

_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; sandbox"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
)


def attachment(
    name: str, pieces: Callable[[Session], bytes | None], media_type: str = "application/octet-stream"
) -> Reply:
    """The answer with a file of this name; `pieces` gives the next piece, None at the end."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in " ._-()") else "_" for c in name)
    named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    headers = ((b"content-disposition", named.encode()), *_HEADERS)
    return Reply(200, b"", media_type.encode(), headers, pieces)
