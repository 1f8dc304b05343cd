"""The job that sends a workspace's mail: one letter after the other, each claimed before and noted after.

It runs in a thread of its own, so that a slow mail server holds up no other job, and in slices, so that
workspaces take turns and a server that shuts down need not wait.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from rejoinder.core.mail.message import compose, wire_bytes
from rejoinder.core.mail.outcomes import How, Outcome, note
from rejoinder.core.mail.pacing import Limits
from rejoinder.core.mail.sending import Claimed, Terms, Wait, next_letter
from rejoinder.core.mail.waking import KIND, wake_sender
from rejoinder.core.unit import Unit
from rejoinder.jobs.postman import Postman
from rejoinder.jobs.runner import Again
from rejoinder.model.job import Job
from rejoinder.model.mailbox import Mailbox, parse_mailbox
from rejoinder.model.problems import Invalid, Problem, Unavailable
from rejoinder.model.smtp import parse_smtp_url
from rejoinder.settings import Settings
from rejoinder.store import jobs as jobs_store
from rejoinder.store import mail as store
from rejoinder.store.engine import Database
from rejoinder.store.session import Session

T = TypeVar("T")
log = logging.getLogger("rejoinder.mail")

SLICE = 5.0
"""Seconds for which one job sends before another workspace's gets its turn."""
SHORT = 1.0
"""Seconds that a job waits for its next letter itself."""
KEEP_NOTING = 60.0
"""Seconds for which an outcome is tried to be noted; then the letter becomes doubtful."""


def limits_of(settings: Settings) -> Limits:
    """How fast mail may go."""
    gap = int(settings.mail_address_gap * 1_000_000)
    return Limits(settings.mail_per_minute, gap, settings.mail_domain_per_minute)


def sender_of(settings: Settings) -> Mailbox:
    """Who mail comes from. Raises Invalid when nobody said."""
    found = parse_mailbox(settings.mail_from or "")
    if found is None:
        raise Invalid(
            "Mails wait: set REJOINDER_MAIL_FROM to their sender, such as Surveys <surveys@example.org>, and "
            "start Rejoinder again."
        )
    return found


def schedule(database: Database) -> None:
    """Wake the sender of every workspace in which mail waits: settings may have changed since it gave up."""
    now = time.time_ns() // 1000
    for workspace in database.read(store.workspaces_with_mail):
        wake = partial(_wake, workspace=workspace, now=now)
        database.write(wake, workspace)


def _wake(session: Session, *, workspace: int, now: int) -> None:
    wake_sender(Unit(session, workspace, "job", now))


class Sender:
    """Handles `send_mail` jobs. A connection is kept per thread while there is something to send."""

    def __init__(self, settings: Settings, clock: Callable[[], int] = lambda: time.time_ns() // 1000) -> None:
        self._settings = settings
        self._clock = clock
        self._local = threading.local()

    def __call__(self, database: Database, job: Job) -> None:
        """Send what waits in the job's workspace.

        Raises Again when there will be more to send later, Invalid and Unavailable when nothing can be sent.
        """
        try:
            until = self._slice(database, job)
        except BaseException:
            self._hang_up()
            raise
        if until is None or until > self._clock() + SLICE * 1_000_000:
            self._hang_up()
        if until is not None and not self._another_waits(database, job, until):
            raise Again(until)

    def _slice(self, database: Database, job: Job) -> int | None:
        """Send for a while; gives when to go on (µs), None when nothing waits."""
        terms, ends = self._terms(), time.monotonic() + SLICE
        done: tuple[Claimed, Outcome] | None = None
        more = True
        while True:
            step = self._step(database, job, terms, done, more=more)
            more = time.monotonic() < ends
            if isinstance(step, Claimed):
                done = (step, self._deliver(database, job, step))
                more = time.monotonic() < ends
                continue
            done = None
            if step.until is None or not more:
                return step.until
            pause = (step.until - self._clock()) / 1_000_000
            if pause > SHORT:
                return step.until
            time.sleep(max(0.0, pause))

    def _terms(self) -> Terms:
        outbox = self._settings.smtp_url is None
        domain = "localhost" if outbox else sender_of(self._settings).address.domain
        return Terms(self._settings.public_url, outbox, limits_of(self._settings), domain)

    def _step(
        self, database: Database, job: Job, terms: Terms, done: tuple[Claimed, Outcome] | None, *, more: bool
    ) -> Claimed | Wait:
        """Note the letter before and claim the next one, in one transaction."""
        worker = job.claimed_by or "?"

        def work(unit: Unit) -> Claimed | Wait:
            if done is not None and not note(unit, *done):
                log.warning("a letter was settled by somebody else", extra={"mail": done[0].mail.id})
            return next_letter(unit, worker, terms) if more else Wait(unit.now)

        return self._patiently(database, job, work, noting=done is not None)

    def _patiently(self, database: Database, job: Job, work: Callable[[Unit], T], *, noting: bool) -> T:
        """Run a write; what has gone out must be noted, so that is tried again while the store is away."""
        gives_up = time.monotonic() + (KEEP_NOTING if noting else 0.0)
        while True:
            now = self._clock()
            try:
                return database.write(
                    lambda session: work(Unit(session, job.workspace_id, "job", now)),  # noqa: B023
                    job.workspace_id,
                )
            except Unavailable:
                if time.monotonic() >= gives_up:
                    raise
                time.sleep(SHORT)

    def _deliver(self, database: Database, job: Job, claimed: Claimed) -> Outcome:
        """Hand a letter over. Raises what is not about this letter, which then waits as before."""
        sender = sender_of(self._settings)
        try:
            message = compose(claimed.letter, sender, claimed.message_id, claimed.claim.at)
            payload = {utf8: wire_bytes(message, utf8=utf8) for utf8 in (False, True)}
        except Exception:
            log.exception("a letter cannot be written", extra={"mail": claimed.mail.id})
            return Outcome(How.LATER, "This letter cannot be written; the log has the details.")
        try:
            return self._postman().deliver(sender.address, claimed.letter.address, payload.__getitem__)
        except Problem:
            back = (claimed, Outcome(How.UNTRIED, ""))
            self._patiently(database, job, lambda unit: note(unit, *back), noting=True)
            raise

    def _postman(self) -> Postman:
        kept: Postman | None = getattr(self._local, "postman", None)
        if kept is None:
            server = parse_smtp_url(self._settings.smtp_url or "")
            kept = self._local.postman = Postman(server, self._settings.smtp_timeout)
        return kept

    def _hang_up(self) -> None:
        kept: Postman | None = getattr(self._local, "postman", None)
        if kept is not None:
            kept.close()

    def _another_waits(self, database: Database, job: Job, until: int) -> bool:
        """Whether a younger job of this workspace will go on instead, then at `until` at the latest."""
        return database.write(
            lambda session: jobs_store.bring_forward(session, job.workspace_id, KIND, until), job.workspace_id
        )
