"""`rejoinder serve`."""

from __future__ import annotations

import click
import msgspec

from rejoinder.cli.commands import Command, choices
from rejoinder.cli.listening import listen, run
from rejoinder.cli.opening import store
from rejoinder.cli.output import remark, show
from rejoinder.settings import Settings
from rejoinder.store.connect import shown_url
from rejoinder.store.migrate import migrate


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
        run(settings, sock, _tell)


def prepare(settings: Settings) -> None:
    """Migrate the database, and say so when that changed it."""
    before, after = migrate(settings.database)
    if before != after:
        remark(f"Brought the database {shown_url(settings.database)} to revision {after}.")


def _settings(host: str | None, port: int | None, workers: int | None) -> Settings:
    given = {"host": host, "port": port, "workers": workers}
    chosen = {name: value for name, value in given.items() if value is not None}
    return msgspec.structs.replace(choices().settings(), **chosen)


def _tell(url: str) -> None:
    show({"url": url}, lambda: click.echo(f"Rejoinder serves at {url} (Ctrl-C ends it)."))
