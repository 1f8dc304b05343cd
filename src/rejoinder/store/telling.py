"""Freeze what happened to respondents: one statement copies their rows into `event`, another puts a delivery
into the queue of each webhook that wants it. Both run in the transaction that made the events.

Written by hand for each engine, since the store's busiest writes end here as soon as somebody listens.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from msgspec import json

from rejoinder.model.event import EventKind

if TYPE_CHECKING:
    from rejoinder.store.session import Session


class Telling(NamedTuple):
    """What is to be told of rows of one survey; `now` in µs."""

    workspace: int
    survey: int
    kind: EventKind
    respids: Sequence[int]
    now: int


class Marking(NamedTuple):
    """Respondents of one survey that were written and are feedback; `new`: none of them was there before.

    `now` in µs; see `store.feedback.marking`.
    """

    workspace: int
    survey: int
    respids: Sequence[int]
    new: bool
    now: int


_FROZEN = (
    "state, respondent_created_at, updated_at, opened_at, completed_at, invited_at, language, collector_id, "
    "finish_reason, record"
)
_WHOLE = (
    "r.state, r.created_at, r.updated_at, r.opened_at, r.completed_at, r.invited_at, r.language, "
    "r.collector_id, r.finish_reason, r.doc"
)
_COLUMNS = (
    "workspace_id, id, public_id, kind, survey_id, schema_version, definition_version, created_at, respid, "
    "respondent_id"
)
_DELIVERY = "workspace_id, webhook_id, event_id, respondent_id, due_at, created_at"
_IDS = """
INSERT INTO counter (workspace_id, name, value) VALUES (:workspace, 'event', :count)
ON CONFLICT (workspace_id, name) DO UPDATE SET value = value + excluded.value RETURNING value"""
_SQLITE_EVENTS = """
WITH n AS (
  SELECT :before + row_number() OVER (ORDER BY j.key) AS id, (:base | j.value) AS row
  FROM json_each(:respids) j
)
INSERT INTO event ({columns})
SELECT :workspace, n.id, 'evt_' || :nonce || '_' || n.id, :kind, s.id, s.schema_version, s.definition_version,
  :now, r.row & 4294967295, r.id{values}
FROM n CROSS JOIN respondent r ON r.row = n.row
JOIN survey s ON s.id = :survey AND s.workspace_id = :workspace
WHERE r.workspace_id = :workspace"""
_SQLITE_DELIVERIES = f"""
INSERT INTO delivery ({_DELIVERY})
SELECT e.workspace_id, w.id, e.id, e.respondent_id, :now, :now
FROM webhook w CROSS JOIN event e
ON e.workspace_id = w.workspace_id AND e.id > :before AND e.id <= :before + :count
WHERE w.workspace_id = :workspace AND w.enabled = 1 AND (w.kinds & :bit) <> 0
AND (w.survey_id IS NULL OR w.survey_id = :survey)"""
# All of it in one round trip. The lateral join makes it one index search for each respid, whatever the
# planner believes of a table that has just grown.
_POSTGRES = f"""
WITH c AS (
  INSERT INTO counter AS c (workspace_id, name, value) VALUES (%(workspace)s, 'event', %(count)s)
  ON CONFLICT (workspace_id, name) DO UPDATE SET value = c.value + excluded.value
  RETURNING c.value - %(count)s AS before
), e AS (
  INSERT INTO event ({{columns}})
  SELECT %(workspace)s, c.before + k.place, 'evt_' || %(nonce)s || '_' || (c.before + k.place), %(kind)s,
    s.id, s.schema_version, s.definition_version, %(now)s, r.respid, r.id{{values}}
  FROM c CROSS JOIN unnest(%(respids)s::bigint[]) WITH ORDINALITY AS k (respid, place) CROSS JOIN LATERAL (
    SELECT * FROM respondent r
    WHERE r.workspace_id = %(workspace)s AND r.survey_id = %(survey)s AND r.respid = k.respid OFFSET 0
  ) r JOIN survey s ON s.workspace_id = %(workspace)s AND s.id = %(survey)s
  RETURNING workspace_id, id, respondent_id
)
INSERT INTO delivery ({_DELIVERY})
SELECT e.workspace_id, w.id, e.id, e.respondent_id, %(now)s, %(now)s FROM e
JOIN webhook w ON w.workspace_id = e.workspace_id AND w.enabled = 1 AND (w.kinds & %(bit)s) <> 0
AND (w.survey_id IS NULL OR w.survey_id = %(survey)s)"""
_SHAPES = {
    True: {"columns": f"{_COLUMNS}, {_FROZEN}", "values": f", {_WHOLE}"},
    False: {"columns": _COLUMNS, "values": ""},
}
"""What is copied: the whole row, or of a deleted one its numbers only."""
_EVENTS = {
    "sqlite": {whole: _SQLITE_EVENTS.format(**shape) for whole, shape in _SHAPES.items()},
    "postgresql": {whole: _POSTGRES.format(**shape) for whole, shape in _SHAPES.items()},
}


def freeze(session: Session, telling: Telling) -> None:
    """Write the events and their deliveries. Rows that are to be deleted must still be there."""
    workspace, survey, kind, respids, now = telling
    values = {
        "workspace": workspace,
        "survey": survey,
        "kind": kind.value,
        "bit": kind.bit,
        "now": now,
        "count": len(respids),
        "nonce": secrets.token_hex(8),
    }
    statement = _EVENTS[session.engine][kind is not EventKind.DELETED]
    if session.engine == "postgresql":
        session.raw.execute(statement, values | {"respids": list(respids)})
        return
    last = session.raw.execute(_IDS, values).fetchone()[0]
    values |= {"before": last - len(respids), "base": survey << 32}
    session.raw.execute(statement, values | {"respids": json.encode(list(respids)).decode()})
    session.raw.execute(_SQLITE_DELIVERIES, values)
