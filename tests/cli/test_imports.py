"""`rejoinder import responses`: the real files, merging, dates, and files that do not fit."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cli.conftest import Shell
from rejoinder.core.respondents.read import Reading, read_stream
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit
from rejoinder.store.engine import Database
from rejoinder.store.session import Session

SURVEYS = Path(__file__).parents[2].parent / "shared" / "data" / "surveys"
HEAD = "id,email,Start Date,End Date,Colour,Score\n"
ROWS = (
    "a1,a@example.pl,2024-01-02 10:00:00,2024-01-02 10:05:00,red,5\n"
    "a2,b@example.pl,2024-01-03 10:00:00,,blue,7\n"
    "a3,c@example.pl,,,red,7.5\n"
)


def records(url: str, survey: str) -> list[dict[str, Any]]:
    """Every respondent as the dialects read it."""
    database = Database(url)

    def read(session: Session) -> list[dict[str, Any]]:
        unit = Unit(session, 1, "test", 0)
        next_piece = read_stream(unit, open_survey(unit, survey), Reading("respondent"))
        data = b""
        while piece := next_piece(session):
            data += piece
        return [json.loads(line) for line in data.splitlines()]

    try:
        return database.read(read)
    finally:
        database.close()


def bring(store: Shell, text: str, *words: str, name: str = "file.csv") -> Any:
    Path(name).write_text(text)
    return store("import", "responses", name, "-w", "acme", "-s", "poll", "--json", *words)


def test_a_workbook_goes_in_as_its_table_does(store: Shell, database_url: str) -> None:
    book = openpyxl.Workbook()
    for line in (HEAD + ROWS).splitlines():
        book.active.append(line.split(","))
    book.create_sheet("Notes")
    book.save("file.xlsx")
    ended = store("import", "responses", "file.xlsx", "-w", "acme", "-s", "book")
    assert (ended.code, ended.err.count("Of 2 sheets the first, Sheet, was read.")) == (0, 1), ended
    assert bring(store, HEAD + ROWS).code == 0
    told = ("respid", "email", "id", "colour", "score")
    one, other = (
        [[record.get(name) for name in told] for record in records(database_url, alias)]
        for alias in ("book", "poll")
    )
    assert one == other
    assert one[2] == [3, "c@example.pl", "a3", "red", 7.5]
    Path("file.zip").write_bytes(b"PK\x03\x04" + b"\0" * 50)
    ended = store("import", "responses", "file.zip", "-w", "acme", "-s", "other")
    assert (ended.code, "cannot be read" in ended.err) == (1, True), ended


@pytest.mark.parametrize(
    ("file", "count"),
    [("StarWars", 1186), ("flying-etiquette", 1040), ("thanksgiving-2015-poll-data", 1058)],
)
def test_real_files_go_in(lite: Shell, sqlite_url: str, file: str, count: int) -> None:
    ended = lite("import", "responses", str(SURVEYS / f"{file}.csv"), "-w", "acme", "-s", file)
    assert ended.code == 0
    assert f"{count:,} added" in ended.out
    assert "respondentid" in ended.out
    (line,) = lite("stats", "--json").json["surveys"]
    assert (line["respondents"], line["responses"], line["imports"]) == (count, count, 1)
    found = records(sqlite_url, file)
    assert [record["respid"] for record in found] == list(range(1, count + 1))
    assert {record["status"] for record in found} == {"complete"}


def test_star_wars_on_both_engines(store: Shell, database_url: str) -> None:
    file = str(SURVEYS / "StarWars.csv")
    assert store("import", "responses", file, "-w", "acme", "-s", "star-wars").code == 0
    first = records(database_url, "star-wars")[0]
    assert first["respondentid"] == "3292879998"
    assert first["rank_star_wars_films_order"] == {"1": 3, "2": 2, "3": 1, "4": 4, "5": 5, "6": 6}
    variables = store("variable", "list", "-w", "acme", "star-wars", "--json").json["variables"]
    own = next(v for v in variables if v["name"] == "respondentid")
    assert (own["level"], own["origin"], own["indexed"]) == ("respondent", "background", True)
    again = store(
        "import", "responses", file, "-w", "acme", "-s", "star-wars", "--key", "respondentid", "--json"
    )
    assert (again.json["inserted"], again.json["updated"]) == (0, 1186)


def test_dates_of_the_file_are_kept(store: Shell, database_url: str) -> None:
    assert bring(store, HEAD + ROWS).json["inserted"] == 3
    first, second, third = records(database_url, "poll")
    assert (first["interview_start"], first["interview_end"]) == (
        "2024-01-02T10:00:00",
        "2024-01-02T10:05:00",
    )
    assert second["interview_end"] == "2024-01-03T10:00:00"
    assert third["interview_start"] > "2025"
    assert [r["email"] for r in (first, second)] == ["a@example.pl", "b@example.pl"]
    assert "start_date" not in first


def test_a_key_merges(store: Shell, database_url: str) -> None:
    bring(store, HEAD + ROWS)
    more = HEAD + "a2,b@example.pl,,,green,8\na4,d@example.pl,2025-05-05 00:00:00,,red,\n"
    ended = bring(store, more, "--key", "id").json
    assert (ended["created"], ended["inserted"], ended["updated"]) == (False, 1, 1)
    found = {record["id"]: record for record in records(database_url, "poll")}
    assert (found["a2"]["colour"], found["a2"]["interview_start"]) == ("green", "2024-01-03T10:00:00")
    assert found["a4"]["interview_start"] == "2025-05-05T00:00:00"
    assert len(found) == 4


def test_what_does_not_fit_is_listed_and_nothing_is_stored(store: Shell, database_url: str) -> None:
    bring(store, HEAD + ROWS)
    before = records(database_url, "poll")
    bad = ROWS + "".join(f"b{n},x@example.pl,2025-99-01 00:00:00,,red,many\n" for n in range(30))
    ended = bring(store, HEAD + bad, "--key", "id")
    assert (ended.code, ended.out) == (1, "")
    told = json.loads(ended.err)
    assert "60 cells" in told["error"]
    assert len(told["details"]) == 21
    assert told["details"][0].startswith('Row 5, column 3 ("Start Date")')
    assert told["details"][-1] == "… and 40 more."
    assert records(database_url, "poll") == before


def test_a_file_goes_in_again_as_it_went_in_first(lite: Shell) -> None:
    """Decimal commas, dates with slashes and "NA" mean the same to a survey that exists as to a new one."""
    body = "Id;Score;Born\na1;4,5;12/31/1999\na2;NA;01/02/2000\na3;3;02/03/2001\n"
    assert bring(lite, body).json["inserted"] == 3
    assert bring(lite, body, "--key", "id").json["updated"] == 3


def test_a_key_must_be_there_and_come_once(lite: Shell) -> None:
    bring(lite, HEAD + ROWS)
    ended = bring(lite, f"{HEAD}a1,,,,red,1\na1,,,,red,2\n,,,,red,3\n", "--key", "id")
    assert "Row 3 has the key a1 of row 2 once more." in json.loads(ended.err)["details"]
    assert "Row 4 has no value for the key id." in json.loads(ended.err)["details"]
    assert "no variable 'nope'" in bring(lite, HEAD + ROWS, "--key", "nope").err


def test_a_failure_in_the_middle_leaves_nothing(
    store: Shell, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The survey refuses what the file's own check lets through, in the last chunk."""
    Path("survey.json").write_text('{"elements":[{"type":"text","name":"note","maxLength":5}]}')
    store("survey", "create", "survey.json", "-w", "acme", "-a", "poll")
    monkeypatch.setattr("rejoinder.core.imports.CHUNK", 2)
    lines = [json.dumps({"note": "short"})] * 4 + [json.dumps({"note": "much too long"})]
    ended = bring(store, "\n".join(lines), name="file.ndjson")
    assert ended.code == 1
    assert any("Row 5" in line and "note" in line for line in json.loads(ended.err)["details"])
    assert records(database_url, "poll") == []
    (line,) = store("stats", "--json").json["surveys"]
    assert (line["respondents"], line["imports"]) == (0, 0)


def test_a_dry_run_stores_nothing(lite: Shell) -> None:
    ended = bring(lite, HEAD + ROWS, "--dry-run")
    assert (ended.code, ended.json["rows"], ended.json["key"]) == (0, 3, "id")
    assert lite("survey", "list", "-w", "acme", "--json").json["total"] == 0


def test_a_dry_run_of_records_tells_what_storing_them_would_and_takes_them_back(
    store: Shell, database_url: str
) -> None:
    bring(store, HEAD + ROWS)
    before = records(database_url, "poll")
    bad = bring(store, '{"Score":"abc"}\n{"nope":1}\n', "--dry-run", name="bad.ndjson")
    assert bad.code == 1
    assert len(json.loads(bad.err)["details"]) == 2
    assert bring(store, '{"score":8}\n', "--dry-run", name="good.ndjson").json["rows"] == 1
    assert records(database_url, "poll") == before


def test_a_stores_own_export_comes_back(store: Shell, database_url: str) -> None:
    """NDJSON as the APIs stream it goes into a survey of the same variables, dates and all."""
    bring(store, HEAD + ROWS)
    before = records(database_url, "poll")
    export = "".join(json.dumps(record) + "\n" for record in before)
    bring(store, export, "--key", "respid", name="export.ndjson")
    assert records(database_url, "poll") == before
    assert bring(store, export, name="export.ndjson").json["inserted"] == 3
    copies = records(database_url, "poll")[3:]
    assert [{**copy, "respid": n} for n, copy in enumerate(copies, 1)] == before


def test_standard_input_is_a_file_too(lite: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO((HEAD + ROWS).encode())

    monkeypatch.setattr("sys.stdin", Stdin)
    assert lite("import", "responses", "-", "-w", "acme", "-s", "poll", "--json").json["inserted"] == 3


@pytest.mark.parametrize("text", ["", "\n", "a" * 3])
def test_a_file_without_rows_makes_no_survey(lite: Shell, text: str) -> None:
    assert bring(lite, text).code == 1
    assert lite("survey", "list", "-w", "acme", "--json").json["total"] == 0


def test_columns_that_mean_nothing_to_the_survey_are_refused(lite: Shell) -> None:
    bring(lite, HEAD + ROWS)
    ended = bring(lite, "x,y\n1,2\n")
    assert ended.code == 1
    assert "names or titles" in ended.err
