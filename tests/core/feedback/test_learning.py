"""A workspace's corrections teach its engine, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.feedback.rig import Rig
from rejoinder.core.feedback.corrections import put_tag, revert_sentiment, set_sentiment, take_tag
from rejoinder.core.feedback.learning import engine_for, fit, keep, material
from rejoinder.core.feedback.queueing import ask_for_reanalysis
from rejoinder.core.feedback.tags import every_tag
from rejoinder.core.workspaces import create_workspace
from rejoinder.model.analysis import Quality
from rejoinder.model.feedback import Sentiment
from rejoinder.store.feedback.heads import heads_of
from rejoinder.text.tagset import TagSet
from servers.plain_engine import PlainEngine

FILL = ("today", "again", "with us", "in town", "at home", "on Monday", "for two", "at last", "here", "so")
ENGINE = PlainEngine()


@pytest.fixture
def rig(database_url: str) -> Iterator[Rig]:
    rig = Rig(database_url)
    yield rig
    assert rig.wrong() == []
    rig.database.close()


def comments(word: str, count: int) -> list[str]:
    return [f"It was {word} {FILL[n % 10]} and {FILL[n // 10]}" for n in range(count)]


def written(rig: Rig, word: str, count: int) -> list[int]:
    """Respids of analysed responses with a word in them."""
    respids = rig.write([{"score": 5, "why": text} for text in comments(word, count)])
    rig.work(ENGINE)
    return respids


def numbers(rig: Rig, respids: list[int]) -> list[int]:
    wanted = set(respids)
    return [one.id for one in rig.all() if one.respid in wanted]


def correct(rig: Rig, word: str, sentiment: Sentiment, count: int) -> list[int]:
    """People say what responses with a word sound like; gives their respids."""
    respids = written(rig, word, count)
    for number in numbers(rig, respids):
        rig.do(lambda u, number=number: set_sentiment(u, number, sentiment))
    return respids


def train(rig: Rig) -> list[Quality]:
    heads, qualities = fit(rig.ask(material), ENGINE)
    rig.do(lambda u: keep(u, heads))
    return qualities


def said(rig: Rig, text: str) -> tuple[str | None, str]:
    """What this workspace's engine says, and its version."""
    engine = rig.ask(lambda u: engine_for(u, ENGINE))
    return engine.analyse([text], [None], rig_tags(rig))[0].sentiment, engine.version


def rig_tags(rig: Rig) -> TagSet:
    return TagSet(tuple(tag.name for tag in rig.ask(every_tag)))


def taught(rig: Rig) -> list[int]:
    """Enough corrections, and responses that nobody corrected; gives the respids of the corrected."""
    respids = correct(rig, "wicked", Sentiment.POSITIVE, 30) + correct(rig, "glacial", Sentiment.NEGATIVE, 30)
    written(rig, "good", 20)
    written(rig, "bad", 20)
    return respids


def test_what_people_corrected_is_learnt_and_used(rig: Rig) -> None:
    taught(rig)
    (quality,) = train(rig)
    assert (quality.name, quality.examples, quality.used) == ("sentiment", 60, True)
    sentiment, version = said(rig, "The soup was wicked")
    assert sentiment == "positive"
    assert version.startswith("1+")
    (new,) = rig.write([{"score": 9, "why": "It was wicked at sea"}])
    rig.work(ENGINE)
    (response,) = [one for one in rig.all() if one.respid == new]
    assert response.sentiment is Sentiment.POSITIVE
    assert response.engine == f"plain/{version}"


def test_a_reanalysis_reads_again_what_was_read_before(rig: Rig) -> None:
    taught(rig)
    (before,) = written(rig, "wicked at sea", 1)
    train(rig)
    rig.do(ask_for_reanalysis)
    rig.work(ENGINE)
    (response,) = [one for one in rig.all() if one.respid == before]
    assert response.sentiment is Sentiment.POSITIVE
    assert {one.engine for one in rig.all()} == {f"plain/{said(rig, 'x')[1]}"}
    corrected = [one for one in rig.all() if one.corrected]
    assert len(corrected) == 60, "corrections stay"


def test_too_few_leave_the_engine_alone(rig: Rig) -> None:
    correct(rig, "wicked", Sentiment.POSITIVE, 20)
    (quality,) = train(rig)
    assert not quality.used
    assert said(rig, "wicked") == ("neutral", "1")


def test_training_again_gives_the_same(rig: Rig) -> None:
    taught(rig)
    train(rig)
    first = said(rig, "wicked")
    rig.do(ask_for_reanalysis)
    rig.work(ENGINE)
    train(rig)
    assert said(rig, "wicked") == first, "what the head itself found is nothing to learn from"


def test_corrections_that_are_gone_are_forgotten(rig: Rig) -> None:
    respids = taught(rig)
    train(rig)
    for respid in respids[:40]:
        rig.delete(respid)
    rig.work(ENGINE)
    (quality,) = train(rig)
    assert (quality.examples, quality.used) == (20, False)
    assert said(rig, "wicked") == ("neutral", "1")
    assert rig.ask(lambda u: heads_of(u.session, u.workspace_id)) is None


def test_corrections_that_are_taken_back_are_forgotten(rig: Rig) -> None:
    respids = taught(rig)
    for number in numbers(rig, respids):
        rig.do(lambda u, number=number: revert_sentiment(u, number))
    (quality,) = train(rig)
    assert (quality.examples, quality.used) == (0, False)


def test_workspaces_learn_apart(rig: Rig) -> None:
    taught(rig)
    train(rig)
    here = rig.workspace
    rig.workspace = rig.database.write(lambda s: create_workspace(s, "There", (), 1)[0].id)
    try:
        rig.onboard()
        assert rig.ask(material).lessons == []
        assert said(rig, "wicked") == ("neutral", "1")
        rig.do(lambda u: keep(u, None))
    finally:
        rig.workspace = here
    assert said(rig, "wicked")[0] == "positive"


def test_tags_that_people_put_on_and_took_off_are_learnt(rig: Rig) -> None:
    price = next(tag.id for tag in rig.ask(every_tag) if tag.name == "PRICE")
    for number in numbers(rig, written(rig, "dear", 20)):
        rig.do(lambda u, number=number: put_tag(u, number, price))
    for number in numbers(rig, written(rig, "price of fame", 20)):
        rig.do(lambda u, number=number: take_tag(u, number, price))
    written(rig, "good", 30)
    qualities = train(rig)
    assert [(one.name, one.examples, one.used) for one in qualities][1:] == [("PRICE", 40, True)]
    (new,) = rig.write([{"score": 9, "why": "It was dear to us"}])
    rig.work(ENGINE)
    (response,) = [one for one in rig.all() if one.respid == new]
    assert [one.tag.name for one in response.tags] == ["PRICE"]
