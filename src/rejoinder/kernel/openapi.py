"""OpenAPI 3.1 documents from the same records that serve the requests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import msgspec

from rejoinder.kernel.call import Call
from rejoinder.kernel.endpoint import Dialect, Endpoint, Where
from rejoinder.kernel.oauth import RefusalBody
from rejoinder.kernel.origin import Origin
from rejoinder.kernel.reply import Reply
from rejoinder.model.problems import (
    Broken,
    NotAllowed,
    NotAuthenticated,
    NotGranted,
    Problem,
    TooLarge,
    TooMany,
    Unavailable,
    Unreadable,
)

Json = dict[str, Any]

ALWAYS: tuple[type[Problem], ...] = (Unreadable, TooLarge, Unavailable, Broken)
WITH_TOKEN: tuple[type[Problem], ...] = (NotAuthenticated, NotAllowed, TooMany)
PARAMETER = re.compile(r"\{([^}]+)\}")
TOKEN = "token"  # noqa: S105  the scheme's name in the document


def openapi(dialect: Dialect, version: str, server_url: str) -> Json:
    """The document of one dialect.

    Parameters: `version` — of the API's description; `server_url` — where it is served, no slash at its end.
    """
    served = [endpoint for endpoint in dialect.endpoints if endpoint.refused is None]
    schemas, components = _schemas(_types(dialect, served))
    return {
        "openapi": "3.1.0",
        "info": {"title": dialect.title, "version": version},
        "servers": [{"url": server_url}],
        "paths": _paths(dialect, served, schemas),
        "components": {"schemas": components, "securitySchemes": _security(dialect, server_url)},
    }


def _types(dialect: Dialect, endpoints: Iterable[Endpoint]) -> list[Any]:
    """Every type that the document shows, once."""
    found: list[Any] = [] if dialect.problem_type is None else [dialect.problem_type]
    for endpoint in endpoints:
        refusal = RefusalBody if NotGranted in endpoint.errors else None
        for kind in (endpoint.body, endpoint.reply, refusal, *_query_types(endpoint)):
            if kind is not None and kind not in found:
                found.append(kind)
    return found


def _schemas(types: list[Any]) -> tuple[list[tuple[Any, Json]], Json]:
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    return list(zip(types, schemas, strict=True)), components


def _schema(kind: Any, schemas: list[tuple[Any, Json]]) -> Json:
    return next((schema for known, schema in schemas if known == kind), {})


def _query_types(endpoint: Endpoint) -> list[Any]:
    return [field.type for field in _query_fields(endpoint)]


def _query_fields(endpoint: Endpoint) -> tuple[msgspec.structs.FieldInfo, ...]:
    return () if endpoint.query is None else msgspec.structs.fields(endpoint.query)


def _paths(dialect: Dialect, endpoints: Iterable[Endpoint], schemas: list[tuple[Any, Json]]) -> Json:
    paths: Json = {}
    for endpoint in endpoints:
        operation = _operation(dialect, endpoint, schemas)
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = operation
    return paths


def _operation(dialect: Dialect, endpoint: Endpoint, schemas: list[tuple[Any, Json]]) -> Json:
    operation: Json = {
        "operationId": _operation_id(endpoint),
        "summary": endpoint.summary,
        "parameters": [*_path_parameters(endpoint), *_query_parameters(endpoint, schemas)],
        "responses": _responses(dialect, endpoint, schemas),
        "security": _needed(dialect, endpoint),
    }
    if endpoint.source:
        operation["description"] = f"Source: {endpoint.source}"
    if endpoint.body is not None:
        schema = _schema(endpoint.body, schemas)
        operation["requestBody"] = {"required": True, "content": _content(endpoint.accepts, schema)}
    return operation


def _needed(dialect: Dialect, endpoint: Endpoint) -> list[Json]:
    """What a caller must send to be let in; the empty one says that a token may be left out."""
    if endpoint.scope is None:
        return []
    token: Json = {TOKEN: [f"{dialect.name}:{endpoint.scope}"]}
    return [{}, token] if endpoint.public else [token]


def _operation_id(endpoint: Endpoint) -> str:
    words = re.findall(r"[A-Za-z0-9]+", f"{endpoint.method.lower()} {endpoint.path}")
    return "_".join(words)


def _path_parameters(endpoint: Endpoint) -> Iterator[Json]:
    for name in PARAMETER.findall(endpoint.path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query_parameters(endpoint: Endpoint, schemas: list[tuple[Any, Json]]) -> Iterator[Json]:
    for field in _query_fields(endpoint):
        schema = _schema(field.type, schemas)
        parameter = {"name": field.encode_name, "in": "query", "required": field.required, "schema": schema}
        if "description" in schema:
            parameter["description"] = schema["description"]
        yield parameter


def _responses(dialect: Dialect, endpoint: Endpoint, schemas: list[tuple[Any, Json]]) -> Json:
    success: Json = {"description": "Success."}
    if endpoint.reply is not None:
        success["content"] = _content(endpoint.produces, _schema(endpoint.reply, schemas))
    responses = {str(endpoint.status): success}
    for problem in _problems(endpoint):
        kind = RefusalBody if problem is NotGranted else dialect.problem_type
        for example in _examples(problem, endpoint):
            status, media_type = _sample(dialect, endpoint, example)
            known = responses.setdefault(status, {"description": ""})
            if known is not success:
                if _meaning(problem) not in known["description"]:
                    known["description"] = f"{known['description']} {_meaning(problem)}".strip()
                if media_type and kind is not None:
                    _also(known, media_type, _schema(kind, schemas))
    return responses


def _also(response: Json, media_type: str, schema: Json) -> None:
    """Add one more shape that a response may have."""
    content = response.setdefault("content", {})
    known = content.setdefault(media_type, {"schema": schema})["schema"]
    if known != schema and schema not in known.get("anyOf", ()):
        content[media_type] = {"schema": {"anyOf": [*known.get("anyOf", [known]), schema]}}


def _problems(endpoint: Endpoint) -> tuple[type[Problem], ...]:
    with_token = WITH_TOKEN if endpoint.scope is not None else (TooMany,) if endpoint.public else ()
    return tuple(dict.fromkeys((*endpoint.errors, *with_token, *ALWAYS)))


def _sample(dialect: Dialect, endpoint: Endpoint, problem: Problem) -> tuple[str, str]:
    """Status and media type of a problem: asked of the one function that spells it, so they cannot differ."""
    scope = {
        "method": endpoint.method,
        "raw_path": endpoint.path.encode(),
        "query_string": b"",
        "headers": [],
        "scheme": "http",
    }
    call = Call(scope, Origin("http://localhost"))
    call.dialect, call.endpoint = dialect, endpoint
    reply = dialect.problem(call, problem)
    media_type = (reply.content_type or b"").partition(b";")[0].decode() if reply.body else ""
    return str(reply.status), media_type


def _examples(problem: type[Problem], endpoint: Endpoint) -> list[Problem]:
    if issubclass(problem, NotAllowed) and endpoint.public:  # a survey's state decides on the status
        return [problem("A problem."), problem("A problem.", state="closed")]
    if issubclass(problem, TooMany):
        return [problem("Too many requests.", 1)]
    if issubclass(problem, NotGranted):  # the code decides on the status
        return [problem(code, "Not granted.") for code in ("invalid_request", "invalid_client")]
    return [problem("A problem.")]


def _meaning(problem: type[Problem]) -> str:
    return (problem.__doc__ or problem.__name__).partition("\n")[0].strip()


def _content(media_types: Iterable[str], schema: Json) -> Json:
    return {media_type: {"schema": schema} for media_type in media_types}


def _security(dialect: Dialect, server_url: str) -> Json:
    if dialect.token_path is None:
        return {TOKEN: {"type": "http", "scheme": "bearer"}}
    scopes = {f"{dialect.name}:read": "Read.", f"{dialect.name}:write": "Write."}
    flow = {"tokenUrl": server_url + dialect.token_path, "scopes": scopes}
    return {TOKEN: {"type": "oauth2", "flows": {"clientCredentials": flow}}}


def openapi_endpoint(dialect: Dialect, version: str) -> Endpoint:
    """`GET /openapi/<dialect>.json`, for the native dialect; made once for each address of ours."""

    @lru_cache(maxsize=16)
    def body(base_url: str) -> bytes:
        return msgspec.json.encode(openapi(dialect, version, base_url))

    return Endpoint(
        method="GET",
        path=f"/openapi/{dialect.name}.json",
        handler=lambda call: Reply(200, body(call.base_url)),
        where=Where.INLINE,
        scope=None,
        database=False,
        summary=f"The OpenAPI document of {dialect.title}.",
    )
