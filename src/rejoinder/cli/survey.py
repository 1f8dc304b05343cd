"""`rejoinder survey …`."""

from __future__ import annotations

from typing import BinaryIO

import click

from rejoinder.cli.commands import Group, one_of, workspace_option
from rejoinder.cli.opening import read, write
from rejoinder.cli.output import moment_text, remark, show, show_json, show_table
from rejoinder.cli.survey_pages import COMMANDS, page_address
from rejoinder.core.collecting.authoring import intake_of
from rejoinder.core.definitions import Defined, define_survey
from rejoinder.core.retention import MOST_DAYS, Action, Retention, retention_of, set_retention
from rejoinder.core.surveys import describe_survey, list_surveys, name_survey
from rejoinder.core.unit import Unit
from rejoinder.model.collecting import Intake

_DONE = {"erase": "erased", "anonymise": "anonymised"}


@click.group(cls=Group)
def survey() -> None:
    """Surveys."""


for command in COMMANDS:
    survey.add_command(command)


@survey.command("create")
@click.argument("file", type=click.File("rb"))
@workspace_option
@click.option(
    "--alias", "-a", "aliases", multiple=True, metavar="A", help="A name for URLs; may be repeated."
)
@click.option("--name", default="", help="What to call it; the definition's title when left out.")
@click.option(
    "--background",
    multiple=True,
    metavar="NAME",
    help="A variable of the respondent, known before the interview; may be repeated.",
)
def create(
    file: BinaryIO, workspace: str, aliases: tuple[str, ...], name: str, background: tuple[str, ...]
) -> None:
    """Make a survey from a SurveyJS JSON definition; prints {"id","aliases","page","notes"}."""
    definition = file.read()

    def make(unit: Unit) -> tuple[Defined, Intake]:
        made = define_survey(unit, definition, aliases, name, background)
        return made, intake_of(unit, str(made.survey.id))

    made, found = write(workspace, make)
    for note in made.notes:
        remark(f"Note: {note}")
    told = {"id": made.survey.id, "aliases": made.survey.aliases, "page": page_address(found)}
    show_json(told | {"notes": made.notes})


@survey.command("list")
@workspace_option
@click.option("--page", type=click.IntRange(1), default=1, show_default=True)
@click.option("--size", type=click.IntRange(1, 10_000), default=1000, show_default=True, help="Of a page.")
def list_(workspace: str, page: int, size: int) -> None:
    """List the surveys of a workspace."""
    found, total = read(workspace, lambda unit: list_surveys(unit, page, size))
    rows = [(str(s.id), s.name, s.aliases, s.status, moment_text(s.updated_at)) for s in found]
    columns = ("#id", "name", "aliases", "status", "changed")
    empty = "There are no surveys here."
    show({"surveys": found, "total": total}, lambda: show_table(columns, rows, empty=empty))


@survey.command("alias")
@workspace_option
@click.argument("reference", metavar="SURVEY")
@click.argument("alias", metavar="ALIAS")
def alias(workspace: str, reference: str, alias: str) -> None:
    """Give a survey one more name."""
    found = write(workspace, lambda unit: _alias(unit, reference, alias))
    page = page_address(found)
    sentence = f"Survey {found.survey_id} is known as {', '.join(found.aliases)}; its page is at {page}."
    show({"id": found.survey_id, "aliases": found.aliases, "page": page}, lambda: click.echo(sentence))


@survey.command("retention")
@workspace_option
@click.argument("reference", metavar="SURVEY")
@click.option("--days", type=click.IntRange(1, MOST_DAYS), metavar="N", help="So long after their answer.")
@click.option("--action", type=one_of(["erase", "anonymise"]), default="erase", show_default=True)
@click.option("--off", is_flag=True, help="Keep respondents for ever.")
def retention(workspace: str, reference: str, days: int | None, action: Action, off: bool) -> None:
    """Erase or anonymise respondents some days after they answered; without options, say what is chosen."""
    if days and off:
        raise click.UsageError("Say --days or --off, not both.")
    if days or off:
        chosen = Retention(days, action)
        found = write(workspace, lambda unit: set_retention(unit, reference, chosen))
    else:
        found = read(workspace, lambda unit: retention_of(unit, reference))
    told = (
        "kept for ever"
        if found.days is None
        else f"{_DONE[found.action]} {found.days} days after their answer"
    )
    show(found, lambda: click.echo(f"Respondents are {told}."))


def _alias(unit: Unit, reference: str, alias: str) -> Intake:
    name_survey(unit, describe_survey(unit, reference).id, alias)
    return intake_of(unit, reference)
