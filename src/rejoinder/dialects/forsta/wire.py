"""Forsta's JSON: what is parsed, what is rendered."""

from __future__ import annotations

from datetime import UTC
from typing import Any
from urllib.parse import quote

import msgspec

from rejoinder.core.respondents.write import Batch
from rejoinder.core.unit import moment
from rejoinder.model.problems import Invalid, Unreadable
from rejoinder.model.reports import Outcome, Report
from rejoinder.model.survey import Field, Kind, Loop, Option, Schema, Survey, Texts, Variable

LANGUAGE_IDS = {"de": 7, "en": 9, "es": 10, "fr": 12, "pl": 21, "ru": 25, "tr": 31, "kk": 63}
"""Confirmit's number of each language (Windows primary language ids)."""


class DataSchema(msgspec.Struct):
    """Which variables identify a record, and which to take from it."""

    keys: list[str] = []
    variables: list[str] | None = None


class Records(msgspec.Struct):
    """The payload of POST, PUT, PATCH and DELETE: `data` is an array of SurveyDataRecords."""

    data: msgspec.Raw
    dataSchema: DataSchema | None = None  # noqa: N815  the vendor's name


class UserVariable(msgspec.Struct):
    """The payload of `uservariables` (001, "Adding User-variables")."""

    name: str
    dataType: str  # noqa: N815  the vendor's name
    precision: int | None = None
    scale: int | None = None
    length: int | None = None


def parse_batch(body: Records, *, schema_needed: bool, variables_needed: bool = False) -> Batch:
    """The rows of a request. Raises Unreadable when the `dataSchema` it needs is not there."""
    schema = body.dataSchema
    if schema_needed and (schema is None or not schema.keys):
        raise Unreadable('"dataSchema" is required and must name the "keys" that identify a record.')
    if variables_needed and (schema is None or schema.variables is None):
        raise Unreadable('"dataSchema" must name the "variables" to update.')
    schema = schema or DataSchema()
    variables = None if schema.variables is None else tuple(dict.fromkeys(schema.variables))
    if schema_needed and not variables_needed:
        variables = ()
    return Batch(body.data, tuple(dict.fromkeys(schema.keys)), variables)


def render_report(report: Report) -> dict[str, Any]:
    """`validationMessages` (001, "Add Respondents")."""
    return {
        "level": report.level,
        "rowResults": [{"rowNumber": row.row, "messages": row.messages} for row in report.rows],
    }


def render_outcome(outcome: Outcome, counters: dict[str, Any]) -> dict[str, Any]:
    """A verb's counters, and its row results where there are some."""
    if outcome.report:
        return counters | {"validationMessages": render_report(outcome.report)}
    return counters


_TYPES = {"numeric": Kind.NUMERIC, "text": Kind.TEXT, "date": Kind.DATETIME, "boolean": Kind.BOOLEAN}


def parse_user_variable(sent: UserVariable) -> Variable:
    """A user variable. Raises Invalid for an unknown type or sizes that do not fit it."""
    kind = _TYPES.get(sent.dataType.lower())
    if kind is None:
        raise Invalid(f"Unknown dataType {sent.dataType[:40]!r}; use numeric, text, date or boolean.")
    length = precision = scale = None
    if kind is Kind.NUMERIC:
        precision, scale = _digits(sent)
    elif kind is Kind.TEXT:
        length = 255 if sent.length is None else sent.length
        if not 1 <= length <= 4000:
            raise Invalid("The length of a text variable is 1 to 4000 characters.")
    return Variable(
        sent.name, kind, level="respondent", origin="user", length=length, precision=precision, scale=scale
    )


def _digits(sent: UserVariable) -> tuple[int | None, int | None]:
    if sent.precision is None and sent.scale is None:
        raise Invalid("For numeric variables, either precision or scale must be given.")
    if sent.precision is not None and not 1 <= sent.precision <= 28:
        raise Invalid("The precision of a numeric variable is 1 to 28 digits.")
    if sent.scale is not None and not 0 <= sent.scale <= (sent.precision or 15):
        raise Invalid("The scale of a numeric variable is 0 up to its precision.")
    return sent.precision, sent.scale


def render_schema(schema: Schema, level: str, self_url: str) -> dict[str, Any]:
    """The schema document of one resource (design, "Schema document")."""
    loops = [_render_loop(schema, loop, ["responseid"]) for loop in schema.loops if loop.parent == "response"]
    people = _variables(schema, "respondent")
    answers = _variables(schema, "response")
    if level == "respondent":
        inner = {"name": "response", "keys": ["responseid"], "variables": answers, "children": loops}
        root = {"name": "respondent", "keys": ["respid"], "variables": people, "children": [inner]}
    else:
        root = {"name": "response", "keys": ["responseid"], "variables": people + answers, "children": loops}
    return {
        "defaultConfirmitLanguageId": _language_id(schema.languages[0]),
        "languages": [{"id": _language_id(code), "code": code} for code in schema.languages],
        "root": root,
        "links": {"self": self_url},
    }


def _render_loop(schema: Schema, loop: Loop, above: list[str]) -> dict[str, Any]:
    keys = [*above, loop.name]
    children = [_render_loop(schema, inner, keys) for inner in schema.loops if inner.parent == loop.name]
    return {"name": loop.name, "keys": keys, "variables": _variables(schema, loop.name), "children": children}


def _variables(schema: Schema, level: str) -> list[dict[str, Any]]:
    return [render_variable(v) for v in schema.variables if v.level == level]


def render_variable(v: Variable) -> dict[str, Any]:
    """A variable as the schema shows it; sizes and lists only where it has some."""
    body: dict[str, Any] = {"name": v.name, "variableType": v.kind.value}
    parts = {
        "titles": _texts(v.titles),
        "texts": _texts(v.texts),
        "options": [_option(option) for option in v.options],
        "fields": [_field(field) for field in v.fields],
        "parentVariableName": v.parent,
    }
    body |= {name: part for name, part in parts.items() if part}
    sizes = {"length": v.length, "precision": v.precision, "scale": v.scale}
    body |= {name: size for name, size in sizes.items() if size is not None}
    return body | {
        "isSystemVariable": v.origin == "system",
        "isBackground": v.origin == "background",
        "isUserVariable": v.origin == "user",
        "isRespondentVariable": v.level == "respondent",
        "isHidden": v.hidden,
        "isCompound": v.compound,
    }


def _language_id(code: str) -> int:
    return LANGUAGE_IDS.get(code.partition("-")[0], LANGUAGE_IDS["en"])


def _texts(texts: Texts) -> list[dict[str, Any]]:
    return [{"languageId": _language_id(code), "text": text} for code, text in texts.items()]


def _option(option: Option) -> dict[str, Any]:
    score = {} if option.score is None else {"score": option.score}
    return {"code": option.code, **score, "texts": _texts(option.texts)}


def _field(field: Field) -> dict[str, Any]:
    return {"code": field.code, "texts": _texts(field.texts)}


def survey_reference(survey: Survey) -> str:
    """How a survey is shown: its first alias, or its number."""
    return survey.aliases[0] if survey.aliases else str(survey.id)


def render_survey(survey: Survey, company: str, base_url: str) -> dict[str, Any]:
    """A survey in the list of surveys (design, "Surveys")."""
    reference = survey_reference(survey)
    url = f"{base_url}/v1/surveys/{quote(reference, safe='')}"
    return {
        "id": reference,
        "name": survey.name,
        "companyId": survey.workspace_id,
        "companyName": company,
        "status": "production" if survey.status == "open" else "closed",
        "type": "survey",
        "created": _time(survey.created_at),
        "lastModified": _time(survey.updated_at),
        "keywords": [],
        "links": {
            "self": url,
            "respondents": f"{url}/respondents/data",
            "responses": f"{url}/responses/data",
        },
    }


def _time(micros: int) -> str:
    return moment(micros).astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
