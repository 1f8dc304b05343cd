"""`survey show|open|close|set|link|define` and `collector …`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Shell

ELEMENTS = [{"type": "radiogroup", "name": "colour", "choices": ["red", "blue"]}]


@pytest.fixture
def survey(store: Shell) -> Shell:
    """A workspace with the survey `visits`."""
    write(ELEMENTS)
    made = store("survey", "create", "visits.json", "-w", "acme", "--alias", "visits")
    assert made.json["page"] == "/s/visits"
    return store


def write(elements: Any) -> None:
    Path("visits.json").write_text(json.dumps({"elements": elements}))


def test_open_close_show(survey: Shell) -> None:
    for word, status in (("close", "closed"), ("close", "closed"), ("open", "open")):
        assert survey("survey", word, "-w", "acme", "visits", "--json").json["status"] == status
        assert survey("survey", "show", "-w", "acme", "visits", "--json").json["status"] == status


def test_set_and_take_back(survey: Shell) -> None:
    words = ("survey", "set", "-w", "acme", "visits", "--json")
    assert survey("workspace", "timezone", "-w", "acme", "Europe/Warsaw").code == 0
    told = survey(
        *words,
        *("--opens-at", "2026-01-01", "--closes-at", "2026-03-31T18:00+00:00", "--quota", "10"),
        *("--access", "personal", "--ask", "email!", "--ask", "label1"),
        *("--closed-text", "en=Bye = bye", "--thanks-url", "https://example.org/thanks"),
    ).json
    assert (told["opens_at"], told["closes_at"]) == ("2025-12-31 23:00:00", "2026-03-31 18:00:00")
    assert (told["quota"], told["access"], told["asks"]) == (10, "personal", ["email!", "label1"])
    assert told["closed_texts"] == {"en": "Bye = bye"}
    assert told["completed"] == 0
    assert survey("survey", "show", "-w", "acme", "visits", "--json").json["completed"] == 0
    told = survey(
        *words, "--quota", "none", "--opens-at", "none", "--ask", "none", "--closed-text", "none"
    ).json
    assert (told["quota"], told["opens_at"], told["asks"], told["closed_texts"]) == (None, None, [], {})
    assert told["thanks_url"] == "https://example.org/thanks"


@pytest.mark.parametrize(
    "words",
    [
        ("--opens-at", "tomorrow"),
        ("--closes-at", "9999-12-31T23:59-05:00"),
        ("--opens-at", "0001-01-01"),
        ("--quota", "-1"),
        ("--quota", "0"),
        ("--ask", "colour"),
        ("--closed-text", "Bye"),
        ("--thanks-url", "ftp://x"),
        ("--thanks-url", "https://["),
        ("--thanks-url", "https://example.org:99999/"),
        ("--thanks-url", "https://exa%mple.org/"),
        ("--thanks-url", "https://example.org\\@example.net"),
    ],
)
def test_what_cannot_be_set(survey: Shell, words: tuple[str, ...]) -> None:
    ended = survey("survey", "set", "-w", "acme", "visits", *words)
    assert ended.code == 1
    assert ended.err.startswith("Error: ")


def test_links(survey: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    assert survey("survey", "link", "-w", "acme", "visits").out == "/s/visits\n"
    monkeypatch.setenv("REJOINDER_PUBLIC_URL", "https://surveys.example.org")
    link = ("survey", "link", "-w", "acme", "visits")
    assert survey(*link).out == "https://surveys.example.org/s/visits\n"
    assert survey(*link, "--collector", "till").code == 1
    assert survey("collector", "create", "-w", "acme", "visits", "till").code == 0
    assert survey(*link, "--collector", "till").out == "https://surveys.example.org/s/visits?c=till\n"


def test_an_alias_that_another_workspace_has_publicly(survey: Shell) -> None:
    survey("workspace", "create", "other")
    made = survey("survey", "create", "visits.json", "-w", "other", "--alias", "visits").json
    assert made["page"] == f"/s/{made['id']}"
    told = survey("survey", "alias", "-w", "other", "visits", "visits-2", "--json").json
    assert told["page"] == "/s/visits-2"


def test_collectors(survey: Shell) -> None:
    words = ("-w", "acme", "visits", "till", "--json")
    made = survey(
        "collector", "create", *words, "--name", "At the till", "--kind", "manual", "--quota", "5"
    ).json
    assert (made["code"], made["name"], made["kind"], made["page"]) == (
        *("till", "At the till", "manual"),
        "/s/visits?c=till",
    )
    assert made["completed"] == 0
    assert survey("collector", "create", *words).code == 1
    told = survey("collector", "set", *words, "--quota", "none", "--closes-at", "2026-01-01T00:00Z").json
    assert (told["quota"], told["closes_at"], told["name"]) == (None, "2026-01-01 00:00:00", "At the till")
    (found,) = survey("collector", "list", "-w", "acme", "visits", "--json").json["collectors"]
    assert found == told
    assert "till" in survey("collector", "list", "-w", "acme", "visits").out


def test_define(survey: Shell) -> None:
    write([*ELEMENTS, {"type": "text", "name": "why"}])
    told = survey("survey", "define", "-w", "acme", "visits", "visits.json").json
    assert told["version"] == 2
    names = [
        v["name"] for v in survey("variable", "list", "-w", "acme", "visits", "--json").json["variables"]
    ]
    assert names[-2:] == ["colour", "why"]
    write([{"type": "text", "name": "colour"}])
    ended = survey("survey", "define", "-w", "acme", "visits", "visits.json")
    assert ended.code == 1
    assert ended.err.count("elements[0]") == 1, "said once"
