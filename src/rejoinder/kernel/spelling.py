"""Problems in the words of a dialect, with the headers that all dialects share."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from rejoinder.kernel.reply import Headers, Reply
from rejoinder.kernel.sending import quota_headers
from rejoinder.model.problems import Broken, NotOffered, Problem, TooMany, Unavailable

if TYPE_CHECKING:
    from rejoinder.kernel.call import Call
    from rejoinder.kernel.metrics import Metrics
    from rejoinder.kernel.routes import Routes
    from rejoinder.settings import Settings

log = logging.getLogger("rejoinder.kernel")

_LIKE_A_TOKEN = re.compile(r"(?<=/)[\w.%~-]{16,}", re.ASCII)
RETRY_AFTER_S = 5
"""Seconds after which trying again is worth it when the store cannot be reached."""
LAST_WORD = Reply(500, b'{"message":"Something went wrong on our side."}')


class Spelling:
    """Parameters: `routes` — tell which dialect answers for a path that none serves."""

    def __init__(self, routes: Routes, settings: Settings, metrics: Metrics) -> None:
        self._routes, self._settings, self._metrics = routes, settings, metrics

    def reply(self, call: Call, problem: Problem) -> Reply:
        """The answer for a problem. Our own faults go to the log, and only there with their details."""
        if isinstance(problem, Broken):
            log.error("request failed", exc_info=problem, extra=about(call))
        if call.dialect is None:
            call.dialect = self._routes.owner(call.path)
        try:
            reply = call.dialect.problem(call, problem)
        except Exception:
            log.exception("an error could not be told", extra=about(call))
            return LAST_WORD
        given = {name for name, _ in reply.headers}
        shared = tuple(pair for pair in self._headers(call, problem) if pair[0] not in given)
        # A new one: dialects may well answer with a constant.
        return Reply(reply.status, reply.body, reply.content_type, reply.headers + shared)

    def _headers(self, call: Call, problem: Problem) -> Headers:
        if isinstance(problem, NotOffered) and problem.allowed:
            return ((b"allow", ", ".join(problem.allowed).encode()),)
        if isinstance(problem, Unavailable):
            return ((b"retry-after", b"%d" % RETRY_AFTER_S),)
        return self._limited(call, problem) if isinstance(problem, TooMany) else ()

    def _limited(self, call: Call, problem: TooMany) -> Headers:
        dialect = call.dialect
        self._metrics.limited[dialect.name] = self._metrics.limited.get(dialect.name, 0) + 1
        limit = problem.limit or self._settings.rate_limit(dialect.name, dialect.rate_limit)
        reset = call.now // 1_000_000 + problem.retry_after
        return (*quota_headers(limit, 0, reset), (b"retry-after", b"%d" % problem.retry_after))


def about(call: Call) -> dict[str, Any]:
    """What the log says about a request: never its query, which may hold a token, nor the token of a path."""
    return {"request_id": call.request_id, "method": call.method, "path": _shown_path(call)[:500]}


def _shown_path(call: Call) -> str:
    """The path; a personal link's token, which stands in a segment of its own, is blacked out."""
    token = call.params.get("token")
    if token is None:
        # Of a path that nobody serves, nobody knows which segment may be one.
        return call.path if call.route else _LIKE_A_TOKEN.sub("***", call.path)
    return "/".join("***" if unquote(segment) == token else segment for segment in call.path.split("/"))
