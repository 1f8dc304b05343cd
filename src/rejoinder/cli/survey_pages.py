"""`rejoinder survey show|open|close|set|link|define`: how a survey is answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

import click
from msgspec import UNSET

from rejoinder.cli.commands import Command, choices, one_of, workspace_option
from rejoinder.cli.opening import read, write
from rejoinder.cli.output import moment_text, remark, show, show_facts, show_json
from rejoinder.core.collecting.authoring import (
    IntakeChange,
    change_intake,
    completed_counts,
    instant,
    intake_of,
)
from rejoinder.core.links import survey_page
from rejoinder.core.redefining import redefine_survey
from rejoinder.core.surveys import ensure_variables
from rejoinder.core.unit import Unit
from rejoinder.model.collecting import Asked, Intake
from rejoinder.model.problems import Invalid

NONE = "none"
"""What is written to take a limit away."""


def page_address(found: Intake, collector: str | None = None) -> str:
    """The survey's public page: a whole address where the setting tells it, else its path."""
    return survey_page(choices().settings().public_url or "", found.reference, collector)


def facts(found: Intake, completed: int | None = None) -> dict[str, Any]:
    """What is shown of a survey's pages."""
    settings = found.settings
    return {
        "id": found.survey_id,
        "name": found.name,
        "aliases": found.aliases,
        "page": page_address(found) if found.definition_version else None,
        "status": found.status,
        "access": settings.access,
        "opens_at": _moment(found.opens_at),
        "closes_at": _moment(found.closes_at),
        "quota": found.quota,
        "completed": completed,
        "asks": [f"{asked.name}{'!' if asked.required else ''}" for asked in settings.asks],
        "thanks_url": settings.thanks_url,
        "closed_texts": settings.closed_texts,
        "definition_version": found.definition_version,
        "languages": found.languages,
    }


def _moment(micros: int | None) -> str | None:
    return None if micros is None else moment_text(micros)


def _show(found: Intake, completed: int | None) -> None:
    told = facts(found, completed)
    texts = [f"{language}={text}" for language, text in found.settings.closed_texts.items()]
    show(told, lambda: show_facts((told | {"closed_texts": texts}).items()))


def _counted(unit: Unit, found: Intake) -> tuple[Intake, int | None]:
    return found, completed_counts(unit, found).get(0)


def _change(workspace: str, verb: Callable[[Unit], Intake]) -> None:
    """Change a survey's settings, and show how it is answered now."""
    _show(*write(workspace, lambda unit: _counted(unit, verb(unit))))


@click.command("show", cls=Command)
@workspace_option
@click.argument("reference", metavar="SURVEY")
def show_survey(workspace: str, reference: str) -> None:
    """Show how a survey is answered: its page, times, quota, access and texts."""
    _show(*read(workspace, lambda unit: _counted(unit, intake_of(unit, reference))))


@click.command("open", cls=Command)
@workspace_option
@click.argument("reference", metavar="SURVEY")
def open_survey(workspace: str, reference: str) -> None:
    """Let a survey take answers (within its times and quota)."""
    _change(workspace, lambda unit: change_intake(unit, reference, IntakeChange(status="open")))


@click.command("close", cls=Command)
@workspace_option
@click.argument("reference", metavar="SURVEY")
def close_survey(workspace: str, reference: str) -> None:
    """Let a survey take no more answers."""
    _change(workspace, lambda unit: change_intake(unit, reference, IntakeChange(status="closed")))


@click.command("link", cls=Command)
@workspace_option
@click.argument("reference", metavar="SURVEY")
@click.option("--collector", metavar="CODE", help="The link of one collector.")
def link(workspace: str, reference: str, collector: str | None) -> None:
    """Print the address of a survey's page."""
    found = read(workspace, lambda unit: intake_of(unit, reference))
    if collector and found.collector(collector) is None:
        raise Invalid(
            f"The survey has no collector with the code {collector!r}; see: rejoinder collector list."
        )
    if not found.definition_version:
        raise Invalid("The survey has no page yet; give it a definition with: rejoinder survey define.")
    address = page_address(found, collector)
    show({"page": address}, lambda: click.echo(address))
    if not choices().settings().public_url:
        remark("Set REJOINDER_PUBLIC_URL to get the whole address.")


@click.command("set", cls=Command)
@workspace_option
@click.argument("reference", metavar="SURVEY")
@click.option("--opens-at", metavar="TIME", help="When it begins to take answers; none for no time.")
@click.option("--closes-at", metavar="TIME", help="When it ceases to; none for no time.")
@click.option("--quota", metavar="N", help="Completed responses it takes at most; none for no limit.")
@click.option("--access", type=one_of(("open", "personal")), help="Who may answer.")
@click.option(
    "--ask",
    "asks",
    multiple=True,
    metavar="NAME",
    help="Ask for email, a label or a respondent's variable on a first page; NAME! when it must be answered; "
    "none to ask for nothing. May be repeated.",
)
@click.option(
    "--closed-text",
    "closed_texts",
    multiple=True,
    metavar="LANG=TEXT",
    help="What the closed page says; none for our own words. May be repeated.",
)
@click.option("--thanks-url", metavar="URL", help="Where the browser goes after the last page; none to stay.")
def set_survey(
    workspace: str,
    reference: str,
    opens_at: str | None,
    closes_at: str | None,
    quota: str | None,
    access: str | None,
    asks: Sequence[str],
    closed_texts: Sequence[str],
    thanks_url: str | None,
) -> None:
    """Change how a survey is answered; what is not named stays."""

    def change(unit: Unit) -> Intake:
        asked = _asks(asks)
        if asked:
            ensure_variables(unit, reference, [one.name for one in asked])
        changed = IntakeChange(
            opens_at=time_of(unit, opens_at),
            closes_at=time_of(unit, closes_at),
            quota=number_of(quota),
            access=access or UNSET,
            asks=UNSET if asked is None else asked,
            closed_texts=UNSET if not closed_texts else _texts(closed_texts),
            thanks_url=UNSET if thanks_url is None else None if thanks_url == NONE else thanks_url,
        )
        return change_intake(unit, reference, changed)

    _change(workspace, change)


def time_of(unit: Unit, text: str | None) -> Any:
    """A time as an option gives it. Raises Invalid."""
    return UNSET if text is None else None if text == NONE else instant(unit, text)


def number_of(text: str | None) -> Any:
    """A number as an option gives it. Raises Invalid."""
    if text is None or text == NONE:
        return UNSET if text is None else None
    if not (text.isascii() and text.isdecimal() and len(text) < 12):
        raise Invalid(f"{text[:40]!r} is not a whole number; write none for no limit.")
    return int(text)


def _asks(given: Sequence[str]) -> tuple[Asked, ...] | None:
    if not given:
        return None
    return () if list(given) == [NONE] else tuple(Asked(one.rstrip("!"), one.endswith("!")) for one in given)


def _texts(given: Sequence[str]) -> dict[str, str]:
    if list(given) == [NONE]:
        return {}
    pairs = [one.partition("=") for one in given]
    if bad := [one for one, (_, equals, _) in zip(given, pairs, strict=True) if not equals]:
        raise Invalid(f"{bad[0][:60]!r} is no text of a language; write it as en=We are closed.")
    return {language: text for language, _, text in pairs}


@click.command("define", cls=Command)
@workspace_option
@click.argument("reference", metavar="SURVEY")
@click.argument("file", type=click.File("rb"))
def define(workspace: str, reference: str, file: BinaryIO) -> None:
    """Give a survey a new version of its SurveyJS definition; prints {"id","version","notes"}.

    Variables are added and none is lost; a question that changed its kind is refused with its place.
    """
    definition = file.read()

    def change(unit: Unit) -> tuple[Any, Intake]:
        return redefine_survey(unit, reference, definition), intake_of(unit, reference)

    made, found = write(workspace, change)
    for note in made.notes:
        remark(f"Note: {note}")
    show_json({"id": found.survey_id, "version": found.definition_version, "notes": made.notes})


COMMANDS = (show_survey, open_survey, close_survey, set_survey, link, define)
