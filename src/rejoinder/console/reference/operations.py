"""What an API serves, for its page: read from its OpenAPI document and the endpoints it was made of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import Any

from rejoinder.console.reference.samples import Sample, sample_of
from rejoinder.console.reference.shapes import Line, lines_of, made_up
from rejoinder.kernel.endpoint import Dialect, Endpoint, Where
from rejoinder.kernel.openapi import openapi

Json = dict[str, Any]
_VERSION = re.compile(r"api|rejoinder|v[0-9.]+")
AUTHENTICATION = "authentication"


@dataclass(frozen=True, slots=True)
class Answer:
    """One status that an operation answers with."""

    status: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as its page shows it.

    Fields: `anchor` — its deep link; `others` — paths that mean the same; `writes` — it changes something;
    `body` and `reply` — samples as text;
    `genuine` — the reply is one of the vendor's documents.
    """

    anchor: str
    method: str
    path: str
    others: tuple[str, ...]
    summary: str
    source: str
    writes: bool
    scope: str
    public: bool
    parameters: tuple[Line, ...]
    fields: tuple[Line, ...]
    accepts: tuple[str, ...]
    produces: tuple[str, ...]
    body: str
    query: str
    reply: str
    reply_status: int
    genuine: bool
    answers: tuple[Answer, ...]
    curl: str

    @property
    def words(self) -> str:
        """What a search looks at."""
        names = " ".join(line.name for line in (*self.parameters, *self.fields))
        return f"{self.method} {self.path} {self.summary} {names}".lower()


@dataclass(frozen=True, slots=True)
class Group:
    """Operations about one thing."""

    noun: str
    operations: tuple[Operation, ...]


@lru_cache(maxsize=64)
def groups(dialect: Dialect, base_url: str) -> tuple[Group, ...]:
    """The operations of an API by what they are about, tokens first."""
    document = openapi(dialect, version("rejoinder"), base_url)
    found: dict[str, list[Operation]] = {}
    for endpoint, others in _distinct(dialect):
        described = document["paths"][endpoint.path][endpoint.method.lower()]
        made = _operation(dialect, document, endpoint, others, described, base_url)
        found.setdefault(_noun(dialect, endpoint.path), []).append(made)
    order = sorted(found, key=lambda noun: noun != AUTHENTICATION)
    return tuple(Group(noun, tuple(found[noun])) for noun in order)


def _distinct(dialect: Dialect) -> list[tuple[Endpoint, tuple[str, ...]]]:
    """Served endpoints, those of several prefixes once: with the longest path, and the others beside it."""
    same: dict[tuple[Any, ...], list[Endpoint]] = {}
    for endpoint in dialect.endpoints:
        if endpoint.refused is None:
            tail = [part for part in endpoint.path.split("/") if part and not _VERSION.fullmatch(part)]
            same.setdefault((endpoint.method, endpoint.handler, *tail), []).append(endpoint)
    found = []
    for alike in same.values():
        first = max(alike, key=lambda one: len(one.path))
        found.append((first, tuple(one.path for one in alike if one is not first)))
    return found


def _noun(dialect: Dialect, path: str) -> str:
    if path == dialect.token_path:
        return AUTHENTICATION
    parts = [part for part in path.split("/") if part and not part.startswith("{")]
    parts = [part for part in parts if not _VERSION.fullmatch(part)]
    return parts[1] if parts[0] in ("surveys", "integrations") and len(parts) > 1 else parts[0]


def _operation(
    dialect: Dialect,
    document: Json,
    endpoint: Endpoint,
    others: tuple[str, ...],
    described: Json,
    base_url: str,
) -> Operation:
    components = document["components"]["schemas"]
    sample = sample_of(dialect.name, endpoint.method, endpoint.path)
    content = described.get("requestBody", {}).get("content", {})
    schema = _first_schema(content)
    fields = lines_of(schema, components)
    accepts = endpoint.accepts if endpoint.body is not None or (sample and sample.sent) else ()
    body = _body(sample, schema, components, accepts)
    good = described["responses"][str(endpoint.status)]
    shape = _first_schema(good.get("content", {}))
    reply, genuine = _reply(sample, shape, components)
    query = sample.query if sample and endpoint.method == "GET" else ""
    return Operation(
        anchor=described["operationId"],
        method=endpoint.method,
        path=endpoint.path,
        others=others,
        summary=endpoint.summary,
        source=endpoint.source,
        writes=endpoint.where is Where.WRITER and endpoint.path != dialect.token_path,
        scope=f"{dialect.name}:{endpoint.scope}" if endpoint.scope else "",
        public=endpoint.public,
        parameters=tuple(_parameters(described, components)),
        fields=fields,
        accepts=accepts,
        produces=endpoint.produces,
        body=body,
        query=query,
        reply=reply,
        reply_status=sample.status if sample and genuine else endpoint.status,
        genuine=genuine,
        answers=tuple(
            Answer(status, found["description"]) for status, found in sorted(described["responses"].items())
        ),
        curl=_curl(endpoint, base_url, accepts, body, query),
    )


def _first_schema(content: Json) -> Json:
    """The schema of a body, by its first media type."""
    for shape in content.values():
        found: Json = shape.get("schema", {})
        return found
    return {}


def _parameters(described: Json, components: Json) -> list[Line]:
    found = []
    for one in described["parameters"]:
        (line,) = lines_of({"properties": {one["name"]: one["schema"]}}, components)[:1] or (
            Line(one["name"], "", False, "", 0),
        )
        found.append(
            Line(one["name"], line.kind, one["required"], one.get("description", line.about), 0, one["in"])
        )
    return found


def _is_form(accepts: tuple[str, ...]) -> bool:
    return bool(accepts) and accepts[0] != "application/json"


def _body(sample: Sample | None, schema: Json, components: Json, accepts: tuple[str, ...]) -> str:
    """What is sent, as it is written into the form: JSON, or `name=value` in lines."""
    if not accepts:
        return ""
    sent = sample.sent if sample else None
    if isinstance(sent, list):
        return "\n".join(map(str, sent))
    value = sent if sent is not None else made_up(schema, components)
    if _is_form(accepts) and isinstance(value, dict):
        if "application/json" in accepts and any(isinstance(v, list | dict) for v in value.values()):
            return Sample.text(value)
        return "\n".join(f"{name}={'' if v is None else v}" for name, v in value.items())
    return Sample.text(value) if value not in ({}, None) else ""


def _reply(sample: Sample | None, shape: Json, components: Json) -> tuple[str, bool]:
    if sample is not None:
        return Sample.text(sample.body), True
    return (Sample.text(made_up(shape, components)), False) if shape else ("", False)


def _curl(endpoint: Endpoint, base_url: str, accepts: tuple[str, ...], body: str, query: str) -> str:
    """The request for a shell."""
    address = f"{base_url}{endpoint.path}{'?' if query else ''}{query}"
    parts = [f'curl -s -X {endpoint.method} "{address}"']
    if endpoint.scope is not None:
        parts.append('-H "Authorization: Bearer $TOKEN"')
    if body.startswith(("{", "[")):
        quoted = body.replace("'", "'\\''")
        parts += ['-H "Content-Type: application/json"', f"-d '{quoted}'"]
    elif body:
        flag = "-F" if accepts[0] == "multipart/form-data" else "--data-urlencode"
        parts += [f"{flag} '{line}'" for line in body.splitlines()]
    return " \\\n  ".join(parts)
