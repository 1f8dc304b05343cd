"""GoodBridge's table of contents (source document 000; design, "GoodBridge (000)")."""

from __future__ import annotations

from rejoinder.dialects.goodbridge import respondents, tokens
from rejoinder.dialects.goodbridge.errors import ErrorBody, problem
from rejoinder.dialects.goodbridge.query import RespondentsQuery, is_brief
from rejoinder.dialects.goodbridge.wire import Page
from rejoinder.kernel.endpoint import Dialect, Endpoint, Where
from rejoinder.kernel.oauth import bearer
from rejoinder.model.problems import Expired, Invalid, NotFound, NotOnPlan

ENDPOINTS = (
    tokens.TOKEN,
    Endpoint(
        method="GET",
        path="/integrations/{project_id}/respondents",
        handler=respondents.read_respondents,
        where=Where.READER,
        brief=is_brief,
        query=RespondentsQuery,
        reply=Page,
        summary="A page of respondents with their answers",
        errors=(Expired, NotOnPlan, NotFound, Invalid),
        source="000, Get Respondents Data",
    ),
)

GOODBRIDGE = Dialect(
    name="goodbridge",
    title="GoodBridge integrations",
    endpoints=ENDPOINTS,
    credentials=bearer,
    problem=problem,
    problem_type=ErrorBody,
    token_path=tokens.PATH,
)
