"""Batches and their patches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import json
from sqlalchemy import and_, bindparam, func, insert, select, update

from rejoinder.model.panel import Batch, Patch
from rejoinder.store.counters import next_id
from rejoinder.store.panel import Place
from rejoinder.store.respids import number_of, of_survey, row_number
from rejoinder.store.session import Session
from rejoinder.store.tables.panel import batch, patch
from rejoinder.store.tables.respondents import respondent

_PATCH = (
    patch.c.id,
    patch.c.uuid,
    patch.c.batch_id,
    patch.c.received,
    patch.c.first_respid,
    patch.c.repeated,
    patch.c.created_at,
)
# By hand, because every patch asks it: one search of the index for each address, and no more where it is new.
_SEEN_SQLITE = """
SELECT DISTINCT k.value FROM json_each(?) j CROSS JOIN respondent_key k
ON k.workspace_id = ? AND k.survey_id = ? AND k.lookup_id = ? AND k.value = j.value
CROSS JOIN respondent r ON r.row = (k.survey_id << 32 | k.respid)
CROSS JOIN patch p ON p.workspace_id = r.workspace_id AND p.id = r.patch_id AND p.batch_id = ?"""
_SEEN_POSTGRES = """
SELECT DISTINCT k.value FROM unnest(%s::text[]) AS u (value) CROSS JOIN LATERAL (
  SELECT k.workspace_id, k.survey_id, k.respid, k.value FROM respondent_key k
  WHERE k.workspace_id = %s AND k.survey_id = %s AND k.lookup_id = %s AND k.value = u.value OFFSET 0
) k CROSS JOIN LATERAL (
  SELECT r.patch_id FROM respondent r
  WHERE r.workspace_id = k.workspace_id AND r.survey_id = k.survey_id AND r.respid = k.respid OFFSET 0
) r JOIN patch p ON p.workspace_id = k.workspace_id AND p.id = r.patch_id AND p.batch_id = %s"""


def add_batch(session: Session, workspace: int, uuid: str, survey: int, now: int) -> Batch:
    """Insert an empty batch."""
    number = next_id(session, workspace, "batch")
    session.run(
        insert(batch).values(workspace_id=workspace, id=number, uuid=uuid, survey_id=survey, created_at=now)
    )
    return Batch(number, uuid, survey, now)


def batch_by_uuid(session: Session, workspace: int, uuid: str) -> Batch | None:
    """A batch by its UUID."""
    found = select(batch.c.id, batch.c.uuid, batch.c.survey_id, batch.c.created_at)
    row = session.row(found.where(batch.c.workspace_id == workspace, batch.c.uuid == uuid))
    return row and Batch(*row)


def batch_by_id(session: Session, workspace: int, number: int) -> Batch | None:
    """A batch by its number."""
    found = select(batch.c.id, batch.c.uuid, batch.c.survey_id, batch.c.created_at)
    row = session.row(found.where(batch.c.workspace_id == workspace, batch.c.id == number))
    return row and Batch(*row)


def link_contacts(session: Session, place: Place, pairs: Sequence[tuple[int, int]]) -> None:
    """Let respondents (by respid) belong to the contacts that they were made of."""
    if not pairs:
        return
    mine = (of_survey(session, place.workspace, place.survey), row_number(session) == bindparam("number"))
    rows = [
        {"number": number_of(session, place.survey, respid), "contact": contact} for respid, contact in pairs
    ]
    session.run(update(respondent).where(*mine).values(contact_id=bindparam("contact")), rows)


def linked_contacts(session: Session, place: Place, contacts: Sequence[int]) -> set[int]:
    """Those of some contacts that are in the survey."""
    mine = (respondent.c.workspace_id == place.workspace, respondent.c.survey_id == place.survey)
    some = respondent.c.contact_id.in_(contacts)
    return {row.contact_id for row in session.rows(select(respondent.c.contact_id).where(*mine, some))}


def newest_batches(
    session: Session, workspace: int, survey: int | None, limit: int, before: int | None = None
) -> list[tuple[Batch, int, int]]:
    """Batches, the newest first, each with its number of patches and of respondents that came.

    `before` — only those with a lower number.
    """
    parts = and_(patch.c.workspace_id == batch.c.workspace_id, patch.c.batch_id == batch.c.id)
    columns = (batch.c.id, batch.c.uuid, batch.c.survey_id, batch.c.created_at)
    counts = (func.count(patch.c.id), func.coalesce(func.sum(patch.c.received), 0))
    found = select(*columns, *counts).select_from(batch.outerjoin(patch, parts))
    found = found.where(batch.c.workspace_id == workspace)
    if survey is not None:
        found = found.where(batch.c.survey_id == survey)
    if before is not None:
        found = found.where(batch.c.id < before)
    rows = session.rows(found.group_by(*columns).order_by(batch.c.id.desc()).limit(limit))
    return [(Batch(*row[:4]), int(row[4]), int(row[5])) for row in rows]


def reserve_patch(session: Session, workspace: int) -> int:
    """Take the number of a new patch."""
    return next_id(session, workspace, "patch")


def add_patch(session: Session, workspace: int, new: Patch) -> None:
    """Insert a patch."""
    session.run(
        insert(patch).values(
            workspace_id=workspace,
            id=new.id,
            uuid=new.uuid,
            batch_id=new.batch_id,
            received=new.received,
            first_respid=new.first_respid,
            repeated=json.encode(new.repeated).decode(),
            created_at=new.created_at,
        )
    )


def _patch(row: Any) -> Patch:
    repeated = json.decode(row.repeated, type=tuple[int, ...])
    return Patch(row.id, row.uuid, row.batch_id, row.received, row.first_respid, repeated, row.created_at)


def patch_by_uuid(session: Session, workspace: int, uuid: str) -> tuple[Patch, int] | None:
    """A patch by its UUID, and the survey that it belongs to."""
    mine = and_(batch.c.workspace_id == patch.c.workspace_id, batch.c.id == patch.c.batch_id)
    found = select(*_PATCH, batch.c.survey_id).select_from(patch.join(batch, mine))
    row = session.row(found.where(patch.c.workspace_id == workspace, patch.c.uuid == uuid))
    return row and (_patch(row), int(row[7]))


def patches_of(session: Session, workspace: int, batch_id: int) -> list[Patch]:
    """The patches of a batch, in the order in which they came."""
    mine = (patch.c.workspace_id == workspace, patch.c.batch_id == batch_id)
    return [_patch(row) for row in session.rows(select(*_PATCH).where(*mine).order_by(patch.c.id))]


def addresses_in_batch(session: Session, place: Place, batch_id: int, folded: Sequence[str]) -> set[str]:
    """Those of some folded addresses that patches of this batch brought before."""
    session.settle()
    values: tuple[Any, ...]
    if session.engine == "sqlite":
        sql, values = _SEEN_SQLITE, (json.encode(folded).decode(), *place, batch_id)
    else:
        sql, values = _SEEN_POSTGRES, (list(folded), *place, batch_id)
    return {row[0] for row in session.raw.execute(sql, values)}
