"""Streams read records in pieces of like weight, however wide the records are."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from rejoinder.core.respondents.filtered import CHUNK_BYTES, FIRST_CHUNK, fitting, matcher
from rejoinder.core.respondents.read import STREAM_CHUNK, Reading, Stream, read_stream
from rejoinder.core.respondents.write import Batch, add
from rejoinder.core.surveys import create_survey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_workspace
from rejoinder.model.survey import Kind, Variable
from rejoinder.store.engine import Database
from rejoinder.store.session import Session

WIDE = 40_000
"""Characters of a record: a piece holds 100 of them."""
ROWS = FIRST_CHUNK + 250


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


def fill(session: Session) -> Unit:
    unit = Unit(session, create_workspace(session, "w", [], 0)[0].id, "test", 0)
    create_survey(unit, "S", ["s"], [Variable("text", Kind.TEXT, level="respondent", length=WIDE)])
    rows = [{"text": "x"}] * FIRST_CHUNK + [{"text": "x" * WIDE}] * (ROWS - FIRST_CHUNK)
    add(unit, "s", "respondent", Batch(msgspec.json.encode(rows)))
    return unit


def pieces(session: Session, stream: Stream) -> list[list[int]]:
    """The respids of each piece."""
    found = []
    while (piece := stream(session)) is not None:
        found.append([msgspec.json.decode(line)["respid"] for line in piece.splitlines()])
    return found


@pytest.mark.parametrize("expression", [None, "CONTAINS(respondent:text, 'x')"])
def test_every_record_comes_once_and_wide_ones_in_small_numbers(
    database: Database, expression: str | None
) -> None:
    workspace = database.write(fill).workspace_id

    def read(session: Session) -> list[list[int]]:
        unit = Unit(session, workspace, "test", 0)
        survey = open_survey(unit, "s")
        wanted = matcher(unit, survey, expression) if expression else None
        return pieces(session, read_stream(unit, survey, Reading("respondent", None, wanted)))

    found = database.read(read)
    assert [respid for piece in found for respid in piece] == list(range(1, ROWS + 1))
    assert len(found[0]) == FIRST_CHUNK


def test_pieces_weigh_alike() -> None:
    assert fitting(500, 500 * 250, STREAM_CHUNK) == STREAM_CHUNK
    assert fitting(500, 500 * WIDE, STREAM_CHUNK) == CHUNK_BYTES // WIDE
    assert fitting(500, 500 * CHUNK_BYTES * 10, STREAM_CHUNK) == 1
    assert fitting(1, 0, STREAM_CHUNK) == STREAM_CHUNK
