"""SurveyKiwi's table of contents (source document 003; design, "SurveyKiwi (003)")."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, field

from rejoinder.dialects.surveykiwi import campaigns, question, tokens
from rejoinder.dialects.surveykiwi.auth import credentials
from rejoinder.dialects.surveykiwi.errors import ErrorBody, problem
from rejoinder.dialects.surveykiwi.parameters import DEFAULT_LIMIT, MAX_LIMIT
from rejoinder.kernel.endpoint import Dialect, Endpoint
from rejoinder.model.problems import Invalid, NotFound


class Paged(msgspec.Struct):
    """What every list takes (003, "Paginado")."""

    offset: Annotated[int, Meta(ge=0, description="How many to skip.")] = 0
    limit: Annotated[int, Meta(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT
    order_by: Annotated[list[str], Meta(description="variable,ASC or variable,DESC.")] = field(
        default_factory=list, name="order_by[]"
    )
    where: Annotated[list[str], Meta(description="JSON objects with type, var, operator and val.")] = field(
        default_factory=list, name="where[]"
    )


class CampaignsQuery(Paged):
    """003, "Lista de encuestas"."""

    show_questions: Literal[0, 1] = 0
    show_options: Literal[0, 1] = 0


class AnswersQuery(Paged, kw_only=True):
    """003, "Respuestas de una encuesta"."""

    campaign_url: str
    status: Literal["all", "active", "pending"] = "all"
    answers: Literal["show", "hide"] = "show"


class QuestionQuery(msgspec.Struct):
    """003, "Detalles de una pregunta"."""

    id: int


ENDPOINTS = (
    tokens.TOKEN,
    Endpoint(
        method="GET",
        path="/v1.0/campaign/list",
        handler=campaigns.read_campaigns,
        query=CampaignsQuery,
        summary="The workspace's campaigns",
        errors=(Invalid,),
        source="003, Lista de encuestas",
    ),
    Endpoint(
        method="GET",
        path="/v1.0/campaign/answers",
        handler=campaigns.read_answers,
        brief=campaigns.is_brief,
        query=AnswersQuery,
        summary="The answers of a campaign",
        errors=(Invalid, NotFound),
        source="003, Respuestas de una encuesta",
    ),
    Endpoint(
        method="GET",
        path="/v1.0/question",
        handler=question.read_question,
        query=QuestionQuery,
        summary="One question with its options",
        errors=(Invalid,),
        source="003, Detalles de una pregunta",
    ),
)

SURVEYKIWI = Dialect(
    name="surveykiwi",
    title="SurveyKiwi",
    endpoints=ENDPOINTS,
    credentials=credentials,
    problem=problem,
    problem_type=ErrorBody,
    foreign_id_status=400,
    token_path=tokens.PATH,
)
