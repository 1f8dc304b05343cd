"""`rejoinder serve`."""

from __future__ import annotations

import logging

import click
import msgspec

from rejoinder.cli.commands import Command, choices
from rejoinder.cli.listening import listen, run
from rejoinder.cli.opening import now, store
from rejoinder.cli.output import remark, show
from rejoinder.core.people import founding
from rejoinder.model.problems import NotAllowed
from rejoinder.settings import Settings
from rejoinder.store.connect import shown_url
from rejoinder.store.engine import Database
from rejoinder.store.migrate import migrate

log = logging.getLogger("rejoinder.server")


@click.command(cls=Command)
@click.option("--host", metavar="HOST", help="The address to listen on (REJOINDER_HOST).")
@click.option("--port", type=click.IntRange(0, 65535), help="The port (REJOINDER_PORT); 0 takes a free one.")
@click.option("--workers", type=click.IntRange(1, 256), help="Server processes (REJOINDER_WORKERS).")
@click.option("--no-migrate", is_flag=True, help="Refuse an old database instead of upgrading it.")
def serve(host: str | None, port: int | None, workers: int | None, no_migrate: bool) -> None:
    """Serve the APIs until SIGTERM or Ctrl-C. Brings the database up to date first."""
    settings = _settings(host, port, workers)
    with listen(settings.host, settings.port) as sock:
        if no_migrate:
            with store():
                pass
        else:
            prepare(settings)
        path = setup_path(settings)
        if lacking := settings.mail_lacks():
            remark(f"Mails wait until {' and '.join(lacking)} is set; see: rejoinder doctor")
        run(settings, sock, lambda url: _tell(url, path and (settings.public_url or url) + path))


def prepare(settings: Settings) -> None:
    """Migrate the database, and say so when that changed it."""
    before, after = migrate(settings.database)
    if before != after:
        remark(f"Brought the database {shown_url(settings.database)} to revision {after}.")


def _settings(host: str | None, port: int | None, workers: int | None) -> Settings:
    given = {"host": host, "port": port, "workers": workers}
    chosen = {name: value for name, value in given.items() if value is not None}
    return msgspec.structs.replace(choices().settings(), **chosen)


def setup_path(settings: Settings) -> str:
    """A link with which the first owner is created, as a path; empty where there is a workspace."""
    database = Database(settings.database, synchronous=settings.sqlite_synchronous)
    try:
        if not database.read(founding.is_fresh):
            return ""
        return database.write(lambda session: founding.setup_path(session, now()))
    except NotAllowed:  # founded just now
        return ""
    finally:
        database.close()


def _tell(url: str, setup: str) -> None:
    """Say that the server answers; with the set-up link, also in the log, where output goes nowhere."""
    show({"url": url, **({"setup": setup} if setup else {})}, lambda: _print(url, setup))
    if setup:
        log.warning("nobody owns this server yet; its owner is created by the link", extra={"link": setup})


def _print(url: str, setup: str) -> None:
    click.echo(f"Rejoinder serves at {url} (Ctrl-C ends it).")
    if setup:
        click.echo(f"Create its owner here, within a week: {setup}")
