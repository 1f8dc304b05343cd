"""`rejoinder template …`."""

from __future__ import annotations

import click

from rejoinder.cli.commands import Group, workspace_option
from rejoinder.cli.opening import read, write
from rejoinder.cli.output import moment_text, show, show_table
from rejoinder.core.surveys import create_template, list_templates, open_survey


@click.group(cls=Group)
def template() -> None:
    """Variable templates: lists of variables under a number (Forsta's variableTemplateId)."""


@template.command("create")
@workspace_option
@click.argument("survey", metavar="SURVEY")
@click.argument("name", metavar="NAME")
@click.argument("variables", nargs=-1, required=True, metavar="VARIABLE…")
def create(workspace: str, survey: str, name: str, variables: tuple[str, ...]) -> None:
    """Keep a list of a survey's variables."""
    made = write(workspace, lambda unit: create_template(unit, open_survey(unit, survey), name, variables))
    facts = {"id": made.id, "name": made.name, "variables": made.variables}
    show(facts, lambda: click.echo(f"Template {made.id}: {', '.join(made.variables)}."))


@template.command("list")
@workspace_option
@click.argument("survey", metavar="SURVEY")
def list_(workspace: str, survey: str) -> None:
    """List the templates of a survey."""
    found = read(workspace, lambda unit: list_templates(unit, open_survey(unit, survey)))
    rows = [(str(one.id), one.name, one.variables, moment_text(one.created_at)) for one in found]
    facts = [{"id": one.id, "name": one.name, "variables": one.variables} for one in found]
    columns = ("#id", "name", "variables", "created")
    show({"templates": facts}, lambda: show_table(columns, rows, empty="There are no templates."))
