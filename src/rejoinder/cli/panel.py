"""`rejoinder batch …` and `rejoinder contact …`."""

from __future__ import annotations

import click

from rejoinder.cli.commands import Group, workspace_option
from rejoinder.cli.opening import read
from rejoinder.cli.output import moment_text, show, show_table
from rejoinder.core.panel.batches import list_batches, read_batch
from rejoinder.core.panel.contacts import list_contacts

_limit = click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)


@click.group(cls=Group)
def batch() -> None:
    """Batches of respondents."""


@batch.command("list")
@workspace_option
@click.option("--survey", "-s", metavar="S", help="Only this survey's.")
@_limit
def list_batches_(workspace: str, survey: str | None, limit: int) -> None:
    """List batches, the newest first."""
    found = read(workspace, lambda unit: list_batches(unit, survey, limit))
    rows = [
        (b.batch.uuid, str(b.batch.survey_id), b.patches, b.respondents, moment_text(b.batch.created_at))
        for b in found
    ]
    columns = ("batch", "#survey", "#patches", "#respondents", "created")
    data = [one.batch._asdict() | {"patches": one.patches, "respondents": one.respondents} for one in found]
    show({"batches": data}, lambda: show_table(columns, rows, empty="There are no batches."))


@batch.command("show")
@workspace_option
@click.argument("reference", metavar="BATCH")
def show_batch(workspace: str, reference: str) -> None:
    """Show a batch's patches; `repeated` are ids of respondents whose address came before in the batch."""
    found = read(workspace, lambda unit: read_batch(unit, reference))
    rows = [
        (p.uuid, p.received, [str(number) for number in p.repeated], moment_text(p.created_at))
        for p in found.patches
    ]
    columns = ("patch", "#respondents", "repeated", "loaded")
    data = found.batch._asdict() | {"patches": [patch._asdict() for patch in found.patches]}
    show(data, lambda: show_table(columns, rows, empty="The batch has no patches yet."))


@click.group(cls=Group)
def contact() -> None:
    """Contacts: addresses that may become respondents of any survey."""


@contact.command("list")
@workspace_option
@click.option("--email", metavar="E", help="Only this address.")
@_limit
@click.option("--offset", type=click.IntRange(0), default=0, help="How many to leave out.")
def list_contacts_(workspace: str, email: str | None, limit: int, offset: int) -> None:
    """List contacts by address."""
    found, total = read(workspace, lambda unit: list_contacts(unit, offset, limit, email))
    rows = [(str(c.id), c.email, [f"{n}: {t}" for n, t in c.labels.items()]) for c in found]
    columns = ("#id", "email", "labels")
    show(
        {"contacts": found, "total": total},
        lambda: show_table(columns, rows, empty="There are no contacts here."),
    )
