"""Features and heads against their plain reading: what is counted, packed and summed."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from training.fit import Options, fit

from rejoinder.text.batch import batched
from rejoinder.text.fitting import logits_of, matrix
from rejoinder.text.grams import MOST_CHARACTERS, PAIR, WORD, Features
from rejoinder.text.hashing import MIX, Rolling, hashes_of
from rejoinder.text.heads import Head, Joint, made, quantised, said
from rejoinder.text.letters import normal

BITS = 8
TEXTS = st.lists(st.text("abcş ü.!😀\n", max_size=30), min_size=1, max_size=5)
KINDS = st.sampled_from([WORD, PAIR, 2, 3, 4, 5])


def features_of(texts: list[str]) -> Features:
    batch = batched(texts)
    return Features(batch, Rolling(batch.flat))


def pieces(text: str, kind: int) -> list[str]:
    """The features of one text in plain Python."""
    flat = normal(text)[0]
    words = flat.split()
    if kind == WORD:
        return words
    if kind == PAIR:
        return [f"{one} {other}" for one, other in pairwise(words)]
    runs = (flat[place : place + kind] for place in range(len(flat) - kind + 1))
    return [run for run in runs if " " not in run[1:-1]]


@given(TEXTS, KINDS)
def test_features_are_words_pairs_and_runs_inside_words(texts: list[str], kind: int) -> None:
    (grams,) = features_of(texts).of((kind,))
    for number, text in enumerate(texts):
        found = Counter(grams.hashes[grams.cuts[number] : grams.cuts[number + 1]].tolist())
        wanted = pieces(text, kind)
        if kind == 2:  # the space beside the end of a text is a run of its own, always the same
            found -= Counter(dict.fromkeys(found.keys() - _hashes(wanted, kind).keys(), 2))
        assert found == _hashes(wanted, kind)


def _hashes(wanted: list[str], kind: int) -> Counter[int]:
    salt = (kind * 0x9FB21C651E98DF25) % (1 << 64)
    return Counter(((hashes_of(wanted) + np.uint64(salt)) * MIX).tolist())


def table(columns: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(-127, 128, (1 << BITS, columns)).astype(np.int8)


@given(TEXTS, st.integers(1, 8))
def test_packed_sums_are_the_plain_ones(texts: list[str], columns: int) -> None:
    weights = table(columns)
    features = features_of(texts)
    kinds = (WORD, PAIR, 4)
    logits = said(features, made(weights, kinds, 0.5))
    for number in range(len(texts)):
        rows = [grams.rows(BITS)[grams.cuts[number] : grams.cuts[number + 1]] for grams in features.of(kinds)]
        together = np.concatenate(rows)
        plain = weights[together].sum(axis=0, dtype=np.int64) * 0.5 / np.sqrt(max(len(together), 1))
        assert logits[number] == pytest.approx(plain)


@given(TEXTS)
def test_joint_heads_say_what_each_says(texts: list[str]) -> None:
    heads: list[Head | None] = [made(table(3, seed), (WORD, 4), 0.1 * seed) for seed in (1, 2)]
    features = features_of(texts)
    langs = np.arange(len(texts)) % 3
    logits = Joint([*heads, None]).said(features, langs)
    for number, lang in enumerate(langs.tolist()):
        head = heads[lang] if lang < 2 else None
        plain = said(features, head)[number] if head else np.zeros(3)
        assert logits[number] == pytest.approx(plain)


@pytest.mark.parametrize("weight", [127, -127])
def test_the_longest_text_does_not_overflow(weight: int) -> None:
    weights = np.full((1 << BITS, 3), weight, dtype=np.int8)
    features = features_of(["a. " * 20_000, "ab " * 20_000, "abcdefghi" * 3_000, "x"])
    kinds = (WORD, PAIR, 3, 4, 5)
    counts = sum(np.diff(grams.cuts) for grams in features.of(kinds))
    assert said(features, made(weights, kinds, 1.0))[:, 0] == pytest.approx(weight * np.sqrt(counts))
    assert max(counts) > MOST_CHARACTERS


def test_weights_survive_one_byte() -> None:
    weights = np.random.default_rng(3).normal(size=(64, 3))
    small, scale = quantised(weights)
    assert np.abs(small * scale - weights).max() <= scale / 2 + 1e-12


def test_fitting_learns_and_gives_the_same_again() -> None:
    texts = [f"{word} {number % 7}" for number in range(60) for word in ("good day", "bad day", "day")]
    labels = np.array([0, 1, 2] * 60)
    features = matrix(texts, (WORD, PAIR, 4), BITS)
    options = Options(bits=BITS, epochs=5)
    tables = [fit(features, labels, 3, np.ones(len(texts)), options) for _ in range(2)]
    assert (tables[0] == tables[1]).all()
    assert (logits_of(features, tables[0]).argmax(axis=1) == labels).all()
