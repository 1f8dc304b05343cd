"""A workspace at a glance. Every number is kept by writes, or is counted up to a limit along an index."""

from __future__ import annotations

from typing import NamedTuple

from rejoinder.core.audit import list_entries
from rejoinder.core.feedback.standing import is_onboarded
from rejoinder.core.feedback.trends import sentiment_by_day
from rejoinder.core.jobs import list_jobs
from rejoinder.core.respondents.read import count_all
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit, moment, zone
from rejoinder.core.webhooks import list_webhooks
from rejoinder.core.workspaces import workspace_of
from rejoinder.model.audit import Entry
from rejoinder.model.feedback import Trend
from rejoinder.model.job import Job, JobStatus
from rejoinder.model.webhook import Webhook
from rejoinder.store import overview as store
from rejoinder.store.facts import database_bytes

SURVEYS, ENTRIES, JOBS = 12, 6, 5
DAYS = 30
_DAY = 86_400_000_000


class SurveyGlance(NamedTuple):
    """A survey; `today` and `week` — completed since midnight, and in the last seven days, up to 10,000."""

    id: int
    name: str
    status: str
    updated_at: int
    respondents: int
    responses: int
    today: int
    week: int


class Glance(NamedTuple):
    """The workspace; `more` — whether there are further surveys; `trend` — None without feedback."""

    surveys: list[SurveyGlance]
    more: bool
    webhooks: list[Webhook]
    jobs: list[Job]
    bytes: int
    entries: list[Entry]
    trend: list[Trend] | None


def glance(unit: Unit) -> Glance:
    """Look at a workspace."""
    with unit.session.snapshot():
        found = store.newest_surveys(unit.session, unit.workspace_id, SURVEYS + 1)
        midnight = _midnight(unit)
        surveys = [_survey(unit, midnight, *row) for row in found[:SURVEYS]]
        ill = [one for one in list_webhooks(unit) if one.failing_since is not None or not one.enabled]
        failed = list_jobs(unit.session, workspace=unit.workspace_id, status=JobStatus.FAILED, limit=JOBS)
        trend = None
        if is_onboarded(unit):
            trend = sentiment_by_day(unit, since=unit.now // _DAY - DAYS + 1)
        return Glance(
            surveys,
            len(found) > SURVEYS,
            ill,
            failed,
            database_bytes(unit.session),
            list_entries(unit, ENTRIES),
            trend,
        )


def _survey(unit: Unit, midnight: int, number: int, name: str, status: str, changed: int) -> SurveyGlance:
    respondents, responses = count_all(unit, open_survey(unit, str(number)))
    where = (unit.session, unit.workspace_id, number)
    today = store.completed_since(*where, midnight)
    week = store.completed_since(*where, midnight - 6 * _DAY)
    return SurveyGlance(number, name, status, changed, respondents, responses, today, week)


def _midnight(unit: Unit) -> int:
    """When today began in the workspace's zone (µs)."""
    here = moment(unit.now).astimezone(zone(workspace_of(unit).settings.timezone))
    seconds = (here.hour * 60 + here.minute) * 60 + here.second
    return unit.now - seconds * 1_000_000 - here.microsecond
