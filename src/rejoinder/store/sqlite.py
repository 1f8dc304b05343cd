"""The hot statements on SQLite.

`respondent` is clustered by `row = survey_id << 32 | respid`; survey ids are unique in the file, and
each statement still names the workspace wherever the survey id could come from a caller.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, repeat
from typing import Any

from msgspec import json

from rejoinder.model.respondent import UNMARKED, Marks
from rejoinder.store.hot import (
    KEEP_REPLIES,
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

Raw = sqlite3.Connection

_TOKEN = """
SELECT t.workspace_id, t.client_id, t.user_id, c.name, t.dialect, t.scopes, t.expires_at, t.revoked_at, c.revoked_at
FROM token t JOIN client c ON c.workspace_id = t.workspace_id AND c.id = t.client_id
WHERE t.hash = ? AND t.kind = 'access'"""
_TAKE = """
INSERT INTO rate AS r (workspace_id, client_id, dialect, window_start, used) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (workspace_id, client_id, dialect, window_start) DO UPDATE SET used = r.used + excluded.used
RETURNING used"""
_SURVEY = "SELECT s.id, s.schema_version, s.status, s.name, s.created_at, s.updated_at, s.shuffled FROM survey s WHERE "
_BY_NUMBER = _SURVEY + "s.workspace_id = ? AND s.id = ?"
_BY_ALIAS = (
    _SURVEY
    + "s.workspace_id = ?1 AND s.id = (SELECT survey_id FROM survey_alias WHERE workspace_id = ?1 AND alias = ?2)"
)
_RESPIDS = """
UPDATE survey SET next_respid = next_respid + ?, updated_at = ? WHERE workspace_id = ? AND id = ?
RETURNING next_respid, schema_version, listening"""
_IDS = """
INSERT INTO counter (workspace_id, name, value) VALUES (?, 'respondent', ?)
ON CONFLICT (workspace_id, name) DO UPDATE SET value = value + excluded.value RETURNING value"""
_BLOCKS = (
    "SELECT block, respondents, responses FROM respondent_block "
    "WHERE workspace_id = ? AND survey_id = ? AND level = ? AND block BETWEEN ? AND ? ORDER BY block"
)
_ROWS = "FROM respondent r WHERE r.row > ? AND r.row < ? AND +r.workspace_id = ?"
"""The plus keeps the planner from walking the index of ids instead of the rows themselves."""
_RESPONSE_DOC = """'{"responseid":' || (row & 4294967295) || ',' || substr(doc, 2)"""
_STORED = """
SELECT r.row & 4294967295, r.state, r.opened_at, r.completed_at, r.doc
FROM json_each(?) j CROSS JOIN respondent r ON r.row = (? | j.value) WHERE r.workspace_id = ?"""
_KEYS = """
FROM json_each(?) j CROSS JOIN respondent_key k
ON k.workspace_id = ? AND k.survey_id = ? AND k.lookup_id = ? AND k.value = j.value"""
_ANSWERED = " AND (SELECT state FROM respondent r WHERE r.row = (k.survey_id << 32 | k.respid)) > 0"
# Numbers of ours stand in these two statements, so that rows reach the driver as they are.
_INSERT = """
INSERT INTO respondent (row, id, state, created_at, updated_at, opened_at, completed_at, language, token, manual,
finish_reason, doc, workspace_id{names}) VALUES ({base} | ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, {workspace}{marks})"""
_MARKS = "".join(f", {name}" for name in Marks._fields)
_UPDATE = """
UPDATE respondent SET doc = ?, state = ?, opened_at = ?, completed_at = ?, updated_at = ?
WHERE row = {base} | ? AND workspace_id = {workspace}"""
_ADD_KEY = (
    "INSERT INTO respondent_key (workspace_id, survey_id, lookup_id, value, respid) VALUES (?, ?, ?, ?, ?)"
)
_DROP_KEY = (
    "DELETE FROM respondent_key "
    "WHERE workspace_id = ? AND survey_id = ? AND lookup_id = ? AND value = ? AND respid = ?"
)
_COUNT = """
INSERT INTO respondent_block (workspace_id, survey_id, level, block, respondents, responses) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (workspace_id, survey_id, level, block)
DO UPDATE SET respondents = respondents + excluded.respondents, responses = responses + excluded.responses"""


_KEEP = f"""
INSERT INTO idempotency (workspace_id, scope, key, body_hash, status, reply, created_at)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (workspace_id, scope, key) DO UPDATE SET
body_hash = excluded.body_hash, status = excluded.status, reply = excluded.reply, created_at = excluded.created_at
WHERE created_at <= excluded.created_at - {KEEP_REPLIES}"""


def _text_array(values: Sequence[str]) -> str:
    return json.encode(values).decode()


def _run_each(raw: Raw, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run a statement for each row; a single one goes the driver's shorter way."""
    if len(rows) == 1:
        raw.execute(statement, rows[0])
    else:
        raw.executemany(statement, rows)


class Sqlite:
    """`store.hot.Hot` for SQLite."""

    mark = "?"

    def begin_read(self, raw: Raw) -> None:
        raw.execute("BEGIN")

    def end_read(self, raw: Raw) -> None:
        if raw.in_transaction:
            raw.execute("COMMIT")

    def begin_write(self, raw: Raw) -> None:
        raw.execute("BEGIN IMMEDIATE")

    def abandon(self, raw: Raw) -> None:
        with suppress(sqlite3.Error):
            if raw.in_transaction:
                raw.execute("ROLLBACK")

    def changes(self, raw: Raw) -> int | None:
        return raw.total_changes

    def token(self, raw: Raw, token_hash: str) -> TokenRow | None:
        row = raw.execute(_TOKEN, (token_hash,)).fetchone()
        return row and TokenRow._make(row)

    def take_rate(self, raw: Raw, workspace: int, client: int, dialect: str, window: int, wanted: int) -> int:
        row = raw.execute(_TAKE, (workspace, client, dialect, window, wanted)).fetchone()
        return int(row[0]) if row else wanted

    def survey(self, raw: Raw, workspace: int, reference: str) -> SurveyRow | None:
        if reference.isdecimal():
            number = int(reference) if len(reference) < 19 else -1
            row = raw.execute(_BY_NUMBER, (workspace, number)).fetchone()
        else:
            row = raw.execute(_BY_ALIAS, (workspace, reference)).fetchone()
        return row and SurveyRow._make(row)

    def reserve(
        self, raw: Raw, workspace: int, survey: int, respids: int, ids: int, now: int
    ) -> Reserved | None:
        row = raw.execute(_RESPIDS, (respids, now, workspace, survey)).fetchone()
        if row is None:
            return None
        last = raw.execute(_IDS, (workspace, ids)).fetchone()[0]
        return Reserved(row[0] - respids, last - ids + 1, row[1], row[2])

    def one(self, raw: Raw, workspace: int, survey: int, respid: int) -> tuple[str, int] | None:
        found: tuple[str, int] | None = raw.execute(
            "SELECT doc, state FROM respondent WHERE row = ? AND workspace_id = ?",
            (survey << 32 | respid, workspace),
        ).fetchone()
        return found

    def blocks(
        self, raw: Raw, workspace: int, survey: int, level: int, first: int = 0, last: int = 1 << 32
    ) -> Iterator[tuple[int, int, int]]:
        return raw.execute(_BLOCKS, (workspace, survey, level, first, last))

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
            f"SELECT CAST(group_concat({doc}, ?) AS BLOB), max(row) & 4294967295, count(*) "
            f"FROM (SELECT r.row, r.doc {_ROWS}{only} ORDER BY r.row LIMIT ? OFFSET ?)",
            (separator, survey << 32 | after, (survey + 1) << 32, workspace, limit, skip),
        ).fetchone()
        return Chunk._make(row) if row[2] else None

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
        # An aggregate over a range of rows meets them in their order.
        doc, only = (_RESPONSE_DOC, " AND r.state > 0") if responses else ("doc", "")
        row = raw.execute(
            f"SELECT CAST(group_concat({doc}, ?) AS BLOB) {_ROWS}{only}",
            (separator, survey << 32 | after, (survey << 32 | upto) + 1, workspace),
        ).fetchone()
        data: bytes | None = row[0]
        return data

    def following(self, raw: Raw, workspace: int, survey: int, after: int) -> int | None:
        row = raw.execute(
            f"SELECT r.row & 4294967295 {_ROWS} ORDER BY r.row LIMIT 1",
            (survey << 32 | after, (survey + 1) << 32, workspace),
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
            f"SELECT r.row & 4294967295, r.doc {_ROWS}{only}{more} ORDER BY r.row LIMIT ?",
            (survey << 32 | after, (survey + 1) << 32, workspace, *values, limit),
        ).fetchall()

    def stored(self, raw: Raw, workspace: int, survey: int, respids: Sequence[int]) -> list[StoredRespondent]:
        found = raw.execute(_STORED, (json.encode(respids).decode(), survey << 32, workspace))
        return list(map(StoredRespondent._make, found))

    def match_keys(
        self, raw: Raw, workspace: int, survey: int, lookup: int, values: Sequence[str], limit: int
    ) -> list[MatchedRespondent]:
        parameters = (_text_array(values), workspace, survey, lookup, limit)
        found = raw.execute(
            f"SELECT k.respid, r.state, r.opened_at, r.completed_at, r.doc, k.value {_KEYS} "
            "CROSS JOIN respondent r ON r.row = (k.survey_id << 32 | k.respid) LIMIT ?",
            parameters,
        )
        return list(map(MatchedRespondent._make, found))

    def repeated_keys(
        self, raw: Raw, workspace: int, survey: int, lookup: int, values: Sequence[str]
    ) -> list[str]:
        parameters = (_text_array(values), workspace, survey, lookup)
        found = raw.execute(f"SELECT k.value {_KEYS} GROUP BY k.value HAVING count(*) > 1", parameters)
        return [value for (value,) in found]

    def count_keys(
        self, raw: Raw, workspace: int, survey: int, lookup: int, values: Sequence[str], *, responses: bool
    ) -> int:
        parameters = (_text_array(values), workspace, survey, lookup)
        only = _ANSWERED if responses else ""
        return int(raw.execute(f"SELECT count(*) {_KEYS}{only}", parameters).fetchone()[0])

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
        parameters = (_text_array(values), workspace, survey, lookup, limit, skip)
        only = _ANSWERED if responses else ""
        found = raw.execute(f"SELECT k.respid {_KEYS}{only} ORDER BY k.respid LIMIT ? OFFSET ?", parameters)
        return [respid for (respid,) in found]

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
        place = {"base": survey << 32, "workspace": workspace, "names": "", "marks": ""}
        if marks != UNMARKED:
            place |= {"names": _MARKS, "marks": ", ?" * len(marks)}
            rows = [(*row, *marks) for row in rows]
        _run_each(raw, _INSERT.format(**place), rows)
        if keys:
            self.add_keys(raw, workspace, survey, keys)
        self.count_blocks(raw, workspace, survey, counts)

    def insert_blocks(
        self, raw: Raw, workspace: int, survey: int, blocks: Iterable[Sequence[tuple[Any, ...]]]
    ) -> None:
        statement = _INSERT.format(base=survey << 32, workspace=workspace, names="", marks="")
        raw.executemany(statement, chain.from_iterable(blocks))

    def keep_replies(self, raw: Raw, rows: Sequence[KeptReply]) -> bool:
        if len(rows) == 1:
            return raw.execute(_KEEP, rows[0]).rowcount == 1
        return raw.executemany(_KEEP, rows).rowcount == len(rows)

    def update(self, raw: Raw, workspace: int, survey: int, rows: Sequence[tuple[Any, ...]]) -> None:
        _run_each(raw, _UPDATE.format(base=survey << 32, workspace=workspace), rows)

    def delete(self, raw: Raw, workspace: int, survey: int, respids: Sequence[int]) -> None:
        rows = zip([survey << 32 | respid for respid in respids], repeat(workspace), strict=False)
        raw.executemany("DELETE FROM respondent WHERE row = ? AND workspace_id = ?", rows)

    def add_keys(self, raw: Raw, workspace: int, survey: int, keys: Iterable[tuple[int, str, int]]) -> None:
        _run_each(raw, _ADD_KEY, [(workspace, survey, *key) for key in keys])

    def drop_keys(self, raw: Raw, workspace: int, survey: int, keys: Iterable[tuple[int, str, int]]) -> None:
        raw.executemany(_DROP_KEY, [(workspace, survey, *key) for key in keys])

    def count_blocks(self, raw: Raw, workspace: int, survey: int, changes: Iterable[BlockCount]) -> None:
        _run_each(raw, _COUNT, [(workspace, survey, *change) for change in changes])


HOT = Sqlite()
