"""CSV files of feedback: what is read, what is refused and with which words."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.files.csv_rows import BLOCK, MAX_BYTES, MAX_CELL, REPORTED
from rejoinder.files.feedback_csv import FeedbackFile, read_feedback
from rejoinder.model.problems import Invalid, TooLarge

DAY = "2020-07-16"
NOON = int(datetime(2020, 7, 16, 12, tzinfo=UTC).timestamp())
LANGUAGES = {
    "en": "The driver wasn’t late – “never”!",
    "es": "¿Qué tal el envío? ¡Pésimo, señor!",
    "pl": "Zażółć gęślą jaźń, źle obsłużono",
    "ru": "Съешь ещё этих мягких французских булок",
    "kk": "Жеткізу өте баяу, қызмет көрсету нашар, әттең",
    "fr": "L’été où j’ai reçu le colis, ça m’a déçu, œuf",
    "de": "Größe paßt nicht, „schön“ ist anders – ßẞ",
    "tr": "İğne ıssız, çok kötü; şöyle böyle, ağır",
}


def read(text: str | bytes, zone: Any = UTC) -> FeedbackFile:
    return read_feedback(text if isinstance(text, bytes) else text.encode(), zone)


def rows_of(file: FeedbackFile) -> list[tuple[Any, ...]]:
    """(date in seconds, feedback, score, user, properties) of every row."""
    return [
        (at // 1_000_000, *rest)
        for block in file.blocks()
        for at, *rest in zip(
            block.dates,
            block.feedback,
            block.scores,
            block.users,
            zip(*block.properties, strict=True),
            strict=True,
        )
    ]


def refused(text: str | bytes) -> str:
    """The words of a refusal: the sentence, and each row's."""
    with pytest.raises(Invalid) as caught:
        read(text)
    found = caught.value
    rows = found.report.rows if found.report else ()
    return "\n".join([found.message, *(f"{row.row}: {row.messages[0].message}" for row in rows)])


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("2020-07-16 12:00:00", NOON),
        ("2020-07-16 12:00", NOON),
        ("2020-07-16", NOON - 12 * 3600),
        (str(NOON), NOON),
        ("0", 0),
        ("-86400", -86400),
        (" 2020-07-16 12:00 ", NOON),
    ],
)
def test_a_date_in_each_of_its_forms(written: str, seconds: int) -> None:
    assert read(f"feedback_date,x\n{written},a").rows == 1
    assert rows_of(read(f"feedback_date,x\n{written},a"))[0][0] == seconds


def test_a_date_without_an_offset_is_the_workspaces() -> None:
    found = rows_of(read(f"feedback_date,x\n2020-07-16 12:00,a\n{NOON},a", ZoneInfo("Europe/Warsaw")))
    assert [row[0] for row in found] == [NOON - 2 * 3600, NOON]


@pytest.mark.parametrize(
    "written",
    [
        *(
            "2020-99-99",
            "2020-02-30",
            "2021-02-29",
            "16.07.2020",
            "07/16/2020",
            "2020-07-16T12",
            "yesterday",
            "12:00",
        ),
        *(
            "2020-07-16 25:00",
            "2020-07-16 12:60",
            "20200716123456789",
            "1e9",
            "９９９",
            "1899-01-01",
            "9999-12-31",
        ),
        *("2020-7-16", "2020-07-16 12:00:00+02:00", "999999999999"),
    ],
)
def test_what_is_no_date(written: str) -> None:
    assert "2: feedback_date is no such date" in refused(f"feedback_date,x\n{written},a")


def test_special_columns_are_found_wherever_they_stand_and_the_others_are_properties_in_order() -> None:
    file = read(
        "Plan,Score,feedback,zeta,USER_ID,feedback_date,alpha\nLite, 7 ,Good,1,ann,2020-07-16,x\nPro,,,,,0,"
    )
    assert [column.heading for column in file.columns] == ["Plan", "zeta", "alpha"]
    assert rows_of(file) == [
        (NOON - 12 * 3600, "Good", 7, "ann", ("Lite", 1, "x")),
        (0, None, None, None, ("Pro", None, None)),
    ]


@pytest.mark.parametrize(
    ("cells", "kind", "values"),
    [
        (["1", "-20", "0"], "integer", [1, -20, 0]),
        (["1", "2.5", ""], "double", [1.0, 2.5, None]),
        (["2020-01-02", "2020-01-02 03:04"], "datetime", ["2020-01-02T00:00:00", "2020-01-02T03:04:00"]),
        (["true", "FALSE", ""], "boolean", [1, 0, None]),
        (["1", "x"], "string", ["1", "x"]),
        (["007", "12"], "string", ["007", "12"]),
        (["1" * 16], "string", ["1" * 16]),
        (["1" * 5000], "string", ["1" * 5000]),
        (["+1"], "string", ["+1"]),
        (["1e5"], "string", ["1e5"]),
        (["1,5"], "string", ["1,5"]),
        (["NaN", "inf"], "string", ["NaN", "inf"]),
        (["2020-99-99"], "string", ["2020-99-99"]),
        (["", ""], "string", [None, None]),
        (["=1+2", "@x", "-"], "string", ["=1+2", "@x", "-"]),
        ([" 1"], "string", [" 1"]),
        (["٣"], "string", ["٣"]),
    ],
)
def test_types_are_inferred_for_each_column(cells: list[str], kind: str, values: list[Any]) -> None:
    lines = "\n".join(f'0,"{cell}"' for cell in cells)
    file = read(f"feedback_date,p\n{lines}")
    assert [column.kind for column in file.columns] == [kind]
    assert [row[4][0] for row in rows_of(file)] == values


def test_a_type_is_that_of_the_whole_column_over_blocks() -> None:
    lines = "\n".join(f"0,{n}" for n in range(BLOCK + 1))
    assert read(f"feedback_date,p\n{lines}").columns[0].kind == "integer"
    assert read(f"feedback_date,p\n{lines}\n0,x").columns[0].kind == "string"
    assert len(rows_of(read(f"feedback_date,p\n{lines}\n0,1.5"))) == BLOCK + 2


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_every_line_ending_with_and_without_a_mark(end: str, mark: bytes) -> None:
    text = end.join(["feedback,feedback_date,p", '"two\nlines",0,a', 'plain,0,"b ""c"""', "", "last,0,d"])
    found = rows_of(read(mark + text.encode()))
    assert [(row[1], row[4][0]) for row in found] == [("two\nlines", "a"), ("plain", 'b "c"'), ("last", "d")]


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_another_delimiter_is_understood_when_only_it_makes_sense(mark: str) -> None:
    text = "feedback,feedback_date,plan\na,0,x\n".replace(",", mark)
    assert [column.heading for column in read(text).columns] == ["plan"]


@pytest.mark.parametrize("text", LANGUAGES.values(), ids=LANGUAGES)
def test_text_of_every_language_survives(text: str) -> None:
    cell = text.replace('"', '""')
    (row,) = rows_of(
        read(f'feedback,feedback_date,user_id,{text.replace(",", "")[:20]}\n"{cell}",0,"{cell}","{cell}"')
    )
    assert (row[1], row[3], row[4]) == (text, text, (text,))


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=20),
            st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=20),
            st.integers(-9, 99) | st.none(),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_what_a_csv_writer_writes_is_read_back(rows: list[tuple[str, str, int | None]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["feedback", "feedback_date", "user_id", "score"])
    writer.writerows([text, 5, user, "" if score is None else score] for text, user, score in rows)
    file = read(out.getvalue())
    got = [
        one for block in file.blocks() for one in zip(block.feedback, block.users, block.scores, strict=True)
    ]
    assert got == [(text or None, user or None, score) for text, user, score in rows]


HEADERS = {
    "": "no header",
    "\n\n": "no header",
    ",,\na,b,c": "no header",
    "feedback,score\na,1": "no column 'feedback_date'",
    "feedback_date,,x\n0,a,b": "Column 2 has no name",
    "feedback_date,a,A\n0,1,2": "Columns 2 and 3 are both called",
    "feedback_date,feedback_date\n0,0": "Columns 1 and 2 are both called",
    "feedback_date,tags\n0,x": "'tags', a reserved name",
    "feedback_date,Wootric_Response_ID\n0,x": "'wootric_response_id', a reserved name",
    "feedback_date," + "x" * 201 + "\n0,a": "The name of column 2 must be printable",
    'feedback_date,"a\nb"\n0,a': "The name of column 2 must be printable",
    "feedback_date\n": "no rows under its header",
    "feedback_date\n\n\n": "no rows under its header",
    ",".join(f"c{n}" for n in range(100_000)) + "\n0": "100,000 columns; at most 500",
}


@pytest.mark.parametrize("text", HEADERS, ids=lambda text: text[:30].replace("\n", "|"))
def test_headers_that_cannot_be(text: str) -> None:
    assert HEADERS[text] in refused(text)


ROWS = {
    "ragged, short": (b"feedback_date,x\n0,a\n0", "3: has 1 cell, the header has 2"),
    "ragged, long": (b"feedback_date,x\n0,a,b", "2: has 3 cells, the header has 2"),
    "unclosed quote": (
        b'feedback_date,x\n0,a\n0,"b\n0,c\n',
        "3: opens a quotation mark that is never closed",
    ),
    "text behind a quote": (b'feedback_date,x\n0,"a"b\n', "2: has text behind a closing quotation mark"),
    "NUL": (b"feedback_date,x\n0,a\n0,b\0c\n0,d", "3: holds a NUL character"),
    "Latin-1": ("feedback_date,x\n0,a\n0,caf\xe9\n".encode("latin-1"), "3: is not UTF-8"),
    "half a letter": (b"feedback_date,x\n0,\xc4", "2: is not UTF-8"),
    "UTF-16": ("feedback_date,x\n0,a".encode("utf-16"), "save it as CSV in UTF-8"),
    "UTF-16 without a mark": ("feedback_date,x\n0,a".encode("utf-16-le"), "save it as CSV in UTF-8"),
    "one huge field": (b"feedback_date,x\n0," + b"a" * 10_000_000, "2: has a cell of over 1,000,000"),
    "one long field": (b"feedback_date,x\n0," + b"a" * (MAX_CELL + 1), "2: x is longer than 100,000"),
    "blank date": (b"feedback_date,x\n,a", "2: feedback_date is blank"),
    "score": (b"feedback_date,score\n0,7.5", "2: score must be a whole number"),
    "huge score": (b"feedback_date,score\n0,12345678901234567890", "2: score must be a whole number"),
    "binary": (bytes(range(256)) * 20, "The name of column 1 must be printable"),
}


@pytest.mark.parametrize("name", ROWS)
def test_rows_that_cannot_be_are_named(name: str) -> None:
    data, said = ROWS[name]
    assert said in refused(data)


def test_every_wrong_row_is_counted_and_the_first_are_told() -> None:
    lines = "\n".join("x,1" if n % 2 else "0,x" for n in range(REPORTED + 300))
    with pytest.raises(Invalid) as caught:
        read(f"feedback_date,score\n{lines}")
    assert (
        "10,300 rows of the file are wrong; nothing was stored. The first 10,000 of them"
        in caught.value.message
    )
    assert caught.value.report
    assert [row.row for row in caught.value.report.rows] == list(range(2, REPORTED + 2))


def test_a_row_that_is_wrong_twice_is_one_row() -> None:
    assert "A row of the file is wrong" in refused("feedback_date,score\nx,y\n0,1")
    assert "2 rows of the file are wrong" in refused("feedback_date,score\nx,y\n0,1\nx,y")


def test_rows_are_limited() -> None:
    with pytest.raises(TooLarge, match="more than 500,000 rows"):
        read(b"feedback_date\n" + b"0\n" * 500_001)


def test_the_size_of_a_file_is_limited_to_the_byte() -> None:
    head = b"feedback_date,x\n"
    line = b"0," + b"a" * 997 + b"\n"
    full = head + line * ((MAX_BYTES - len(head)) // len(line))
    full += b"0," + b"a" * (MAX_BYTES - len(full) - 2)
    assert len(full) == MAX_BYTES
    assert read(full).rows > 10_000
    with pytest.raises(TooLarge, match="10,485,761 bytes"):
        read(full + b"a")
