"""`rejoinder erase …`."""

from __future__ import annotations

import click

from rejoinder.cli.commands import Group, workspace_option
from rejoinder.cli.opening import write
from rejoinder.cli.output import counted, show
from rejoinder.core.anonymise import Scope
from rejoinder.core.erasing import erase as erase_scope
from rejoinder.core.erasing import erase_person
from rejoinder.core.mailings import find_batch
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit


@click.group(cls=Group)
def erase() -> None:
    """Erase people for good, with everything that hangs on them; a receipt stays in the audit log."""


@erase.command("person")
@workspace_option
@click.argument("address", metavar="EMAIL")
def person(workspace: str, address: str) -> None:
    """Erase everybody with this address from every survey of the workspace, at once.

    Their opting out of mail is kept as a keyed hash. `rejoinder scrub` takes what was erased out of the
    database's files, too; a job does so within an hour.
    """
    count, wiped = write(workspace, lambda unit: erase_person(unit, address))
    gone = (counted(count, "respondent"), counted(wiped.contacts, "contact"), counted(wiped.events, "event"))
    sentence = "Erased {}, {} and {}.".format(*gone)
    if not (count or wiped.contacts):
        sentence = "Nobody in this workspace has that address."
    show({"respondents": count, "wiped": wiped}, lambda: click.echo(sentence))


@erase.command("respondents")
@workspace_option
@click.argument("survey", metavar="SURVEY")
@click.option("--batch", metavar="UUID", help="Only those whom this batch brought.")
@click.option("--mailing", type=click.IntRange(1), metavar="N", help="Only those whom this mailing is for.")
@click.confirmation_option(prompt="This cannot be undone. Erase them?")
def respondents(workspace: str, survey: str, batch: str | None, mailing: int | None) -> None:
    """Let all respondents of a survey be erased, or those of a batch or mailing: a job does it soon."""
    if batch and mailing:
        raise click.UsageError("Name a batch or a mailing, not both.")
    number = write(workspace, lambda unit: _erase(unit, survey, batch, mailing))
    show(
        {"job": number},
        lambda: click.echo(f"Job {number} will erase them; see: rejoinder jobs list -w {workspace}"),
    )


def _erase(unit: Unit, reference: str, batch: str | None, mailing: int | None) -> int:
    survey = open_survey(unit, reference)
    if batch:
        return erase_scope(unit, survey, Scope("batch", find_batch(unit, batch)))
    return erase_scope(unit, survey, Scope("mailing", mailing) if mailing else Scope())
