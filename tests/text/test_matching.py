"""Text-match: whole words and phrases, case, diacritics, Turkish, prefixes, exact places."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.text.matching import Matcher
from text import matching_reference as reference


def found(terms: list[str], text: str) -> list[str]:
    """What one tag with these terms finds in a text."""
    hits = Matcher([(7, terms)]).match([text])[0]
    return [text[start:end] for tag, spans in hits for start, end in spans if tag == 7]


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
    hits = Matcher([(1, ["red"]), (2, ["red car"]), (3, ["blue"])]).match(["a red car", "", "blue"])
    assert hits == [[(1, [(2, 5)]), (2, [(2, 9)])], [], [(3, [(0, 4)])]]


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
    hits = Matcher(tags).match(some)
    for text, found_here in zip(some, hits, strict=True):
        expected = reference.match(tags, text)
        assert dict(found_here) == expected, text


@given(texts, terms)
def test_how_a_letter_is_composed_does_not_matter(text: str, term: str) -> None:
    composed, taken_apart = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    matcher = Matcher([(1, [term])])
    counts = [sum(len(spans) for _, spans in hits) for hits in matcher.match([composed, taken_apart])]
    assert counts[0] == counts[1]


def test_a_long_text_is_read_in_linear_time() -> None:
    """Every word is a hit and begins a phrase that fails late."""
    matcher = Matcher([(1, ["a " * 20 + "b", "a*"])])

    def spent(words: int) -> float:
        started = time.process_time()
        assert len(matcher.match(["a " * words])[0][0][1]) == words
        return time.process_time() - started

    spent(2_000)
    assert spent(80_000) < 200 * max(spent(2_000), 0.001), "forty times the words"


def test_words_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rejoinder.text.matching._REMEMBERED", 10)
    matcher = Matcher([(1, ["word7"])])
    texts = [f"word{n}" for n in range(50)] * 2
    assert [n % 50 for n, hits in enumerate(matcher.match(texts)) if hits] == [7, 7]
