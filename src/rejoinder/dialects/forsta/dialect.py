"""Forsta's table of contents (source document 001; design, "Forsta (001)")."""

from __future__ import annotations

from typing import Any, Literal

from rejoinder.dialects.forsta import records, surveys, tokens
from rejoinder.dialects.forsta.errors import ErrorBody, problem
from rejoinder.dialects.forsta.query import PageQuery, ReadQuery, Selection, is_brief
from rejoinder.dialects.forsta.wire import Records, UserVariable
from rejoinder.kernel.endpoint import Dialect, Endpoint, Where
from rejoinder.kernel.oauth import bearer
from rejoinder.model.problems import AlreadyExists, Invalid, NotAcceptable, NotFound

NDJSON = "application/x-ndjson"
_SURVEY = "/v1/surveys/{survey}"


def _writing(method: str, path: str, handler: Any, summary: str, source: str) -> Endpoint:
    return Endpoint(
        method=method,
        path=path,
        handler=handler,
        where=Where.WRITER,
        scope="write",
        summary=summary,
        body=Records,
        errors=(Invalid, NotFound),
        source=source,
    )


def _resource(name: Literal["respondents", "responses"]) -> tuple[Endpoint, ...]:
    """The operations that both resources share."""
    data = f"{_SURVEY}/{name}/data"
    return (
        Endpoint(
            method="GET",
            path=data,
            handler=records.read_all,
            where=Where.STREAM,
            brief=is_brief,
            query=ReadQuery,
            summary=f"A page of {name}, or all of them as a stream",
            errors=(Invalid, NotFound, NotAcceptable),
            source="001, Read Respondents",
            produces=("application/json", NDJSON),
        ),
        Endpoint(
            method="GET",
            path=f"{data}/{{respId}}",
            handler=records.read_record,
            where=Where.INLINE,
            query=Selection,
            summary="One record",
            errors=(Invalid, NotFound, NotAcceptable),
            source="001, Read a single Respondent",
        ),
        _writing("POST", data, records.add_records, f"Add {name}", "001, Add Respondents"),
        _writing("PUT", data, records.update_records, f"Update {name}", "001, Update Respondents"),
        _writing("PATCH", data, records.merge_records, f"Merge {name}", "001, Merge Respondents"),
        _writing("DELETE", data, records.delete_records, f"Delete {name}", "001, Delete Respondents"),
        Endpoint(
            method="GET",
            path=f"{_SURVEY}/{name}/schema",
            handler=surveys.read_schema,
            summary=f"The variables of {name}",
            errors=(NotFound, NotAcceptable),
            source="design, Schema document",
        ),
    )


ENDPOINTS = (
    tokens.TOKEN,
    Endpoint(
        method="GET",
        path="/v1/surveys",
        handler=surveys.read_surveys,
        query=PageQuery,
        summary="The workspace's surveys",
        errors=(Invalid, NotAcceptable),
        source="design, Surveys",
    ),
    Endpoint(
        method="GET",
        path=_SURVEY,
        handler=surveys.read_survey,
        summary="One survey",
        errors=(NotFound, NotAcceptable),
        source="design, Surveys",
    ),
    *_resource("respondents"),
    *_resource("responses"),
    Endpoint(
        method="POST",
        path=f"{_SURVEY}/respondents/uservariables",
        handler=surveys.add_variable,
        where=Where.WRITER,
        scope="write",
        body=UserVariable,
        summary="Add a user variable",
        errors=(Invalid, NotFound, AlreadyExists),
        source="001, Adding User-variables",
    ),
)

FORSTA = Dialect(
    name="forsta",
    title="Forsta (Confirmit) survey data",
    endpoints=ENDPOINTS,
    credentials=bearer,
    problem=problem,
    problem_type=ErrorBody,
    token_path=tokens.PATH,
)
