"""What a request may weigh, and reading its body within that."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from rejoinder.model.problems import TooLarge, Unreadable

if TYPE_CHECKING:
    from rejoinder.kernel.call import Call

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

MAX_URL = 60_000
"""Below the 65,535 at which the HTTP parser gives up without asking us."""
MAX_HEADERS = 65_536
MAX_HEADER_COUNT = 128
LINGER_SECONDS = 1.0


class Gone(Exception):
    """The client went away before its request was complete; there is nobody to answer."""


def check_head(call: Call, max_body: int) -> bool:
    """Look at what a request announces, before anything is read; True when a body follows.

    Raises TooLarge (address, headers, announced body) and Unreadable (compressed body). The connection
    will be closed then, since what follows on it is not worth reading.
    """
    headers = call.scope["headers"]
    if len(call.path) + len(call.scope["query_string"]) > MAX_URL:
        raise _refuse(call, TooLarge(f"The address is longer than {MAX_URL} bytes."))
    weight = sum([len(name) + len(value) for name, value in headers])
    if len(headers) > MAX_HEADER_COUNT or weight > MAX_HEADERS:
        raise _refuse(call, TooLarge(f"The headers are over {MAX_HEADER_COUNT} or {MAX_HEADERS} bytes."))
    length = call.headers.get(b"content-length")
    if length is None and b"transfer-encoding" not in call.headers:
        return False
    if length is not None and int(length) > max_body:
        raise _refuse(call, _too_large(max_body))
    if call.headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise _refuse(call, Unreadable("Compressed bodies are not read; send the body as it is."))
    return True


async def read_body(call: Call, receive: Receive, max_body: int, timeout: float) -> bytes:
    """The whole body.

    Parameters: `max_body` in bytes, counted as it arrives; `timeout` in seconds without a byte.
    Raises TooLarge, Unreadable (stalled), Gone.
    """
    chunks: list[bytes] = []
    size, loop = 0, asyncio.get_running_loop()
    try:
        async with asyncio.timeout(timeout) as patience:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                chunks.append(message.get("body", b""))
                size += len(chunks[-1])
                if size > max_body:
                    raise _refuse(call, _too_large(max_body))
                if not message.get("more_body"):
                    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
                patience.reschedule(loop.time() + timeout)
    except TimeoutError:
        raise _refuse(call, Unreadable(f"The body stood still for {timeout:g} seconds.")) from None


async def linger(call: Call, receive: Receive) -> None:
    """Swallow what a refused client still sends, for a moment.

    Closing at once would reset the connection, and the client would lose the answer it is to read.
    """
    if b"expect" in call.headers:
        return  # it waits for our leave to send, and the answer says no
    try:
        async with asyncio.timeout(LINGER_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect" or not message.get("more_body"):
                    return
    except TimeoutError:
        return


def _too_large(max_body: int) -> TooLarge:
    return TooLarge(f"The body is larger than {max_body:,} bytes; send it in parts.")


def _refuse(call: Call, problem: TooLarge | Unreadable) -> TooLarge | Unreadable:
    call.closing = True
    return problem
