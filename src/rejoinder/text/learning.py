"""Learn from what people corrected: small heads that are added to what an engine says.

A head starts from the machine's own scores and learns only what they lack. It is judged by cross-validation
on the corrected texts, and is used only when it is better there than the machine and than guessing (people
correct what is wrong, so the machine does badly there), and leaves texts that nobody corrected as they were.
Everything is worked out in one order with no chance in it, so that the same corrections always give the same
head. A head holds weights of hashes, none of a hash that fewer than three texts have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from rejoinder.model.analysis import SENTIMENTS, Analysis, Quality
from rejoinder.text import fitting
from rejoinder.text.batch import Numbers
from rejoinder.text.fitting import Matrix, logits_of
from rejoinder.text.grams import WORD
from rejoinder.text.heads import Floats, quantised, shares

LEAST_SENTIMENTS, LEAST_TAGS, LEAST_EACH = 50, 30, 8
"""Corrections of the sentiment, and decisions on one tag, that are enough; of two answers so many each."""
BETTER, SURE, SAME = 0.02, 0.1, 0.9
"""How much better than the machine, and than guessing, macro-F1 must be; the share of uncorrected texts that
must stay as they are."""
ANCHOR = 0.25
"""How much a text that nobody corrected counts in fitting: most are right, but nobody said so."""
FOLDS, RAREST = 5, 3
BITS, KINDS = 14, (WORD, 4)
_STEPS, _RATE, _DECAY = 80, 0.5, 2e-3
_SMALLEST = 0.02
"""A share of the machine's counts as this much at least: it is never quite sure."""


class Example(NamedTuple):
    """A comment, what the machine made of it, and what people decided: a sentiment (None: nothing), tags that
    they put on (True) or took off."""

    text: str
    machine: Analysis
    sentiment: str | None = None
    tags: Mapping[str, bool] = {}


class Weights(msgspec.Struct, frozen=True):
    """A head as it is kept: numbers of hashes, and a row of weights in one byte each for every one."""

    columns: int
    scale: float
    rows: bytes
    table: bytes


class Heads(msgspec.Struct, frozen=True):
    """What is kept for a workspace; `base` is the engine whose scores it was fitted to."""

    base: str
    sentiment: Weights | None = None
    tags: dict[str, Weights] = {}


class _Task(NamedTuple):
    """`offsets`: the machine's logits; `decided`: whether a label is a person's; `groups`: equal texts."""

    features: Matrix
    offsets: Floats
    labels: Numbers
    decided: NDArray[np.bool_]
    groups: Numbers


def learn(examples: Sequence[Example], tags: Sequence[str], base: str) -> tuple[Heads | None, list[Quality]]:
    """Fit heads for the sentiment and for each tag.

    Parameters: `examples` — corrected comments and some that nobody corrected; `tags` — the smart tags that
    may be learnt; `base` — the name of the engine that read them.

    Returns what is to be used (None: nothing is better than the machine) and how each head did.
    """
    some = sorted((one for one in examples if one.machine.sentiment is not None), key=_order)
    features = matrix([example.text for example in some])
    numbers = {text: n for n, text in enumerate(sorted({example.text for example in some}))}
    groups = np.array([numbers[example.text] for example in some], dtype=np.int64)
    offsets = sentiment_offsets([example.machine for example in some])
    labels = [SENTIMENTS.index(one.sentiment or one.machine.sentiment) for one in some]
    decided = np.array([one.sentiment is not None for one in some], dtype=np.bool_)
    task = _Task(features, offsets, np.array(labels, dtype=np.int64), decided, groups)
    quality, sentiment = _learnt("sentiment", task, LEAST_SENTIMENTS)
    qualities, kept = [quality], {}
    for tag in sorted(tags):
        decided = np.array([tag in one.tags for one in some], dtype=np.bool_)
        if not decided.any():
            continue
        found = [tag in {hit.tag for hit in one.machine.tags} for one in some]
        labels = [int(one.tags.get(tag, was)) for one, was in zip(some, found, strict=True)]
        task = _Task(features, tag_offsets(found), np.array(labels, dtype=np.int64), decided, groups)
        quality, weights = _learnt(tag, task, LEAST_TAGS)
        qualities.append(quality)
        if weights:
            kept[tag] = weights
    if sentiment is None and not kept:
        return None, qualities
    return Heads(base, sentiment, kept), qualities


def _order(example: Example) -> tuple[object, ...]:
    """An order that does not depend on how the examples came: sums of fractions depend on theirs."""
    return example.text, example.sentiment or "", sorted(example.tags.items()), example.machine.scores


def sentiment_offsets(read: Sequence[Analysis]) -> Floats:
    """The machine's logits of the three sentiments."""
    shares = np.array([one.scores for one in read], dtype=np.float64).reshape(len(read), 3)
    return np.log(np.maximum(shares, _SMALLEST))


def tag_offsets(found: Sequence[bool]) -> Floats:
    """The machine's logits of a tag's absence and presence."""
    logits = np.zeros((len(found), 2))
    logits[:, 1] = np.where(np.array(found, dtype=np.bool_), 1.5, -1.5)
    return logits


def matrix(texts: Sequence[str]) -> Matrix:
    """What heads read of texts."""
    return fitting.matrix(texts, KINDS, BITS)


def _learnt(name: str, task: _Task, least: int) -> tuple[Quality, Weights | None]:
    """Judge a head, and fit it on everything when it is better than the machine."""
    labels = task.labels[task.decided]
    count, each = len(labels), sorted(np.bincount(labels, minlength=2).tolist())
    if count < least or each[-2] < LEAST_EACH:
        why = f"It needs {least} corrections, and {LEAST_EACH} each of two answers."
        return Quality(name, count, used=False, why=why), None
    guesses = _out_of_fold(task)
    machine = task.offsets.argmax(axis=1)
    before = macro_f1(labels, machine[task.decided])
    after = macro_f1(labels, guesses[task.decided])
    alone = ~task.decided
    same = float((guesses[alone] == machine[alone]).mean()) if alone.any() else 1.0
    guessing = 1 / len(set(labels.tolist()))
    better = after >= max(before + BETTER, guessing + SURE)
    used = better and same >= SAME
    why = "" if used else "It changes too much else." if better else "It is not better than before."
    quality = Quality(name, count, used, why, round(before, 4), round(after, 4), round(same, 4))
    return quality, _packed(_fit(task, np.arange(len(task.labels)))) if used else None


def _out_of_fold(task: _Task) -> Numbers:
    """For each text the answer of a head that has not seen it, nor its equal."""
    found = np.zeros(len(task.labels), dtype=np.int64)
    for fold in range(FOLDS):
        held = task.groups % FOLDS == fold
        table = _fit(task, np.flatnonzero(~held))
        logits = task.offsets + logits_of(task.features, table)
        found[held] = logits[held].argmax(axis=1)
    return found


def _fit(task: _Task, texts: Numbers) -> Floats:
    """A table of weights, fitted on some of the texts: logistic, all texts in each step, Adagrad."""
    rows, owners = task.features.some(texts)
    sizes = np.bincount(owners, minlength=len(texts))
    seen = _texts_with(rows, owners, task.groups[texts]) >= RAREST
    known = np.cumsum(seen) - 1
    rows, owners = known[rows[seen[rows]]], owners[seen[rows]]
    columns, count = task.offsets.shape[1], int(seen.sum())
    scale = 1 / np.sqrt(np.maximum(sizes, 1))
    weights = np.where(task.decided[texts], 1.0, ANCHOR)
    weights = weights / weights.sum() * len(texts)
    wanted = np.eye(columns)[task.labels[texts]]
    table, squares = np.zeros((count, columns)), np.full((count, columns), 1e-6)
    for _ in range(_STEPS):
        sums = _summed(table[rows], owners, len(texts))
        wrong = (shares(task.offsets[texts] + sums * scale[:, None]) - wanted) * (weights * scale)[:, None]
        slope = _summed(wrong[owners], rows, count) / len(texts) + _DECAY / 10 * table
        squares += slope**2
        table -= _RATE * slope / np.sqrt(squares)
    whole = np.zeros((1 << BITS, columns))
    whole[seen] = table
    return whole


def _texts_with(rows: Numbers, owners: Numbers, groups: Numbers) -> Numbers:
    """In how many different texts each hash is."""
    pairs = np.unique(rows * (int(groups.max(initial=0)) + 1) + groups[owners])
    return np.bincount(pairs // (int(groups.max(initial=0)) + 1), minlength=1 << BITS)


def _summed(values: Floats, places: Numbers, count: int) -> Floats:
    columns = [np.bincount(places, weights=column, minlength=count) for column in values.T]
    return np.stack(columns, axis=1)


def macro_f1(labels: Numbers, guesses: Numbers) -> float:
    """The mean F1 of the answers that are among the labels."""
    scores = []
    for answer in np.unique(labels).tolist():
        hits = int(((labels == answer) & (guesses == answer)).sum())
        scores.append(2 * hits / int((labels == answer).sum() + (guesses == answer).sum()))
    return sum(scores) / len(scores)


def _packed(table: Floats) -> Weights:
    small, scale = quantised(table)
    rows = np.flatnonzero(small.any(axis=1))
    return Weights(table.shape[1], scale, rows.astype("<i4").tobytes(), small[rows].tobytes())


def unpacked(weights: Weights) -> Floats:
    """The table of weights with a row for each hash."""
    table = np.zeros((1 << BITS, weights.columns))
    rows = np.frombuffer(weights.rows, dtype="<i4")
    table[rows] = np.frombuffer(weights.table, dtype=np.int8).reshape(len(rows), weights.columns)
    return table * weights.scale


encode: Callable[[Heads], bytes] = msgspec.msgpack.Encoder(order="deterministic").encode
decode: Callable[[bytes], Heads] = msgspec.msgpack.Decoder(Heads).decode
