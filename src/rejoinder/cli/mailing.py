"""`rejoinder mailing …`."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from rejoinder.cli.commands import Group, choices, workspace_option
from rejoinder.cli.opening import read, write
from rejoinder.cli.output import counted, moment_text, remark, show, show_facts, show_table
from rejoinder.core.mailings import (
    Queued,
    Recipients,
    find_batch,
    find_mailing,
    list_mailings,
    mailing_stats,
    queue_mailing,
    remind,
    stop_mailing,
)
from rejoinder.core.unit import Unit

_respids = click.option(
    "--respid", "respids", type=int, multiple=True, metavar="N", help="This respondent; may be repeated."
)


@click.group(cls=Group)
def mailing() -> None:
    """Invitations and reminders to the respondents of a survey."""


@mailing.command("create")
@workspace_option
@click.argument("survey", metavar="SURVEY")
@click.argument("template", metavar="TEMPLATE")
@click.option("--batch", metavar="UUID", help="The respondents of a batch.")
@_respids
@click.option("--all", "everybody", is_flag=True, help="Everybody who was not invited yet.")
def create(
    workspace: str, survey: str, template: str, batch: str | None, respids: tuple[int, ...], everybody: bool
) -> None:
    """Invite respondents. TEMPLATE is a mail template's number or name."""
    if sum((batch is not None, bool(respids), everybody)) != 1:
        raise click.UsageError("Say whom to invite: one of --batch, --respid and --all.")

    def verb(unit: Unit) -> Queued:
        number = find_batch(unit, batch) if batch is not None else None
        return queue_mailing(unit, survey, template, Recipients(number, respids or None))

    _tell(workspace, write(workspace, verb))


@mailing.command("remind")
@workspace_option
@click.argument("number", metavar="MAILING", type=int)
@click.option("--min-days", type=click.FloatRange(0, 3650), default=3.0, show_default=True)
@click.option("--max-count", type=click.IntRange(1, 20), default=2, show_default=True)
@click.option("--template", metavar="T", help="Another mail template than the mailing's.")
def remind_(workspace: str, number: int, min_days: float, max_count: int, template: str | None) -> None:
    """Write again to those who have not answered, some days after their latest mail and so many times."""
    _tell(workspace, write(workspace, lambda unit: remind(unit, number, min_days, max_count, template)))


def _tell(workspace: str, queued: Queued) -> None:
    facts = {
        "mailing": queued.mailing.id,
        "waiting": queued.waiting,
        "skipped": queued.skipped,
        "repeated": queued.repeated,
    }
    left = ", ".join(f"{count:,} {reason}" for reason, count in queued.skipped.items()) or "nobody"
    more = f" {queued.repeated:,} share an address with another." if queued.repeated else ""
    waits = f"{counted(queued.waiting, 'mail')} {'waits' if queued.waiting == 1 else 'wait'}"
    show(facts, lambda: click.echo(f"Mailing {queued.mailing.id}: {waits}; left out: {left}.{more}"))
    if queued.waiting and not choices().settings().smtp_url:
        remark(f"There is no mail server; read them with: rejoinder mail outbox -w {workspace}")


@mailing.command("list")
@workspace_option
@click.option("--survey", metavar="SURVEY", help="Only this survey's.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
def list_(workspace: str, survey: str | None, limit: int) -> None:
    """List mailings, the newest first."""
    found = read(workspace, lambda unit: list_mailings(unit, survey, limit))
    rows = [
        (str(m.id), m.kind, str(m.survey_id), str(m.template_id), moment_text(m.created_at)) for m in found
    ]
    columns = ("#id", "kind", "#survey", "#template", "created")
    show({"mailings": found}, lambda: show_table(columns, rows, empty="There are no mailings."))


@mailing.command("show")
@workspace_option
@click.argument("number", metavar="MAILING", type=int)
def show_(workspace: str, number: int) -> None:
    """Count a mailing's mails by what became of them."""
    found = read(workspace, lambda unit: (find_mailing(unit, number), mailing_stats(unit, number)))
    facts: dict[str, Any] = msgspec.to_builtins(found[0]) | msgspec.to_builtins(found[1])
    reasons = "; ".join(f"{count:,} {reason}" for reason, count in found[1].skipped.items())
    shown = {**facts, "skipped": reasons, "created_at": moment_text(found[0].created_at)}
    show(facts, lambda: show_facts((name, value) for name, value in shown.items() if value is not None))


@mailing.command("stop")
@workspace_option
@click.argument("number", metavar="MAILING", type=int)
def stop(workspace: str, number: int) -> None:
    """Let the mails of a mailing that have not gone out stay here."""
    count = write(workspace, lambda unit: stop_mailing(unit, number))
    show({"stopped": count}, lambda: click.echo(f"{count:,} mails will not be sent."))
