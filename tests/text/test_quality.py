"""Floors on texts that the heads were trained on: they catch a regression and prove nothing more.

How good the engine is on texts that it has not seen stands in `docs/text.md`.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from rejoinder.text.engine import choose
from rejoinder.text.evaluation import Sample, accuracy, evaluated, macro_f1, samples, tag_f1
from rejoinder.text.tagset import every_tag, tagset

SEEN = Path(__file__).parents[3] / "shared" / "data" / "text"
OURS = {"food": "FOOD", "menu": "FOOD", "staff": "PEOPLE", "service": "PEOPLE", "price": "PRICE"}
SAID = {
    "en": ("Great service, I love it", "Terrible, it never works", "It arrived on Tuesday"),
    "de": (
        "Super Service, ich bin begeistert",
        "Furchtbar, funktioniert überhaupt nicht",
        "Es kam am Dienstag",
    ),
    "fr": ("Excellent service, je recommande", "Horrible, ça ne marche jamais", "Le colis est arrivé mardi"),
    "es": ("Excelente servicio, me encanta", "Pésimo, nunca funciona", "El paquete llegó el martes"),
    "pl": ("Świetna obsługa, polecam", "Fatalnie, nic nie działa", "Paczka przyszła we wtorek"),
    "ru": ("Отличный сервис, рекомендую", "Ужасно, ничего не работает", "Посылка пришла во вторник"),
    "kk": ("Керемет қызмет, өте жақсы", "Өте нашар, жұмыс істемейді", "Сәлемдеме сейсенбіде келді"),
    "tr": ("Harika hizmet, çok beğendim", "Berbat, hiç çalışmıyor", "Paket salı günü geldi"),
}

WISHED = {
    "en": "I wish the app worked better.",
    "de": "Ich hätte mir gewünscht, dass das Personal freundlicher ist.",
    "fr": "Ce serait bien si le personnel était plus aimable.",
    "es": "Ojalá el personal fuera más amable.",
    "pl": "Chciałbym, żeby obsługa była milsza.",
    "ru": "Хотелось бы, чтобы персонал был вежливее.",
    "kk": "Қызмет жақсырақ болса екен.",
    "tr": "Keşke personel daha nazik olsa.",
}
"""Good words for what was not so."""
SURPRISED = {
    "en": "Better than I expected!",
    "de": "Besser, als ich erwartet hatte, sehr gut.",
    "fr": "Mieux que ce que j'espérais !",
    "es": "Mejor de lo que esperaba.",
    "pl": "Lepiej niż oczekiwałam!",
    "ru": "Лучше, чем я ожидал!",
    "tr": "Beklediğimden daha iyi!",
}
"""Words of a wish, and none."""


def seen(name: str, count: int = 1_500) -> list[Sample]:
    file = SEEN / name
    if not file.is_file():
        pytest.skip(f"{file} is not there")
    with file.open(encoding="utf-8") as lines:
        return random.Random(1).sample(list(samples(lines, OURS)), count)


@pytest.mark.parametrize(
    ("file", "embedded", "lexicon"),
    [
        ("pl_polemo_hotels.tsv", 0.80, 0.57),
        ("pl_polemo_medicine.tsv", 0.75, 0.54),
        ("kk_kazsandra.tsv", 0.58, 0.45),
    ],
)
def test_sentiment_of_seen_texts(file: str, embedded: float, lexicon: float) -> None:
    known = seen(file)
    for engine, floor in (("embedded", embedded), ("lexicon", lexicon)):
        (tally,) = evaluated(choose(engine), known, every_tag()).values()
        assert (macro_f1(tally.confusion) or 0) > floor
    assert tally.texts == len(known)


def test_tags_of_seen_texts_and_their_opposite_opinions() -> None:
    tags = tagset([12])
    known = [one for one in seen("en_mams_topics.tsv", 3_000) if set(one.tags or {}) <= set(tags.tags)]
    tally = evaluated(choose(), known, tags)["en"]
    found = {tag: tag_f1(tally, tag) or 0 for tag in ("FOOD", "PEOPLE", "PRICE")}
    assert found["FOOD"] > 0.8
    assert found["PEOPLE"] > 0.7
    opposite = [one for one in known if {"positive", "negative"} <= {*(one.tags or {}).values()}]
    assert (accuracy(evaluated(choose(), opposite, tags)["en"].tag_confusion) or 0) > 0.58


@pytest.mark.parametrize("file", ["en_mams_topics.tsv", "pl_polemo_hotels.tsv", "kk_kazsandra.tsv"])
def test_language_of_seen_texts(file: str) -> None:
    (tally,) = evaluated(choose(), seen(file), every_tag()).values()
    assert tally.right_language / tally.texts > 0.97


@pytest.mark.parametrize("lang", SAID)
def test_plain_sentences_in_each_language(lang: str) -> None:
    found = choose().analyse(SAID[lang], [None] * 3, every_tag())
    assert [one.lang for one in found] == [lang] * 3
    assert [one.sentiment for one in found] == ["positive", "negative", "neutral"]


@pytest.mark.parametrize(("lang", "text"), WISHED.items(), ids=list(WISHED))
def test_a_wish_praises_nothing(lang: str, text: str) -> None:
    (found,) = choose("embedded").analyse([text], [lang], every_tag())
    assert found.sentiment in ("negative", "neutral")
    assert found.scores[2] < 0.25


@pytest.mark.parametrize(("lang", "text"), SURPRISED.items(), ids=list(SURPRISED))
def test_better_than_expected_is_praise(lang: str, text: str) -> None:
    (found,) = choose("embedded").analyse([text], [lang], every_tag())
    assert found.sentiment == "positive"
