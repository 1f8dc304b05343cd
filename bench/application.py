"""The server under test: Rejoinder as it is served, and one more route that needs no database.

Run as `python -m bench.application ours|bare PORT` with Rejoinder's settings in the environment.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import uvicorn

from bench.data import document, row
from rejoinder.dialects.register import VENDORS
from rejoinder.kernel.call import Call
from rejoinder.kernel.endpoint import Dialect, Endpoint, Where
from rejoinder.kernel.reply import Reply
from rejoinder.server import create_app
from rejoinder.settings import Settings

FLOOR = document(1, row(1)).encode()
"""What the route without a database answers: the bytes of one record."""
KEPT = "/bench/kept"
"""Where one body is kept in memory: POST brings it, GET has it."""
JSON = b"application/json; charset=utf-8"
_kept = [b""]


def floor() -> Dialect:
    """A dialect with 100 routes that touch nothing, so that the router has a full table to search."""
    paths = ["/bench/floor/{n}", *(f"/bench/a{number}/{{id}}/b" for number in range(99))]
    endpoints = tuple(
        Endpoint(method="GET", path=path, handler=_answer, where=Where.INLINE, scope=None, database=False)
        for path in paths
    )
    kept = tuple(
        Endpoint(method=method, path=KEPT, handler=work, where=Where.INLINE, scope=None, database=False)
        for method, work in (("POST", _keep), ("GET", _give))
    )
    return Dialect(
        name="bench",
        title="Floor",
        endpoints=(*endpoints, *kept),
        credentials=lambda call: None,
        problem=lambda call, problem: Reply(500),
    )


def _answer(_: Call) -> Reply:
    return Reply(200, FLOOR, JSON)


def _keep(call: Call) -> Reply:
    _kept[0] = call.body
    return Reply(200, b"{}", JSON)


def _give(_: Call) -> Reply:
    return Reply(200, _kept[0], JSON)


async def bare(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The least an ASGI application can do."""
    headers = [(b"content-type", JSON), (b"content-length", b"%d" % len(FLOOR))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": FLOOR})


def main(which: str, port: int) -> None:
    """Serve in this process until told to stop."""
    application: Any = bare if which == "bare" else create_app(Settings.load(os.environ), (*VENDORS, floor()))
    uvicorn.run(
        application,
        port=port,
        loop="uvloop",
        http="httptools",
        ws="none",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=75,
        lifespan="off" if which == "bare" else "on",
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
