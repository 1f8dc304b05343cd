"""The query parameters of Forsta's reading endpoints."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from rejoinder.core.respondents.filtered import matcher
from rejoinder.core.respondents.read import Reading, selection
from rejoinder.core.surveys import OpenSurvey, template_variables
from rejoinder.kernel.call import Call
from rejoinder.model.problems import Invalid, Problem
from rejoinder.model.respondent import Level

DEFAULT_SIZE, MAX_SIZE = 100, 10_000
MAX_PAGE = 2**31 - 1
BRIEF_QUERY = 1000
"""Characters of a query; a longer one names hundreds of variables, which take their time to compile."""


class Selection(msgspec.Struct):
    """Which variables to show (001, "Read a single Respondent")."""

    variables: Annotated[str | None, Meta(description="Comma-separated names of variables.")] = None
    variableTemplateId: Annotated[  # noqa: N815  the vendor's name
        int | None, Meta(description="A variable template, instead of variables.")
    ] = None


class ReadQuery(Selection):
    """Which records, which variables, and paging (001, "Read Respondents")."""

    filterExpression: Annotated[str | None, Meta(description="An expression to filter the records.")] = None  # noqa: N815
    pageSize: Annotated[int, Meta(ge=1, le=MAX_SIZE)] = DEFAULT_SIZE  # noqa: N815
    page: Annotated[int, Meta(ge=1, le=MAX_PAGE)] = 1


class PageQuery(msgspec.Struct):
    """Paging alone."""

    pageSize: Annotated[int, Meta(ge=1, le=MAX_SIZE)] = DEFAULT_SIZE  # noqa: N815
    page: Annotated[int, Meta(ge=1, le=MAX_PAGE)] = 1


def whole_number(call: Call, name: str, default: int, top: int) -> int:
    """A query parameter from 1 to `top`. Raises Invalid."""
    text = call.query_one(name)
    if text is None or text == "":
        return default
    digits = text.isascii() and text.isdecimal() and len(text) <= 10
    if not digits or not 1 <= int(text) <= top:
        raise Invalid(f"{name} must be a whole number from 1 to {top}, not {text[:40]!r}.")
    return int(text)


def is_brief(call: Call) -> bool:
    """Whether a page is short enough to be read where point reads are: without a filter, and not large.

    Names are compared decoded, as the handler reads them: `filter%45xpression` is a filter too.
    """
    if len(call.query_string) > BRIEF_QUERY or b"ndjson" in call.headers.get(b"accept", b""):
        return False
    try:
        filtered = call.query_one("filterExpression") is not None
        return not filtered and whole_number(call, "pageSize", DEFAULT_SIZE, MAX_SIZE) <= DEFAULT_SIZE
    except Problem:
        return False  # the handler says so, to callers that may know


def paging(call: Call) -> tuple[int, int]:
    """(page, page size)."""
    return whole_number(call, "page", 1, MAX_PAGE), whole_number(call, "pageSize", DEFAULT_SIZE, MAX_SIZE)


def reading(call: Call, survey: OpenSurvey, level: Level, *, filtered: bool = True) -> Reading:
    """What the query asks for. Raises Invalid, NotFound."""
    if not call.query_string:
        return Reading(level)
    expression = call.query_one("filterExpression") if filtered else None
    chosen = selection(survey, level, _names(call, survey))
    references = [call.params["survey"]]
    return Reading(level, chosen, matcher(call.unit, survey, expression, references) if expression else None)


def _names(call: Call, survey: OpenSurvey) -> list[str] | None:
    names, template = call.query_one("variables"), call.query_one("variableTemplateId")
    if names and template:
        raise Invalid("variables and variableTemplateId are mutually exclusive; use one of them.")
    if template:
        number = int(template) if template.isascii() and template.isdecimal() and len(template) < 19 else 0
        return list(template_variables(call.unit, survey, number))
    return [name for part in names.split(",") if (name := part.strip())] if names else None


def links(call: Call, page: int, last: bool) -> dict[str, str]:
    """The links of a page: `next` (and `nextpage`, which a client follows) unless it is the last."""
    if last:
        return {}
    pairs = [pair for pair in call.query_string.split("&") if pair and pair.partition("=")[0] != "page"]
    following = f"{call.base_url}{call.path.rstrip('/')}?{'&'.join([*pairs, f'page={page + 1}'])}"
    return {"next": following, "nextpage": following}
