"""NDJSON, flat and in the stored shape."""

from __future__ import annotations

import io
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.files.infer import infer
from rejoinder.files.match import match
from rejoinder.files.ndjson import RecordTable, is_ndjson, read_record_table, read_records
from rejoinder.files.records import rows
from rejoinder.files.tables import Heading
from rejoinder.model.problems import Problem, TooLarge, Unreadable
from rejoinder.model.survey import Kind


def lines(*records: dict[str, Any]) -> RecordTable:
    return read_record_table(io.BytesIO(b"\n".join(msgspec.json.encode(record) for record in records)))


def test_flat_records_keep_their_types() -> None:
    read = lines(
        {"age": 4, "ok": True, "said": "x, y"}, {"age": 5.5, "ok": False, "late": None}, {"said": "z"}
    )
    plan = infer(read)
    assert [(t.variable.name, t.variable.kind) for t in plan.targets] == [
        ("age", Kind.NUMERIC),
        ("ok", Kind.BOOLEAN),
        ("said", Kind.TEXT),
    ]
    assert list(rows(plan, read)) == [
        {"age": 4, "ok": 1, "said": "x, y"},
        {"age": 5.5, "ok": 0},
        {"said": "z"},
    ]


def test_stored_records_come_back_as_they_were() -> None:
    records = [
        {"colour": "1", "liked": {"true": ["4"], "false": ["1", "2"]}, "hours": {"a": 1.5, "b": 20}},
        {"colour": "1", "liked": {"true": ["1", "4"], "false": ["2"]}},
        {"colour": "2", "liked": {"false": ["4", "1", "2"]}, "hours": {"b": 3}},
    ]
    read = lines(*records)
    plan = infer(read)
    assert [t.variable.kind for t in plan.targets] == [Kind.NUMERIC, Kind.MULTI, Kind.NUMERIC]
    assert list(rows(match(plan.schema(), read.headings), read)) == list(rows(plan, read))


def test_parts_met_late_stand_beside_their_question() -> None:
    read = lines({"a": {"x": 1}, "b": 2}, {"a": {"y": 3}})
    assert read.headings == (Heading("a", "x"), Heading("a", "y"), Heading("b"))


def test_lists_are_reported() -> None:
    read = lines({"a": 1, "loop": [{"loop": "1"}]}, {"a": 2})
    assert [line.wrong != "" for line in read.lines()] == [True, False]


def test_records_are_numbered_by_line() -> None:
    file = io.BytesIO(b'\xef\xbb\xbf{"a":1}\n\n  {"a":2}  \r\n')
    assert is_ndjson(file)
    assert list(read_records(file)) == [(1, {"a": 1}), (3, {"a": 2})]


@pytest.mark.parametrize(
    "line", [b"[1]", b"x", b'{"a":', b'"text"', b'{"a":"\xff"}', b"{}{}", b"[" * 100_000]
)
def test_a_line_that_is_no_object_is_named(line: bytes) -> None:
    with pytest.raises(Unreadable, match="Line 2 is not a JSON object"):
        list(read_records(io.BytesIO(b"{}\n" + line + b"\n")))


def test_an_endless_line_is_refused() -> None:
    with pytest.raises(TooLarge, match="Line 1"):
        list(read_records(io.BytesIO(b'{"a":"' + b"x" * 9_000_000 + b'"}')))


def test_endless_members_are_refused() -> None:
    with pytest.raises(TooLarge, match="different members"):
        lines({f"m{n}": n for n in range(10_001)})


json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(st.text(max_size=4), json, max_size=5), max_size=6))
def test_any_records_are_understood(records: list[dict[str, Any]]) -> None:
    try:
        read = lines(*records)
    except Problem:
        return
    for record in rows(infer(read), read):
        assert all(value is not None for value in record.values())


def test_a_scale_of_huge_numbers_is_not_filled_up() -> None:
    """A step for each number between 1 and 10^18 would take all memory there is."""
    read = lines({"a [x]": 1, "a [y]": 10**18}, {"a [x]": 10**18, "a [y]": 1})
    plan = infer(read)
    assert all(len(target.variable.options) <= 2 for target in plan.targets)
