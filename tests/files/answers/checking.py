"""Short ways to check answers against a definition."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import msgspec

from rejoinder.core.records.shape import Shape
from rejoinder.files.answers.check import Checked, check_answers
from rejoinder.files.answers.questionnaire import Questionnaire, compile_questionnaire
from rejoinder.files.answers.restore import restore_answers
from rejoinder.files.surveyjs import read_survey
from rejoinder.model.survey import Schema
from rejoinder.model.system import HEAD

NOW = datetime(2024, 5, 15, 10, 30, tzinfo=UTC)


def compiled(*elements: dict[str, Any], **more: Any) -> Questionnaire:
    """A survey of one page with these elements."""
    document = {"pages": [{"name": "page1", "elements": list(elements)}], **more}
    return of(document)


def of(document: dict[str, Any]) -> Questionnaire:
    """A survey as the store has it: the definition's variables behind the store's own."""
    read, _ = read_survey(document)
    return compile_questionnaire(document, with_head(read))


def with_head(schema: Schema) -> Schema:
    """The schema as the store keeps it."""
    return msgspec.structs.replace(schema, variables=(*HEAD, *schema.variables))


def checked(questionnaire: Questionnaire, answers: Mapping[str, Any], **how: Any) -> Checked:
    """Check answers, and hold the two laws: values are canonical as the store wants them, and restoring them
    gives answers with the same values."""
    found = check_answers(questionnaire, answers, now=NOW, **how)
    assert_canonical(questionnaire.schema, found.values)
    back = restore_answers(questionnaire, found.values)
    again = check_answers(questionnaire, back, now=NOW, **{**how, "completed": False, "hidden": {}})
    hidden = {name for name in found.values if name in {v.name for v in questionnaire.background.values()}}
    assert {n: v for n, v in again.values.items() if n not in hidden} == {
        n: v for n, v in found.values.items() if n not in hidden
    }
    return found


def assert_canonical(schema: Schema, values: Mapping[str, Any]) -> None:
    """The values decode strictly, as the store would write them without a second look."""
    row = _shape(msgspec.json.encode(schema)).new_rows(None)
    found = row.decode(msgspec.json.encode([values]))[0]
    for attribute, check in row.checks:
        value = getattr(found, attribute)
        member = next(m for m in row.members if m.attribute == attribute)
        if value is not None and hasattr(member.subject, "kind") and member.subject.kind != "grid3D":
            assert check(value) or member.subject.kind == "multiGrid", (attribute, value)


@cache
def _shape(schema: bytes) -> Shape:
    return Shape(msgspec.json.decode(schema, type=Schema))


def values(*elements: dict[str, Any], answers: Mapping[str, Any], **how: Any) -> dict[str, Any]:
    """The values of good answers."""
    found = checked(compiled(*elements), answers, **how)
    assert found.errors == {}
    return found.values


def errors(*elements: dict[str, Any], answers: Mapping[str, Any], **how: Any) -> dict[str, str]:
    """What is wrong with answers."""
    return checked(compiled(*elements), answers, **how).errors
