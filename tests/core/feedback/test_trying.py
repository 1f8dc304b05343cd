"""Trying a tag's terms finds what the tag would find."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from core.feedback.rig import Rig
from rejoinder.core.feedback import trying
from rejoinder.core.feedback.projects import add_to_project, create_project
from rejoinder.core.feedback.tags import TagEdit, create_tag
from rejoinder.core.feedback.trying import Trial, try_terms

COMMENTS = ("good price", "bad app", "good app, fair price", None, "prices went up", "the app again")


@pytest.fixture
def rig(database_url: str) -> Iterator[Rig]:
    rig = Rig(database_url)
    for score, comment in enumerate(COMMENTS):
        rig.clock += 1_000_000
        rig.write([{"score": score, "why": comment, "plan": "Pro" if score % 2 else "Lite"}])
    rig.work()
    yield rig
    rig.database.close()


def tried(rig: Rig, terms: list[str], rules: Any = None, parent: int | None = None) -> Trial:
    return rig.ask(lambda u: try_terms(u, terms, rules, parent))


def test_terms_find_the_newest_first(rig: Rig) -> None:
    found = tried(rig, ["price*"])
    assert (found.found, found.looked, found.whole) == (3, 5, True)
    assert found.examples == [
        ("prices went up", [(0, 6)]),
        ("good app, fair price", [(15, 20)]),
        ("good price", [(5, 10)]),
    ]
    assert tried(rig, ["refund"]) == Trial(0, 5, True, [])


@pytest.mark.parametrize(
    "rules",
    [
        {"score": {"gte": 2}},
        {"sentiment": ["positive"]},
        {"properties": {"plan": ["Lite"]}},
        {"metric_type": ["ces"]},
        {"score": {"lte": 2}, "sentiment": ["negative"]},
    ],
)
def test_rules_leave_what_they_would_leave_to_the_tag(rig: Rig, rules: Any) -> None:
    found = tried(rig, ["app", "price"], rules)
    tag = rig.do(lambda u: create_tag(u, TagEdit(name="t", terms=["app", "price"], filter_rules=rules)))
    rig.work()
    right = [one.comment for one in rig.all() if any(on.tag.id == tag.id for on in one.tags)]
    assert [text for text, _ in found.examples] == right[::-1]
    assert found.found == len(right)


def test_a_project_and_a_parent_leave_their_own(rig: Rig) -> None:
    numbers = [one.id for one in rig.all()]
    project = rig.do(lambda u: create_project(u, "P")).id
    rig.do(lambda u: add_to_project(u, project, [numbers[0], numbers[4], numbers[5]]))
    assert [text for text, _ in tried(rig, ["price", "app"], {"project_ids": [project]}).examples] == [
        "the app again",
        "good price",
    ]
    parent = rig.do(lambda u: create_tag(u, TagEdit(name="fair", terms=["fair"]))).id
    rig.work()
    found = tried(rig, ["price", "app"], None, parent)
    assert (found.found, found.looked) == (1, 1)


@pytest.mark.parametrize("piece", [1, 2, 3, 6])
def test_pieces_make_no_difference(rig: Rig, monkeypatch: pytest.MonkeyPatch, piece: int) -> None:
    whole = tried(rig, ["app"])
    monkeypatch.setattr(trying, "_PIECE", piece)
    monkeypatch.setattr(trying, "SECONDS", 60)
    assert tried(rig, ["app"]) == whole


def test_when_time_is_over_it_says_so(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "_PIECE", 2)
    monkeypatch.setattr(trying, "SECONDS", -1)
    found = tried(rig, ["app"])
    assert (found.found, found.looked, found.whole) == (1, 2, False)
