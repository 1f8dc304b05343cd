"""Leave nothing of a respondent behind: what hangs on a row goes with it, in the same transaction.

Records and keys are the business of `core.respondents.rows`; here is everything else that a table may hold of
a person. What stays in the files of the database is taken out some time later (`store.scrub`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from rejoinder.core.feedback.standing import is_onboarded
from rejoinder.core.unit import Unit
from rejoinder.model.job import STORE, JobStatus
from rejoinder.store import contacts as contacts_store
from rejoinder.store import jobs, traces
from rejoinder.store.feedback.marking import unmark
from rejoinder.store.results import forget as forget_results
from rejoinder.store.traces import Who

SCRUB = "scrub"
UPDATES = "update_respondents"
"""The kind of jobs whose arguments hold addresses and labels (`core.panel.updates`)."""
SCRUB_AFTER = 3600 * 1_000_000
"""Microseconds after an erasure at which the files are scrubbed: those that come meanwhile share it."""


class Wiped(msgspec.Struct, frozen=True):
    """How much hung on respondents: events with their deliveries, letters, answers put off and files, replies
    to requests, contacts, finished exports."""

    events: int = 0
    letters: int = 0
    files: int = 0
    replies: int = 0
    contacts: int = 0
    exports: int = 0

    def __add__(self, other: Wiped) -> Wiped:
        ours, theirs = msgspec.structs.astuple(self), msgspec.structs.astuple(other)
        return Wiped(*(one + more for one, more in zip(ours, theirs, strict=True)))


class Change(NamedTuple):
    """What was replaced in rows: the address of some respids, labels by number, by which text."""

    nameless: frozenset[int]
    labels: Sequence[int]
    text: str


def people(unit: Unit, survey_id: int, respids: Sequence[int]) -> list[Who]:
    """The respondents with these numbers: ask before their rows are deleted."""
    return traces.who(unit.session, unit.workspace_id, survey_id, respids)


def forget_people(unit: Unit, survey_id: int, gone: Sequence[Who]) -> Wiped:
    """Delete all that hung on respondents whose rows are gone, and contacts who are in no other survey."""
    where = (unit.session, unit.workspace_id)
    respids = [one.respid for one in gone]
    contacts = traces.lonely_contacts(*where, [one.contact_id for one in gone if one.contact_id])
    forget_results(*where, survey_id)
    traces.forget_files(*where, survey_id)
    wiped = Wiped(
        traces.forget_events(*where, survey_id, respids),
        traces.forget_mail(*where, gone, keep_rows=False),
        traces.forget_answers(*where, survey_id, respids),
        traces.forget_replies(*where, f"submission:{survey_id}", gone, unit.now),
        contacts_store.forget_contacts(*where, contacts),
        traces.forget_exports(*where, survey_id, unit.now),
    )
    if is_onboarded(unit):
        unmark(*where, [one.id for one in gone])
    ask_for_scrub(unit)
    return wiped


def forget_answers(unit: Unit, survey_id: int, respids: Sequence[int]) -> Wiped:
    """Delete what hung on the answers of respondents who stay."""
    where = (unit.session, unit.workspace_id, survey_id)
    forget_results(*where)
    traces.forget_files(*where)
    wiped = Wiped(
        events=traces.forget_events(*where, respids),
        files=traces.forget_answers(*where, respids),
        exports=traces.forget_exports(*where, unit.now),
    )
    ask_for_scrub(unit)
    return wiped


def renew_people(unit: Unit, survey_id: int, stay: Sequence[Who], change: Change) -> Wiped:
    """Bring what hangs on respondents in line with their rows, in which a constant has taken the place of
    something personal: nothing keeps what stood there before.

    Call it after the rows were changed.
    """
    where = (unit.session, unit.workspace_id)
    respids = [one.respid for one in stay]
    forget_results(*where, survey_id)
    traces.forget_files(*where, survey_id)
    wiped = Wiped(
        traces.renew_events(*where, survey_id, respids),
        traces.forget_mail(*where, stay, keep_rows=True),
        traces.forget_put_off(*where, survey_id, respids),
        traces.forget_replies(*where, f"submission:{survey_id}", stay, unit.now),
        _renew_contacts(unit, survey_id, stay, change),
        traces.forget_exports(*where, survey_id, unit.now),
    )
    if is_onboarded(unit):
        traces.renew_feedback(*where, stay, unit.now)
    traces.forget_failed(*where, UPDATES, survey_id)
    ask_for_scrub(unit)
    return wiped


def _renew_contacts(unit: Unit, survey_id: int, stay: Sequence[Who], change: Change) -> int:
    """Contacts of this survey alone: they go with their address, else their labels change too."""
    where = (unit.session, unit.workspace_id)
    nameless = [one for one in stay if one.contact_id and one.respid in change.nameless]
    traces.unlink_contacts(*where, survey_id, [one.respid for one in nameless])
    gone = traces.lonely_contacts(*where, [one.contact_id for one in nameless if one.contact_id])
    count = contacts_store.forget_contacts(*where, gone)
    others = [one.contact_id for one in stay if one.contact_id and one.respid not in change.nameless]
    alone = traces.lonely_contacts(*where, others, besides=survey_id)
    return count + traces.replace_labels(*where, alone, change.labels, change.text)


def ask_for_scrub(unit: Unit) -> None:
    """Let the files be scrubbed in a while; one such job waits at a time, whoever asks.

    One that runs already does not count: it may have begun before this transaction.
    """
    jobs.lock_jobs(unit.session, STORE)
    waiting = jobs.unfinished(unit.session, STORE, SCRUB)
    if not any(job.status is JobStatus.WAITING for job in waiting):
        at = unit.now + SCRUB_AFTER
        jobs.add_job(unit.session, STORE, SCRUB, {}, run_at=at, lane=None, now=unit.now)
