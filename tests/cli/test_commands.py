"""Workspaces, clients, users, surveys, variables, templates, stats: what is printed and what is stored."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

import pytest

from cli.conftest import Shell

DEFINITION = {
    "title": {"en": "Visits", "pl": "Wizyty"},
    "elements": [
        {"type": "radiogroup", "name": "colour", "choices": ["red", "blue"], "title": "Colour?"},
        {"type": "text", "name": "status", "title": "A name that the store needs"},
    ],
}


def define(store: Shell, *words: str) -> dict[str, object]:
    Path("visits.json").write_text(json.dumps(DEFINITION))
    found: dict[str, object] = store("survey", "create", "visits.json", "-w", "acme", *words).json
    return found


def test_a_newcomers_first_command_makes_the_database(shell: Shell) -> None:
    ended = shell("workspace", "create", "demo", "--feature", "api_export", "--json")
    assert ended.code == 0
    assert ended.json["name"] == "demo"
    assert ended.json["features"] == ["api_export"]
    assert Path("rejoinder-data/rejoinder.db").is_file()
    assert [w["name"] for w in shell("workspace", "list", "--json").json["workspaces"]] == ["demo"]


@pytest.mark.parametrize(
    "words",
    [("workspace", "list"), ("client", "list", "-w", "x"), ("stats",), ("jobs", "list"), ("backup", "b.gz")],
)
def test_other_commands_say_how_to_make_it_and_leave_no_file(shell: Shell, words: tuple[str, ...]) -> None:
    ended = shell(*words)
    assert (ended.code, ended.out) == (1, "")
    assert "rejoinder migrate" in ended.err
    assert not list(Path().iterdir())


def test_an_old_database_asks_for_migrate(shell: Shell, bare_sqlite_url: str) -> None:
    sqlite3.connect(bare_sqlite_url.removeprefix("sqlite:///")).execute(
        "CREATE TABLE t (a)"
    ).connection.close()
    ended = shell("stats", "--database", bare_sqlite_url)
    assert ended.code == 1
    assert "rejoinder migrate" in ended.err
    migrated = shell("migrate", "--json", "--database", bare_sqlite_url)
    assert migrated.json["before"] is None
    assert shell("stats", "--database", bare_sqlite_url).code == 0


def test_a_secret_is_printed_once_and_stored_as_a_hash(store: Shell) -> None:
    made = store("client", "create", "-w", "acme", "--name", "reader", "--scope", "forsta:read")
    client = made.json
    assert set(client) == {"client_id", "client_secret"}
    listed = store("client", "list", "-w", "acme", "--json")
    assert listed.json["clients"][0]["scopes"] == ["forsta:read"]
    assert client["client_secret"] not in listed.out
    assert client["client_secret"] not in made.err


def test_a_client_is_rotated_and_revoked(store: Shell) -> None:
    client = store("client", "create", "-w", "acme", "-n", "c").json
    rotated = store("client", "rotate", "-w", "acme", client["client_id"]).json
    assert rotated["client_id"] == client["client_id"]
    assert rotated["client_secret"] != client["client_secret"]
    assert store("client", "revoke", "-w", "acme", client["client_id"]).code == 0
    assert "revoked" in store("client", "list", "-w", "acme").out
    assert store("client", "rotate", "-w", "acme", client["client_id"]).code == 1


def test_a_user_needs_a_password_that_nobody_sees(store: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    class Pipe:
        def isatty(self) -> bool:
            return False

        def readline(self) -> str:
            return "correct horse battery\n"

    monkeypatch.setattr("sys.stdin", Pipe())
    assert store("user", "create", "-w", "acme", "a@example.org").code == 2
    ended = store("user", "create", "-w", "acme", "a@example.org", "--password-stdin", "--json")
    assert ended.json["email"] == "a@example.org"
    again = store("user", "create", "-w", "acme", "A@example.org", "--password-stdin")
    assert again.code == 1
    assert "already exists" in again.err


def test_a_definition_becomes_a_survey_with_typed_variables(store: Shell) -> None:
    made = define(store, "--alias", "visits", "-a", "p100")
    assert made["aliases"] == ["visits", "p100"]
    assert any("status" in str(note) for note in made["notes"])  # type: ignore[attr-defined]
    variables = {
        v["name"]: v for v in store("variable", "list", "-w", "acme", "p100", "--json").json["variables"]
    }
    assert variables["colour"]["kind"] == "singleChoice"
    assert [o["code"] for o in variables["colour"]["options"]] == ["red", "blue"]
    surveys = store("survey", "list", "-w", "acme", "--json").json
    assert [(s["name"], s["aliases"]) for s in surveys["surveys"]] == [("Visits", ["visits", "p100"])]


def test_a_survey_is_given_one_more_alias(store: Shell) -> None:
    define(store, "-a", "visits")
    ended = store("survey", "alias", "-w", "acme", "visits", "p7", "--json")
    assert ended.json["aliases"] == ["visits", "p7"]
    assert store("survey", "alias", "-w", "acme", "visits", "p7").code == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [('{"a":', "not valid JSON"), ("[]", "SurveyJS"), ('{"elements":[{"name":"a"}]}', "elements[0].type")],
)
def test_a_bad_definition_is_refused_with_its_place(lite: Shell, text: str, words: str) -> None:
    Path("bad.json").write_text(text)
    ended = lite("survey", "create", "bad.json", "-w", "acme")
    assert ended.code == 1
    assert words in ended.err
    assert lite("survey", "list", "-w", "acme", "--json").json["total"] == 0


def test_templates_are_kept(store: Shell) -> None:
    define(store, "-a", "visits")
    made = store("template", "create", "-w", "acme", "visits", "short", "colour", "email", "--json").json
    assert store("template", "list", "-w", "acme", "visits", "--json").json["templates"] == [made]
    ended = store("template", "create", "-w", "acme", "visits", "short", "nope")
    assert ended.code == 1
    assert "nope" in ended.err


def test_a_variable_is_indexed_now_or_later(store: Shell) -> None:
    define(store, "-a", "visits")
    assert store("variable", "index", "-w", "acme", "visits", "colour").code == 0
    names = [v["name"] for v in store("variable", "list", "-w", "acme", "visits", "--json").json["variables"]]
    assert store("variable", "index", "-w", "acme", "visits", "nope", "--later").code == 1
    assert store("variable", "index", "-w", "acme", "visits", names[-1], "--later").code == 0
    assert store("work", "--once", "--json").json["jobs"] == 1
    found = store("variable", "list", "-w", "acme", "visits", "--json").json["variables"]
    assert [v.get("indexed", False) for v in found[-2:]] == [True, True]


def test_stats_count_without_a_scan(store: Shell) -> None:
    define(store, "-a", "visits")
    found = store("stats", "--json").json
    assert [(s["workspace"], s["alias"], s["respondents"]) for s in found["surveys"]] == [
        ("acme", "visits", 0)
    ]
    assert found["bytes"] > 10_000
    assert "visits" in store("stats").out


def test_times_are_in_the_zone_that_was_chosen(store: Shell) -> None:
    assert store("workspace", "timezone", "-w", "acme", "Europe/Warsaw").code == 0
    assert "Europe/Warsaw" in store("workspace", "list").out
    assert store("workspace", "timezone", "-w", "acme", "Europe/Nowhere").code == 1


def test_values_cannot_move_the_cursor(store: Shell) -> None:
    """Names come from anybody; a table must not carry out what they say to a terminal."""
    Path("bad.json").write_text(json.dumps(DEFINITION | {"title": "\x1b[2Jgone\x07 [red]x[/red]"}))
    store("survey", "create", "bad.json", "-w", "acme")
    shown = store("survey", "list", "-w", "acme").out
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert re.search(r"\\x1b\[2Jgone\\x07 \[red\]x\[/red\]", shown)


def test_a_feature_of_the_plan_is_switched(store: Shell) -> None:
    assert store("workspace", "feature", "-w", "acme", "api_export", "on", "--json").json["on"] is True
    (acme,) = store("workspace", "list", "--json").json["workspaces"]
    assert acme["features"] == ["api_export"]
    assert store("workspace", "feature", "-w", "acme", "api_export", "off").code == 0
    (acme,) = store("workspace", "list", "--json").json["workspaces"]
    assert acme["features"] == []
    assert store("workspace", "feature", "-w", "acme", "gold", "on").code == 2
