"""What a handler answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from rejoinder.store.session import Session

Headers = tuple[tuple[bytes, bytes], ...]
"""Pairs of lower-case name and value."""


JSON = b"application/json; charset=utf-8"
TEXT = b"text/plain; charset=utf-8"

_encode = msgspec.json.Encoder().encode


class Reply:
    """One answer: either a whole body or a stream.

    `stream` is called in a reader thread, each time with a fresh read session, until it returns None;
    between two calls nothing is held, so a client that goes away leaks nothing. `content_type` is
    bytes so that a constant needs no encoding per request; `None` leaves the header out.
    """

    __slots__ = ("body", "content_type", "headers", "status", "stream")

    def __init__(
        self,
        status: int = 200,
        body: bytes = b"",
        content_type: bytes | None = JSON,
        headers: Headers = (),
        stream: Callable[[Session], bytes | None] | None = None,
    ) -> None:
        self.status = status
        self.body = body
        self.content_type = content_type
        self.headers = headers
        self.stream = stream


def json_reply(value: Any, status: int = 200, headers: Headers = ()) -> Reply:
    """A JSON answer; `value` is anything msgspec encodes."""
    return Reply(status, _encode(value), JSON, headers)


def empty_reply(status: int = 204, headers: Headers = ()) -> Reply:
    """An answer without a body."""
    return Reply(status, b"", None, headers)
