"""Onboarding, projects and tags, on both engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rejoinder.core.feedback.onboarding import choose_category, complete, keep_draft, status
from rejoinder.core.feedback.projects import create_project, get_project, list_projects, rename_project
from rejoinder.core.feedback.tag_listing import Wanted, list_tags
from rejoinder.core.feedback.tags import TagEdit, change_tag, create_tag, delete_tag, every_tag
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_workspace
from rejoinder.model.feedback import Draft, FilterRules, Range, TagMode
from rejoinder.model.problems import AlreadyExists, Invalid, NotFound, NotOnboarded
from rejoinder.store.engine import Database

Do = Callable[[Callable[[Unit], Any]], Any]


@pytest.fixture
def do(database_url: str) -> Iterator[Do]:
    """Runs verbs in a new workspace."""
    database = Database(database_url)
    number = database.write(lambda s: create_workspace(s, "Here", (), 1)[0].id)
    database.write(lambda s: create_workspace(s, "There", (), 1))
    yield lambda verb: database.write(lambda s: verb(Unit(s, number, "test", 10)), number)
    database.close()


@pytest.fixture
def onboarded(do: Do) -> Do:
    """The same, onboarded in E-Commerce."""
    do(lambda u: choose_category(u, 9))
    do(complete)
    return do


def test_nothing_before_onboarding(do: Do) -> None:
    for verb in (list_projects, every_tag, lambda u: create_tag(u, TagEdit(name="X"))):
        with pytest.raises(NotOnboarded, match="complete the onboarding flow first"):
            do(verb)


def test_a_category_brings_its_tags_and_another_replaces_them(do: Do) -> None:
    assert do(status).tags == ()
    first = do(lambda u: choose_category(u, 9))
    assert {"RETURNS", "SHIPPING_PACKAGING"} <= {tag.name for tag in first.tags}
    again = do(lambda u: choose_category(u, 9))
    assert again.tags == first.tags
    second = do(lambda u: choose_category(u, 13))
    assert "RETURNS" not in {tag.name for tag in second.tags}
    assert second.category_id == 13
    with pytest.raises(Invalid):
        do(lambda u: choose_category(u, 16))


def test_onboarding_happens_once(do: Do) -> None:
    with pytest.raises(Invalid, match="category"):
        do(complete)
    do(lambda u: choose_category(u, 1))
    do(lambda u: keep_draft(u, Draft(project="Enterprise")))
    do(lambda u: keep_draft(u, Draft(import_name="a.csv")))
    assert do(status).draft == Draft(project="Enterprise", import_name="a.csv")
    assert do(complete).onboarded
    assert [project.name for project in do(list_projects)] == ["Enterprise"]
    for verb in (complete, lambda u: choose_category(u, 2), lambda u: keep_draft(u, Draft())):
        with pytest.raises(AlreadyExists):
            do(verb)


def test_projects(onboarded: Do) -> None:
    made = onboarded(lambda u: create_project(u, " One "))
    assert (made.name, made.response_count) == ("One", 0)
    assert onboarded(lambda u: rename_project(u, made.id, "Two")).name == "Two"
    with pytest.raises(NotFound):
        onboarded(lambda u: get_project(u, made.id + 1))
    with pytest.raises(Invalid):
        onboarded(lambda u: create_project(u, " "))


def test_a_tag_is_made_and_changed(onboarded: Do) -> None:
    project = onboarded(lambda u: create_project(u, "P"))
    rules = {
        "project_ids": [str(project.id)],
        "score": {"gte": "0", "lte": "6"},
        "properties": {"plan": "Lite"},
    }
    edit = TagEdit(
        name="my tag", description="d", mode="text_match", terms=["one", "two*"], filter_rules=rules
    )
    made = onboarded(lambda u: create_tag(u, edit))
    assert (made.name, made.display_name, made.scope_by_parent) == ("MY_TAG", "MY_TAG", False)
    assert made.filter_rules == FilterRules((project.id,), Range(0, 6), properties={"plan": ("Lite",)})
    changed = onboarded(lambda u: change_tag(u, made.id, TagEdit(terms=["three"], enabled=False)))
    assert (changed.terms, changed.enabled, changed.name) == (("three",), False, "MY_TAG")
    assert changed.filter_rules == made.filter_rules
    assert changed in onboarded(every_tag)
    manual = onboarded(lambda u: change_tag(u, made.id, TagEdit(mode="manual")))
    assert (manual.terms, manual.filter_rules) == ((), FilterRules())


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (TagEdit(), "name"),
        (TagEdit(name="  "), "name"),
        (TagEdit(name="a" * 101), "name"),
        (TagEdit(name="returns"), "name"),
        (TagEdit(name="x", mode="smart"), "mode"),
        (TagEdit(name="x", mode="manual", terms=["a"]), "text_match_terms"),
        (TagEdit(name="x", mode="manual", filter_rules={"sentiment": ["negative"]}), "filter_rules"),
        (TagEdit(name="x", mode="text_match", terms=["a"] * 101), "text_match_terms"),
        (TagEdit(name="x", mode="text_match", terms=["a" * 201]), "text_match_terms"),
        (TagEdit(name="x", mode="text_match", terms=["!?"]), "text_match_terms"),
        (TagEdit(name="x", mode="text_match", filter_rules={"colour": "red"}), "filter_rules"),
        (TagEdit(name="x", mode="text_match", filter_rules={"score": {"gte": "x"}}), "filter_rules"),
        (TagEdit(name="x", mode="text_match", filter_rules={"score": {"gte": "nan"}}), "filter_rules"),
        (TagEdit(name="x", mode="text_match", filter_rules={"sentiment": "happy"}), "filter_rules"),
        (TagEdit(name="x", mode="text_match", filter_rules={"project_ids": [99]}), "filter_rules"),
        (TagEdit(name="x", parent_id=99), "parent_id"),
    ],
)
def test_a_bad_tag_is_refused(onboarded: Do, edit: TagEdit, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        onboarded(lambda u: create_tag(u, edit))
    assert list(refused.value.fields) == [field]


def test_smart_tags_are_only_switched(onboarded: Do) -> None:
    smart = next(tag for tag in onboarded(every_tag) if tag.mode is TagMode.SMART)
    assert not onboarded(lambda u: change_tag(u, smart.id, TagEdit(enabled=False))).enabled
    for verb in (lambda u: change_tag(u, smart.id, TagEdit(name="x")), lambda u: delete_tag(u, smart.id)):
        with pytest.raises(Invalid):
            onboarded(verb)


def test_children_and_cycles(onboarded: Do) -> None:
    top = onboarded(lambda u: create_tag(u, TagEdit(name="top")))
    middle = onboarded(lambda u: create_tag(u, TagEdit(name="middle", parent_id=top.id)))
    low = onboarded(lambda u: create_tag(u, TagEdit(name="low", parent_id=middle.id)))
    for number, parent in ((top.id, low.id), (top.id, top.id)):
        with pytest.raises(Invalid):
            onboarded(lambda u, n=number, p=parent: change_tag(u, n, TagEdit(parent_id=p)))
    onboarded(lambda u: delete_tag(u, middle.id))
    by_name = {tag.name: tag for tag in onboarded(every_tag)}
    assert "MIDDLE" not in by_name
    assert by_name["LOW"].parent_id is None


def test_lists_of_tags(onboarded: Do) -> None:
    parent = onboarded(lambda u: create_tag(u, TagEdit(name="zeta one")))
    onboarded(lambda u: create_tag(u, TagEdit(name="żółty kolor", parent_id=parent.id, enabled=False)))
    roots, total = onboarded(lambda u: list_tags(u, Wanted(sort="name_desc")))
    assert total == len(roots) == 9
    assert roots[0].tag.name == "ZETA_ONE"
    assert [node.tag.name for node in roots[0].children] == ["ŻÓŁTY_KOLOR"]
    flat, total = onboarded(lambda u: list_tags(u, Wanted(sort="name_asc", flat=True), 0, 3))
    assert (len(flat), total) == (3, 10)
    assert [node.tag.name for node in flat] == ["DESIGN", "PEOPLE", "PRICE"]
    (found,), total = onboarded(lambda u: list_tags(u, Wanted(search="KOL żół")))
    assert (found.tag.id, total, len(found.children)) == (parent.id, 1, 1)
    (found,), _ = onboarded(lambda u: list_tags(u, Wanted(search="one", exclude_disabled=True)))
    assert found.children == ()
    assert onboarded(lambda u: list_tags(u, Wanted(search="olor"))) == ([], 0)
