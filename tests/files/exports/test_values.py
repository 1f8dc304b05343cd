"""Every value of every kind, in every format, read by another library and compared with the record."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from openpyxl.utils.escape import unescape

from files.exports import reading
from rejoinder.files.exports.cells import disarmed
from rejoinder.files.exports.formats import FILE_FORMATS
from rejoinder.files.exports.layout import JOIN, Layout
from rejoinder.files.exports.spss_names import variable_names
from rejoinder.model.exports import Column, Format, Manner
from rejoinder.model.filters.text import fold
from rejoinder.model.survey import Field, Kind, Option, Schema, Variable
from strategies import stored

LANGUAGES = ("en", "es", "pl", "ru", "kk", "fr", "de", "tr")
WORDS = {
    "en": "the café",
    "es": "¿cigüeña?",
    "pl": "zażółć gęślą jaźń",
    "ru": "съешь ещё",
    "kk": "әңгіме құрғақ",
    "fr": "cœur naïf",
    "de": "Größe ß",
    "tr": "ığdır İSTANBUL",
}
HOSTILE = (
    "=1+1",
    "+a",
    "-b",
    "@x",
    "\ttab",
    "\rcr",
    "a,b",
    'q"q',
    "two\r\nlines",
    "-5",
    "+48 123",
    "😀👩‍👩‍👧",
    "'",
)
Record = dict[str, Any]


def named(schema: Schema) -> Schema:
    """The schema with titles and labels in all languages."""

    def texts(word: str) -> dict[str, str]:
        return {language: f"{text} {word} 😀" for language, text in WORDS.items()}

    variables = tuple(
        structs.replace(
            v,
            titles=texts(v.name),
            options=tuple(structs.replace(o, texts=texts(o.code)) for o in v.options),
            fields=tuple(structs.replace(f, texts=texts(f.code)) for f in v.fields),
        )
        for v in schema.variables
    )
    return structs.replace(schema, variables=variables, languages=LANGUAGES)


@st.composite
def surveys(draw: st.DrawFn) -> tuple[Schema, list[Record]]:
    """A schema and some records, the texts of which are often hostile."""
    schema = named(draw(stored.schemas()))
    rows = []
    for number in range(1, draw(st.integers(0, 4)) + 1):
        record = {"respid": number} | draw(stored.records(schema))
        for name in ("city", "first name%"):
            record |= draw(
                st.fixed_dictionaries({}, optional={name: st.sampled_from((*HOSTILE, *WORDS.values()))})
            )
        rows.append(record)
    return schema, rows


def plain(schema: Schema, record: Record, joined: bool, language: str | None) -> Record:
    """What stands in which column, found the long way; `language` — of labels, None for codes."""
    found = {"respid": record["respid"]}
    for variable in schema.variables:
        if variable.level in ("respondent", "response") and variable.parent != "cube":
            found |= cells(schema, variable, variable.name, record.get(variable.name), joined, language)
    for loop in schema.loops:
        if loop.parent == "response":
            found[loop.name] = record.get(loop.name)
    return found


def cells(
    schema: Schema, variable: Variable, name: str, value: Any, joined: bool, language: str | None
) -> Record:
    if variable.kind is Kind.GRID_3D:
        found: Record = {}
        for field in variable.fields:
            row = (value or {}).get(field.code) or {}
            for column in (v for v in schema.variables if v.parent == variable.name):
                place = f"{name}[{field.code}][{column.name}]"
                found |= cells(schema, column, place, row.get(column.name), joined, language)
        return found
    if variable.fields:
        single = structs.replace(variable, fields=())
        found = {}
        for field in variable.fields:
            part = (value or {}).get(field.code)
            found |= cells(schema, single, f"{name}[{field.code}]", part, joined, language)
        return found
    labels = {o.code: o.texts[language] if language else o.code for o in variable.options}
    if variable.kind in (Kind.MULTI, Kind.MULTI_GRID):
        chosen, other = (value or {}).get("true", []), (value or {}).get("false", [])
        if joined:
            return {name: JOIN.join(labels[code] for code in chosen) or None}
        return {f"{name}[{c}]": 1 if c in chosen else 0 if c in other else None for c in labels}
    return {name: labels.get(value, value) if isinstance(value, str) and labels else value}


def export(schema: Schema, rows: Sequence[Record], form: Format, manner: Manner) -> tuple[bytes, Layout]:
    """The file, written in slices of two rows."""
    layout, out = Layout(schema, manner), io.BytesIO()
    writer = FILE_FORMATS[form].writer(out, layout.columns, manner)
    for start in range(0, len(rows), 2):
        lines = b"\n".join(map(msgspec.json.encode, rows[start : start + 2]))
        writer.write(*layout.read(lines))
    assert writer.close() == 0
    return out.getvalue(), layout


def together(
    schema: Schema,
    rows: Sequence[Record],
    manner: Manner,
    columns: Sequence[Column],
    names: Sequence[str],
    got: Any,
) -> Iterator[tuple[Column, Any, Any]]:
    """Column, expected cell, cell that was read; `names` — of the columns in the file."""
    language = (manner.language or "en") if manner.values == "labels" else None
    assert len(got) == len(rows)
    for record, line in zip(rows, got, strict=True):
        expected = plain(schema, record, manner.multiple == "joined", language)
        assert [column.name for column in columns] == list(expected)
        assert list(line) == list(names)
        for column, name in zip(columns, names, strict=True):
            yield column, expected[column.name], line[name]


manners = st.builds(
    Manner,
    values=st.sampled_from(["codes", "labels"]),
    language=st.sampled_from([None, *LANGUAGES]),
    multiple=st.sampled_from(["split", "joined"]),
    bom=st.booleans(),
    formulas=st.booleans(),
)


def text_of(value: Any) -> str | None:
    """What CSV writes."""
    if value is None:
        return None
    return msgspec.json.encode(value).decode() if isinstance(value, list) else str(value)


@given(surveys(), manners)
def test_csv(drawn: tuple[Schema, list[Record]], manner: Manner) -> None:
    schema, rows = drawn
    data, layout = export(schema, rows, "csv", manner)
    assert data.startswith(b"\xef\xbb\xbf") == manner.bom
    names = [column.name for column in layout.columns]
    for column, expected, got in together(
        schema, rows, manner, layout.columns, names, reading.read_csv(data)
    ):
        text = text_of(expected)
        if text is not None and column.kind in ("text", "choice") and not manner.formulas:
            text = disarmed(text)
        assert got == text, column


@given(surveys(), manners)
def test_ndjson_of_rows(drawn: tuple[Schema, list[Record]], manner: Manner) -> None:
    """Sources whose rows are no records."""
    schema, rows = drawn
    data, layout = export(schema, rows, "ndjson", manner)
    names = [column.name for column in layout.columns]
    lines = [dict.fromkeys(names) | msgspec.json.decode(line) for line in data.splitlines()]
    for column, expected, got in together(schema, rows, manner, layout.columns, names, lines):
        assert got == (text_of(expected) if isinstance(expected, list) else expected), column


@given(surveys(), manners)
def test_xlsx(drawn: tuple[Schema, list[Record]], manner: Manner) -> None:
    schema, rows = drawn
    data, layout = export(schema, rows, "xlsx", manner)
    got_rows, codebook = reading.read_xlsx(data)
    names = [column.name for column in layout.columns]
    for column, expected, got in together(schema, rows, manner, layout.columns, names, got_rows):
        if expected is None:
            assert got is None, column
        elif column.kind == "datetime" and expected >= "1900-03-01":
            assert got == datetime.fromisoformat(expected)
        elif column.kind == "boolean":
            assert got is bool(expected)
        elif column.kind in ("integer", "number") and (isinstance(expected, float) or abs(expected) < 10**15):
            assert got == pytest.approx(expected, rel=1e-15), "Excel keeps about 16 digits"
        else:
            assert unescape(got) == text_of(expected), column
    assert {line[0] for line in codebook[1:]} == set(names)
    labels = {(line[0], line[3]): line[4] for line in codebook[1:] if line[3] is not None}
    assert labels == {(c.name, code): label for c in layout.columns for code, label in c.labels.items()}


@given(surveys(), manners)
def test_parquet(drawn: tuple[Schema, list[Record]], manner: Manner) -> None:
    schema, rows = drawn
    data, layout = export(schema, rows, "parquet", manner)
    names = [column.name for column in layout.columns]
    for column, expected, got in together(
        schema, rows, manner, layout.columns, names, reading.read_parquet(data)
    ):
        if expected is not None and column.kind == "datetime":
            expected = datetime.fromisoformat(expected)
        elif expected is not None and column.kind == "number":
            expected = float(expected)
        elif isinstance(expected, list):
            expected = text_of(expected)
        assert got == expected, column


@given(surveys(), manners)
def test_spss(drawn: tuple[Schema, list[Record]], manner: Manner) -> None:
    schema, rows = drawn
    if manner.multiple == "joined":
        manner = structs.replace(manner, values="codes")
    data, layout = export(schema, rows, "sav", manner)
    got_rows, meta = reading.read_sav(data)
    names = variable_names([column.name for column in layout.columns])
    # Whatever was wanted, labels stand beside codes; only in joined texts they take their place.
    codes = structs.replace(manner, values="codes")
    assert meta.column_names == names
    for column, expected, got in together(schema, rows, codes, layout.columns, names, got_rows):
        if expected is None or isinstance(got, float):
            number = isinstance(got, float)
            assert got == (_number(column, expected) if number else expected), column
        else:
            assert got == text_of(expected).rstrip(" ") or (got is None and not text_of(expected).strip(" "))
    for column, name in zip(layout.columns, names, strict=True):
        assert meta.column_names_to_labels[name].startswith(column.title[:40])
        told = {
            str(code).removesuffix(".0"): label
            for code, label in meta.variable_value_labels.get(name, {}).items()
        }
        assert told == column.labels, column


def _number(column: Column, expected: Any) -> float:
    if column.kind == "datetime":
        return (datetime.fromisoformat(expected) - datetime.fromisoformat("1582-10-14")).total_seconds()
    return float(expected)


def test_texts_of_any_length_survive_in_spss() -> None:
    """Strings of more than 255 bytes are several variables in the file."""
    schema = Schema(variables=(Variable("t", Kind.TEXT), Variable("n", Kind.NUMERIC)))
    for length in (1, 7, 8, 9, 252, 255, 256, 257, 504, 505, 510, 511, 755, 757, 32_767):
        rows = [
            {"respid": n, "t": text, "n": 1.5}
            for n, text in enumerate(("x" * length, "ы" * (length // 2) or "y"), 1)
        ]
        got, _ = reading.read_sav(export(schema, rows, "sav", Manner())[0])
        assert [(row["t"], row["n"]) for row in got] == [(row["t"], 1.5) for row in rows], length


def test_too_long_texts_are_cut_and_counted() -> None:
    schema = Schema(variables=(Variable("t", Kind.TEXT),))
    for form, most in (("sav", 32_767), ("xlsx", 32_767)):
        layout, out = Layout(schema, Manner()), io.BytesIO()
        writer = FILE_FORMATS[form].writer(out, layout.columns, Manner())
        rows = [{"respid": 1, "t": "é" * 40_000}, {"respid": 2, "t": "short"}]
        writer.write(*layout.read(b"\n".join(map(msgspec.json.encode, rows))))
        assert writer.close() == 1
        got = reading.read_sav(out.getvalue())[0] if form == "sav" else reading.read_xlsx(out.getvalue())[0]
        assert got[0]["t"] == "é" * (most // 2 if form == "sav" else most)
        assert got[1]["t"] == "short"


def test_long_codes_have_labels_in_spss() -> None:
    options = (Option("a code of more than eight bytes", {"en": "One"}), Option("b", {"en": "Два" * 60}))
    schema = Schema(variables=(Variable("q", Kind.SINGLE, options=options),))
    rows = [{"respid": 1, "q": options[0].code}, {"respid": 2, "q": "b"}]
    got, meta = reading.read_sav(export(schema, rows, "sav", Manner())[0])
    assert [row["q"] for row in got] == [options[0].code, "b"]
    assert meta.variable_value_labels["q"] == {options[0].code: "One", "b": ("Два" * 20)}


@given(st.lists(st.text(min_size=0, max_size=80), min_size=1, max_size=20, unique=True))
def test_names_are_valid_in_spss(names: list[str]) -> None:
    found = variable_names(names)
    assert len({fold(name) for name in found}) == len(names)
    for name in found:
        assert name[0].isalpha()
        assert len(name.encode()) <= 64
        assert not name.endswith((".", "_")) or name == "v_"
        assert all(c.isalnum() or c in "._$#@" for c in name)


def test_columns_that_would_be_alike_differ() -> None:
    schema = Schema(
        variables=(
            Variable("a", Kind.TEXT, fields=(Field("b"), Field("B"))),
            Variable("a[b]", Kind.TEXT),
        )
    )
    assert [c.name for c in Layout(schema, Manner()).columns] == ["respid", "a[b]", "a[B]", "a[b] (2)"]


def test_a_full_sheet_is_continued_on_another(monkeypatch: pytest.MonkeyPatch) -> None:
    from rejoinder.files.exports import workbook

    monkeypatch.setattr(workbook, "MAX_ROWS", 4)
    schema = Schema(variables=(Variable("t", Kind.TEXT),))
    rows = [{"respid": n, "t": f"t{n}"} for n in range(1, 9)]
    got, _ = reading.read_xlsx(export(schema, rows, "xlsx", Manner())[0])
    assert got == rows
