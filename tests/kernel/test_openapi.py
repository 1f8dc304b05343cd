from __future__ import annotations

from typing import Annotated, Any

import httpx
import msgspec

from kernel.wire import dialect, running
from rejoinder.kernel.endpoint import Endpoint, Where
from rejoinder.kernel.openapi import openapi, openapi_endpoint
from rejoinder.kernel.reply import Reply
from rejoinder.model.problems import AlreadyExists, Invalid, NotFound, Problem


class Trouble(msgspec.Struct):
    """What went wrong."""

    toy: str


class Query(msgspec.Struct, rename="camel"):
    page: Annotated[int, msgspec.Meta(ge=1, description="From 1.")] = 1
    sort_by: str | None = None


class Row(msgspec.Struct):
    name: str
    children: list[Row] = []


def nothing(_: Any) -> Reply:
    return Reply()


EVERY = Problem.__subclasses__()
URL = "https://surveys.example"
TOY = dialect(
    "toy",
    Endpoint(
        method="GET",
        path="/rows/{id}",
        handler=nothing,
        query=Query,
        reply=list[Row],
        errors=(NotFound, Invalid),
        source="document 1, Rows",
        summary="Rows.",
    ),
    Endpoint(
        method="POST",
        path="/rows/{id}",
        handler=nothing,
        where=Where.WRITER,
        scope="write",
        body=Row,
        reply=Row,
        status=201,
        errors=(AlreadyExists,),
        accepts=("application/json", "application/x-www-form-urlencoded"),
    ),
    Endpoint(method="GET", path="/refused", refused="Not here."),
    Endpoint(method="POST", path="/token", handler=nothing, scope=None, errors=tuple(EVERY)),
    problem_type=Trouble,
    token_path="/token",
)


def test_the_document_says_what_the_records_say() -> None:
    document = openapi(TOY, "1.0", URL)
    assert document["servers"] == [{"url": URL}]
    assert set(document["paths"]) == {"/rows/{id}", "/token"}
    read, add = document["paths"]["/rows/{id}"]["get"], document["paths"]["/rows/{id}"]["post"]
    names = {(p["in"], p["name"]): p for p in read["parameters"]}
    assert set(names) == {("path", "id"), ("query", "page"), ("query", "sortBy")}
    assert names["query", "page"]["schema"]["minimum"] == 1
    assert names["query", "page"]["description"] == "From 1."
    assert set(read["responses"]) == {"200", "400", "401", "403", "404", "413", "429", "500", "503"}
    assert set(add["requestBody"]["content"]) == {"application/json", "application/x-www-form-urlencoded"}
    assert "201" in add["responses"]
    shown = read["responses"]["404"]["content"]["application/json"]["schema"]
    assert shown == {"$ref": "#/components/schemas/Trouble"}
    assert add["security"] == [{"token": ["toy:write"]}]
    assert document["paths"]["/token"]["post"]["security"] == []


def references(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*(references(value) for value in node.values()))
    return set().union(*(references(item) for item in node)) if isinstance(node, list) else set()


def test_every_reference_leads_somewhere() -> None:
    document = openapi(TOY, "1.0", URL)
    schemas = document["components"]["schemas"]
    assert references(document) == {
        f"#/components/schemas/{name}" for name in ("Row", "Trouble", "RefusalBody")
    }
    assert {"Row", "Trouble"} <= set(schemas)


def test_operation_ids_are_unique() -> None:
    paths = openapi(TOY, "1.0", URL)["paths"]
    ids = [operation["operationId"] for path in paths.values() for operation in path.values()]
    assert len(set(ids)) == len(ids)


def test_a_foreign_reader_accepts_the_document() -> None:
    import schemathesis

    schema = schemathesis.openapi.from_dict(openapi(TOY, "1.0", URL))
    schema.validate()
    assert len(list(schema.get_all_operations())) == 3


def test_it_is_served() -> None:
    native = dialect("native", openapi_endpoint(TOY, "1.0"))
    with running(TOY, native=native) as house:
        answer = httpx.get(f"{house.url}/openapi/toy.json")
        assert answer.json() == openapi(TOY, "1.0", house.url)
