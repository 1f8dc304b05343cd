"""The hot statements on PostgreSQL (psycopg 3, driver autocommit; the store writes BEGIN and COMMIT)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from rejoinder.model.respondent import UNMARKED, Marks
from rejoinder.store.copying import copy_rows
from rejoinder.store.hot import (
    KEEP_REPLIES,
    LEVELS,
    BlockCount,
    Chunk,
    KeptReply,
    MatchedRespondent,
    Narrowing,
    Reserved,
    StoredRespondent,
    SurveyRow,
    TokenRow,
)

Raw = psycopg.Connection[tuple[Any, ...]]
COPY_FROM = 50
"""Rows from which COPY is quicker than INSERT."""

_TOKEN = """
SELECT t.workspace_id, t.client_id, t.user_id, c.name, t.dialect, t.scopes, t.expires_at, t.revoked_at, c.revoked_at
FROM token t JOIN client c ON c.workspace_id = t.workspace_id AND c.id = t.client_id
WHERE t.hash = %s AND t.kind = 'access'"""
_TAKE = """
INSERT INTO rate AS r (workspace_id, client_id, dialect, window_start, used) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (workspace_id, client_id, dialect, window_start) DO UPDATE SET used = r.used + excluded.used
RETURNING r.used"""
_SURVEY = "SELECT s.id, s.schema_version, s.status, s.name, s.created_at, s.updated_at, s.shuffled FROM survey s WHERE "
_BY_NUMBER = _SURVEY + "s.workspace_id = %s AND s.id = %s"
_BY_ALIAS = _SURVEY + (
    "s.workspace_id = %(workspace)s AND s.id = "
    "(SELECT survey_id FROM survey_alias WHERE workspace_id = %(workspace)s AND alias = %(alias)s)"
)
# The workspace's counter is locked first by every write, so that two processes whose transactions touch
# several surveys wait for each other in one order and do not deadlock.
_RESERVE = """
WITH c AS (
  INSERT INTO counter AS c (workspace_id, name, value) VALUES (%(workspace)s, 'respondent', %(ids)s)
  ON CONFLICT (workspace_id, name) DO UPDATE SET value = c.value + excluded.value RETURNING value
), s AS (
  UPDATE survey SET next_respid = next_respid + %(respids)s, updated_at = %(now)s FROM c
  WHERE workspace_id = %(workspace)s AND id = %(survey)s RETURNING next_respid, schema_version, listening
) SELECT s.next_respid, c.value, s.schema_version, s.listening FROM s, c"""
_BLOCKS = (
    "SELECT block, respondents, responses FROM respondent_block "
    "WHERE workspace_id = %s AND survey_id = %s AND level = %s AND block BETWEEN %s AND %s ORDER BY block"
)
_ROWS = "FROM respondent r WHERE r.workspace_id = %s AND r.survey_id = %s AND r.respid > %s"
_RESPONSE_DOC = """'{"responseid":' || respid || ',' || substr(doc, 2)"""
# Lookups of many keys are written so that they can only run as one index search for each key. Left to its
# statistics (a table that has just grown has none) the planner compares every row with every key instead.
_KEYS = """
FROM unnest(%s::text[]) AS u (value) CROSS JOIN LATERAL (
  SELECT k.respid, k.value FROM respondent_key k
  WHERE k.workspace_id = %s AND k.survey_id = %s AND k.lookup_id = %s AND k.value = u.value OFFSET 0
) k"""
_FOUND_ROWS = """
CROSS JOIN LATERAL (
  SELECT r.respid, r.state, r.opened_at, r.completed_at, r.doc FROM respondent r
  WHERE r.workspace_id = %s AND r.survey_id = %s AND r.respid = k.respid OFFSET 0
) r"""
_STORED = f"""
SELECT r.respid, r.state, r.opened_at, r.completed_at, r.doc
FROM unnest(%s::bigint[]) AS k (respid) {_FOUND_ROWS}"""
_ANSWERED = """ WHERE EXISTS (
  SELECT FROM respondent r
  WHERE r.workspace_id = %s AND r.survey_id = %s AND r.respid = k.respid AND r.state > 0 OFFSET 0
)"""
_COLUMNS = (
    "workspace_id, survey_id, respid, id, state, created_at, updated_at, opened_at, completed_at, "
    "language, token, manual, finish_reason, doc"
)
_MARKED_COLUMNS = ", ".join((_COLUMNS, *Marks._fields))


def _insert(columns: str) -> str:
    places = ", ".join(["%s"] * (columns.count(",") + 1))
    return f"INSERT INTO respondent ({columns}) VALUES ({places})"


_INSERT = {columns: _insert(columns) for columns in (_COLUMNS, _MARKED_COLUMNS)}
_INSERT_ONE = """
WITH row AS ({insert}), keys AS (
  INSERT INTO respondent_key (workspace_id, survey_id, lookup_id, value, respid)
  SELECT %s, %s, * FROM unnest(%s::bigint[], %s::text[], %s::bigint[])
)
INSERT INTO respondent_block AS b (workspace_id, survey_id, level, block, respondents, responses)
VALUES {counts}
ON CONFLICT (workspace_id, survey_id, level, block)
DO UPDATE SET respondents = b.respondents + excluded.respondents, responses = b.responses + excluded.responses"""
"""A submission: everything it adds in one round trip."""
_COUNTS = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(LEVELS))
_INSERT_ONES = {key: _INSERT_ONE.format(insert=insert, counts=_COUNTS) for key, insert in _INSERT.items()}
# A key that another transaction holds is not waited for: two that wait for each other's keys would block.
_KEEP = f"""
INSERT INTO idempotency AS i (workspace_id, scope, key, body_hash, status, reply, created_at)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::bigint[])
AS u (workspace_id, scope, key, body_hash, status, reply, created_at)
WHERE pg_try_advisory_xact_lock(hashtextextended(scope || ' ' || key, workspace_id))
ON CONFLICT (workspace_id, scope, key) DO UPDATE SET
body_hash = excluded.body_hash, status = excluded.status, reply = excluded.reply, created_at = excluded.created_at
WHERE i.created_at <= excluded.created_at - {KEEP_REPLIES}"""
_UPDATE = """
UPDATE respondent SET doc = %s, state = %s, opened_at = %s, completed_at = %s, updated_at = %s
WHERE respid = %s AND workspace_id = %s AND survey_id = %s"""
_KEY_COLUMNS = "workspace_id, survey_id, lookup_id, value, respid"
_ADD_KEYS = f"""
INSERT INTO respondent_key ({_KEY_COLUMNS})
SELECT %s, %s, * FROM unnest(%s::bigint[], %s::text[], %s::bigint[])"""
_DROP_KEY = """
DELETE FROM respondent_key
WHERE lookup_id = %s AND value = %s AND respid = %s AND workspace_id = %s AND survey_id = %s"""
_COUNT = """
INSERT INTO respondent_block AS b (workspace_id, survey_id, level, block, respondents, responses)
SELECT %s, %s, * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
ON CONFLICT (workspace_id, survey_id, level, block)
DO UPDATE SET respondents = b.respondents + excluded.respondents, responses = b.responses + excluded.responses"""


class Postgres:
    """`store.hot.Hot` for PostgreSQL."""

    mark = "%s"

    def begin_read(self, raw: Raw) -> None:
        raw.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def end_read(self, raw: Raw) -> None:
        if raw.info.transaction_status != TransactionStatus.IDLE:
            raw.execute("ROLLBACK")

    def begin_write(self, raw: Raw) -> None:
        raw.execute("BEGIN")

    def abandon(self, raw: Raw) -> None:
        with suppress(psycopg.Error):
            raw.rollback()

    def changes(self, raw: Raw) -> int | None:
        return None

    def token(self, raw: Raw, token_hash: str) -> TokenRow | None:
        row = raw.execute(_TOKEN, (token_hash,)).fetchone()
        return TokenRow._make(row) if row else None

    def take_rate(self, raw: Raw, workspace: int, client: int, dialect: str, window: int, wanted: int) -> int:
        row = raw.execute(_TAKE, (workspace, client, dialect, window, wanted)).fetchone()
        return int(row[0]) if row else wanted

    def survey(self, raw: Raw, workspace: int, reference: str) -> SurveyRow | None:
        if reference.isdecimal():
            number = int(reference) if len(reference) < 19 else -1
            row = raw.execute(_BY_NUMBER, (workspace, number)).fetchone()
        elif "\0" in reference:
            return None
        else:
            row = raw.execute(_BY_ALIAS, {"workspace": workspace, "alias": reference}).fetchone()
        return SurveyRow._make(row) if row else None

    def reserve(
        self, raw: Raw, workspace: int, survey: int, respids: int, ids: int, now: int
    ) -> Reserved | None:
        row = raw.execute(
            _RESERVE,
            {"workspace": workspace, "survey": survey, "respids": respids, "ids": ids, "now": now},
        ).fetchone()
        return Reserved(row[0] - respids, row[1] - ids + 1, *row[2:]) if row else None

    def one(self, raw: Raw, workspace: int, survey: int, respid: int) -> tuple[str, int] | None:
        row = raw.execute(
            "SELECT doc, state FROM respondent WHERE workspace_id = %s AND survey_id = %s AND respid = %s",
            (workspace, survey, respid),
        ).fetchone()
        return (row[0], row[1]) if row else None

    def blocks(
        self, raw: Raw, workspace: int, survey: int, level: int, first: int = 0, last: int = 1 << 32
    ) -> Iterator[tuple[int, int, int]]:
        return iter(raw.execute(_BLOCKS, (workspace, survey, level, first, last)))

    def chunk(
        self,
        raw: Raw,
        workspace: int,
        survey: int,
        after: int,
        limit: int,
        *,
        skip: int = 0,
        responses: bool = False,
        separator: str = "\n",
    ) -> Chunk | None:
        doc, only = (_RESPONSE_DOC, " AND r.state > 0") if responses else ("doc", "")
        row = raw.execute(
            f"SELECT convert_to(string_agg({doc}, %s), 'UTF8'), max(respid), count(*) "
            f"FROM (SELECT r.respid, r.doc {_ROWS}{only} ORDER BY r.respid LIMIT %s OFFSET %s) page",
            (separator, workspace, survey, after, limit, skip),
            binary=True,
        ).fetchone()
        return Chunk._make(row) if row and row[2] else None

    def span(
        self,
        raw: Raw,
        workspace: int,
        survey: int,
        after: int,
        upto: int,
        *,
        responses: bool = False,
        separator: str = "\n",
    ) -> bytes | None:
        doc, only = (_RESPONSE_DOC, " AND r.state > 0") if responses else ("doc", "")
        row = raw.execute(
            f"SELECT convert_to(string_agg({doc}, %s), 'UTF8') "
            f"FROM (SELECT r.respid, r.doc {_ROWS} AND r.respid <= %s{only} ORDER BY r.respid) piece",
            (separator, workspace, survey, after, upto),
            binary=True,
        ).fetchone()
        data: bytes | None = row[0] if row else None
        return data

    def following(self, raw: Raw, workspace: int, survey: int, after: int) -> int | None:
        row = raw.execute(
            f"SELECT r.respid {_ROWS} ORDER BY r.respid LIMIT 1", (workspace, survey, after)
        ).fetchone()
        return int(row[0]) if row else None

    def records(
        self,
        raw: Raw,
        workspace: int,
        survey: int,
        after: int,
        limit: int,
        *,
        responses: bool = False,
        narrowing: Narrowing | None = None,
    ) -> Sequence[tuple[int, str]]:
        only = " AND r.state > 0" if responses else ""
        more, values = (f" AND ({narrowing.sql})", narrowing.parameters) if narrowing else ("", ())
        return raw.execute(
            f"SELECT r.respid, r.doc {_ROWS}{only}{more} ORDER BY r.respid LIMIT %s",
            (workspace, survey, after, *values, limit),
        ).fetchall()

    def stored(self, raw: Raw, workspace: int, survey: int, respids: Sequence[int]) -> list[StoredRespondent]:
        found = raw.execute(_STORED, (list(respids), workspace, survey))
        return list(map(StoredRespondent._make, found))

    def match_keys(
        self, raw: Raw, workspace: int, survey: int, lookup: int, values: Sequence[str], limit: int
    ) -> list[MatchedRespondent]:
        found = raw.execute(
            "SELECT k.respid, r.state, r.opened_at, r.completed_at, r.doc, k.value "
            f"{_KEYS} {_FOUND_ROWS} LIMIT %s",
            (list(values), workspace, survey, lookup, workspace, survey, limit),
        )
        return list(map(MatchedRespondent._make, found))

    def repeated_keys(
        self, raw: Raw, workspace: int, survey: int, lookup: int, values: Sequence[str]
    ) -> list[str]:
        parameters = (list(values), workspace, survey, lookup)
        found = raw.execute(f"SELECT k.value {_KEYS} GROUP BY k.value HAVING count(*) > 1", parameters)
        return [row[0] for row in found]

    def count_keys(
        self, raw: Raw, workspace: int, survey: int, lookup: int, values: Sequence[str], *, responses: bool
    ) -> int:
        only, more = (_ANSWERED, (workspace, survey)) if responses else ("", ())
        parameters = (list(values), workspace, survey, lookup, *more)
        row = raw.execute(f"SELECT count(*) {_KEYS}{only}", parameters).fetchone()
        return int(row[0]) if row else 0

    def page_of_keys(
        self,
        raw: Raw,
        workspace: int,
        survey: int,
        lookup: int,
        values: Sequence[str],
        skip: int,
        limit: int,
        *,
        responses: bool,
    ) -> list[int]:
        only, more = (_ANSWERED, (workspace, survey)) if responses else ("", ())
        parameters = (list(values), workspace, survey, lookup, *more, limit, skip)
        found = raw.execute(f"SELECT k.respid {_KEYS}{only} ORDER BY k.respid LIMIT %s OFFSET %s", parameters)
        return [row[0] for row in found]

    def insert(
        self,
        raw: Raw,
        workspace: int,
        survey: int,
        rows: Sequence[tuple[Any, ...]],
        keys: Sequence[tuple[int, str, int]],
        counts: Sequence[BlockCount],
        marks: Marks = UNMARKED,
    ) -> None:
        columns, rest = (_COLUMNS, ()) if marks == UNMARKED else (_MARKED_COLUMNS, tuple(marks))
        if len(rows) == 1 and len(counts) == len(LEVELS):
            entries = zip(*keys, strict=True) if keys else ([], [], [])
            changes = [value for change in counts for value in (workspace, survey, *change)]
            row = (workspace, survey, *rows[0], *rest)
            values = (*row, workspace, survey, *map(list, entries), *changes)
            raw.execute(_INSERT_ONES[columns], values)
            return
        if len(rows) >= COPY_FROM:
            copy_rows(raw, "respondent", columns, [rows], before=(workspace, survey), behind=rest)
            self.add_keys(raw, workspace, survey, keys)
            self.count_blocks(raw, workspace, survey, counts)
            return
        with raw.pipeline():  # one round trip for all of it
            for row in rows:
                raw.execute(_INSERT[columns], (workspace, survey, *row, *rest))
            self._add_few_keys(raw, workspace, survey, keys)
            self.count_blocks(raw, workspace, survey, counts)

    def insert_blocks(
        self, raw: Raw, workspace: int, survey: int, blocks: Iterable[Sequence[tuple[Any, ...]]]
    ) -> None:
        copy_rows(raw, "respondent", _COLUMNS, blocks, before=(workspace, survey))

    def keep_replies(self, raw: Raw, rows: Sequence[KeptReply]) -> bool:
        columns = [list(column) for column in zip(*rows, strict=True)]
        return raw.execute(_KEEP, columns).rowcount == len(rows)

    def update(self, raw: Raw, workspace: int, survey: int, rows: Sequence[tuple[Any, ...]]) -> None:
        raw.cursor().executemany(_UPDATE, [(*row, workspace, survey) for row in rows])

    def delete(self, raw: Raw, workspace: int, survey: int, respids: Sequence[int]) -> None:
        raw.cursor().executemany(
            "DELETE FROM respondent WHERE workspace_id = %s AND survey_id = %s AND respid = %s",
            [(workspace, survey, respid) for respid in respids],
        )

    def add_keys(self, raw: Raw, workspace: int, survey: int, keys: Iterable[tuple[int, str, int]]) -> None:
        found = list(keys)
        if len(found) >= COPY_FROM:
            copy_rows(raw, "respondent_key", _KEY_COLUMNS, [found], before=(workspace, survey))
        else:
            self._add_few_keys(raw, workspace, survey, found)

    def _add_few_keys(
        self, raw: Raw, workspace: int, survey: int, keys: Iterable[tuple[int, str, int]]
    ) -> None:
        if columns := [list(column) for column in zip(*keys, strict=True)]:
            raw.execute(_ADD_KEYS, (workspace, survey, *columns))

    def drop_keys(self, raw: Raw, workspace: int, survey: int, keys: Iterable[tuple[int, str, int]]) -> None:
        raw.cursor().executemany(_DROP_KEY, [(*key, workspace, survey) for key in keys])

    def count_blocks(self, raw: Raw, workspace: int, survey: int, changes: Iterable[BlockCount]) -> None:
        if columns := [list(column) for column in zip(*changes, strict=True)]:
            raw.execute(_COUNT, (workspace, survey, *columns))


HOT = Postgres()
