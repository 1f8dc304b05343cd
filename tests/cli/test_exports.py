"""`rejoinder export`: straight into a file or a pipe."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

import openpyxl
import pytest

from cli.conftest import Shell

TABLE = "id,email,Colour,Score\na1,a@example.pl,red,5\na2,b@example.pl,blue,7\na3,c@example.pl,red,9\n"


@pytest.fixture
def filled(store: Shell, tmp_path: Path) -> Shell:
    """A workspace with the survey `visits`."""
    (tmp_path / "in.csv").write_text(TABLE)
    assert store("import", "responses", "in.csv", "-w", "acme", "-s", "visits").code == 0
    return store


def test_a_file_is_written(filled: Shell, tmp_path: Path) -> None:
    ended = filled("export", "visits", "-w", "acme", "-o", "out.csv")
    assert (ended.code, ended.out) == (
        0,
        f"Wrote 3 rows into out.csv ({(tmp_path / 'out.csv').stat().st_size} B).\n",
    )
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text())))
    assert [row["email"] for row in rows] == ["a@example.pl", "b@example.pl", "c@example.pl"]
    assert stat.S_IMODE((tmp_path / "out.csv").stat().st_mode) == 0o600
    assert not (tmp_path / "out.csv.part").exists()


def test_what_was_exported_can_be_imported(filled: Shell) -> None:
    assert filled("export", "visits", "-w", "acme", "-o", "out.csv").code == 0
    assert filled("import", "responses", "out.csv", "-w", "acme", "-s", "copy").code == 0
    again = filled("export", "copy", "-w", "acme", "--columns", "email,score", "-o", "-").out
    assert "a@example.pl" in again


def test_the_name_chooses_the_format(filled: Shell, tmp_path: Path) -> None:
    ended = filled("--json", "export", "visits", "-w", "acme", "-o", "out.xlsx")
    assert ended.json["rows"] == 3
    assert openpyxl.load_workbook(tmp_path / "out.xlsx")["Data"].max_row == 4
    assert filled("export", "visits", "-w", "acme", "-f", "sav").code == 0
    assert [path.suffix for path in tmp_path.glob("visits-*")] == [".sav"]


def test_a_filter_goes_into_a_pipe(filled: Shell) -> None:
    words = ("--filter", 'respondent:email = "b@example.pl"', "--format", "ndjson", "-o", "-")
    ended = filled("export", "visits", "-w", "acme", *words)
    assert ended.code == 0
    assert [json.loads(line)["respid"] for line in ended.out.splitlines()] == [2]


def test_a_refusal_leaves_no_file(filled: Shell, tmp_path: Path) -> None:
    for words in (("nothing",), ("visits", "--columns", "nothing"), ("visits", "--filter", "((")):
        ended = filled("export", *words, "-w", "acme", "-o", "out.csv")
        assert ended.code == 1
        assert ended.err.startswith("Error: ")
    assert list(tmp_path.glob("out.csv*")) == []
