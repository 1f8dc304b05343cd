"""Heads that are fitted on corrections: when they are used, what they change, what they hold."""

from __future__ import annotations

import numpy as np
import pytest

from rejoinder.model.analysis import Analysis, Quality, TagHit
from rejoinder.text import learning
from rejoinder.text.learned import LearnedEngine, taught
from rejoinder.text.learning import Example, Heads, decode, encode, learn
from rejoinder.text.tagset import TagSet
from servers.plain_engine import PlainEngine

BASE = "plain/1"
TAGS = TagSet(("PRICE", "PEOPLE"))
FILL = (
    "today",
    "again",
    "with us",
    "in town",
    "at home",
    "on Monday",
    "for two",
    "at last",
    "as said",
    "so far",
)


def read(text: str) -> Analysis:
    return PlainEngine().analyse([text], [None], TAGS)[0]


def texts(word: str, count: int) -> list[str]:
    """Different texts with a word in them."""
    return [
        f"It was {word} {FILL[n % 10]} and {FILL[n // 10 % 10]}, number {n // 100}x" for n in range(count)
    ]


def corrected(word: str, sentiment: str, count: int) -> list[Example]:
    return [Example(text, read(text), sentiment) for text in texts(word, count)]


def alone(word: str, count: int) -> list[Example]:
    return [Example(text, read(text)) for text in texts(word, count)]


def taught_words() -> list[Example]:
    """People say that `wicked` is good and `glacial` bad, which the plain engine does not know."""
    return [
        *corrected("wicked", "positive", 40),
        *corrected("glacial", "negative", 40),
        *alone("good", 40),
        *alone("bad", 40),
    ]


def test_a_head_learns_what_the_machine_does_not_know() -> None:
    heads, (quality,) = learn(taught_words(), TAGS.tags, BASE)
    assert quality.used
    assert quality.before is not None
    assert quality.after is not None
    assert quality.before < 0.1 < 0.9 < quality.after
    assert quality.same == 1.0
    assert heads is not None
    engine = taught(PlainEngine(), encode(heads))
    asked = [
        "The soup was wicked",
        "Service was glacial today",
        "good",
        "bad",
        "A chair",
        "",
        "It was good so far",
    ]
    found = engine.analyse(asked, [None] * 7, TAGS)
    sentiments = [one.sentiment for one in found]
    assert sentiments == ["positive", "negative", "positive", "negative", "neutral", None, "positive"]
    assert all(one.sentiment is None or sum(one.scores) == pytest.approx(1, abs=0.001) for one in found)
    assert engine.name == "plain"
    assert engine.version.startswith("1+")


def test_the_same_corrections_give_the_same_head() -> None:
    examples = taught_words()
    one, two = (learn(some, TAGS.tags, BASE)[0] for some in (examples, examples[::-1]))
    assert one is not None
    assert two is not None
    assert encode(one) == encode(two)
    more = [*taught_words(), *corrected("brisk", "positive", 20)]
    other = learn(more, TAGS.tags, BASE)[0]
    assert other is not None
    versions = {LearnedEngine(PlainEngine(), encode(heads)).version for heads in (one, two, other)}
    assert len(versions) == 2


def only(examples: list[Example]) -> Quality:
    heads, (quality,) = learn(examples, TAGS.tags, BASE)
    assert heads is None or quality.used
    return quality


def test_too_few_corrections_are_not_enough() -> None:
    for few in ([], corrected("wicked", "positive", 49), corrected("wicked", "positive", 80)):
        quality = only([*few, *alone("good", 40)])
        assert (quality.examples, quality.used, quality.before) == (len(few), False, None)
        assert "needs 50 corrections, and 8 each of two answers." in quality.why


def test_corrections_that_follow_no_rule_are_not_used() -> None:
    """People say now this, now that, of texts that are alike: nothing can be learnt from it."""
    some = texts("odd", 90)
    by_chance = np.random.default_rng(3).integers(0, 3, 90)
    words = ("negative", "neutral", "positive")
    quality = only([Example(text, read(text), words[n]) for text, n in zip(some, by_chance, strict=True)])
    assert quality.after is not None
    assert (quality.used, quality.why) == (False, "It is not better than before.")


def test_corrections_that_agree_with_the_machine_bring_nothing() -> None:
    quality = only([*corrected("good", "positive", 40), *corrected("bad", "negative", 40)])
    assert (quality.used, quality.why, quality.before) == (False, "It is not better than before.", 1.0)


def test_a_head_that_turns_what_nobody_corrected_is_not_used() -> None:
    """Half of what sounds alike is corrected, the other half was left as it is."""
    clashing = alone("wicked", 90)[30:]
    quality = only([*corrected("wicked", "positive", 30), *corrected("glacial", "negative", 30), *clashing])
    assert (quality.used, quality.why) == (False, "It changes too much else.")
    assert quality.same is not None
    assert quality.same < 0.9


def test_equal_texts_are_never_on_both_sides() -> None:
    """The same few texts over and over, with labels that only remembering them could tell."""
    words = ("positive", "negative")
    same = [Example(f"word{n} stands alone", read("x"), words[n % 2]) for n in range(10)] * 10
    quality = only(same)
    assert not quality.used


def tagged(word: str, tag: str, put: bool, count: int) -> list[Example]:
    return [Example(text, read(text), None, {tag: put}) for text in texts(word, count)]


def test_tags_are_put_on_and_taken_off() -> None:
    examples = [
        *tagged("dear", "PRICE", True, 30),
        *tagged("price of fame", "PRICE", False, 30),
        *alone("price", 40),
        *alone("good", 40),
    ]
    heads, qualities = learn(examples, TAGS.tags, BASE)
    assert [(one.name, one.used) for one in qualities] == [("sentiment", False), ("PRICE", True)]
    assert heads is not None
    assert (heads.sentiment, list(heads.tags)) == (None, ["PRICE"])
    engine = taught(PlainEngine(), encode(heads))
    asked = ["It was dear today", "It was price of fame today", "It was good", texts("price", 1)[0]]
    found = engine.analyse(asked, [None] * 4, TAGS)
    assert [[hit.tag for hit in one.tags] for one in found] == [["PRICE"], [], [], ["PRICE"]]
    assert found[0].tags[0].spans == ()
    assert engine.analyse(asked[:1], [None], TagSet(("PEOPLE",)))[0].tags == (), "the tag was not asked for"


def test_another_engine_is_left_alone() -> None:
    heads, _ = learn(taught_words(), TAGS.tags, BASE)
    assert heads is not None
    newer = PlainEngine(version="2")
    assert taught(newer, encode(heads)) is newer
    assert taught(newer, None) is newer

    class Instead(PlainEngine):
        """Says that another read the text."""

        def analyse(self, *arguments: object) -> list[Analysis]:
            return [
                Analysis("en", 1.0, "neutral", (0.0, 1.0, 0.0), (TagHit("PRICE", None, 1.0),), "lexicon/1")
            ]

    found = taught(Instead(), encode(heads)).analyse(["wicked"], [None], TAGS)
    assert found[0].sentiment == "neutral"


def test_a_head_holds_weights_of_what_three_texts_share() -> None:
    """Words that are in two texts only leave nothing behind."""
    secret = [Example(f"wicked Xylographia {n}", read("x"), "positive") for n in range(2)]
    heads, _ = learn([*taught_words(), *secret], TAGS.tags, BASE)
    assert heads is not None
    kept = encode(heads)
    assert b"ylographia" not in kept.lower()
    assert heads.sentiment is not None
    table = learning.unpacked(heads.sentiment)
    alone_there = learning.matrix(["xylographia"])
    others = learning.matrix([example.text for example in taught_words()])
    own = np.setdiff1d(alone_there.rows, others.rows)
    assert len(own)
    assert not table[own].any()
    assert decode(kept) == heads
    assert isinstance(decode(kept), Heads)
