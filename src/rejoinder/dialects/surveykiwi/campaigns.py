"""`/v1.0/campaign/list` and `/v1.0/campaign/answers` (003, "Campaign")."""

from __future__ import annotations

from rejoinder.core.respondents.listing import list_responses
from rejoinder.core.surveys import OpenSurvey, every_survey, open_survey, some_surveys
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import workspace_of
from rejoinder.dialects.surveykiwi.parameters import Parameters
from rejoinder.dialects.surveykiwi.selecting import (
    ANSWER_ORDERS,
    CAMPAIGN_VARIABLES,
    answers_listing,
    select_campaigns,
)
from rejoinder.dialects.surveykiwi.where import read_conditions, read_sorting
from rejoinder.dialects.surveykiwi.wire import files_at, questions_of_survey, render_campaign, renderer_of
from rejoinder.kernel.call import Call
from rejoinder.kernel.reply import Reply, json_reply
from rejoinder.model.problems import Invalid, NotFound

LIST = ("show_questions", "show_options", "offset", "limit", "order_by", "where")
ANSWERS = ("campaign_url", "status", "answers", "offset", "limit", "order_by", "where")
"""The parameters of each resource, beside `access_token`."""
BRIEF_QUERY = 500
"""Bytes of a query; a longer one filters."""


def read_campaigns(call: Call) -> Reply:
    """The workspace's campaigns (003, "Lista de encuestas")."""
    given = Parameters(call, LIST)
    skip, limit = given.paging()
    questions, options = given.flag("show_questions"), given.flag("show_options")
    conditions = read_conditions(given.texts("where"), ("default",))
    sorting = read_sorting(given.texts("order_by"), CAMPAIGN_VARIABLES)
    unit, timezone = call.unit, workspace_of(call.unit).settings.timezone
    if conditions or sorting:
        found = select_campaigns(every_survey(unit), conditions, sorting, timezone)[skip : skip + limit]
    else:
        found = some_surveys(unit, skip, limit)
    shown = [render_campaign(survey, timezone) for survey in found]
    for survey, campaign in zip(found, shown, strict=True) if questions else ():
        campaign["questions"] = questions_of_survey(unit, open_survey(unit, str(survey.id)), options=options)
    return json_reply(shown)


def read_answers(call: Call) -> Reply:
    """A campaign's answers (003, "Respuestas de una encuesta")."""
    given = Parameters(call, ANSWERS)
    skip, limit = given.paging()
    status = given.choice("status", ("all", "active", "pending"))
    show = given.choice("answers", ("show", "hide")) == "show"
    conditions = read_conditions(given.texts("where"), ("default", "hiddenfields", "participant"))
    sorting = read_sorting(given.texts("order_by"), tuple(ANSWER_ORDERS))
    survey = find_campaign(call.unit, given.needed("campaign_url"))
    listing = answers_listing(call.unit, survey, status, conditions, sorting)
    rows, _ = list_responses(call.unit, survey, listing, skip, limit)
    renderer = renderer_of(call.unit, survey, files_at(call, survey))
    return Reply(200, b"[%b]" % b",".join(renderer.render(rows, answers=show)))


def is_brief(call: Call) -> bool:
    """Whether a page of answers is as short as a point read: neither filtered nor sorted."""
    query = call.query_string
    return len(query) <= BRIEF_QUERY and not any(word in query for word in ("where", "order_by", "%"))


def find_campaign(unit: Unit, reference: str) -> OpenSurvey:
    """A campaign by its URL name or its number.

    A number that is none of the workspace's campaigns is Invalid, whoever's it is; a name is NotFound.
    """
    try:
        return open_survey(unit, reference)
    except NotFound:
        if reference.isdecimal():
            raise Invalid("Esta campaña no te pertenece") from None
        raise NotFound(f'No hay ninguna campaña con la URL "{reference[:100]}".') from None
