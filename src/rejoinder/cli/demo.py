"""`rejoinder demo`."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import click
import msgspec

from rejoinder.cli.commands import Command, choices
from rejoinder.cli.listening import listen, run
from rejoinder.cli.opening import now
from rejoinder.cli.output import remark, show
from rejoinder.cli.serve import prepare
from rejoinder.demo.people import COUNT
from rejoinder.demo.requests import requests
from rejoinder.demo.sample import SURVEY, Credentials, make_sample
from rejoinder.dialects.register import VENDORS
from rejoinder.settings import Settings
from rejoinder.store.engine import Database

TITLES = {dialect.name: dialect.title for dialect in VENDORS}
FOLDER = Path("rejoinder-data") / "demo"


@click.command(cls=Command)
@click.option("--host", metavar="HOST", help="The address to listen on (REJOINDER_HOST).")
@click.option("--port", type=click.IntRange(0, 65535), help="The port (REJOINDER_PORT); 0 takes a free one.")
@click.option("--fresh", is_flag=True, help="Begin anew: forget changes and credentials of earlier runs.")
def demo(host: str | None, port: int | None, fresh: bool) -> None:
    """Serve sample data from a store of its own (SQLite); prints requests to paste.

    A second run serves the same data with the same credentials; they lie in rejoinder-data/demo.
    """
    if choices().database:
        raise click.UsageError("The demo has a database of its own; leave --database out.")
    settings = _settings(host, port)
    with listen(settings.host, settings.port) as sock:
        if fresh:
            shutil.rmtree(FOLDER, ignore_errors=True)
        who = _known(settings) or _begin(settings)
        run(settings, sock, lambda url: _tell(url, who))


def _settings(host: str | None, port: int | None) -> Settings:
    settings = msgspec.structs.replace(choices().settings(), database=f"sqlite:///{FOLDER / 'demo.db'}")
    settings = msgspec.structs.replace(settings, workers=1, host=host or settings.host)
    return settings if port is None else msgspec.structs.replace(settings, port=port)


def _known(settings: Settings) -> Credentials | None:
    """The credentials of an earlier run; None when it left none, or not everything."""
    if not (FOLDER / "demo.db").is_file():
        return None
    try:
        who = msgspec.json.decode((FOLDER / "credentials.json").read_bytes(), type=Credentials)
    except (OSError, msgspec.DecodeError):
        return None
    prepare(settings)
    return who


def _begin(settings: Settings) -> Credentials:
    """Make the store and its sample. What an interrupted run left is thrown away."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    prepare(settings)
    database = Database(settings.database, synchronous=settings.sqlite_synchronous)
    try:
        who = database.write(lambda session: make_sample(session, now()))
    finally:
        database.close()
    # Written last: with it the demo is complete. Only the owner may read it.
    file = os.open(FOLDER / "credentials.json", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "wb") as out:
        out.write(msgspec.json.encode(who))
    remark(f"Made the demo in {FOLDER}: survey {SURVEY}, {COUNT} respondents.")
    return who


def _tell(url: str, who: Credentials) -> None:
    found = requests(url, VENDORS, who)
    page = f"{url}/s/{SURVEY}"
    shown = {
        "url": url,
        **msgspec.to_builtins(who),
        "page": page,
        "console": f"{url}/console",
        "requests": found,
    }
    show(shown, lambda: _print(url, who, page, found))


def _print(url: str, who: Credentials, page: str, found: dict[str, str]) -> None:
    click.echo(f"Rejoinder's demo serves at {url} (Ctrl-C ends it).\n")
    click.echo(f"Look at the console: {url}/console")
    click.echo(f"  sign in with   {who.user}\n  password       {who.password}\n")
    click.echo("For programs:")
    for name, value in msgspec.to_builtins(who).items():
        if name not in ("user", "password"):
            click.echo(f"  {name:<14} {value}")
    click.echo(f"\nAnswer the survey in a browser: {page}")
    click.echo("(GoodBridge, SurveyKiwi and Wootric CXI below show the newest answers first: yours.)")
    click.echo("\nGet a token:\n")
    click.echo(found["token"])
    for name, request in found.items():
        if name != "token":
            click.echo(f"\nRead through {TITLES[name]}:\n\n{request}")
    click.echo(f"\nWhat there is, with each dialect's OpenAPI: {url}/")
