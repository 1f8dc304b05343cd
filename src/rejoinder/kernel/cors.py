"""Cross-origin requests from browsers (Fetch standard), for configured origins only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rejoinder.kernel.reply import Headers, Reply, empty_reply

if TYPE_CHECKING:
    from rejoinder.kernel.call import Call

HEADER_NAMES = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~, -]{1,1000}")
VARY = (b"vary", b"Origin")
EXPOSED = (
    b"access-control-expose-headers",
    b"X-Request-Id, Retry-After, WWW-Authenticate, "
    b"X-Rate-Limit-Limit, X-Rate-Limit-Remaining, X-Rate-Limit-Reset",
)
MAX_AGE = (b"access-control-max-age", b"600")


class Cors:
    """Parameters: `origins` — allowed ones as browsers spell them, or `*`; empty switches all of this off."""

    def __init__(self, origins: Sequence[str]) -> None:
        self.on = bool(origins)
        self._any = "*" in origins
        self._origins = frozenset(origin.encode() for origin in origins)

    def headers(self, call: Call) -> Headers:
        """What every answer says to browsers; no credentials, since tokens never travel in cookies."""
        if self._any:
            return ((b"access-control-allow-origin", b"*"), EXPOSED)
        origin = call.headers.get(b"origin")
        if origin not in self._origins or origin is None:
            return (VARY,)
        return ((b"access-control-allow-origin", origin), EXPOSED, VARY)

    def options(self, call: Call, allowed: Sequence[str]) -> Reply:
        """The answer to OPTIONS: what the path serves, and what an allowed origin may send."""
        methods = ", ".join(allowed).encode()
        headers: Headers = ((b"allow", methods),)
        origin = call.headers.get(b"origin")
        if b"access-control-request-method" in call.headers and (self._any or origin in self._origins):
            headers += ((b"access-control-allow-methods", methods), MAX_AGE)
            wanted = call.headers.get(b"access-control-request-headers", b"")
            if HEADER_NAMES.fullmatch(wanted):
                headers += ((b"access-control-allow-headers", wanted),)
        return empty_reply(204, headers)
