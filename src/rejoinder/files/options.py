"""Observed labels → options with codes and scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from rejoinder.files.scales import is_aside, number_on, ordered
from rejoinder.files.titles import clean
from rejoinder.model.survey import Option


def options_from(labels: Mapping[str, str], counts: Counter[str], language: str) -> tuple[Option, ...]:
    """Return the options of a choice whose values were observed in a file.

    `labels` maps folded values to their spelling and `counts` folded values to how often they came. A
    recognised order is kept; otherwise the most frequent comes first.
    """
    frequent = sorted(labels, key=lambda key: (-counts[key], key))
    return options_of(ordered([clean(labels[key]) for key in frequent]), language)


def options_of(labels: Sequence[str], language: str) -> tuple[Option, ...]:
    """Return options with the codes 1, 2, 3, … in the order given.

    A label that is a whole number is its own code, so that code and label never disagree. When all labels on
    the scale are (or start with) numbers, those are their scores.
    """
    own = {label for label in labels if _is_code(label)}
    scores = {label: number_on(label) for label in labels}
    scored = all(score is not None or is_aside(label) for label, score in scores.items())
    options, number = [], 0
    for label in labels:
        code = label
        if label not in own:
            number = next(n for n in range(number + 1, number + len(labels) + 2) if str(n) not in own)
            code = str(number)
        options.append(Option(code, {language: label}, scores[label] if scored else None))
    return tuple(options)


def _is_code(label: str) -> bool:
    return label.isascii() and label.isdigit() and len(label) <= 9 and str(int(label)) == label
