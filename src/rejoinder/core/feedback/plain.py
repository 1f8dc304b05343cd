"""The responses of an import in bulk: its variables are all plain, so that what is stored is what is shown.

Records are read with one narrow struct whose members stay JSON.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
from msgspec import Raw

from rejoinder.core.feedback.onboarding import require_onboarded
from rejoinder.core.feedback.reading import data_type, property_key
from rejoinder.core.feedback.responses import applied_to, reader_of
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit
from rejoinder.model.feedback import AppliedTag, Roles
from rejoinder.model.survey import Kind, Schema, Variable
from rejoinder.model.system import EMAIL
from rejoinder.store.feedback import responses as store
from rejoinder.store.feedback.projects import projects_of

PIECE = 1000
"""Responses that are read together."""
NULL = Raw(b"null")
_PLAIN = (Kind.TEXT, Kind.NUMERIC, Kind.DATETIME, Kind.BOOLEAN)


class PlainColumn(NamedTuple):
    """A property: its key, and the type of its values."""

    key: str
    data_type: str


class PlainResponse(NamedTuple):
    """One response; `values` are JSON by column, the comment, score and user before them."""

    row: store.Row
    values: tuple[Raw, ...]
    tags: tuple[AppliedTag, ...]
    projects: tuple[int, ...]


class PlainReader(NamedTuple):
    """How an import is read: its columns, what it measures, and the compiled struct."""

    columns: tuple[PlainColumn, ...]
    metric_type: str | None
    decode: Any


def plain_reader(unit: Unit, survey_id: int) -> PlainReader | None:
    """The reader of an import, None where a variable is not plain. Raises NotOnboarded."""
    require_onboarded(unit)
    found, _ = reader_of(unit, survey_id)
    schema = open_survey(unit, str(survey_id)).shape.schema
    named = _named(schema, found.roles)
    if named is None:
        return None
    own = [v for v in schema.variables if v.origin != "system" and v not in named]
    if any(v.kind not in _PLAIN or v.compound or v.parent for v in own):
        return None
    own = [v for v in own if v.level in ("respondent", "response")]
    fields: list[Any] = [(f"m{n}", Raw, NULL) for n in range(len(own) + 3)]
    rename = {f"m{n}": v.name for n, v in enumerate([*named, *own])}
    cls = msgspec.defstruct("Plain", fields, rename=rename, gc=False)
    columns = tuple(PlainColumn(property_key(v), data_type(v)) for v in own)
    return PlainReader(columns, found.roles.metric_type, msgspec.json.Decoder(list[cls]).decode)  # type: ignore[valid-type]


def _named(schema: Schema, roles: Roles) -> list[Variable] | None:
    """The comment, the score and the user, where they are a text, a plain number and a text."""
    known = {v.name: v for v in schema.variables}
    found = [known.get(name or "") for name in (roles.comment, roles.score, roles.user)]
    comment, score, user = found
    if comment is None or score is None or user is None or user.name == EMAIL:
        return None
    fits = score.kind is Kind.NUMERIC and not score.options and user.kind is comment.kind is Kind.TEXT
    return [comment, score, user] if fits else None


def plain_after(unit: Unit, survey_id: int, reader: PlainReader, after: int) -> list[PlainResponse]:
    """The next responses behind a respid, in the order of their arrival."""
    with unit.session.snapshot():
        rows = store.following(unit.session, unit.workspace_id, survey_id, after, PIECE)
        if not rows:
            return []
        tags = applied_to(unit, rows)
        projects = projects_of(unit.session, unit.workspace_id, [row.id for row in rows])
    records = reader.decode(f"[{','.join([row.doc for row in rows])}]")
    return [
        PlainResponse(row, msgspec.structs.astuple(record), tags.get(row.id, ()), projects.get(row.id, ()))
        for row, record in zip(rows, records, strict=True)
    ]
