"""The route table: a trie of path segments, several dialects in one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, unquote_to_bytes

from rejoinder.kernel.endpoint import Dialect, Endpoint, Handler, Where
from rejoinder.model.problems import NotFound, NotOffered, Unreadable

if TYPE_CHECKING:
    from rejoinder.kernel.metrics import Tally


@dataclass(slots=True, eq=False)
class Route:
    """An endpoint as mounted. `scope` is spelled as tokens have it; `tallies` belongs to the metrics."""

    dialect: Dialect
    endpoint: Endpoint
    handler: Handler
    names: tuple[str, ...]
    scope: str | None
    tallies: dict[int, Tally] = field(default_factory=dict)


class Node:
    """One segment of the trie. `dialects` are all that have a path here or below."""

    __slots__ = ("children", "dialects", "parameter", "routes")

    def __init__(self) -> None:
        self.children: dict[str, Node] = {}
        self.parameter: Node | None = None
        self.routes: dict[str, Route] = {}
        self.dialects: list[Dialect] = []


class Routes:
    """All endpoints of all dialects.

    A static segment wins over a parameter; letters are matched with case; one trailing slash is served
    as if it were not there; an empty segment matches nothing. `native` answers for paths that belong to
    no dialect. Raises ValueError for two endpoints with one method and path.
    """

    def __init__(self, dialects: Iterable[Dialect], native: Dialect) -> None:
        self._root = Node()
        self._native = native
        self._static: dict[str, Node] = {}
        self.all: list[Route] = []
        for dialect in dialects:
            for endpoint in dialect.endpoints:
                self._mount(dialect, endpoint)

    def find(self, path: str) -> tuple[Node, list[str]] | None:
        """The node of a raw path and the decoded values of its parameters, or None.

        Percent-encoding is undone after splitting, so a `%2F` stays inside its segment. Raises Unreadable
        for a segment that is not UTF-8.
        """
        node = self._static.get(path)
        if node is not None:
            return node, []
        segments = _segments(path)
        return _walk(self._root, segments) or _search(self._root, segments)

    def owner(self, path: str) -> Dialect:
        """The dialect that answers for an unknown path: the one that alone owns its longest known prefix."""
        segments = [unquote(segment) for segment in path.split("/")[1:]]
        node = _deepest(self._root, segments, 0)[1]
        return node.dialects[0] if node is not self._root and len(node.dialects) == 1 else self._native

    def _mount(self, dialect: Dialect, endpoint: Endpoint) -> None:
        route = Route(dialect, endpoint, _handler(endpoint), _names(endpoint.path), _scope(dialect, endpoint))
        node = self._root
        for segment in _segments(endpoint.path):
            node = _child(node, segment)
            if dialect not in node.dialects:
                node.dialects.append(dialect)
        if endpoint.method in node.routes:
            raise ValueError(f"{endpoint.method} {endpoint.path} is mounted twice.")
        node.routes[endpoint.method] = route
        self.all.append(route)
        if not route.names:
            self._static[endpoint.path] = node


def allowed_methods(node: Node) -> list[str]:
    """The methods that a path serves, for `Allow`: refused ones are left out, HEAD and OPTIONS added."""
    served = {method: route.endpoint for method, route in node.routes.items() if not route.endpoint.refused}
    extra = {"OPTIONS"}
    if "GET" in served and served["GET"].where is not Where.WRITER:
        extra.add("HEAD")
    return sorted(served.keys() | extra)


def choose(node: Node, method: str) -> Route:
    """The route for a method. HEAD is GET, except where GET writes. Raises NotOffered."""
    route = node.routes.get(method)
    if route is None and method == "HEAD":
        route = node.routes.get("GET")
        if route is not None and route.endpoint.where is Where.WRITER:
            route = None
    if route is None:
        allowed = allowed_methods(node)
        raise NotOffered(f"The method {method[:20]} is not offered here; use {', '.join(allowed)}.", allowed)
    return route


def not_found(path: str) -> NotFound:
    """The problem of an unknown path."""
    return NotFound(f"There is nothing at {path[:200]}.")


def _segments(path: str) -> list[str]:
    segments = path.split("/")[1:]
    if segments and segments[-1] == "":
        segments.pop()
    if "%" in path:
        return [_decoded(segment) for segment in segments]
    return segments


def _decoded(segment: str) -> str:
    try:
        return unquote_to_bytes(segment).decode()
    except UnicodeDecodeError:
        raise Unreadable(f"The path segment {segment[:60]!r} is not UTF-8.") from None


def _walk(node: Node, segments: list[str]) -> tuple[Node, list[str]] | None:
    """The first way down without turning back: nearly always the right one, and cheaper than searching."""
    values = []
    for segment in segments:
        child = node.children.get(segment)
        if child is None:
            child = node.parameter
            if child is None or not segment:
                return None
            values.append(segment)
        node = child
    return (node, values) if node.routes else None


def _search(root: Node, segments: list[str]) -> tuple[Node, list[str]] | None:
    values: list[str] = []
    node = _match(root, segments, 0, values)
    return None if node is None else (node, values)


def _match(node: Node, segments: list[str], at: int, values: list[str]) -> Node | None:
    if at == len(segments):
        return node if node.routes else None
    child = node.children.get(segments[at])
    found = _match(child, segments, at + 1, values) if child is not None else None
    if found is None and node.parameter is not None and segments[at]:
        values.append(segments[at])
        found = _match(node.parameter, segments, at + 1, values)
        if found is None:
            values.pop()
    return found


def _deepest(node: Node, segments: list[str], at: int) -> tuple[int, Node]:
    best = (at, node)
    if at < len(segments):
        child = node.children.get(segments[at])
        for branch in (child, node.parameter if segments[at] else None):
            if branch is not None:
                best = max(best, _deepest(branch, segments, at + 1), key=lambda found: found[0])
    return best


def _child(node: Node, segment: str) -> Node:
    if _is_parameter(segment):
        node.parameter = node.parameter or Node()
        return node.parameter
    return node.children.setdefault(segment, Node())


def _is_parameter(segment: str) -> bool:
    return segment.startswith("{") and segment.endswith("}")


def _names(path: str) -> tuple[str, ...]:
    return tuple(segment[1:-1] for segment in _segments(path) if _is_parameter(segment))


def _scope(dialect: Dialect, endpoint: Endpoint) -> str | None:
    return None if endpoint.scope is None else f"{dialect.name}:{endpoint.scope}"


def _handler(endpoint: Endpoint) -> Handler:
    if endpoint.refused is not None:
        return _refuse(endpoint.refused)
    if endpoint.handler is None:
        raise ValueError(f"{endpoint.method} {endpoint.path} has neither a handler nor a reason to refuse.")
    if not endpoint.database and (endpoint.scope is not None or endpoint.where is Where.WRITER):
        raise ValueError(f"{endpoint.method} {endpoint.path} needs the database for its scope or place.")
    return endpoint.handler


def _refuse(reason: str) -> Handler:
    def refuse(_: Any) -> Any:
        raise NotOffered(reason)

    return refuse
