"""Reading CSV and TSV: encodings, delimiters, headers, and everything a broken file can hold."""

from __future__ import annotations

import csv
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from files.making import file_of, table
from rejoinder.files.tables import MAX_FIELD, Heading, TextTable, read_table
from rejoinder.model.problems import Invalid, Problem, TooLarge, Unreadable


def cells(read: TextTable) -> list[list[str]]:
    return [line.cells for line in read.lines()]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
    ],
)
def test_encoding_is_found(written: str, found: str) -> None:
    read = read_table(io.BytesIO("Frage,Wort\n1,Größe\n".encode(written)))
    assert read.encoding == found
    assert read.headings == (Heading("Frage"), Heading("Wort"))
    assert cells(read) == [["1", "Größe"]]


def test_utf16_without_a_mark_is_refused_with_advice() -> None:
    with pytest.raises(Invalid, match="Save it as UTF-8"):
        read_table(io.BytesIO("a,b\n1,2\n".encode("utf-16-le")))


def test_bytes_without_a_meaning_in_windows_1252_are_read_as_latin_1() -> None:
    assert read_table(io.BytesIO(b"a,b\n\x8f,\xe9\n")).encoding == "latin-1"


def test_a_late_byte_decides_the_encoding() -> None:
    body = b"a,b\n" + b"plain,text\n" * 200_000 + b"caf\xe9,x\n"
    read = read_table(io.BytesIO(body))
    assert read.encoding == "cp1252"
    assert cells(read)[-1] == ["café", "x"]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_delimiter_is_found(mark: str) -> None:
    lines = [
        ["name", "said", "when"],
        ["Ann", "well, then; so", "now"],
        ["Bo", 'a "b"', "1,5"],
        ["Cy", "", "2,5"],
    ]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=mark).writerows(lines)
    read = read_table(io.BytesIO(text.getvalue().encode()))
    assert read.delimiter == mark
    assert cells(read) == lines[1:]


def test_one_column_of_prose_is_one_column() -> None:
    read = read_table(io.BytesIO(b'comment\n"well, yes"\n"no, never, not at all"\n'))
    assert cells(read) == [["well, yes"], ["no, never, not at all"]]


def test_two_header_rows_are_seen_and_filled_forward() -> None:
    read = table(
        ["id", "Seen?", "Which?", "", "Why?"],
        ["", "Response", "A", "B", "Open-Ended Response"],
        ["1", "yes", "A", "", "so"],
    )
    assert read.header_rows == 2
    assert read.headings == (
        Heading("id"),
        Heading("Seen?"),
        Heading("Which?", "A"),
        Heading("Which?", "B"),
        Heading("Why?"),
    )
    assert [line.number for line in read.lines()] == [3]


def test_pandas_placeholders_are_blank_headings() -> None:
    read = table(["id", "Which?", "Unnamed: 2"], ["", "A", "B"], ["1", "A", ""])
    assert read.headings == (Heading("id"), Heading("Which?", "A"), Heading("Which?", "B"))


def test_a_header_over_a_first_row_of_data_is_one_header_row() -> None:
    read = table(["id", "colour", ""], ["1", "red", "x"], ["2", "blue", "y"])
    assert read.header_rows == 1
    assert len(cells(read)) == 2


def test_the_caller_may_say_how_many_header_rows() -> None:
    file = file_of(["a", "b"], ["x", "y"], ["1", "2"])
    assert read_table(file, header_rows=2).headings == (Heading("a", "x"), Heading("b", "y"))


def test_ragged_rows_are_named_and_fitted() -> None:
    read = read_table(io.BytesIO(b"a,b,c\n1,2,3\n4,5\n\n6,7,8,9\n1,2,3,,\n"))
    lines = list(read.lines())
    assert [line.cells for line in lines] == [
        ["1", "2", "3"],
        ["4", "5", ""],
        ["6", "7", "8"],
        ["1", "2", "3"],
    ]
    assert [line.wrong for line in lines] == [
        "",
        "has 2 cells in place of 3",
        "has 4 cells in place of 3",
        "",
    ]
    assert [line.number for line in lines] == [2, 3, 5, 6]


def test_nul_characters_are_dropped() -> None:
    body = b"name,word\n" + b"Ann,fine\n" * 20 + b"B\x00o,ba\x00d\n"
    assert cells(read_table(io.BytesIO(body)))[-1] == ["Bo", "bad"]


def test_a_quote_never_closed_is_refused_with_its_row() -> None:
    body = b"a,b\n1,2\n" + b'3,"open\n' + b"more,text\n" * (MAX_FIELD // 5)
    with pytest.raises(TooLarge, match=r"Row 3 .*quotation mark"):
        cells(read_table(io.BytesIO(body)))


def test_a_quote_never_closed_swallows_no_rows() -> None:
    with pytest.raises(Invalid, match=r"Row 3 .* quotation mark that is never closed"):
        cells(read_table(io.BytesIO(b'a,b\n1,x\n2,"y\n3,z\n')))


@pytest.mark.parametrize("body", ['a,b\n1,"x\ny"', 'a,b\n1,x"y\n', 'a,b\n1,""\n\n'])
def test_quotes_that_are_closed_or_within_a_cell_are_read(body: str) -> None:
    assert len(cells(read_table(io.BytesIO(body.encode())))) == 1


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1"])
def test_a_workbook_is_refused_with_advice(start: bytes) -> None:
    with pytest.raises(Unreadable, match="save its sheet as CSV"):
        read_table(io.BytesIO(start + b"a,b\n1,2\n"))


def test_a_field_of_ten_megabytes_is_refused_with_its_row() -> None:
    with pytest.raises(TooLarge, match=r"(Row|Line) 2 "):
        cells(read_table(io.BytesIO(b"a,b\n1," + b"x" * 10_000_000 + b"\n")))


def test_a_hundred_thousand_columns_are_refused() -> None:
    with pytest.raises(Invalid, match="100000 columns"):
        read_table(io.BytesIO((",".join(f"c{n}" for n in range(100_000)) + "\n1\n").encode()))


@pytest.mark.parametrize("body", [b"", b"\n\n", b",,,\n1,2,3,4\n", b"\xef\xbb\xbf"])
def test_a_file_without_a_header_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid, match="no header"):
        read_table(io.BytesIO(body))


def test_rows_are_read_in_constant_memory() -> None:
    body = io.BytesIO(b"a,b,c\n" + b"some text,more text,1234\n" * 100_000)
    read = read_table(body)
    tracemalloc.start()
    count = sum(1 for _ in read.lines())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 100_000
    assert peak < 1_000_000


def test_a_table_can_be_read_again_after_half_a_reading() -> None:
    read = table(["a", "b"], ["1", "2"], ["3", "4"])
    next(read.lines())
    assert cells(read) == [["1", "2"], ["3", "4"]]
    assert not read.file.closed


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)


@given(
    st.integers(1, 6).flatmap(
        lambda width: st.lists(st.lists(texts, min_size=width, max_size=width), max_size=8)
    )
)
def test_what_the_csv_module_writes_is_read_back(rows: list[list[str]]) -> None:
    header = [f"column {n}" for n in range(len(rows[0]) if rows else 2)]
    read = read_table(file_of(header, *rows), header_rows=1, delimiter=",")
    assert cells(read) == [row for row in rows if any(row)]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        read = read_table(io.BytesIO(body))
        assert all(len(line.cells) == len(read.headings) for line in read.lines())
    except Problem:
        pass
