"""`rejoinder optout …`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import click

from rejoinder.cli.commands import Group, workspace_option
from rejoinder.cli.opening import read, write
from rejoinder.cli.output import moment_text, show, show_table
from rejoinder.core.opt_outs import add_opt_outs, list_opt_outs, remove_opt_out
from rejoinder.model.problems import Invalid

MAX_LINE = 1000
"""Bytes; no address is as long."""


@click.group(cls=Group)
def optout() -> None:
    """Who wants no more mail from a workspace; kept as hashes, without the addresses."""


@optout.command("list")
@workspace_option
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True)
def list_(workspace: str, limit: int) -> None:
    """Count the opt-outs and list the newest, by their hashes."""
    found, total = read(workspace, lambda unit: list_opt_outs(unit, limit))
    rows = [(one.address_hash[:16], moment_text(one.created_at)) for one in found]
    facts = [{"address_hash": one.address_hash, "created_at": one.created_at} for one in found]

    def people() -> None:
        show_table(("hash begins", "since"), rows, empty="Nobody has opted out.")
        if total:
            click.echo(f"{total:,} in all.")

    show({"opt_outs": facts, "total": total}, people)


@optout.command("add")
@workspace_option
@click.argument("address", metavar="ADDRESS")
def add(workspace: str, address: str) -> None:
    """Send no more mail to an address."""
    added = write(workspace, lambda unit: add_opt_outs(unit, [address]))
    text = "It gets no more mail from this workspace." if added else "It had opted out already."
    show({"added": added}, lambda: click.echo(text))


@optout.command("remove")
@workspace_option
@click.argument("address", metavar="ADDRESS")
def remove(workspace: str, address: str) -> None:
    """Let an address be written to again: its owner has asked for it."""
    write(workspace, lambda unit: remove_opt_out(unit, address))
    show({"removed": 1}, lambda: click.echo("It may be written to again."))


@optout.command("import")
@workspace_option
@click.argument("file", type=click.File("rb"))
def import_(workspace: str, file: BinaryIO) -> None:
    """Send no more mail to the addresses in FILE (- for standard input), one a line."""
    addresses = list(_lines(file))
    added = write(workspace, lambda unit: add_opt_outs(unit, addresses))
    text = f"{added:,} of {len(addresses):,} addresses are new."
    show({"addresses": len(addresses), "added": added}, lambda: click.echo(text))


def _lines(file: BinaryIO) -> Iterator[str]:
    for number, line in enumerate(iter(lambda: file.readline(MAX_LINE), b""), 1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip().strip('"')
        except UnicodeDecodeError:
            raise Invalid(f"Line {number} is not UTF-8; save the file as UTF-8.") from None
        if text:
            yield text
