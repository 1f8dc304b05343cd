"""One request, read as lazily as possible."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Hashable
from functools import lru_cache
from itertools import count
from os import urandom
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from rejoinder.kernel.endpoint import NOWHERE
from rejoinder.kernel.forms import Form, Pairs, nest, read_pairs
from rejoinder.kernel.multipart import read_multipart
from rejoinder.kernel.negotiation import preferred
from rejoinder.model.problems import NotAcceptable, Unreadable

if TYPE_CHECKING:
    from rejoinder.core.unit import Unit
    from rejoinder.kernel.endpoint import Dialect, Endpoint
    from rejoinder.kernel.origin import Origin
    from rejoinder.kernel.routes import Route
    from rejoinder.model.access import Caller, Quota
    from rejoinder.store.session import Session

T = TypeVar("T")

SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PREFIX = urandom(6).hex()
_numbers = count(1)


class Call:
    """A request on its way through the house.

    Set by the kernel before the handler runs: `method`, `path` (as sent, still percent-encoded), `params`
    (decoded), `body`, `dialect`, `endpoint`, `now` (microseconds UTC), `request_id`, `caller` and `quota`
    (endpoints with a scope), `unit` (endpoints with the database), `prepared` (what `Endpoint.prepare` gave).
    `lane` may be set by `prepare`: the workspace that the write is in, where no caller says it.
    `closing` makes the answer the connection's last. A handler that only reads may leave in `afterwards`
    what shall be written because of what it saw; the writer does it later, and the answer does not wait for
    it.
    """

    __slots__ = (
        "_origin", "_query", "afterwards", "body", "caller", "closing", "dialect", "endpoint", "headers",
        "lane", "method", "now", "params", "path", "prepared", "quota", "request_id", "route", "scope",
        "unit",
    )  # fmt: skip

    unit: Unit

    def __init__(self, scope: dict[str, Any], origin: Origin) -> None:
        self.scope = scope
        self.method: str = scope["method"]
        self.path: str = scope["raw_path"].decode("ascii")
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.params: dict[str, str] = {}
        self.body = b""
        self.now = time.time_ns() // 1000
        self.dialect: Dialect = None  # type: ignore[assignment]  # set by the router
        self.route: Route | None = None
        self.endpoint: Endpoint = NOWHERE
        self.caller: Caller | None = None
        self.quota: Quota | None = None
        self.prepared: Any = None
        self.afterwards: Callable[[Session], Any] | None = None
        self.lane = 0
        self.closing = False
        self._origin = origin
        self._query: list[tuple[str, str]] | None = None
        sent_id = self.headers.get(b"x-request-id")
        self.request_id = _request_id(sent_id) if sent_id else f"{_PREFIX}-{next(_numbers):x}"

    def header(self, name: str) -> str | None:
        """The value of a header by its lower-case name; several are joined by a comma."""
        wanted = name.encode("latin-1")
        if wanted not in self.headers:
            return None
        values = [value for key, value in self.scope["headers"] if key == wanted]
        return b", ".join(values).decode("latin-1")

    @property
    def content_type(self) -> str:
        """The media type of the body, lower-case and without parameters; empty when not named."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    @property
    def query_string(self) -> str:
        """The query as sent, still percent-encoded, without the question mark."""
        raw: bytes = self.scope["query_string"]
        return raw.decode("latin-1")

    @property
    def query(self) -> list[tuple[str, str]]:
        """The query's pairs in order, `+` read as a space. Raises Unreadable: not UTF-8."""
        if self._query is None:
            self._query = read_pairs(self.scope["query_string"])
        return self._query

    def query_one(self, name: str) -> str | None:
        """The value of a query parameter, None when absent. Raises Unreadable when it is given twice."""
        values = [value for key, value in self.query if key == name]
        if len(values) > 1:
            raise Unreadable(f"The parameter {name!r} is given {len(values)} times; give it once.")
        return values[0] if values else None

    def query_raw(self, name: str) -> str | None:
        """As `query_one`, but a `+` stays a `+` (percent-encoding is still undone); the first one counts."""
        return next((v for k, v in read_pairs(self.scope["query_string"], plus=False) if k == name), None)

    def query_form(self, *, sparse: bool = False) -> Form:
        """The query with its brackets read as nested fields; `sparse` as in `nest`. Raises Unreadable."""
        return nest(self.query, sparse=sparse)

    def json(self, kind: type[T]) -> T:
        """The body as JSON of the given type. Raises Unreadable with the place in the document."""
        body = self.body[3:] if self.body[:3] == b"\xef\xbb\xbf" else self.body
        if not body:
            raise Unreadable("The body is empty; send a JSON document.")
        try:
            value: T = _decoder(kind).decode(body)  # type: ignore[arg-type]
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Unreadable(_explain(error)) from None
        return value

    def form(self, *, sparse: bool = False) -> Form:
        """The body as nested form fields, urlencoded (also when no type is named) or multipart.

        Parameters: `sparse` as in `nest`. Raises Unreadable: another media type, a charset other than UTF-8,
        or a broken form.
        """
        return nest(self._form_pairs(), sparse=sparse)

    def _form_pairs(self) -> Pairs:
        media_type, header = self.content_type, self.header("content-type") or ""
        if not self.body:
            return []
        _check_charset(header)
        if media_type == "multipart/form-data":
            return read_multipart(self.body, header)
        if media_type in ("application/x-www-form-urlencoded", ""):
            return [*read_pairs(self.body)]
        raise Unreadable(
            f"The Content-Type {media_type[:60]!r} is no form; send urlencoded or multipart fields."
        )

    def accept(self, *offers: str) -> str:
        """The offered media type that the client likes best; without `Accept`, the first.

        Raises NotAcceptable when it admits none.
        """
        offer = preferred(self.header("accept"), offers)
        if offer is None:
            raise NotAcceptable(f"The Accept header admits none of: {', '.join(offers)}.")
        return offer

    @property
    def base_url(self) -> str:
        """Scheme and host under which clients reach us, without a trailing slash. Raises Unreadable."""
        return self._origin.base_url(self.scope, self.header)

    @property
    def client_ip(self) -> str:
        """The client's address, empty when unknown."""
        return self._origin.client_ip(self.scope, self.header)


@lru_cache(maxsize=1024)
def _decoder(kind: Hashable) -> msgspec.json.Decoder[Any]:
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(kind)
    return decoder


def _request_id(sent: bytes) -> str:
    text = sent.decode("latin-1")
    return text if SANE_ID.fullmatch(text) else f"{_PREFIX}-{next(_numbers):x}"


def _explain(error: Exception) -> str:
    if isinstance(error, msgspec.ValidationError):
        return f"The JSON document does not fit: {error}."
    if isinstance(error, RecursionError):
        return "The JSON document is nested too deeply."
    return f"The body is not a JSON document: {error}."


def _check_charset(content_type: str) -> None:
    for parameter in content_type.lower().split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip().strip('"') not in ("utf-8", "utf8", "us-ascii"):
            raise Unreadable(f"The charset {value.strip()[:40]!r} is not supported; send UTF-8.")
