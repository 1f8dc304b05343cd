"""Negation, emphasis, contrast, concession, irony: on word lists made for these tests."""

from __future__ import annotations

import pytest

from rejoinder.text.entries import Entries, compiled
from rejoinder.text.lexicon import entries_in, words_in
from rejoinder.text.rules import Reading, features, read
from rejoinder.text.words import WordFile

ENGLISH = compiled(
    WordFile(
        positive={"2": ("good*", "friendly"), "1": ("quick",)},
        negative={"2": ("bad", "terribl*", "late"), "1": ("problem*",)},
        phrases={"not bad at all": 1, "good grief": -2},
        neutral_phrases=("good morning",),
        negators=("not", "n't", "didn't"),
        negating_words=("without",),
        intensifiers={"very": 1.5, "terribly": 1.5},
        diminishers={"slightly": 0.5},
        contrast=("but",),
        concession=("although",),
        irony=("yeah right",),
        wishes=("i wish",),
        missed=("if only", "expected"),
    ),
    "en",
)
TURKISH = compiled(
    WordFile(positive={"2": ("beğen*", "iyi")}, negators=("değil",), negated_suffixes=(("me", "mi"),)), "tr"
)


def reading(text: str, entries: Entries = ENGLISH, lang: str = "en") -> Reading:
    words = words_in(text).texts
    return read(entries_in(words, entries, frozenset())[0], len(words), lang)


def balance(text: str, entries: Entries = ENGLISH, lang: str = "en") -> float:
    """Glad minus sad, weighted as a sentiment would be."""
    found = reading(text, entries, lang)
    return sum(clause.weight * (clause.glad - clause.sad) for clause in found.clauses)


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ("good", 2),
        ("GOODISH", 2),
        ("not good", -1.6),
        ("not so very good", -2.4),
        ("not, good", 2),
        ("not one of those who say good", 2),
        ("not bad", 1),
        ("not bad at all", 1),
        ("good grief", -2),
        ("good morning", 0),
        ("it didn’t work without problems", 0.5),
        ("very good", 3),
        ("slightly late", -1),
        ("terribly late", -3),
        ("terribly", -2),
        ("don't know", 0),
        ("quick and friendly", 3),
        ("their “good” work", -1.2),
        ('"good work", they say', 2),
        ('a "bad" word', -2),
        ("not quick and friendly", 1.2),
    ],
)
def test_words_together(text: str, worth: float) -> None:
    assert balance(text) == pytest.approx(worth)


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ("if only it were good", -1.6),
        ("expected a good and quick answer", -2.4),
        ("if only it were not bad", -0.8),
        ("if only nothing was late", -2),
        ("expected good work, friendly", 0.4),
        ("expected more, good", 2),
        ("expected good. friendly", 0.4),
        ("good, if only", 2),
    ],
)
def test_what_is_missed_was_not_so(text: str, worth: float) -> None:
    assert balance(text) == pytest.approx(worth)


def test_a_wish_reaches_over_a_comma_where_commas_stand_so() -> None:
    german = compiled(WordFile(positive={"2": ("gut", "nett")}, missed=("wäre schön",)), "de")
    assert balance("es wäre schön, wenn alle nett wären", german, "de") == pytest.approx(-1.6)
    assert balance("es wäre schön, wenn. alle nett", german, "de") == pytest.approx(2)


def test_what_follows_a_contrast_weighs_more() -> None:
    assert balance("good but bad") < 0 < balance("bad but good")


def test_what_is_conceded_weighs_less() -> None:
    assert balance("although bad, good") > 0


def test_a_negator_without_a_polarity_denies() -> None:
    assert [clause.denied for clause in reading("did not arrive. good").clauses] == [1, 0]


def test_irony_and_wishes_are_counted_in_their_clause() -> None:
    found = reading("yeah right. i wish it worked")
    assert [(clause.ironies, clause.wishes) for clause in found.clauses] == [(1, 0), (0, 1)]


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ("beğendim", 2),
        ("beğenmedim", -1.6),
        ("begenmedim", -1.6),
        ("iyi değil", -1.6),
        ("iyi değil değil", -1.6),
        ("iyi değil iyi değil", -3.2),
        ("değil iyi", 2),
        ("İYİ", 2),
    ],
)
def test_turkish_negates_behind_and_inside_words(text: str, worth: float) -> None:
    assert balance(text, TURKISH, "tr") == pytest.approx(worth)


def test_german_negates_behind_only_where_nothing_follows() -> None:
    words = WordFile(positive={"2": ("empfehle", "gut")}, negative={"1": ("teuer",)}, negators=("nicht",))
    german = compiled(words, "de")
    assert balance("ich empfehle das nicht", german, "de") == pytest.approx(-1.6)
    assert balance("gut und nicht teuer", german, "de") == pytest.approx(2.5)


def test_words_without_their_marks_are_found_and_wrong_marks_are_not() -> None:
    polish = compiled(WordFile(positive={"2": ("miły", "świetn*")}), "pl")
    assert balance("mily swietna", polish, "pl") == 4
    assert balance("mĭly", polish, "pl") == 0


def test_kazakh_is_found_in_russian_letters() -> None:
    kazakh = compiled(WordFile(positive={"2": ("жақсы",)}), "kk")
    assert balance("жаксы", kazakh, "kk") == 2


def test_features_have_the_same_number_whatever_is_read() -> None:
    texts = ["", "good", "bad but good! why? yeah right"]
    assert len({len(features(found, found.clauses)) for found in map(reading, texts)}) == 1


def test_of_good_and_bad_in_one_clause_the_nearer_is_heard() -> None:
    (clause,) = reading("good food and terrible service").clauses
    food, service = clause.near([1]), clause.near([4])
    assert food.glad > food.sad
    assert service.glad < service.sad
    assert food.glad + food.sad == pytest.approx(clause.glad + clause.sad)
