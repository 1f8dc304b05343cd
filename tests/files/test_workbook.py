"""Workbooks become CSV: each kind of cell, rows where they were, nothing that a hostile archive claims."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime, time
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.files import workbook
from rejoinder.files.workbook import is_workbook, read_workbook
from rejoinder.model.problems import Invalid, TooLarge, Unreadable


def made(*sheets: list[list[Any]], hidden: int = 0) -> bytes:
    """A workbook with these sheets; the first `hidden` of them are hidden."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Sheet {number}")
        sheet.sheet_state = "hidden" if number < hidden else "visible"
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rows_of(data: bytes) -> list[list[str]]:
    """What the CSV holds."""
    return list(csv.reader(io.StringIO(read_workbook(data).data.decode(), newline="")))


def with_part(data: bytes, name: str, body: bytes) -> bytes:
    """A workbook in which one part is another."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in {*old.namelist(), name}:
            new.writestr(part, body if part == name else old.read(part))
    return out.getvalue()


def test_each_kind_of_cell() -> None:
    cells = ['Łódź, "x"\ny', 3, 3.5, 4.0, True, None, "0012", "=1+1", "#N/A", 1e20]
    day = datetime(2026, 5, 31)  # noqa: DTZ001  sheets know no time zones
    moments = [day.replace(hour=14, minute=30), day, date(2026, 5, 31), time(9, 15)]
    heads = [f"c{n}" for n in range(len(cells) + len(moments))]
    data = made([heads, cells + moments])
    assert is_workbook(data)
    assert rows_of(data)[1] == [
        "Łódź, \"x\"\ny", "3", "3.5", "4", "TRUE", "", "0012", "", "", "1e+20",
        "2026-05-31T14:30:00", "2026-05-31", "2026-05-31", "09:15:00",
    ]  # fmt: skip


def test_rows_stay_where_they_are() -> None:
    data = made([["a", "b"], ["1"], [], ["2", "3", "4"], [None, "5"]])
    assert rows_of(data) == [["a", "b"], ["1", ""], [], ["2", "3", "4"], ["", "5"]]


def test_the_first_sheet_that_is_seen_counts() -> None:
    sheet = read_workbook(made([["secret"]], [["a"]], [["b"]], hidden=1))
    assert (sheet.data, sheet.title, sheet.others) == (b"a\n", "Sheet 1", 1)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn")), max_size=20)


@given(st.lists(st.lists(TEXTS, min_size=1, max_size=4), min_size=1, max_size=6))
def test_texts_come_through(drawn: list[list[str]]) -> None:
    head = [f"c{n}" for n in range(4)]
    book = openpyxl.Workbook()
    for number, row in enumerate([head, *drawn], 1):
        for column, text in enumerate(row, 1):
            cell = book.active.cell(number, column, text)
            cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    errors = workbook._ERRORS
    wanted = [["" if text in errors else text for text in row] + [""] * (4 - len(row)) for row in drawn]
    found = rows_of(out.getvalue())[1:]
    found += [[]] * (len(wanted) - len(found))
    assert found == [row if any(row) else [] for row in wanted]


SHEET = "xl/worksheets/sheet1.xml"
OPEN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
CLOSE = b"</sheetData></worksheet>"


@pytest.mark.parametrize(
    "body",
    [
        b"not xml",
        OPEN,
        b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
        + OPEN
        + b'<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>'
        + CLOSE,
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        + OPEN
        + b'<row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row>'
        + CLOSE,
    ],
    ids=["no xml", "cut", "entities", "files"],
)
def test_broken_and_hostile_xml_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable, match="Save its sheet as CSV"):
        read_workbook(with_part(made([["a"]]), SHEET, body))


def test_rows_and_columns_that_claim_to_be_far_away_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    far = OPEN + b'<row r="999999999"><c r="A999999999"><v>1</v></c></row>' + CLOSE
    monkeypatch.setattr(workbook, "MAX_ROWS", 1000)
    with pytest.raises(TooLarge):
        read_workbook(with_part(made([["a"]]), SHEET, far))
    monkeypatch.setattr(workbook, "MAX_CELLS", 20)
    with pytest.raises(TooLarge, match="more than 20 cells"):
        read_workbook(made([["a", "b", "c"]] * 10))


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/sharedStrings.xml", SHEET])
def test_a_bomb_is_seen_before_it_goes_off(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("MAX_TEXTS", "MAX_OTHER", "MAX_UNPACKED"):
        monkeypatch.setattr(workbook, limit, 1_000_000)
    data = with_part(made([["a"]]), part, b" " * 3_000_000)
    assert len(data) < 20_000
    with pytest.raises(TooLarge):
        read_workbook(data)


def test_a_size_that_lies_gives_no_more_than_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 1_000_000)
    data = bytearray(with_part(made([["a"]]), SHEET, OPEN + b" " * 3_000_000 + CLOSE))
    true = len(OPEN + CLOSE) + 3_000_000
    where = data.rfind(true.to_bytes(4, "little"))
    data[where : where + 4] = (500).to_bytes(4, "little")
    with pytest.raises(Unreadable):
        read_workbook(bytes(data))


def test_what_is_no_workbook_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("letter.txt", "hello")
    with pytest.raises(Unreadable, match="no workbook of Excel"):
        read_workbook(out.getvalue())
    with pytest.raises(Unreadable):
        read_workbook(b"PK\x03\x04 and no more")
    with pytest.raises(Invalid, match="no sheet"):
        read_workbook(with_state(made([["a"]])))
    assert not is_workbook(b"a,b\n1,2\n")


def with_state(data: bytes) -> bytes:
    """A workbook whose only sheet is hidden."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        book = archive.read("xl/workbook.xml")
    return with_part(data, "xl/workbook.xml", book.replace(b'state="visible"', b'state="hidden"'))
