"""Settings → store → one ASGI application, and the process that serves it."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import threading
from collections.abc import Sequence
from importlib.metadata import version
from types import FrameType

from rejoinder.console.dialect import console
from rejoinder.core.access import Gate
from rejoinder.core.limits import Limiter
from rejoinder.core.unit import Unit
from rejoinder.dialects.native.dialect import native
from rejoinder.dialects.native.home import home_endpoint
from rejoinder.dialects.register import VENDORS
from rejoinder.jobs.crew import Crew
from rejoinder.jobs.outside import outside
from rejoinder.jobs.register import crew
from rejoinder.kernel.app import App
from rejoinder.kernel.call import Call
from rejoinder.kernel.endpoint import Dialect
from rejoinder.kernel.health import health_endpoints
from rejoinder.kernel.lifespan import Hook
from rejoinder.kernel.logs import configure
from rejoinder.kernel.metrics import Metrics
from rejoinder.kernel.openapi import openapi_endpoint
from rejoinder.kernel.places import Doors
from rejoinder.kernel.strangers import DEFAULT_LIMIT, Strangers
from rejoinder.model.access import Caller, Quota
from rejoinder.pages.dialect import pages
from rejoinder.settings import Settings, from_environment
from rejoinder.store.engine import Database
from rejoinder.store.migrate import current_revision, newest_revision
from rejoinder.store.rates import Rates
from rejoinder.store.session import Session

log = logging.getLogger("rejoinder.server")


def make_unit(session: Session, call: Call) -> Unit:
    """What verbs take, for a request."""
    caller = call.caller
    if caller is None:
        return Unit(session, 0, "nobody", call.now)
    return Unit(session, caller.workspace_id, f"client:{caller.client_id}", call.now)


def create_app(settings: Settings, vendors: Sequence[Dialect] = VENDORS) -> App:
    """The application over the settings' database, which must be migrated.

    Parameters: `vendors` — the dialects served beside our own.
    """
    database = Database(settings.database, synchronous=settings.sqlite_synchronous)
    rates = Rates(settings.database)
    metrics = Metrics(database.waiting_writes, several=settings.workers > 1)
    limiter, gate = Limiter(rates, settings), Gate(settings.token_cache_seconds)

    def take(session: Session, caller: Caller, dialect: Dialect, now: int) -> Quota | None:
        return limiter.take(session, caller, dialect.name, dialect.rate_limit, now)

    own = native(max_upload=settings.max_upload)
    checks = {"database": lambda: _database_check(database)}
    extra = health_endpoints(checks, metrics, settings.metrics_token)
    number, served = version("rejoinder"), (*vendors, own)
    documents = [openapi_endpoint(dialect, number) for dialect in served]
    home = native((*extra, *documents, home_endpoint(served, number)), settings.max_upload)
    strangers = Strangers(settings.rate_limit("public", DEFAULT_LIMIT))
    doors = Doors(database, gate.authenticate, take, make_unit, strangers)
    begin, end = _background(settings, database, metrics)
    app = App(
        [*vendors, pages(settings), console(rates, outside(database, settings, served)), home],
        home,
        doors,
        settings,
        metrics,
        startup=(_settle_collector, lambda: _drain_on_signal(app), begin),
        shutdown=(end, rates.close, database.close),
    )
    return app


def _settle_collector() -> None:
    """Let the garbage collector leave alone what lives as long as the process, and look less often.

    Bulk requests make tens of thousands of tuples at once, none of them in cycles; with the default threshold
    the collector takes a tenth of their time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def _background(settings: Settings, database: Database, metrics: Metrics) -> tuple[Hook, Hook]:
    """How to start and end the background's work, where this process shall have one."""
    if not settings.jobs:
        return (lambda: None), (lambda: None)
    workers = crew(database, settings)
    metrics.webhooks = workers.dispatcher
    return workers.start, lambda: _end(workers, settings.shutdown_grace)


async def _end(workers: Crew, grace: float) -> None:
    if not await asyncio.to_thread(workers.stop, grace):
        log.warning("a job was cut off; another worker will take it")


def _drain_on_signal(app: App) -> None:
    """Tell the application at once when the process is told to stop.

    The ASGI server closes connections first and ends the lifespan last; streams that run until then would
    only be cut off.
    """
    if threading.current_thread() is not threading.main_thread():
        return  # somebody else's process, such as a test's
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        servers = signal.getsignal(number)

        def stop(signum: int, frame: FrameType | None, then: object = servers) -> None:
            loop.call_soon_threadsafe(app.shutdown)
            if callable(then):
                then(signum, frame)

        signal.signal(number, stop)


def _database_check(database: Database) -> str | None:
    database.read(lambda session: session.raw.execute("SELECT 1").fetchone())
    found, wanted = current_revision(database.url), newest_revision()
    if found != wanted:
        return f"The database is at revision {found}, this version needs {wanted}; run: rejoinder migrate."
    return None


def application() -> App:
    """The application of a worker process, which finds its settings in its environment."""
    settings = from_environment()
    configure(settings.log_level, settings.log_format)
    return create_app(settings)
