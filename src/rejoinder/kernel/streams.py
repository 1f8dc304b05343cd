"""Long answers, chunk by chunk.

Each chunk is made in a reader thread with a session of its own, one ahead of the client; nothing is held
in between, so a slow client costs two chunks of memory and one that goes away costs nothing. A stream
that fails is cut, never ended: the client must see that it is incomplete.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rejoinder.kernel.limits import Receive, Send
from rejoinder.model.problems import Unavailable

if TYPE_CHECKING:
    from rejoinder.kernel.places import Places
    from rejoinder.kernel.sending import RawHeaders
    from rejoinder.store.session import Session

Source = Callable[["Session"], "bytes | None"]


class Streams:
    """All streams of the process, so that shutdown can end them."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()
        self._draining = False

    @property
    def running(self) -> int:
        """Streams being sent."""
        return len(self._running)

    def drain(self, grace: float) -> None:
        """Start no more streams, and cut those that still run after `grace` seconds."""
        self._draining = True
        asyncio.get_running_loop().call_later(grace, self._cut)

    async def first(self, source: Source, places: Places) -> bytes | None:
        """The first chunk; whatever fails before it can still be told properly. Raises Unavailable."""
        if self._draining:
            raise Unavailable("The server is shutting down; try again shortly.")
        return await places.reading(source)

    async def send(
        self,
        status: int,
        headers: RawHeaders,
        chunk: bytes | None,
        source: Source,
        places: Places,
        receive: Receive,
        send: Send,
    ) -> int:
        """Send a stream whose first chunk is made. Returns the bytes sent; raises what the source raises."""
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        gone = asyncio.ensure_future(_wait_until_gone(receive))
        try:
            await send({"type": "http.response.start", "status": status, "headers": headers})
            return await _pump(chunk, source, places, gone, send)
        finally:
            gone.cancel()
            self._running.discard(task)

    def _cut(self) -> None:
        for task in tuple(self._running):
            task.cancel("The server is shutting down.")


async def _pump(
    chunk: bytes | None, source: Source, places: Places, gone: asyncio.Future[None], send: Send
) -> int:
    sent = 0
    while chunk is not None:
        ahead = asyncio.ensure_future(places.reading(source))
        try:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            sent += len(chunk)
            chunk = None  # not held while the next one is awaited
            if gone.done():
                return sent
            chunk = await ahead
        finally:
            ahead.add_done_callback(_forget)
    await send({"type": "http.response.body", "body": b""})
    return sent


async def _wait_until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _forget(ahead: asyncio.Future[Any]) -> None:
    """Take note of a chunk that nobody wants any more, so that its failure is not reported as unhandled."""
    if not ahead.cancelled():
        ahead.exception()


def packed(source: Source) -> Source:
    """The same stream compressed with gzip; every chunk is flushed so that the client can follow."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    ended = False

    def next_chunk(session: Session) -> bytes | None:
        nonlocal ended
        if ended:
            return None
        chunk = source(session)
        if chunk is None:
            ended = True
            return packer.flush()
        return packer.compress(chunk) + packer.flush(zlib.Z_SYNC_FLUSH)

    return next_chunk
