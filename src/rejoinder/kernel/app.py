"""The ASGI application: from a request to an answer."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import Any

from rejoinder.kernel.call import Call
from rejoinder.kernel.cors import Cors
from rejoinder.kernel.endpoint import Dialect
from rejoinder.kernel.lifespan import Hook, Lifespan
from rejoinder.kernel.limits import Gone, Receive, Send, check_head, read_body
from rejoinder.kernel.metrics import Metrics
from rejoinder.kernel.origin import Origin
from rejoinder.kernel.places import Doors, Places
from rejoinder.kernel.reply import Reply
from rejoinder.kernel.routes import Route, Routes, allowed_methods, choose, not_found
from rejoinder.kernel.sending import GZIP, VARY, RawHeaders, head_of, packable, send_head, send_whole
from rejoinder.kernel.spelling import Spelling, about
from rejoinder.kernel.streams import Streams, packed
from rejoinder.model.problems import Broken, NotAuthenticated, NotFound, Problem, TooMany
from rejoinder.settings import Settings

log = logging.getLogger("rejoinder.kernel")

Scope = dict[str, Any]

PUBLISH_SECONDS = 5.0
"""How old the numbers may be that the event loop counts by hand."""


class App:
    """Everything that answers HTTP.

    Parameters:
      dialects: mounted side by side.
      native: the dialect whose error shape unknown paths get; mounted only if it is in `dialects` too.
      doors: the database and what the house gives the kernel.
      settings: limits, origins, logs.
      metrics: the numbers to count into.
      startup, shutdown: called (and awaited where they are coroutines) with the server.
    """

    def __init__(
        self,
        dialects: Sequence[Dialect],
        native: Dialect,
        doors: Doors,
        settings: Settings,
        metrics: Metrics | None = None,
        *,
        startup: Sequence[Hook] = (),
        shutdown: Sequence[Hook] = (),
    ) -> None:
        self.routes = Routes(dialects, native)
        self.metrics = metrics or Metrics()
        self.draining = False
        self._doors = doors
        self._settings = settings
        self._lifespan = Lifespan((self._begin, *startup), (self.shutdown, *shutdown, self._end))
        self._spelling = Spelling(self.routes, settings, self.metrics)
        self._cors = Cors(settings.cors_origins)
        self._origin = Origin(settings.public_url, settings.trusted_proxies)
        self._streams = Streams()
        self._places: Places | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI connection."""
        kind = scope["type"]
        if kind == "http":
            await self._serve(scope, receive, send)
        elif kind == "lifespan":
            await self._lifespan.run(receive, send)
        else:
            await send({"type": "websocket.close"})

    def shutdown(self) -> None:
        """Begin to end: not ready any more, no new streams, running ones get the grace time.

        Call it on the event loop, as soon as the process is told to stop.
        """
        if not self.draining:
            self.draining = True
            self._streams.drain(self._settings.shutdown_grace)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        places = self._places or self._open_places()
        call = Call(scope, self._origin)
        status = sent = 0
        self.metrics.in_flight += 1
        try:
            reply, chunk = await self._answer(call, places, receive)
            if reply is None:
                return
            status = reply.status
            headers = head_of(call, reply, self._cors)
            if reply.stream is None:
                sent = await send_whole(call, reply, headers, places, receive, send)
            elif call.method == "HEAD":
                await send_head(reply, headers, send)
            else:
                sent = await self._send_stream(call, reply, headers, chunk, places, receive, send)
        finally:
            self._account(call, status, sent, time.perf_counter() - started)

    async def _answer(
        self, call: Call, places: Places, receive: Receive
    ) -> tuple[Reply | None, bytes | None]:
        """The reply, with the first chunk if it is a stream; no reply when nobody waits for one."""
        try:
            has_body = check_head(call, self._settings.max_body)
            route = self._route(call)
            if isinstance(route, Reply):
                return route, None
            self._count_stranger(call, route)
            if has_body:
                call.body = await self._read_body(call, route, receive)
            reply = places.run_now(call, route) or await places.run(call, route)
            if reply.stream is None or call.method == "HEAD":
                return reply, None
            return reply, await self._begin_stream(call, reply, places)
        except Gone:
            return None, None
        except Problem as problem:
            if isinstance(problem, NotFound) and problem.guessed:
                self._doors.strangers.charge(call.client_ip, call.now)
            return self._spelling.reply(call, problem), None
        except Exception as error:
            broken = Broken("Something went wrong on our side; the log has the details.")
            broken.__cause__ = error
            return self._spelling.reply(call, broken), None

    def _count_stranger(self, call: Call, route: Route) -> None:
        """Count a request without a token against its address, before its body is read. Raises TooMany."""
        if not call.endpoint.public or (route.scope is not None and route.dialect.credentials(call)):
            return
        try:
            self._doors.strangers.take(call.client_ip, call.now)
        except TooMany:
            call.closing = b"content-length" in call.headers or b"transfer-encoding" in call.headers
            raise

    async def _read_body(self, call: Call, route: Route, receive: Receive) -> bytes:
        """The body, for those only who sent a token where one is needed."""
        if route.scope is not None and not call.endpoint.public and not route.dialect.credentials(call):
            call.closing = True
            raise NotAuthenticated("No access token was sent.")
        settings = self._settings
        limit = min(settings.max_body, route.endpoint.max_body or settings.max_body)
        return await read_body(call, receive, limit, settings.body_timeout)

    def _route(self, call: Call) -> Route | Reply:
        found = self.routes.find(call.path)
        if found is None:
            raise not_found(call.path)
        node, values = found
        some = next(iter(node.routes.values()))
        call.dialect = some.dialect
        if values:  # also where the method is wrong: the log must know which of them is a secret
            call.params = dict(zip(some.names, values, strict=True))
        if call.method == "OPTIONS" and "OPTIONS" not in node.routes:
            return self._cors.options(call, allowed_methods(node))
        call.route = route = choose(node, call.method)
        call.dialect, call.endpoint = route.dialect, route.endpoint
        if values:
            call.params = dict(zip(route.names, values, strict=True))
        return route

    async def _begin_stream(self, call: Call, reply: Reply, places: Places) -> bytes | None:
        assert reply.stream is not None
        if self._settings.gzip_streams:
            pays, admitted = packable(call, reply)
            reply.headers += (VARY,) if pays else ()
            if admitted:
                reply.headers += (GZIP,)
                reply.stream = packed(reply.stream)
        return await self._streams.first(reply.stream, places)

    async def _send_stream(
        self,
        call: Call,
        reply: Reply,
        headers: RawHeaders,
        chunk: bytes | None,
        places: Places,
        receive: Receive,
        send: Send,
    ) -> int:
        assert reply.stream is not None
        try:
            return await self._streams.send(reply.status, headers, chunk, reply.stream, places, receive, send)
        except BaseException:
            # Raised on, so that the server drops the connection and the client sees a stream cut short.
            log.exception("stream cut short", extra=about(call))
            raise

    def _account(self, call: Call, status: int, sent: int, seconds: float) -> None:
        self.metrics.in_flight -= 1
        self.metrics.sent += sent
        if not status:
            return  # the client went away before there was an answer
        dialect = call.dialect
        self.metrics.observe(call.route, dialect.name if dialect else "", status, seconds)
        if self._settings.access_log:
            facts = {"status": status, "bytes": sent, "ms": round(seconds * 1000, 2)}
            log.info("request", extra=about(call) | facts)

    def _open_places(self) -> Places:
        loop = asyncio.get_running_loop()
        self._places = Places(self._doors, loop, self._settings.database_pool)
        return self._places

    def _begin(self) -> None:
        self._open_places()
        self._publish()

    def _publish(self) -> None:
        self.metrics.publish()
        self._timer = asyncio.get_running_loop().call_later(PUBLISH_SECONDS, self._publish)

    def _end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._places is not None:
            self._places.close()
