"""The ASGI lifespan protocol: what runs before the first request and after the last."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence

from rejoinder.kernel.limits import Receive, Send

log = logging.getLogger("rejoinder.kernel")

Hook = Callable[[], "Awaitable[None] | None"]


class Lifespan:
    """Parameters: `startup`, `shutdown` — called in order, and awaited where they are coroutines.

    A startup hook that fails stops the start. A shutdown hook that fails does not keep the others from
    running; the failure is told to the server at the end.
    """

    def __init__(self, startup: Sequence[Hook], shutdown: Sequence[Hook]) -> None:
        self._startup, self._shutdown = tuple(startup), tuple(shutdown)

    async def run(self, receive: Receive, send: Send) -> None:
        """Serve one lifespan connection."""
        await receive()
        for hook in self._startup:
            if error := await _call(hook):
                await send({"type": "lifespan.startup.failed", "message": str(error)})
                return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        errors = [error for hook in self._shutdown if (error := await _call(hook))]
        if errors:
            await send({"type": "lifespan.shutdown.failed", "message": str(errors[0])})
        else:
            await send({"type": "lifespan.shutdown.complete"})


async def _call(hook: Hook) -> Exception | None:
    try:
        waiting = hook()
        if waiting is not None:
            await waiting
    except Exception as error:
        log.exception("a startup or shutdown step failed")
        return error
    return None
