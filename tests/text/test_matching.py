"""Text-match: whole words and phrases, case, diacritics, Turkish, prefixes, exact places."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.text import folding
from rejoinder.text.cutting import cut_all
from rejoinder.text.hashing import hashes_of
from rejoinder.text.matching import Matcher
from text import matching_reference as reference


def found(terms: list[str], text: str) -> list[str]:
    """What one tag with these terms finds in a text."""
    return [text[start:end] for start, end in places([(7, terms)], [text])[0].get(7, [])]


def places(tags: list[tuple[int, list[str]]], texts: list[str]) -> list[dict[int, list[tuple[int, int]]]]:
    """The places of each tag in each text."""
    return list(Matcher(tags).match(texts).by_text(len(texts)))


@pytest.mark.parametrize(
    ("term", "text", "places"),
    [
        ("late delivery", "LATE, -- Delivery!", ["LATE, -- Delivery"]),
        ("late delivery", "late\n\tdelivery", ["late\n\tdelivery"]),
        ("late delivery", "late the delivery", []),
        ("price", "prices, overpriced", []),
        ("price", "price_list", ["price"]),
        ("don't", "I DON’T know", ["DON’T"]),
        ("don", "I don't know", []),
        ("it's", "it ' s", []),
        ("hôtel", "L’HÔTEL est beau", ["HÔTEL"]),
        ("l'hôtel", "dans l’hôtel", ["l’hôtel"]),
        ("aujourd'hui", "Aujourd’hui", ["Aujourd’hui"]),
        ("hôtel", "'l’hôtel', d'l'hôtel, x'l'hôtel", ["hôtel", "hôtel"]),
        ("a", "JUSQU'À jusqu’a", ["À", "a"]),
        ("qu'il", "Lorsqu’il; qu' il", ["qu' il"]),
        ("hotel", "Hôtel hotel HO\u0302TEL", ["Hôtel", "hotel", "HO\u0302TEL"]),
        ("hôtel", "Hôtel hotel HO\u0302TEL", ["Hôtel", "HO\u0302TEL"]),
        ("ho\u0302tel", "Hôtel hotel", ["Hôtel"]),
        ("cafe noir", "café noir", ["café noir"]),
        ("café noir", "cafe noir", []),
        ("zolty", "ŻÓŁTY", ["ŻÓŁTY"]),
        ("żółty", "zolty ŻÓŁTY", ["ŻÓŁTY"]),
        ("lodz", "Łódź", ["Łódź"]),
        ("orsted", "Ørsted", ["Ørsted"]),
        ("dordevic", "Đorđević", ["Đorđević"]),
        ("strasse", "Straße STRASSE", ["Straße", "STRASSE"]),
        ("straße", "Strasse", ["Strasse"]),
        ("istanbul", "İSTANBUL ISTANBUL ıstanbul i\u0307stanbul", 4),
        ("ILIK", "ılık", ["ılık"]),
        ("sisli", "ŞİŞLİ", ["ŞİŞLİ"]),
        ("елка", "Ёлка ёлка е\u0308лка", 3),
        ("ёлка", "елка", ["елка"]),
        ("мои", "мой мои", ["мои"]),
        ("мой", "мои\u0306", ["мои\u0306"]),
        ("замок", "за\u0301мок", ["за\u0301мок"]),
        ("жеткіз*", "Жеткізу жеткізілді ЖЕТКІЗ", 3),
        ("қызмет", "кызмет ҚЫЗМЕТ", ["ҚЫЗМЕТ"]),
        ("dostaw*", "Dostawa, dostawę; przedostawa", ["Dostawa", "dostawę"]),
        ("fast deliver*", "fast DELIVERIES, faster delivery", ["fast DELIVERIES"]),
        ("kargo *", "kargocu kargo", ["kargo"]),
        ("żół*", "żółw zolw", ["żółw"]),
        ("éte*", "été éteint", ["éteint"]),
        ("*price", "price", ["price"]),
        ("ok", "👍🏽ok👨‍👩‍👧 ok🎉", ["ok", "ok"]),
        ("4g", "4G, 4.g", ["4G"]),
        ("a b", "a b a b", ["a b", "a b"]),
        ("a a", "a a a", ["a a", "a a"]),
        ("", "", []),
        ("!!", "!!", []),
    ],
)
def test_a_term_finds(term: str, text: str, places: list[str] | int) -> None:
    if isinstance(places, int):
        assert len(found([term], text)) == places
    else:
        assert found([term], text) == places


def test_overlapping_terms_all_count_and_a_place_counts_once() -> None:
    text = "late delivery service"
    terms = ["late delivery", "delivery service", "delivery", "deliver*", "Delivery"]
    assert found(terms, text) == ["late delivery", "delivery", "delivery service"]


def test_each_tag_has_its_own_places() -> None:
    tags = [(5, ["red"]), (2, ["red car"]), (3, ["blue"])]
    hits = places(tags, ["a red car", "", "blue"])
    assert hits == [{5: [(2, 5)], 2: [(2, 9)]}, {}, {3: [(0, 4)]}]
    assert [list(one) for one in hits] == [[5, 2], [], [3]], "in the order in which the tags were given"
    assert places(tags, []) == places([], []) == []


LETTERS = "aeiosthcjlIİıßłøёйиіқ'’ ʼ.,-_*🎉\u0301\u0308\u0306éçşğüöżó1"
WORDS = (
    *(
        "delivery",
        "Late",
        "l'hôtel",
        "HOTEL",
        "dostawę",
        "dostawa",
        "Straße",
        "STRASSE",
        "İyi",
        "iyi",
        "ılık",
    ),
    *("ILIK", "Ёлка", "елка", "мой", "мои", "қызмет", "qu’il", "don’t", "can't've", "żółty", "zolty", "cafe"),
    *("cafe\u0301", "señor", "senor", "größe", "grosse", "d'l'eau", "👍", "x_y"),
)
words = st.one_of(st.sampled_from(WORDS), st.text(LETTERS, min_size=1, max_size=5))
phrases = st.lists(words, min_size=1, max_size=3).map(" ".join)
gaps = st.sampled_from([" ", ", ", "\n", "’", "", "--", " 🎉 "])
terms = st.tuples(phrases, st.sampled_from(["", "", "*", " *"])).map("".join)
texts = st.lists(st.tuples(words, gaps), max_size=8).map(lambda parts: "".join(a + b for a, b in parts))
tag_sets = st.lists(st.lists(terms, max_size=4), max_size=4).map(lambda sets: list(enumerate(sets)))


@given(tag_sets, st.lists(texts, max_size=4))
def test_the_index_finds_what_the_plain_search_finds(
    tags: list[tuple[int, list[str]]], some: list[str]
) -> None:
    for text, found_here in zip(some, places(tags, some), strict=True):
        assert found_here == reference.match(tags, text), text


@given(texts, terms)
def test_how_a_letter_is_composed_does_not_matter(text: str, term: str) -> None:
    composed, taken_apart = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    counts = Matcher([(1, [term])]).match([composed, taken_apart]).texts.tolist()
    assert counts.count(0) == counts.count(1)


def test_a_long_text_is_read_in_linear_time() -> None:
    """Every word is a hit and begins a phrase that fails late."""
    matcher = Matcher([(1, ["a " * 20 + "b", "a*"])])

    def spent(words: int) -> float:
        started = time.process_time()
        assert len(matcher.match(["a " * words]).texts) == words
        return time.process_time() - started

    spent(2_000)
    assert spent(80_000) < 200 * max(spent(2_000), 0.001), "forty times the words"


def test_places_are_told_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts that have more together are read apart; one that has more alone is told from its beginning."""
    monkeypatch.setattr("rejoinder.text.matching.MOST_PLACES", 10)
    tags = [(1, ["a", "a b"]), (2, ["a"])]
    some = ["a b", "a " * 4, "a b a", "", "a " * 100, "a b"]
    found = places(tags, some)
    assert [found[n] for n in (0, 1, 2, 3, 5)] == [reference.match(tags, some[n]) for n in (0, 1, 2, 3, 5)]
    assert found[4] == {1: [(n, n + 1) for n in range(0, 10, 2)], 2: [(n, n + 1) for n in range(0, 10, 2)]}


@given(st.lists(texts, max_size=5), st.lists(st.text(LETTERS + "dlquLQU\0\u0903\ud800𝕏", max_size=30)))
def test_many_texts_are_cut_as_one_is(some: list[str], others: list[str]) -> None:
    found = cut_all([*some, *others])
    words_of = [folding.words(text) for text in [*some, *others]]
    pieces = [[] for _ in words_of]  # type: list[list[str]]
    for text, start, end in zip(found.text_of, found.starts, found.ends, strict=True):
        pieces[text].append(found.joined[start:end])
    assert [[word.replace("ʼ", "'") for word in row] for row in pieces] == words_of
    assert (
        found.hashes.tolist()
        == hashes_of([found.joined[a:b] for a, b in zip(found.starts, found.ends, strict=True)]).tolist()
    )


def test_words_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rejoinder.text.matching._REMEMBERED", 10)
    matcher = Matcher([(1, ["word7"])])
    texts = [f"word{n}" for n in range(50)]
    for some in (texts[:5], texts, texts[5:10], texts):
        found = [some[n] for n in matcher.match(some).texts.tolist()]
        assert found == [word for word in some if word == "word7"]
