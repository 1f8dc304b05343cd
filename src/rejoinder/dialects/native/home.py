"""`/`: what this server is, for whoever opens its address."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from rejoinder.kernel.call import Call
from rejoinder.kernel.endpoint import Dialect, Endpoint, Where
from rejoinder.kernel.reply import JSON, Reply


class ServedDialect(msgspec.Struct):
    """One API: where to get a token, and where its description is."""

    name: str
    title: str
    token: str | None
    openapi: str


class Home(msgspec.Struct):
    """The server, and the APIs that it serves."""

    name: str
    version: str
    dialects: list[ServedDialect]
    health: str = "/readyz"


def home_endpoint(dialects: Sequence[Dialect], version: str) -> Endpoint:
    """`GET /`, encoded once."""
    served = [
        ServedDialect(found.name, found.title, found.token_path, f"/openapi/{found.name}.json")
        for found in dialects
    ]
    body = msgspec.json.format(msgspec.json.encode(Home("Rejoinder", version, served)), indent=2)

    def show(_: Call) -> Reply:
        return Reply(200, body, JSON)

    return Endpoint(
        method="GET",
        path="/",
        handler=show,
        where=Where.INLINE,
        scope=None,
        database=False,
        summary="What this server is, and which APIs it serves",
        reply=Home,
    )
