"""`rejoinder collector …`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from msgspec import UNSET, to_builtins

from rejoinder.cli.commands import Group, one_of, workspace_option
from rejoinder.cli.opening import read, write
from rejoinder.cli.output import moment_text, show, show_facts, show_table
from rejoinder.cli.survey_pages import number_of, page_address, time_of
from rejoinder.core.collecting.authoring import (
    KINDS,
    CollectorChange,
    change_collector,
    completed_counts,
    create_collector,
    intake_of,
)
from rejoinder.core.unit import Unit
from rejoinder.model.collecting import Collector, Intake


@click.group(cls=Group)
def collector() -> None:
    """Collectors: the channels through which a survey's answers come."""


def _options(command: Any) -> Any:
    for option in (
        click.option("--quota", metavar="N", help="Completed responses it takes at most; none for no limit."),
        click.option("--closes-at", metavar="TIME", help="When it ceases to take answers; none for no time."),
        click.option("--opens-at", metavar="TIME", help="When it begins to; none for no time."),
        click.option("--kind", type=one_of(KINDS), help="What sort of channel it is."),
        click.option("--name", metavar="NAME", help="What people call it; its code when left out."),
    ):
        command = option(command)
    return command


def _change(unit: Unit, given: dict[str, str | None]) -> CollectorChange:
    return CollectorChange(
        name=given["name"] or UNSET,
        kind=given["kind"] or UNSET,
        opens_at=time_of(unit, given["opens_at"]),
        closes_at=time_of(unit, given["closes_at"]),
        quota=number_of(given["quota"]),
    )


def _facts(found: Intake, one: Collector, completed: int | None) -> dict[str, Any]:
    times = {
        name: moment_text(at) if (at := getattr(one, name)) else None for name in ("opens_at", "closes_at")
    }
    shown = {name: value for name, value in to_builtins(one).items() if name != "created_at"}
    return shown | times | {"completed": completed, "page": page_address(found, one.code)}


def _keep(
    verb: Callable[[Unit, str, str, CollectorChange], Collector],
    workspace: str,
    survey: str,
    code: str,
    given: dict[str, str | None],
) -> None:
    """Make or change a collector, and show it as it then is."""

    def make(unit: Unit) -> tuple[Intake, Collector, int | None]:
        made = verb(unit, survey, code, _change(unit, given))
        found = intake_of(unit, survey)
        return found, made, completed_counts(unit, found).get(made.id)

    told = _facts(*write(workspace, make))
    show(told, lambda: show_facts(told.items()))


@collector.command("create")
@workspace_option
@click.argument("survey", metavar="SURVEY")
@click.argument("code", metavar="CODE")
@_options
def create(workspace: str, survey: str, code: str, **given: str | None) -> None:
    """Make a collector; links carry its code as ?c=CODE."""
    _keep(create_collector, workspace, survey, code, given)


@collector.command("set")
@workspace_option
@click.argument("survey", metavar="SURVEY")
@click.argument("code", metavar="CODE")
@_options
def set_(workspace: str, survey: str, code: str, **given: str | None) -> None:
    """Change a collector; what is not named stays."""
    _keep(change_collector, workspace, survey, code, given)


@collector.command("list")
@workspace_option
@click.argument("survey", metavar="SURVEY")
def list_(workspace: str, survey: str) -> None:
    """List a survey's collectors with their links."""

    def look(unit: Unit) -> list[dict[str, Any]]:
        found = intake_of(unit, survey)
        counts = completed_counts(unit, found)
        return [_facts(found, one, counts.get(one.id)) for one in found.collectors]

    found = read(workspace, look)
    columns = ("code", "name", "kind", "opens_at", "closes_at", "#quota", "#completed", "page")
    rows = [[one[name.lstrip("#")] for name in columns] for one in found]
    empty = "The survey has no collectors."
    show({"collectors": found}, lambda: show_table(columns, rows, empty=empty))
