"""A new definition in place of the old one: what is asked changes, what was answered stays."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from dialects.native.conftest import Collecting, collecting
from rejoinder.core.collecting.authoring import intake_of
from rejoinder.core.definitions import Defined
from rejoinder.core.redefining import redefine_survey
from rejoinder.core.surveys import add_user_variable, open_survey, schema_of
from rejoinder.model.problems import Invalid
from rejoinder.model.survey import Kind, Variable
from rejoinder.store.public import definition
from servers.rejoinder import Tenant

OLD = (
    {"type": "radiogroup", "name": "colour", "choices": ["red", "blue"]},
    {"type": "matrix", "name": "grid", "rows": ["a", "b"], "columns": ["1", "2"]},
    {"type": "text", "name": "gone"},
    {"type": "paneldynamic", "name": "pets", "templateElements": [{"type": "text", "name": "pet"}]},
)


@pytest.fixture
def survey(tenant: Tenant) -> Collecting:
    return collecting(tenant, OLD)


def redefine(survey: Collecting, *elements: Any, **rest: Any) -> Defined:
    text = msgspec.json.encode({"elements": elements} | rest)
    made: Defined = survey.verb(redefine_survey, text)
    return made


def variable(survey: Collecting, name: str) -> Variable:
    schema = survey.tenant.look(lambda unit: schema_of(open_survey(unit, str(survey.number))))
    return next(v for v in schema.variables if v.name == name)


def test_questions_are_added_and_none_is_lost(survey: Collecting) -> None:
    old = {"colour": "red", "grid": {"a": "1"}, "gone": "x", "pets": [{"pet": "cat"}]}
    assert survey.post({"answers": old}).status_code == 201
    before = survey.people()[0]
    made = redefine(
        survey,
        {"type": "radiogroup", "name": "colour", "choices": ["green", "blue"], "title": {"pl": "Kolor"}},
        {"type": "matrix", "name": "grid", "rows": ["b", "c"], "columns": ["1", "2", "3"]},
        {"type": "paneldynamic", "name": "pets", "templateElements": OLD[3]["templateElements"]},
        {"type": "text", "name": "new"},
    )
    assert any("gone" in note for note in made.notes)
    assert [option.code for option in variable(survey, "colour").options] == ["green", "blue", "red"]
    assert [field.code for field in variable(survey, "grid").fields] == ["b", "c", "a"]
    assert variable(survey, "gone").kind is Kind.TEXT
    new = {"colour": "green", "grid": {"c": "3"}, "new": "y", "pets": [{"pet": "dog"}], "gone": "z"}
    reply = survey.post({"answers": new})
    assert reply.status_code == 201, reply.text
    assert reply.json()["notes"] == ["Left out: gone"]
    first, second = survey.people()
    assert first == before
    assert (second["colour"], second["grid"], second["new"]) == ("green", {"c": "3"}, "y")
    found = survey.tenant.look(lambda unit: intake_of(unit, str(survey.number)))
    assert found.definition_version == 2
    where = (survey.tenant.workspace_id, survey.number)
    assert "gone" in survey.tenant.look(lambda unit: definition(unit.session, *where, 1) or "")


@pytest.mark.parametrize(
    ("element", "what"),
    [
        ({"type": "text", "name": "colour"}, "kind"),
        ({"type": "checkbox", "name": "colour", "choices": ["red"]}, "kind"),
        ({"type": "text", "name": "grid"}, "kind"),
        ({"type": "text", "name": "pet"}, "level"),
        ({"type": "text", "name": "pets"}, "repeated group"),
        ({"type": "text", "name": "shop"}, "respondent's variable"),
        (
            {"type": "paneldynamic", "name": "gone", "templateElements": [{"type": "text", "name": "n"}]},
            "group",
        ),
    ],
)
def test_a_question_that_changed_its_kind_is_refused_with_its_place(
    survey: Collecting, element: Any, what: str
) -> None:
    shop = Variable("shop", Kind.TEXT, level="respondent", origin="user", length=10)
    survey.verb(lambda unit, ref: add_user_variable(unit, open_survey(unit, ref), shop))
    with pytest.raises(Invalid) as told:
        redefine(survey, {"type": "comment", "name": "first"}, element)
    assert told.value.message.startswith("elements[1]")
    assert what in told.value.message
    found = survey.tenant.look(lambda unit: intake_of(unit, str(survey.number)))
    assert found.definition_version == 1


def test_the_same_definition_again_changes_nothing_but_the_version(survey: Collecting) -> None:
    before = survey.tenant.look(lambda unit: schema_of(open_survey(unit, str(survey.number))))
    redefine(survey, *OLD)
    after = survey.tenant.look(lambda unit: schema_of(open_survey(unit, str(survey.number))))
    assert msgspec.structs.replace(after, version=before.version) == before
