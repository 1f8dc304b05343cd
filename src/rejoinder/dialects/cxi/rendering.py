"""Many responses as JSON: those of an import are put together from what is stored, others one by one."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from rejoinder.core.feedback.plain import PlainColumn, PlainReader, PlainResponse, plain_after, plain_reader
from rejoinder.core.feedback.responses import responses_after
from rejoinder.core.unit import Unit
from rejoinder.dialects.cxi import wire
from rejoinder.model.feedback import Sentiment

_encode = msgspec.json.Encoder().encode
_RESPONSE = (
    b'{"id":%d,"project_ids":%b,"feedback":%b,"translated_feedback":%b,"user_id":%b,"feedback_date":%d,'
    b'"score":%b,"metric_type":%b,"custom_properties":[%b],"tags":%b,"sentiment":%b,'
    b'"wootric_response_id":null,"wootric_account_id":%d}'
)
_SENTIMENTS = {None: b"null"} | {int(one): _encode(one.word) for one in Sentiment}
_TRUTHS = {b"1": b"true", b"0": b"false"}
Piece = tuple[int, bytes]
"""The last respid, and the responses with commas between; nothing at the end."""


def pieces_of(unit: Unit, survey_id: int) -> Callable[[Unit, int], Piece]:
    """What gives the responses of a survey behind a respid, piece by piece."""
    reader = plain_reader(unit, survey_id)
    if reader is None:
        return lambda now, after: _one_by_one(now, survey_id, after)
    heads = [_head(column) for column in reader.columns]
    truths = [column.data_type == "boolean" for column in reader.columns]

    def piece(now: Unit, after: int) -> Piece:
        rows = plain_after(now, survey_id, reader, after)
        if not rows:
            return after, b""
        return rows[-1].row.respid, b",".join([_plain(row, now, reader, heads, truths) for row in rows])

    return piece


def _one_by_one(unit: Unit, survey_id: int, after: int) -> Piece:
    rows = responses_after(unit, survey_id, after)
    if not rows:
        return after, b""
    return rows[-1].respid, _encode([wire.response(row, unit.workspace_id) for row in rows])[1:-1]


def _head(column: PlainColumn) -> bytes:
    return b'{"key":%b,"data_type":%b,"value":' % (_encode(column.key), _encode(column.data_type))


def _plain(
    found: PlainResponse, unit: Unit, reader: PlainReader, heads: list[bytes], truths: list[bool]
) -> bytes:
    row = found.row
    comment, score, user, *values = map(bytes, found.values)
    properties = b",".join(
        [
            head + (_TRUTHS.get(value, value) if truth else value) + b"}"
            for head, value, truth in zip(heads, values, truths, strict=True)
            if value != b"null"
        ]
    )
    return _RESPONSE % (
        row.id,
        _encode(found.projects) if found.projects else b"[]",
        comment,
        b"null" if row.translated is None or row.due is not None else _encode(row.translated),
        user,
        wire.seconds(row.at),
        score,
        _encode(reader.metric_type),
        properties,
        _encode([wire.applied_tag(tag) for tag in found.tags]) if found.tags else b"[]",
        _SENTIMENTS[row.sentiment],
        unit.workspace_id,
    )
