"""`rejoinder variable …`."""

from __future__ import annotations

import click

from rejoinder.cli.commands import Group, workspace_option
from rejoinder.cli.opening import read, write
from rejoinder.cli.output import show, show_table
from rejoinder.core.jobs import enqueue
from rejoinder.core.respondents.keys import resolve_keys
from rejoinder.core.surveys import open_survey, schema_of
from rejoinder.core.unit import Unit
from rejoinder.jobs.indexing import KIND
from rejoinder.model.problems import Invalid
from rejoinder.model.survey import Schema, Variable


@click.group(cls=Group)
def variable() -> None:
    """Variables of surveys."""


@variable.command("list")
@workspace_option
@click.argument("survey", metavar="SURVEY")
def list_(workspace: str, survey: str) -> None:
    """List a survey's variables: system and background ones, user variables, questions, loops."""
    schema = read(workspace, lambda unit: schema_of(open_survey(unit, survey)))
    columns = ("name", "kind", "level", "origin", "options", "indexed", "title")
    rows = [(*_row(one), _title(schema, one)) for one in schema.variables]
    show({"variables": schema.variables, "loops": schema.loops}, lambda: show_table(columns, rows))


def _row(one: Variable) -> tuple[str, ...]:
    parts = [f"{len(one.fields)} fields"] if one.fields else []
    parts += [f"{len(one.options)} options"] if one.options else []
    return (one.name, one.kind, one.level, one.origin, " × ".join(parts), "yes" if one.indexed else "")


def _title(schema: Schema, one: Variable) -> str:
    title = one.titles.get(schema.languages[0]) or next(iter(one.titles.values()), "")
    return title if len(title) <= 60 else f"{title[:59]}…"


@variable.command("index")
@workspace_option
@click.argument("survey", metavar="SURVEY")
@click.argument("names", nargs=-1, required=True, metavar="NAME…")
@click.option("--later", is_flag=True, help="Leave it to a background job.")
def index(workspace: str, survey: str, names: tuple[str, ...], later: bool) -> None:
    """Index a variable (or several together), to be a key and to make filters on it fast."""
    if later:
        number = write(workspace, lambda unit: _later(unit, survey, names))
        show({"job": number}, lambda: click.echo(f"Job {number} will index {', '.join(names)}."))
        return
    write(workspace, lambda unit: resolve_keys(unit, survey, names))
    sentence = f"{', '.join(names)} of {survey} {'are' if len(names) > 1 else 'is'} indexed."
    show({"indexed": names}, lambda: click.echo(sentence))


def _later(unit: Unit, survey: str, names: tuple[str, ...]) -> str:
    shape = open_survey(unit, survey).shape
    for name in names:  # a wrong name shall be told now, not by a failed job
        if not shape.knows(name):
            raise Invalid(f"Unknown variable. {name!r} is not a variable of this survey.")
    number = enqueue(unit, KIND, {"survey": survey, "variables": names}, lane=f"index:{survey}")
    return f"{unit.workspace_id}/{number}"
