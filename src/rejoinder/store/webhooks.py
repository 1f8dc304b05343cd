"""Webhooks, and for each survey the set of events that they want."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update

from rejoinder.model.event import FEEDBACK
from rejoinder.model.webhook import Webhook
from rejoinder.store.counters import next_id, next_ids
from rejoinder.store.session import Session
from rejoinder.store.tables.effects import delivery, webhook
from rejoinder.store.tables.surveys import survey

_COLUMNS = (
    webhook.c.workspace_id,
    webhook.c.id,
    webhook.c.url,
    webhook.c.survey_id,
    webhook.c.kinds,
    webhook.c.enabled,
    webhook.c.created_at,
    webhook.c.failing_since,
    webhook.c.disabled_at,
    webhook.c.disabled_reason,
    webhook.c.old_secret_until,
)


class Secrets(NamedTuple):
    """What a webhook's requests are signed with; `old` is None when there is none. `until` in µs."""

    secret: str
    old: str | None
    until: int | None


def _webhook(row: Any) -> Webhook:
    return Webhook(
        workspace_id=row.workspace_id,
        id=row.id,
        url=row.url,
        survey_id=row.survey_id,
        kinds=row.kinds,
        enabled=bool(row.enabled),
        created_at=row.created_at,
        failing_since=row.failing_since,
        disabled_at=row.disabled_at,
        disabled_reason=row.disabled_reason,
        rotating_until=row.old_secret_until,
    )


def _mine(workspace: int, number: int) -> ColumnElement[bool]:
    return and_(webhook.c.workspace_id == workspace, webhook.c.id == number)


def lock_webhooks(session: Session, workspace: int) -> None:
    """Let nobody else change who listens in a workspace until the transaction ends.

    The counter of respondents comes first, as in every write, so that two of them do not wait for each other.
    """
    next_ids(session, workspace, "respondent", 0)
    next_ids(session, workspace, "webhook", 0)


def lock_listening(session: Session, workspace: int, survey_id: int) -> int:
    """The events of a survey that somebody wants; nobody can change it until the transaction ends."""
    mine = (survey.c.workspace_id == workspace, survey.c.id == survey_id)
    row = session.row(select(survey.c.listening).where(*mine).with_for_update())
    return row.listening if row else 0


def add_webhook(
    session: Session, workspace: int, url: str, survey_id: int | None, kinds: int, secret: str, now: int
) -> Webhook:
    """Insert an enabled webhook."""
    number = next_id(session, workspace, "webhook")
    values = {"survey_id": survey_id, "url": url, "kinds": kinds, "secret": secret, "created_at": now}
    session.run(insert(webhook).values(workspace_id=workspace, id=number, **values))
    found = webhook_by_id(session, workspace, number)
    assert found is not None
    return found


def webhook_by_id(session: Session, workspace: int, number: int) -> Webhook | None:
    """A webhook of a workspace."""
    row = session.row(select(*_COLUMNS).where(_mine(workspace, number)))
    return row and _webhook(row)


def webhooks(session: Session, workspace: int) -> list[Webhook]:
    """A workspace's webhooks, oldest first."""
    mine = webhook.c.workspace_id == workspace
    return [_webhook(row) for row in session.rows(select(*_COLUMNS).where(mine).order_by(webhook.c.id))]


def secrets_of(session: Session, workspace: int, number: int) -> Secrets | None:
    """The secrets of a webhook."""
    columns = (webhook.c.secret, webhook.c.old_secret, webhook.c.old_secret_until)
    row = session.row(select(*columns).where(_mine(workspace, number)))
    return row and Secrets(*row)


def set_secret(session: Session, workspace: int, number: int, secret: str, until: int) -> None:
    """Replace the secret; the one before signs too until then (µs)."""
    values = {"old_secret": webhook.c.secret, "old_secret_until": until, "secret": secret}
    session.run(update(webhook).where(_mine(workspace, number)).values(values))


def enable(session: Session, workspace: int, number: int) -> None:
    """Let a webhook be told again, with its record clean."""
    values = {"enabled": 1, "failing_since": None, "disabled_at": None, "disabled_reason": None}
    session.run(update(webhook).where(_mine(workspace, number)).values(values))


def disable(session: Session, workspace: int, number: int, reason: str, now: int) -> None:
    """Stop telling a webhook."""
    values = {"enabled": 0, "disabled_at": now, "disabled_reason": reason}
    session.run(update(webhook).where(_mine(workspace, number)).values(values))


def delete_webhook(session: Session, workspace: int, number: int) -> None:
    """Delete a webhook and the log of its deliveries."""
    mine = (delivery.c.workspace_id == workspace, delivery.c.webhook_id == number)
    session.run(delete(delivery).where(*mine))
    session.run(delete(webhook).where(_mine(workspace, number)))


def count_webhooks(session: Session, workspace: int) -> int:
    """How many webhooks a workspace has."""
    mine = webhook.c.workspace_id == workspace
    row = session.row(select(func.count().label("n")).select_from(webhook).where(mine))
    return int(row.n) if row else 0


def refresh_listening(session: Session, workspace: int, survey_id: int | None) -> None:
    """Work out anew what is wanted of a survey, or of every survey of the workspace.

    Call `lock_webhooks` first.
    """
    wanted: dict[int | None, int] = {}
    for found in webhooks(session, workspace):
        if found.enabled:
            wanted[found.survey_id] = wanted.get(found.survey_id, 0) | found.kinds
    everywhere = wanted.pop(None, 0)
    mine: ColumnElement[bool] = survey.c.workspace_id == workspace
    if survey_id is None:
        others = and_(mine, survey.c.id.not_in([number for number in wanted if number is not None]))
        session.run(update(survey).where(others).values(listening=_with_feedback(everywhere)))
    for number in wanted if survey_id is None else [survey_id]:
        bits = everywhere | wanted.get(number or 0, 0)
        session.run(update(survey).where(mine, survey.c.id == number).values(listening=_with_feedback(bits)))
    session.listening = {}


def _with_feedback(bits: int) -> ColumnElement[int]:
    """The events that webhooks want, beside what the survey is to feedback."""
    return survey.c.listening.op("&")(FEEDBACK).op("|")(bits)


def owed(session: Session, workspace: int | None = None) -> int:
    """How many deliveries are still to be made."""
    wanted: ColumnElement[bool] = delivery.c.due_at.is_not(None)
    if workspace is not None:
        wanted = and_(wanted, delivery.c.workspace_id == workspace)
    row = session.row(select(func.count().label("n")).select_from(delivery).where(wanted))
    return int(row.n) if row else 0


def failing(session: Session) -> list[Webhook]:
    """Webhooks of the whole store that fail, or were disabled for it; for `doctor`."""
    wrong = or_(webhook.c.failing_since.is_not(None), webhook.c.enabled == 0)
    return [_webhook(row) for row in session.rows(select(*_COLUMNS).where(wrong).order_by(*_COLUMNS[:2]))]


def listen_to_new(session: Session, workspace: int, survey_id: int) -> None:
    """Let the webhooks that are told of every survey be told of a new one too."""
    next_ids(session, workspace, "webhook", 0)  # a webhook that is made meanwhile would not see the survey
    wanted = 0
    for found in webhooks(session, workspace):
        if found.enabled and found.survey_id is None:
            wanted |= found.kinds
    if wanted:
        mine = (survey.c.workspace_id == workspace, survey.c.id == survey_id)
        session.run(update(survey).where(*mine).values(listening=_with_feedback(wanted)))
