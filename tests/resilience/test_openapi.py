"""schemathesis against our own OpenAPI documents: what they promise is what is answered, and never a 500.

`HYPOTHESIS_PROFILE=thorough` asks as long as one likes.
"""

from __future__ import annotations

import os
from typing import Any

import httpx
import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from rejoinder.dialects.native.dialect import native
from rejoinder.dialects.register import VENDORS
from rejoinder.model.survey import Kind, Option, Variable
from rejoinder.model.workspace import FEATURES
from resilience.leaks import check
from servers.rejoinder import Server

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 300 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 12
VARIABLES = [
    Variable("city", Kind.TEXT, level="respondent", length=100),
    Variable("age", Kind.NUMERIC, level="respondent", precision=3),
    Variable("many", Kind.MULTI, options=(Option("1"), Option("2"))),
]
OPERATIONS = [
    (dialect.name, endpoint.method, endpoint.path)
    for dialect in (*VENDORS, native())
    for endpoint in dialect.endpoints
    if endpoint.refused is None
]
TOKEN_PATHS = {d.name: d.token_path or "/identity/connect/token" for d in (*VENDORS, native())}
SURVEY_PARAMETERS = {"survey", "project_id"}
QUIET = hypothesis.settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
)


@pytest.mark.parametrize(("dialect", "method", "path"), OPERATIONS, ids=lambda word: str(word))
def test_what_is_documented_is_answered(house: Server, dialect: str, method: str, path: str) -> None:
    tenant = house.tenant(features=FEATURES, token_path=TOKEN_PATHS[dialect])
    tenant.survey("p1", VARIABLES)
    schema = schemathesis.openapi.from_url(f"{house.url}/openapi/{dialect}.json")
    operation = schema[path][method]
    headers = {"Authorization": tenant.http.headers["Authorization"]}

    @QUIET
    @hypothesis.given(case=operation.as_strategy(), known=hypothesis.strategies.booleans())
    def ask(case: Any, known: bool) -> None:
        for name in SURVEY_PARAMETERS & case.path_parameters.keys() if known else ():
            case.path_parameters[name] = "p1"  # else nearly every call would end at "not found"
        if known and "campaign_url" in (case.query or {}):
            case.query["campaign_url"] = "p1"
        response = case.call(base_url=house.url, headers=headers)
        case.validate_response(response, checks=CHECKS)
        asked = response.request
        request = httpx.Request(method, str(asked.url), content=asked.body or b"")
        check(httpx.Response(response.status_code, content=response.content, request=request))

    ask()
