"""`rejoinder jobs …` and `rejoinder work`."""

from __future__ import annotations

import signal
import threading
from types import FrameType

import click
from msgspec import json

from rejoinder.cli.commands import Command, Group, choices, one_of
from rejoinder.cli.opening import now, store
from rejoinder.cli.output import moment_text, remark, show, show_facts, show_table
from rejoinder.core.jobs import list_jobs, retry_job, show_job
from rejoinder.core.workspaces import find_workspace
from rejoinder.jobs.register import crew
from rejoinder.kernel.logs import configure
from rejoinder.model.job import Job, JobStatus
from rejoinder.store.session import Session


@click.group(cls=Group)
def jobs() -> None:
    """Background jobs."""


@jobs.command("list")
@click.option("--workspace", "-w", metavar="W", help="Only this workspace's.")
@click.option("--status", type=one_of([status.value for status in JobStatus]), help="Only these.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True)
def list_(workspace: str | None, status: str | None, limit: int) -> None:
    """List jobs, the newest first."""
    wanted = JobStatus(status) if status else None

    with store() as database:
        found = database.read(lambda session: _list(session, workspace, wanted, limit))
    rows = [
        (j.reference, j.kind, j.status, str(j.attempts), moment_text(j.run_at), j.error or "") for j in found
    ]
    columns = ("job", "kind", "status", "#attempts", "due", "last error")
    show({"jobs": found}, lambda: show_table(columns, rows, empty="There are no jobs."))


def _list(session: Session, workspace: str | None, status: JobStatus | None, limit: int) -> list[Job]:
    number = find_workspace(session, workspace).id if workspace else None
    return list_jobs(session, workspace=number, status=status, limit=limit)


@jobs.command("show")
@click.argument("reference", metavar="JOB")
def show_(reference: str) -> None:
    """Show one job with what it did. JOB is written as in `jobs list`."""
    with store() as database:
        found = database.read(lambda session: show_job(session, reference))
    facts = [
        ("job", found.reference),
        ("kind", found.kind),
        ("status", found.status),
        ("attempts", found.attempts),
        ("asked", moment_text(found.created_at)),
        ("ended", moment_text(found.finished_at)),
        ("last error", found.error or ""),
        ("arguments", json.encode(found.arguments).decode()),
        ("outcome", json.encode(found.outcome).decode() if found.outcome else ""),
    ]
    show(found, lambda: show_facts(facts))


@jobs.command("retry")
@click.argument("reference", metavar="JOB")
def retry(reference: str) -> None:
    """Let a failed or cancelled job run again, now. JOB is written as in `jobs list`."""
    with store() as database:
        found = database.write(lambda session: retry_job(session, reference, now()))
    show(found, lambda: click.echo(f"Job {reference} ({found.kind}) will run again."))


@click.command(cls=Command)
@click.option("--threads", type=click.IntRange(1, 64), default=1, show_default=True, help="Jobs at a time.")
@click.option("--once", is_flag=True, help="Run what is due now, then end.")
def work(threads: int, once: bool) -> None:
    """Run background jobs and deliver to webhooks here, beside those that `serve` runs; on any machine that
    reaches the database."""
    settings = choices().settings()
    configure(settings.log_level, settings.log_format)
    with store() as database:
        workers = crew(database, settings, threads=threads)
        if once:
            count, sent = workers.run_due()
            sentence = f"Ran {count} jobs and tried {sent} deliveries to webhooks."
            show({"jobs": count, "deliveries": sent}, lambda: click.echo(sentence))
            return
        ended = threading.Event()

        def end(signum: int, frame: FrameType | None) -> None:
            ended.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        workers.start()
        remark("Waiting for jobs (Ctrl-C ends it).")
        ended.wait()
        workers.stop(settings.shutdown_grace)
