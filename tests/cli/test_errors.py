"""Whatever goes wrong is a sentence on standard error and an exit code; never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Shell
from rejoinder.cli import stats as stats_module


@pytest.mark.parametrize(
    "words",
    [
        ("nope",),
        ("client", "create"),
        ("serve", "--port", "99999"),
        ("stats", "--what"),
        ("import", "responses"),
    ],
)
def test_wrong_usage_is_2_and_points_at_help(shell: Shell, words: tuple[str, ...]) -> None:
    ended = shell(*words)
    assert (ended.code, ended.out) == (2, "")
    assert "--help" in ended.err


@pytest.mark.parametrize("place", ["before", "behind"])
def test_options_of_all_commands_stand_before_or_behind(lite: Shell, place: str) -> None:
    words = ("--json", "stats") if place == "before" else ("stats", "--json")
    assert lite(*words).json["surveys"] == []


def test_machines_get_errors_as_json(lite: Shell) -> None:
    ended = lite("client", "list", "-w", "nobody", "--json")
    assert (ended.code, ended.out) == (1, "")
    assert "'acme'" in json.loads(ended.err)["error"]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://x/y", "sqlite:///path or postgresql://"),
        ("nonsense", "sqlite:///path or postgresql://"),
        ("postgresql://user:hush@127.0.0.1:1/x", "rejoinder doctor"),
    ],
)
def test_a_bad_address_is_told_without_its_password(shell: Shell, url: str, words: str) -> None:
    for command in ("stats", "migrate"):
        ended = shell(command, "--database", url)
        assert (ended.code, ended.out) == (1, "")
        assert words in ended.err
        assert "hush" not in ended.err
        assert "Traceback" not in ended.err


def test_without_a_command_there_is_help(shell: Shell) -> None:
    ended = shell()
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("Usage: rejoinder")


def test_a_place_that_is_not_there_is_named(lite: Shell, tmp_path: Path) -> None:
    ended = lite("backup", str(tmp_path / "nowhere" / "x.gz"))
    assert ended.code == 1
    assert "nowhere" in ended.err
    assert "No such file or directory" in ended.err
    assert "fault" not in ended.err


def test_a_bad_setting_is_named(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REJOINDER_PORT", "http")
    ended = shell("stats")
    assert ended.code == 1
    assert "REJOINDER_PORT" in ended.err


def broken(_: object) -> None:
    raise ZeroDivisionError("secret detail")


def test_a_fault_of_ours_leaves_its_traceback_in_a_file(lite: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stats_module, "count", broken)
    monkeypatch.setattr("tempfile.tempdir", str(Path.cwd()))
    ended = lite("stats")
    assert ended.code == 1
    assert "Traceback" not in ended.err
    (log,) = Path().glob("rejoinder-*.log")
    assert str(log) in ended.err
    assert "secret detail" in log.read_text()


def test_debug_shows_it(lite: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stats_module, "count", broken)
    assert "ZeroDivisionError" in lite("stats", "--debug").err


def test_doctor_finds_nothing_wrong(store: Shell) -> None:
    ended = store("doctor", "--json")
    assert ended.code == 0
    assert {line["state"] for line in ended.json["findings"]} <= {"ok", "warn"}


def test_doctor_says_what_to_do(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REJOINDER_DATABSE", "sqlite:///x.db")
    ended = shell("doctor")
    assert ended.code == 1
    assert "REJOINDER_DATABSE" in ended.out
    assert "rejoinder migrate" in ended.out


def test_doctor_outlives_a_database_that_is_down(shell: Shell) -> None:
    ended = shell("doctor", "--database", "postgresql://user:hush@127.0.0.1:1/x")
    assert ended.code == 1
    assert "cannot be opened" in ended.out
    assert "refused" in ended.out
    assert "hush" not in ended.out + ended.err
