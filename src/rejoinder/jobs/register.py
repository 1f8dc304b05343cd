"""Every kind of job and its handler; what comes back daily."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from rejoinder.core.mail.waking import KIND as MAIL
from rejoinder.jobs import (
    analysis,
    erasure,
    exports,
    incoming,
    indexing,
    mail,
    panel,
    purge,
    results,
    retention,
    scrub,
)
from rejoinder.jobs.crew import Crew
from rejoinder.jobs.dispatcher import Dispatcher
from rejoinder.jobs.engines.chosen import reader_of, rest, translator_of
from rejoinder.jobs.runner import Handler, Runner
from rejoinder.model.delivering import Policy
from rejoinder.settings import Settings
from rejoinder.store.engine import Database
from rejoinder.store.jobs import Kinds

HANDLERS: Mapping[str, Handler] = {
    purge.KIND: purge.purge,
    incoming.KIND: incoming.import_file,
    indexing.KIND: indexing.index_variable,
    scrub.KIND: scrub.scrub_store,
    retention.KIND: retention.keep_retention,
    panel.UPDATES: panel.update_respondents,
    erasure.ANONYMISE: erasure.anonymise_respondents,
    erasure.ERASE: erasure.erase_respondents,
    **analysis.handlers(),
}
_MAIL, _EXPORTS, _RESULTS = (frozenset((kind,)) for kind in (MAIL, exports.KIND, results.KIND))


def _schedule(database: Database) -> None:
    """Let what comes back daily wait for its time."""
    purge.schedule(database)
    retention.schedule(database)


def runner(database: Database, settings: Settings | None = None, *, threads: int = 1) -> Runner:
    """A runner of all kinds of jobs but mail, exports, results; settings are the defaults when left out."""
    chosen = settings or Settings()
    events, files = (int(days * purge.EVERY) for days in (chosen.webhook_keep_days, chosen.export_keep_days))
    forget = partial(purge.purge, keep_events=events, keep_exports=files)
    reading = analysis.handlers(partial(reader_of, chosen), partial(translator_of, chosen))
    handlers: Mapping[str, Handler] = {**HANDLERS, **reading, purge.KIND: forget}
    kinds = Kinds(but=_MAIL | _EXPORTS | _RESULTS)
    return Runner(database, handlers, threads=threads, kinds=kinds, repeat=_schedule)


def mailer(database: Database, settings: Settings) -> Runner:
    """A runner that only sends mail: a slow mail server holds up nothing else."""
    handlers = {MAIL: mail.Sender(settings)}
    return Runner(database, handlers, kinds=Kinds(only=_MAIL), repeat=mail.schedule)


def exporter(database: Database, settings: Settings) -> Runner:
    """A runner that only writes exports: a long one holds up nothing else."""
    handlers = {exports.KIND: exports.Exporter(settings)}
    return Runner(database, handlers, kinds=Kinds(only=_EXPORTS))


def counter(database: Database) -> Runner:
    """A runner that only counts results: a large survey holds up nothing else."""
    return Runner(database, {results.KIND: results.tally_results}, kinds=Kinds(only=_RESULTS))


def dispatcher(database: Database, settings: Settings) -> Dispatcher:
    """What delivers events to webhooks, as the settings want it."""
    return Dispatcher(database, policy(settings))


def policy(settings: Settings) -> Policy:
    """How persistently webhooks are told, and where they may lead."""
    return Policy(
        tuple(float(seconds) for seconds in settings.webhook_schedule),
        settings.webhook_timeout,
        settings.webhook_concurrency,
        settings.webhook_disable_days * 24 * 3600,
        settings.webhook_allow_private,
        settings.public_url or "",
    )


def crew(database: Database, settings: Settings, *, threads: int = 1) -> Crew:
    """All that works in the background of one process."""
    jobs = runner(database, settings, threads=threads)
    runners = (jobs, exporter(database, settings), counter(database), mailer(database, settings))
    return Crew(runners, dispatcher(database, settings), rest)
