"""Answers on the wire: headers, compression, bodies."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from rejoinder.kernel.cors import Cors
from rejoinder.kernel.endpoint import Where
from rejoinder.kernel.limits import Receive, Send, linger
from rejoinder.kernel.negotiation import admits_gzip
from rejoinder.kernel.reply import Reply

if TYPE_CHECKING:
    from rejoinder.kernel.call import Call
    from rejoinder.kernel.places import Places

WORTH_PACKING = 1400
"""Bytes below which an answer fits one network packet anyway."""
PACK_INLINE = 65_536
"""Bytes up to which packing may hold up the event loop."""
PACKABLE = (b"application/json", b"text/", b"application/x-ndjson", b"application/xml", b"image/svg")
NOSNIFF = (b"x-content-type-options", b"nosniff")
NO_STORE = (b"cache-control", b"no-store")
VARY = (b"vary", b"Accept-Encoding")
GZIP = (b"content-encoding", b"gzip")
CLOSE = (b"connection", b"close")
WITHOUT_BODY = (204, 304)

RawHeaders = list[tuple[bytes, bytes]]


def head_of(call: Call, reply: Reply, cors: Cors) -> RawHeaders:
    """All headers but those about the body's length and encoding."""
    headers: RawHeaders = [(b"x-request-id", call.request_id.encode()), NOSNIFF]
    if reply.content_type is not None:
        headers.append((b"content-type", reply.content_type))
    if reply.headers:
        headers += reply.headers
    if call.quota is not None:
        headers += quota_headers(call.quota.limit, call.quota.remaining, call.quota.reset_unix_s)
    if call.caller is not None or call.endpoint.where is Where.WRITER:
        keep_private(headers)
    if cors.on:
        headers += cors.headers(call)
    if call.closing:
        headers.append(CLOSE)
    return headers


def quota_headers(limit: int, remaining: int, reset_unix_s: int) -> RawHeaders:
    """The rate limit, as all dialects show it (dialects.md, "All dialects")."""
    return [
        (b"x-rate-limit-limit", b"%d" % limit),
        (b"x-rate-limit-remaining", b"%d" % remaining),
        (b"x-rate-limit-reset", b"%d" % reset_unix_s),
    ]


def keep_private(headers: RawHeaders) -> None:
    """Forbid storing, unless the handler said something about it."""
    if all(name != b"cache-control" for name, _ in headers):
        headers.append(NO_STORE)


def packable(call: Call, reply: Reply) -> tuple[bool, bool]:
    """Whether compression would pay for this kind of answer, and whether the client admits it."""
    if reply.content_type is None or not reply.content_type.startswith(PACKABLE):
        return False, False
    accepts = call.headers.get(b"accept-encoding")
    return True, accepts is not None and b"gzip" in accepts and admits_gzip(accepts.decode("latin-1"))


async def send_whole(
    call: Call, reply: Reply, headers: RawHeaders, places: Places, receive: Receive, send: Send
) -> int:
    """Send an answer that is all there. Returns the bytes of its body."""
    body = reply.body
    if len(body) >= WORTH_PACKING:
        body = await _pack(call, reply, headers, places)
    if reply.status not in WITHOUT_BODY:
        headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    body = b"" if call.method == "HEAD" else body
    if call.closing:
        await send({"type": "http.response.body", "body": body, "more_body": True})
        await linger(call, receive)
        body = b""
    await send({"type": "http.response.body", "body": body})
    return len(reply.body)


async def send_head(reply: Reply, headers: RawHeaders, send: Send) -> None:
    """Answer HEAD on a stream: its length is known to nobody, so it is left out."""
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _pack(call: Call, reply: Reply, headers: RawHeaders, places: Places) -> bytes:
    pays, admitted = packable(call, reply)
    if pays:
        headers.append(VARY)
    if not admitted or any(name == b"content-encoding" for name, _ in reply.headers):
        return reply.body
    headers.append(GZIP)
    if len(reply.body) <= PACK_INLINE:
        return gzip.compress(reply.body, 1, mtime=0)
    return await places.in_reader(lambda: gzip.compress(reply.body, 1, mtime=0))
