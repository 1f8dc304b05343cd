"""`/rejoinder/v1/surveys/{survey}/templates`: lists of variables under a number."""

from __future__ import annotations

import msgspec

from rejoinder.core.surveys import create_template, list_templates, open_survey
from rejoinder.kernel.call import Call
from rejoinder.kernel.reply import Reply, json_reply
from rejoinder.store.surveys import Template


class NewTemplate(msgspec.Struct):
    """A name and the variables it stands for."""

    name: str
    variables: list[str]


class ShownTemplate(msgspec.Struct):
    """A variable template; use its `id` as Forsta's `variableTemplateId`."""

    id: int
    name: str
    variables: tuple[str, ...]


class TemplateList(msgspec.Struct):
    """Every template of a survey, oldest first."""

    templates: list[ShownTemplate]


def _shown(template: Template) -> ShownTemplate:
    return ShownTemplate(template.id, template.name, template.variables)


def read_templates(call: Call) -> Reply:
    """List a survey's templates."""
    survey = open_survey(call.unit, call.params["survey"])
    return json_reply(TemplateList([_shown(found) for found in list_templates(call.unit, survey)]))


def add_template(call: Call) -> Reply:
    """Make a template."""
    body = call.json(NewTemplate)
    survey = open_survey(call.unit, call.params["survey"])
    return json_reply(_shown(create_template(call.unit, survey, body.name, body.variables)), 201)
