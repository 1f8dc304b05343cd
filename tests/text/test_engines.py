"""What holds for every engine: spans in the original, one result whatever the batch, None."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.model.analysis import LANGUAGES, Analysis
from rejoinder.model.problems import NotFound
from rejoinder.text.engine import ENGINES, TextEngine, choose
from rejoinder.text.letters import normal
from rejoinder.text.tagset import category, every_tag, tagset

LETTERS = "aeioustrnkl ąęłśżŁЁёыёжқәіүҚñéàçùßäöüğşıİI.,!?:;)('’-/@ \n\r\x00"
SIGNS = "😀☹♥👍\U0001f44d\U0001f3fd❤️\u0301\u0327\u200d𝐠각\u1100\u1161\ud800"
WORDS = ["good", "not", " price", "дорого", "obsługa", "fiyat", "баға", "https://a.example/b", ":-)", "xD"]
PIECES = st.sampled_from([*LETTERS, *SIGNS, *WORDS])
TEXTS = st.lists(PIECES, max_size=40).map("".join)
LANGS = st.sampled_from([*LANGUAGES, None, "uk"])


@pytest.fixture(params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest) -> TextEngine:
    return choose(request.param)


def analysed(engine: TextEngine, text: str, lang: str | None = None, score: float | None = None) -> Analysis:
    return engine.analyse([text], [lang], every_tag(), [score])[0]


def test_an_unknown_engine_is_named() -> None:
    with pytest.raises(NotFound, match="oracle"):
        choose("oracle")


def test_a_category_of_an_unknown_number_is_named() -> None:
    with pytest.raises(NotFound, match="99"):
        category(99)


def test_two_categories_give_each_tag_once() -> None:
    tags = tagset([9, 13]).tags
    assert len(set(tags)) == len(tags)
    assert {"RETURNS", "RESOLUTION"} <= set(tags)


def test_name_and_version_tell_what_made_a_result(engine: TextEngine) -> None:
    assert isinstance(engine, TextEngine)
    assert engine.name in ENGINES
    assert re.fullmatch(r"1-[0-9a-f]{8}", engine.version)
    assert engine.languages == frozenset(LANGUAGES)


def test_a_letter_with_thousands_of_marks_is_read_quickly(engine: TextEngine) -> None:
    text = "price " + "a" + "\u0301\u0327\u0f73" * 100_000
    assert [hit.spans for hit in analysed(engine, text, "en").tags if hit.tag == "PRICE"] == [((0, 5),)]


def test_an_empty_batch_is_fine(engine: TextEngine) -> None:
    assert engine.analyse([], [], every_tag()) == []


@pytest.mark.parametrize("text", ["", " \n\t", "...", "?!", "42", "- / -", "\u200d", "https://a.example/x"])
def test_without_letters_and_emoji_there_is_no_sentiment(engine: TextEngine, text: str) -> None:
    found = analysed(engine, text)
    assert (found.lang, found.sentiment, found.scores, found.tags) == (None, None, (0.0, 0.0, 0.0), ())


@pytest.mark.parametrize("text", ["x", "wyz wyz", "日本語", "qwrtz qwrtz", "\U0001f9f1"])
def test_a_text_that_says_nothing_is_neutral(engine: TextEngine, text: str) -> None:
    assert analysed(engine, text).sentiment == "neutral"


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [("😍", "positive"), ("👎🏽", "negative"), (":-)", "positive"), ("abc :(", "negative")],
)
def test_emoji_speak_every_language(engine: TextEngine, text: str, sentiment: str) -> None:
    assert analysed(engine, text).sentiment == sentiment
    assert analysed(engine, text, "uk").sentiment == sentiment


def test_a_language_that_was_told_is_kept(engine: TextEngine) -> None:
    told = ("pl", "uk", "EN", "de-AT", "pt_BR")
    assert [analysed(engine, "abc", lang).lang for lang in told] == ["pl", "uk", "en", "de", "pt_BR"]


def test_the_score_beside_a_text_moves_it_gently(engine: TextEngine) -> None:
    low, none, high = (analysed(engine, "hmm abc", "en", score).scores for score in (0.0, None, 1.0))
    assert low[0] > none[0] > high[0]
    assert low[2] < none[2] < high[2]
    assert analysed(engine, "😍😍😍", "en", 0.0).sentiment == "positive"


@given(st.lists(st.tuples(TEXTS, LANGS), max_size=8))
def test_a_batch_gives_what_each_text_gives(batch: list[tuple[str, str | None]]) -> None:
    engine = choose()
    texts, langs = [text for text, _ in batch], [lang for _, lang in batch]
    together = engine.analyse(texts, langs, every_tag())
    assert together == [engine.analyse([text], [lang], every_tag())[0] for text, lang in batch]


@given(TEXTS, st.sampled_from([*LANGUAGES, "uk"]))
def test_the_embedded_engine_reads_words_as_the_lexicon_does(text: str, lang: str) -> None:
    one, other = (analysed(choose(name), text, lang) for name in ("embedded", "lexicon"))
    places = [[(hit.tag, hit.spans) for hit in found.tags if hit.spans] for found in (one, other)]
    assert places[0] == places[1]
    assert (one.sentiment is None) == (other.sentiment is None)


@given(TEXTS, LANGS)
def test_spans_lie_in_the_text_on_whole_characters(text: str, lang: str | None) -> None:
    for hit in analysed(choose(), text, lang).tags:
        for start, end in hit.spans:
            assert 0 <= start < end <= len(text)
            assert end == len(text) or not unicodedata.combining(text[end])
            assert not unicodedata.combining(text[start])


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("before", ["", "é\u0301 ", "😀🏽 ", "\U0001d420 İ ", "soooo ", "각 "])
def test_a_span_holds_the_word_as_it_was_typed(form: str, before: str) -> None:
    text = unicodedata.normalize(form, f"{before}Zły PRICĘ… price")
    (hit,) = (hit for hit in analysed(choose(), text, "en").tags if hit.tag == "PRICE")
    assert [text[start:end] for start, end in hit.spans][-1] == "price"


@given(TEXTS)
def test_the_places_of_a_normal_form_never_go_back(text: str) -> None:
    flat, starts, ends = normal(text)
    letters = [place for place, letter in enumerate(flat) if letter != " "]
    assert flat == " " + "".join(f"{word} " for word in flat.split())
    assert all(starts[place] < ends[place] <= len(text) for place in letters)
    assert [starts[place] for place in letters] == sorted(starts[place] for place in letters)


def test_a_server_starts_without_numpy() -> None:
    code = "import sys, rejoinder.server, rejoinder.cli.serve, rejoinder.text.engine"
    asked = f"{code}; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
