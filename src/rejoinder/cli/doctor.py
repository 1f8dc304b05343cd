"""`rejoinder doctor`: look at everything an operator should know, and say what to do."""

from __future__ import annotations

from collections.abc import Iterator

import click
import msgspec

from rejoinder.cli.commands import Command, choices
from rejoinder.cli.output import bytes_text, moment_text, show
from rejoinder.model.problems import Problem
from rejoinder.model.smtp import parse_smtp_url
from rejoinder.settings import BadSetting, Settings, misspelt
from rejoinder.store import facts
from rejoinder.store.connect import is_missing, shown_url
from rejoinder.store.engine import Database
from rejoinder.store.failures import driver_reason
from rejoinder.store.jobs import count_jobs
from rejoinder.store.mail import count_letters
from rejoinder.store.migrate import current_revision, newest_revision
from rejoinder.store.session import Session
from rejoinder.store.webhooks import failing

LITTLE_DISK = 1_000_000_000
MOST_SECONDS_APART = 2.0


class Line(msgspec.Struct, frozen=True):
    """One finding: `state` is ok, warn or fail; `do` says what to do about it."""

    state: str
    what: str
    do: str = ""


@click.command(cls=Command)
def doctor() -> None:
    """Check settings, database, disk, clock and jobs; exit code 1 when something fails."""
    lines = [*_settings(), *_database()]
    show({"findings": lines}, lambda: _print(lines))
    if any(line.state == "fail" for line in lines):
        raise click.exceptions.Exit(1)


def _print(lines: list[Line]) -> None:
    for line in lines:
        click.echo(f"{line.state:<4}  {line.what}")
        if line.do:
            click.echo(f"      → {line.do}")


def _settings() -> Iterator[Line]:
    for name in misspelt():
        yield Line(
            "warn", f"{name} is set, but there is no such setting.", "See docs/operate.md for their names."
        )
    try:
        settings = choices().settings()
    except BadSetting as error:
        yield Line("fail", str(error), "Correct or unset it.")
        return
    yield Line("ok", "The settings can be read.")
    if settings.public_url is None:
        yield Line(
            "warn",
            "REJOINDER_PUBLIC_URL is not set: links follow each request's Host header.",
            "Set it to the address that clients use, such as https://surveys.example.org.",
        )
    elif settings.public_url.startswith("http://"):
        yield Line(
            "warn", f"The public address {settings.public_url} is not encrypted.", "Serve it by HTTPS."
        )
    else:
        yield Line("ok", f"Clients use {settings.public_url}.")


def _database() -> Iterator[Line]:
    try:
        settings = choices().settings()
    except BadSetting:
        return  # told already
    shown = shown_url(settings.database)
    if is_missing(settings.database):
        yield Line("fail", f"There is no database at {shown}.", "Create it with: rejoinder migrate")
        return
    try:
        found, wanted = current_revision(settings.database), newest_revision()
    except Exception as error:
        reason = error.message if isinstance(error, Problem) else driver_reason(error)
        yield Line(
            "fail",
            f"The database {shown} cannot be opened: {reason}",
            "Check its address, user and password, and that it runs.",
        )
        return
    yield Line("ok", f"The database {shown} can be reached.")
    if found != wanted:
        yield Line(
            "fail", f"It is at revision {found}, this version needs {wanted}.", "Run: rejoinder migrate"
        )
        return
    yield Line("ok", f"It is at revision {found}.")
    yield from _inside(settings)


def _inside(settings: Settings) -> Iterator[Line]:
    database = Database(settings.database, synchronous=settings.sqlite_synchronous)
    try:
        yield from database.read(
            lambda session: [
                *_engine(session),
                *_disk(settings),
                *_jobs(session),
                *_webhooks(session),
                *_mail(settings, session),
            ]
        )
    finally:
        database.close()


def _engine(session: Session) -> Iterator[Line]:
    yield Line(
        "ok",
        f"{session.engine} {facts.engine_version(session)}, {bytes_text(facts.database_bytes(session))}.",
    )
    if session.engine == "sqlite":
        mode, level = facts.journal(session)
        if mode != "wal":
            yield Line("fail", f"Its journal mode is {mode}, not WAL.", "Move the file to a local disk.")
        elif level not in ("FULL", "EXTRA"):
            yield Line(
                "warn",
                f"synchronous={level}: a power failure may lose the last writes.",
                "Unset REJOINDER_SQLITE_SYNCHRONOUS unless that is acceptable.",
            )
        else:
            yield Line("ok", f"Writes are durable (WAL, synchronous={level}).")
    apart = facts.clock_difference(session)
    if abs(apart) > MOST_SECONDS_APART:
        yield Line(
            "warn", f"The database's clock differs by {apart:.1f} s.", "Run a time service on both machines."
        )
    else:
        yield Line("ok", "The clocks agree.")


def _disk(settings: Settings) -> Iterator[Line]:
    found = facts.disk(settings.database)
    if found is None:
        return
    free, total = found
    text = f"{bytes_text(free)} of {bytes_text(total)} are free on the database's disk."
    if free < LITTLE_DISK:
        yield Line("warn" if free > LITTLE_DISK // 10 else "fail", text, "Make room, or move the database.")
    else:
        yield Line("ok", text)


def _mail(settings: Settings, session: Session) -> Iterator[Line]:
    if settings.smtp_url is None:
        yield Line("ok", "There is no mail server: mails stay in the outbox.")
    elif lacking := settings.mail_lacks():
        yield Line(
            "warn", f"{lacking[0]} is not set: mails wait.", "Set it, then try: rejoinder mail test ADDRESS"
        )
    else:
        yield Line(
            "ok", f"Mail goes to {parse_smtp_url(settings.smtp_url).shown()} from {settings.mail_from}."
        )
    counts = count_letters(session)
    if doubtful := counts.get("doubtful", 0):
        yield Line("warn", f"{doubtful} mails may or may not have gone out.", "See: rejoinder mail doubtful")
    if outbox := counts.get("outbox", 0):
        yield Line("ok", f"{outbox} mails are in the outbox.")


def _jobs(session: Session) -> Iterator[Line]:
    counts = count_jobs(session)
    if failed := counts.get("failed", 0):
        yield Line(
            "warn",
            f"{failed} jobs have failed.",
            "See: rejoinder jobs list --status failed; then jobs retry.",
        )
    else:
        yield Line("ok", f"No job has failed; {counts.get('waiting', 0)} waiting.")


def _webhooks(session: Session) -> Iterator[Line]:
    for found in failing(session):
        since = moment_text(found.failing_since)
        state = f"fails since {since}" if found.enabled else f"is disabled: {found.disabled_reason}"
        yield Line(
            "warn",
            f"Webhook {found.id} of workspace {found.workspace_id} ({found.url}) {state}",
            "See: rejoinder webhook history --webhook ID; then webhook enable, or webhook delete.",
        )
