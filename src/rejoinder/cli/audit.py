"""`rejoinder audit …`."""

from __future__ import annotations

import click

from rejoinder.cli.commands import Group, workspace_option
from rejoinder.cli.opening import read
from rejoinder.cli.output import cell_text, moment_text, show, show_table
from rejoinder.core.audit import list_entries, verify
from rejoinder.model.audit import Verdict


@click.group(cls=Group)
def audit() -> None:
    """The audit log of a workspace: who did what, and when."""


@audit.command("list")
@workspace_option
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True)
@click.option("--before", type=click.IntRange(1), metavar="N", help="Only entries with a lower number.")
def list_(workspace: str, limit: int, before: int | None) -> None:
    """List entries, the newest first."""
    found = read(workspace, lambda unit: list_entries(unit, limit, before))
    rows = [(str(e.id), moment_text(e.at), e.actor, e.action, e.subject, _told(e.detail)) for e in found]
    columns = ("#entry", "time", "by", "action", "what", "detail")
    show({"entries": found}, lambda: show_table(columns, rows, empty="Nothing was noted here yet."))


def _told(detail: dict[str, object]) -> str:
    return "; ".join(f"{name} {cell_text(value)}" for name, value in detail.items() if value is not None)


@audit.command("verify")
@workspace_option
@click.option("--tip", metavar="HASH", help="A tip noted earlier: it must still be in the log.")
def verify_(workspace: str, tip: str | None) -> int:
    """Check that no entry was changed, removed or put in; exit code 1 when one was."""
    verdict = read(workspace, lambda unit: verify(unit, tip))
    show(verdict, lambda: click.echo(_sentence(verdict)))
    return 1 if verdict.fault else 0


def _sentence(verdict: Verdict) -> str:
    if verdict.fault:
        return f"The audit log was changed: {verdict.fault}"
    noted = f"; its tip is {verdict.tip}" if verdict.tip else ""
    return f"The audit log is as it was written: {verdict.entries:,} entries{noted}."
