"""NPS, CSAT and CES of counted answers, each with its margin of error at 95 %."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import NamedTuple

from rejoinder.model.results import Question
from rejoinder.model.survey import Kind, Variable

Z = 1.96


class Measure(NamedTuple):
    """A figure: `name` is nps, csat, ces or mean; `value` ± `margin`; of `base` answers.

    NPS is from -100 to 100, CSAT a share of 1, CES and mean are on the question's own scale. `parts` — the
    shares of detractors, passives and promoters, for NPS.
    """

    name: str
    value: float
    margin: float
    base: int
    parts: tuple[float, float, float] | None = None


def scores_of(variable: Variable) -> dict[str, float]:
    """Code → score of a scale: what the option says, else its code where that is a number."""
    found: dict[str, float] = {}
    for option in variable.options:
        if option.score is not None:
            found[option.code] = option.score
        elif option.code.removeprefix("-").isdecimal() and len(option.code) < 16:
            found[option.code] = float(option.code)
        else:
            return {}
    return found


def measure(variable: Variable, question: Question) -> Measure | None:
    """The figure that a question measures: what the survey says, else the mean of a scale; None for none."""
    counts = _scored(variable, question)
    base = sum(counts.values())
    if not base:
        return None
    if variable.metric == "nps":
        return _nps(counts, base)
    ends = scores_of(variable).values()
    if variable.metric == "csat" and ends:  # of bare numbers nobody knows which is the best there could be
        best = max(ends)
        happy = sum(n for score, n in counts.items() if score >= best - (1 if best - min(ends) > 2 else 0))
        share = happy / base
        return Measure("csat", share, Z * sqrt(share * (1 - share) / base), base)
    mean = sum(score * n for score, n in counts.items()) / base
    spread = sum((score - mean) ** 2 * n for score, n in counts.items()) / base
    name = "ces" if variable.metric == "ces" else "mean"
    return Measure(name, mean, Z * sqrt(spread / base), base)


def _nps(counts: Mapping[float, int], base: int) -> Measure:
    against = sum(n for score, n in counts.items() if score <= 6) / base
    fond = sum(n for score, n in counts.items() if score >= 9) / base
    difference = fond - against
    margin = Z * sqrt(max(0.0, fond + against - difference**2) / base)
    return Measure("nps", 100 * difference, 100 * margin, base, (against, 1 - against - fond, fond))


def _scored(variable: Variable, question: Question) -> dict[float, int]:
    """How many gave each score."""
    if variable.kind is Kind.NUMERIC and variable.metric and question.numbers and question.numbers.width == 1:
        return {float(start): n for start, n in question.numbers.bins.items()}
    if variable.fields or variable.kind not in (Kind.SINGLE, Kind.RATING):
        return {}
    scores = scores_of(variable)
    return {scores[code]: n for code, n in question.counts.items() if code in scores}
