"""`/v1/surveys`, schemas and user variables."""

from __future__ import annotations

from rejoinder.core.surveys import add_user_variable, describe_survey, list_surveys, open_survey, schema_of
from rejoinder.core.workspaces import workspace_of
from rejoinder.dialects.forsta.query import links, paging
from rejoinder.dialects.forsta.wire import (
    UserVariable,
    parse_user_variable,
    render_schema,
    render_survey,
    render_variable,
)
from rejoinder.kernel.call import Call
from rejoinder.kernel.reply import Reply, json_reply


def read_surveys(call: Call) -> Reply:
    """The workspace's surveys, oldest first (design, "Surveys")."""
    call.accept("application/json")
    page, size = paging(call)
    found, total = list_surveys(call.unit, page, size)
    company = workspace_of(call.unit).name
    body = {
        "itemCount": len(found),
        "totalCount": total,
        "items": [render_survey(survey, company, call.base_url) for survey in found],
        "links": links(call, page, last=page * size >= total),
    }
    return json_reply(body)


def read_survey(call: Call) -> Reply:
    """One survey."""
    call.accept("application/json")
    survey = describe_survey(call.unit, call.params["survey"])
    return json_reply(render_survey(survey, workspace_of(call.unit).name, call.base_url))


def read_schema(call: Call) -> Reply:
    """The schema document of respondents or responses."""
    call.accept("application/json")
    survey = open_survey(call.unit, call.params["survey"])
    level = "response" if "/responses/" in call.endpoint.path else "respondent"
    self_url = call.base_url + call.path.rstrip("/")
    return json_reply(render_schema(schema_of(survey), level, self_url))


def add_variable(call: Call) -> Reply:
    """Add a user variable (001, "Adding User-variables")."""
    wanted = parse_user_variable(call.json(UserVariable))
    survey = open_survey(call.unit, call.params["survey"])
    return json_reply(render_variable(add_user_variable(call.unit, survey, wanted)))
