"""Mail templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import json
from sqlalchemy import insert, select

from rejoinder.model.mail import MailTemplate, Variant
from rejoinder.store.counters import next_id
from rejoinder.store.session import Session
from rejoinder.store.tables.panel import mail_template

_COLUMNS = (
    mail_template.c.id,
    mail_template.c.name,
    mail_template.c.subject,
    mail_template.c.content,
    mail_template.c.created_at,
    mail_template.c.variants,
)


def add_mail_template(
    session: Session,
    workspace: int,
    name: str,
    said: Variant,
    variants: Mapping[str, Variant],
    now: int,
) -> MailTemplate:
    """Insert a template."""
    number = next_id(session, workspace, "mail_template")
    new = MailTemplate(number, name, said.subject, said.content, now, dict(variants))
    session.run(
        insert(mail_template).values(
            workspace_id=workspace,
            id=number,
            name=name,
            subject=said.subject,
            content=said.content,
            variants=json.encode(new.variants).decode(),
            created_at=now,
        )
    )
    return new


def mail_templates(
    session: Session,
    workspace: int,
    *,
    number: int | None = None,
    name: str | None = None,
    before: int | None = None,
    limit: int | None = None,
) -> list[MailTemplate]:
    """Templates, the newest first: all of them, or those of a number or a name; some with lower numbers."""
    found = select(*_COLUMNS).where(mail_template.c.workspace_id == workspace)
    if number is not None:
        found = found.where(mail_template.c.id == number)
    if name is not None:
        found = found.where(mail_template.c.name == name)
    if before is not None:
        found = found.where(mail_template.c.id < before)
    return [_template(row) for row in session.rows(found.order_by(mail_template.c.id.desc()).limit(limit))]


def _template(row: Any) -> MailTemplate:
    number, name, subject, content, created_at, variants = row
    known = json.decode(variants, type=dict[str, Variant])
    return MailTemplate(number, name, subject, content, created_at, known)
