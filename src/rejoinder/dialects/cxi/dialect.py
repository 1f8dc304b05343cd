"""Wootric CXI's table of contents (source document 004; design, "Wootric CXI (004)")."""

from __future__ import annotations

from typing import Any

from rejoinder.dialects.cxi import exports, imports, onboarding, projects, responses, shapes, tags, tokens
from rejoinder.dialects.cxi.auth import credentials
from rejoinder.dialects.cxi.errors import ErrorBody, problem
from rejoinder.files.csv_rows import MAX_BYTES
from rejoinder.kernel.endpoint import Dialect, Endpoint, Where
from rejoinder.model.problems import AlreadyExists, Invalid, NotFound, NotOnboarded

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded", "application/json")
FILES = ("multipart/form-data",)
AROUND = 65_536
"""Bytes that a multipart body may have beside its file."""
_GATED = (NotOnboarded, Invalid)
_NAMING = (*_GATED, NotFound)


def _write(method: str, path: str, handler: Any, summary: str, source: str, **more: Any) -> Endpoint:
    """An operation that writes."""
    facts: dict[str, Any] = {"accepts": FORMS, "errors": _NAMING if "{" in path else _GATED} | more
    return Endpoint(
        method=method,
        path=path,
        handler=handler,
        where=Where.WRITER,
        scope="write",
        summary=summary,
        source=f"004, {source}",
        **facts,
    )


ENDPOINTS = (
    tokens.TOKEN,
    Endpoint(
        method="GET",
        path="/v1/onboarding",
        handler=onboarding.show,
        summary="Whether the account is onboarded",
        source="004, Get Onboarding status",
    ),
    _write(
        "PUT",
        "/v1/onboarding",
        onboarding.change,
        "Choose a product category; complete the onboarding",
        "Update Onboarding status",
        body=shapes.OnboardingFields,
        errors=(Invalid, AlreadyExists),
    ),
    Endpoint(
        method="GET",
        path="/v1/projects",
        handler=projects.listing,
        summary="All projects",
        source="004, Get projects",
        errors=_GATED,
    ),
    _write(
        "POST",
        "/v1/projects",
        projects.create,
        "Create a project",
        "Create a Project",
        body=shapes.NewProject,
        status=201,
    ),
    _write(
        "PUT",
        "/v1/projects/{project}",
        projects.change,
        "Rename a project",
        "Update a Project",
        body=shapes.NewProject,
    ),
    Endpoint(
        method="GET",
        path="/v1/tags",
        handler=tags.listing,
        query=shapes.TagsQuery,
        summary="Tags with their statistics",
        source="004, Get tags",
        errors=_GATED,
    ),
    _write("POST", "/v1/tags", tags.create, "Create a tag", "Create a Tag", body=shapes.NewTag, status=201),
    _write("PUT", "/v1/tags/{tag}", tags.change, "Change a tag", "Update a Tag", body=shapes.NewTag),
    _write("DELETE", "/v1/tags/{tag}", tags.delete, "Delete a tag", "Delete a Tag"),
    Endpoint(
        method="GET",
        path="/v1/imports",
        handler=imports.listing,
        query=shapes.Paged,
        summary="Imports, newest first",
        source="004, Get imports",
        errors=_GATED,
    ),
    Endpoint(
        method="GET",
        path="/v1/imports/{import}",
        handler=imports.show,
        where=Where.STREAM,
        summary="An import with all its responses",
        source="004, Get a specific import",
        errors=_NAMING,
    ),
    _write(
        "POST",
        "/v1/imports",
        imports.create,
        "Import a CSV file",
        "Create an import",
        body=shapes.ImportFile,
        status=201,
        accepts=FILES,
        prepare=imports.prepare,
        max_body=MAX_BYTES + AROUND,
    ),
    _write(
        "PUT",
        "/v1/imports/{import}",
        imports.change,
        "Change an import",
        "Update an import",
        body=shapes.ChangedImport,
    ),
    _write(
        "DELETE",
        "/v1/imports/{import}",
        imports.delete,
        "Delete an import with its responses",
        "Delete an import",
        status=202,
    ),
    Endpoint(
        method="GET",
        path="/v1/responses",
        handler=responses.listing,
        query=shapes.ResponsesQuery,
        summary="Responses by date",
        source="004, Get responses",
        errors=_GATED,
    ),
    _write(
        "POST",
        "/v1/exports",
        exports.create,
        "Export responses or users; the link comes by mail",
        "Create an export",
        body=shapes.NewExport,
        status=201,
        errors=(*_GATED, AlreadyExists),
    ),
    Endpoint(
        method="PUT",
        path="/v1/responses/update_bulk_properties",
        handler=responses.change_properties,
        prepare=responses.prepare_properties,
        where=Where.WRITER,
        scope="write",
        body=shapes.PropertiesFile,
        reply=shapes.Updated,
        accepts=FILES,
        max_body=MAX_BYTES + AROUND,
        summary="Give properties to the responses of a CSV file",
        source="design, Wootric CXI: properties in bulk",
        errors=_GATED,
    ),
)

CXI = Dialect(
    name="cxi",
    title="Wootric CXI",
    endpoints=ENDPOINTS,
    credentials=credentials,
    problem=problem,
    problem_type=ErrorBody,
    rate_limit=100,
    token_path=tokens.PATH,
)
