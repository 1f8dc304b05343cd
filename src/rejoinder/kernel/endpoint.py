"""The records that say what is served: endpoints, and dialects made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from rejoinder.kernel.call import Call
    from rejoinder.kernel.reply import Reply
    from rejoinder.model.problems import Problem

Handler = Callable[["Call"], "Reply"]


class Where(Enum):
    """Where a handler runs.

    - INLINE: a point read; on the event loop when the database allows it, else in a reader thread.
    - READER: a longer read; in a reader thread.
    - WRITER: anything that writes; in the writer's transaction, answered after the commit. The caller is
      recognised and counted in a read step before.
    - STREAM: as READER, and each chunk of the answer in a reader thread too.
    """

    INLINE = auto()
    READER = auto()
    WRITER = auto()
    STREAM = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One operation.

    Fields:
      method: `GET`, `POST`, …; `HEAD` and `OPTIONS` are served by the kernel.
      path: the vendor's path, parameters as `{name}`, each one whole segment.
      handler: `(Call) -> Reply`, synchronous.
      where: the place it runs; it, not the method, says whether the endpoint writes.
      scope: what the token must allow, None for an endpoint without a token.
      summary: one line for people.
      query: the struct that names and types the query's parameters (documentation).
      body: the type of the request body (documentation; handlers decode with `call.json` or `call.form`).
      reply: the type of the answer's body (documentation).
      status: the status of success.
      errors: the problems that this operation can meet, beside those that all can.
      source: the place in the source document.
      accepts: media types of the request body.
      produces: media types of the answer.
      refused: the reason why a documented operation is not served; such an endpoint has no handler.
      prepare: a step of a WRITER before the transaction, in a reader thread with a read session and unit:
        decode and check large bodies here, so that the writer is not held up. Its result is `call.prepared`.
      brief: says of a call to a READER or STREAM that it is as short as a point read, and may run as
        INLINE does; of a call to a WRITER, that its `prepare` may.
      public: anyone may call it: callers without a token are counted by their address, and `call.caller` is
        None for them. With a scope, those who do send a token must have it.
      max_body: bytes of a request body, where it is less than the setting allows.
      database: False for an endpoint that must answer without the database; it gets no unit and no caller.
    """

    method: str
    path: str
    handler: Handler | None = None
    where: Where = Where.READER
    scope: Literal["read", "write"] | None = "read"
    summary: str = ""
    query: type[Any] | None = None
    body: Any = None
    reply: Any = None
    status: int = 200
    errors: tuple[type[Problem], ...] = ()
    source: str = ""
    accepts: tuple[str, ...] = ("application/json",)
    produces: tuple[str, ...] = ("application/json",)
    refused: str | None = None
    prepare: Callable[[Call], Any] | None = None
    brief: Callable[[Call], bool] | None = None
    public: bool = False
    database: bool = True
    max_body: int | None = None


NOWHERE = Endpoint(method="", path="", scope=None, summary="A path or method that is not served.")
"""The endpoint of calls that reached none."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dialect:
    """One vendor's API: its table of contents and the few facts in which vendors differ.

    Fields:
      name: lower-case word, used in scopes (`forsta:read`), settings and metrics.
      title: for people.
      endpoints: everything served or refused.
      credentials: finds the bearer token of a call, or None.
      problem: the one function that spells every Problem; it must not raise.
      problem_type: the struct that describes an error's body (documentation).
      rate_limit: requests a minute for each client unless the setting says otherwise; 0 = none.
      foreign_id_status: the status for a numeric id of another workspace (the tenant test uses it).
      token_path: where tokens are issued (documentation).
      tells_links: whether its reading tells personal links, with which anybody could answer for somebody.
    """

    name: str
    title: str
    endpoints: tuple[Endpoint, ...]
    credentials: Callable[[Call], str | None]
    problem: Callable[[Call, Problem], Reply]
    problem_type: Any = None
    rate_limit: int = 6000
    foreign_id_status: int = 404
    token_path: str | None = None
    tells_links: bool = False
