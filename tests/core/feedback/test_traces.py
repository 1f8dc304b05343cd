"""What was made of a comment goes with it: a word that stood in one is found nowhere afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import select

from core.feedback.rig import Rig
from rejoinder.core.anonymise import Fields, anonymise_rows
from rejoinder.core.erasing import erase_rows
from rejoinder.core.feedback.responses import list_responses
from rejoinder.core.feedback.tags import TagEdit, create_tag
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_workspace
from rejoinder.model.problems import NotFound, NotOnboarded
from rejoinder.store.tables.everything import metadata
from rejoinder.store.tables.feedback import feedback, response_tag

WORD, TRANSLATED = "quagga", "aggauq"


class Mirror:
    """Translates by reading backwards."""

    language = "en"

    def translate(self, texts: Sequence[str], langs: Sequence[str | None]) -> list[str | None]:
        return [text[::-1] for text in texts]


@pytest.fixture
def rig(database_url: str) -> Iterator[Rig]:
    rig = Rig(database_url)
    rig.do(lambda u: create_tag(u, TagEdit(name="app", terms=["app"])))
    (rig.respid,) = rig.write([{"why": f"good app, {WORD}", "plan": "x"}])  # type: ignore[attr-defined]
    rig.work(translator=Mirror())
    assert TRANSLATED in (rig.all()[0].translated or "")
    yield rig
    assert rig.wrong() == []
    rig.database.close()


def tables_with(rig: Rig, *words: str) -> set[str]:
    """The tables in which one of the words stands."""
    return {
        table.name
        for table in metadata.sorted_tables
        for row in rig.ask(lambda u, t=table: u.session.rows(select(t)))
        if any(word in str(cell) for cell in row for word in words)
    }


def test_only_records_and_translations_hold_text(rig: Rig) -> None:
    assert tables_with(rig, WORD, TRANSLATED) == {"respondent", "feedback"}


@pytest.mark.parametrize("level", ["respondent", "response"])
def test_deleting_leaves_nothing(rig: Rig, level: str) -> None:
    rig.delete(rig.respid, level)  # type: ignore[attr-defined,arg-type]
    assert tables_with(rig, WORD, TRANSLATED) == set()
    for table in (feedback, response_tag):
        assert rig.ask(lambda u, t=table: u.session.rows(select(t))) == []


def test_erasing_leaves_nothing(rig: Rig) -> None:
    rig.do(lambda u: erase_rows(u, rig.survey, [rig.respid]))  # type: ignore[attr-defined]
    assert tables_with(rig, WORD, TRANSLATED) == set()


def test_a_comment_that_was_cleared_leaves_nothing_after_its_analysis(rig: Rig) -> None:
    rig.change(rig.respid, {"why": "other"})  # type: ignore[attr-defined]
    rig.work()
    assert tables_with(rig, WORD, TRANSLATED) == set()


def test_anonymising_forgets_what_was_made_of_the_comment_and_makes_it_anew(rig: Rig) -> None:
    rig.do(lambda u: anonymise_rows(u, rig.survey, [rig.respid], Fields(email=True)))  # type: ignore[attr-defined]
    assert tables_with(rig, TRANSLATED) == set()
    assert rig.ask(lambda u: u.session.rows(select(response_tag.c.spans)))[0].spans is None
    before = rig.all()[0]
    rig.work(translator=Mirror())
    after = rig.all()[0]
    assert (after.sentiment, [t.tag.name for t in after.tags]) == (before.sentiment, ["APP"])
    assert after.tags[0].spans
    assert TRANSLATED in (after.translated or "")


def test_another_workspace_sees_none_of_it(rig: Rig) -> None:
    other = rig.database.write(lambda s: create_workspace(s, "There", (), 1)[0].id)
    with pytest.raises(NotOnboarded):
        rig.database.read(lambda s: list_responses(Unit(s, other, "test", 1)))
    there = Rig(rig.database, name="Elsewhere")
    assert there.all() == []
    with pytest.raises(NotFound):
        there.one(rig.all()[0].id)
    there.write([{"why": "bad app"}])
    there.work()
    assert there.wrong() == rig.wrong() == []
