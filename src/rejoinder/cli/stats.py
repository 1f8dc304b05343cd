"""`rejoinder stats`."""

from __future__ import annotations

import click

from rejoinder.cli.commands import Command
from rejoinder.cli.opening import store
from rejoinder.cli.output import bytes_text, moment_text, show, show_facts, show_table
from rejoinder.core.stats import Stats
from rejoinder.core.stats import stats as count


@click.command(cls=Command)
def stats() -> None:
    """Show how much there is: respondents, responses, imports, jobs, bytes."""
    with store() as database:
        found = database.read(count)
    show(found, lambda: _print(found))


def _print(found: Stats) -> None:
    columns = ("workspace", "#id", "alias", "name", "#respondents", "#responses", "#imports", "last import")
    rows = [
        (
            line.workspace,
            str(line.id),
            line.alias,
            line.name,
            line.respondents,
            line.responses,
            line.imports,
            moment_text(line.last_import),
        )
        for line in found.surveys
    ]
    show_table(columns, rows, empty="There are no surveys yet.")
    jobs = ", ".join(f"{count} {status}" for status, count in sorted(found.jobs.items()))
    show_facts(
        [
            ("respondents", found.respondents),
            ("responses", found.responses),
            ("database", bytes_text(found.bytes)),
            ("jobs", jobs or "none"),
        ]
    )
