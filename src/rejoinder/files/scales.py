"""The natural order of answer labels, where it can be recognised.

Ranges ("18-29", "$0 - $24,999", "60+"), heights (5'8"), counts ("Twice"), how often, how much education, and
scales of agreement ("Somewhat favorably"). Labels that stand beside a scale ("Don't know", "Other (please
specify)", "N/A") come last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rejoinder.files.titles import folded

_ASIDE = re.compile(
    r"(other\b|none\b|don['’]?t know|do not know|not sure|unsure|no opinion|prefer not|refuse|rather not|"
    r"i don['’]?t understand|doesn['’]?t apply|does not apply|not applicable|n/?a\b|unfamiliar|decline|"
    r"keine angabe|trudno powiedzie|nie wiem|inne|no s[eé]\b|не знаю|другое)"
)
_NUMBER = re.compile(r"\d+(?:[,\u00a0 ]\d{3})*(?:\.\d+)?")
_HEIGHT = re.compile(r"(\d)(?:'\s*(\d{1,2})(?:\"|''|”)?| ?(?:ft|feet)\b)")
_BELOW = re.compile(
    r"^(<|≤|under|below|less than|fewer than|up to)|"
    r"\b(or (younger|less|fewer|under|below)|and (under|below))\b"
)
_ABOVE = re.compile(
    r"^(>|≥|over|above|more than)|\+$|\b(or (older|more|over|above|higher)|and (up|over|above|older))\b"
)
_RANGE = re.compile(
    r"^[<>≤≥$€£%\d.,\s'+–—-]+$|\b(or|and|to|under|over|below|above|less|more|years?|than|up)\b"
)

_COUNTS = {
    "zero": 0,
    "once": 1,
    "twice": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_COUNT = re.compile(
    r"^(?:more than |at least )?((?:once|twice)(?! (?:a|per|in|every)\b)|"
    r"(zero|three|four|five|six|seven|eight|nine|ten)\+? times?)\b"
)

_OFTEN = (
    r"never",
    r"(hardly ever|almost never)",
    r"(seldom|rarely)",
    r"(once in a while|once a year|yearly|annually)",
    r"(a few times (a|per) year|occasionally)",
    r"(sometimes|once a month|monthly)",
    r"about half the time",
    r"(a few times (a|per) month|often|frequently)",
    r"(usually|once a week|weekly)",
    r"(a few times (a|per) week|very often)",
    r"(almost always|almost every day|most days)",
    r"(always|every day|daily|once a day)",
    r"(several|many|a few) times a day",
)
_EDUCATION = (
    r"(no|none|less than|some) (high school|schooling|formal)",
    r"(primary|elementary)",
    r"(high school|secondary)",
    r"(some college|vocational|trade|technical)",
    r"(associate)",
    r"(college degree|bachelor|undergraduate)",
    r"(some graduate)",
    r"(graduate|postgraduate|master)",
    r"(doctor|ph\.?d|professional)",
)
_NAMED = (
    ("rural", "suburban", "urban"),
    ("yes", "no"),
    ("low", "medium", "high"),
    ("small", "medium", "large"),
    ("poor", "fair", "good", "very good", "excellent"),
    ("tak", "nie"),
    ("sí", "no"),
    ("да", "нет"),
    ("ja", "nein"),
)

_STRENGTHS = {
    "not at all": 0.0,
    "not": 0.0,
    "slightly": 1.0,
    "a little": 1.0,
    "somewhat": 2.0,
    "moderately": 2.5,
    "fairly": 3.0,
    "quite": 3.0,
    "mostly": 3.5,
    "very": 4.0,
    "strongly": 4.0,
    "extremely": 5.0,
    "completely": 5.0,
    "totally": 5.0,
}
_STRENGTH = re.compile(r"\b(" + "|".join(sorted(_STRENGTHS, key=len, reverse=True)) + r")\b")
_NEUTRAL = re.compile(r"^(neither\b|neutral\b|undecided$|no difference$)")
_AGAINST = re.compile(
    r"\b(dis(?=agree|satisf|like)|un(?=favou?rabl|likely|important|happy|satisf|helpful|clear|safe|fair))"
)
_LEAD = re.compile(r"^(yes|no),\s*|\bat all\b|[^\w\s]")

Scorer = Callable[[Sequence[str]], list[float | None]]


def is_aside(label: str) -> bool:
    """Whether `label` stands beside the scale rather than on it ("Don't know", "Other")."""
    return _ASIDE.match(folded(label)) is not None


def ordered(labels: Sequence[str]) -> list[str]:
    """Return `labels` in their natural order when one is recognised, else as they came; asides last."""
    usual = [label for label in labels if not is_aside(label)]
    aside = [label for label in labels if is_aside(label)]
    words = [folded(label) for label in usual]
    for score in (_by_name, _by_height, _by_number, _by_count, _by_strength, _by_frequency, _by_education):
        scores = score(words)
        if len(usual) > 1 and _fits(scores):
            ranks = [float("inf") if rank is None else rank for rank in scores]
            usual = [label for _, _, label in sorted(zip(ranks, range(len(usual)), usual, strict=True))]
            break
    return usual + aside


def number_on(label: str) -> float | None:
    """Return the number that a label is or starts with ("5", "5 - Very satisfied"), for its score."""
    match = re.match(r"(-?\d{1,9}(?:\.\d{1,6})?)(?:\Z|\s*[-–=:.)]\s+\D|\s+\()", label)
    return float(match[1]) if match else None


def _fits(scores: list[float | None]) -> bool:
    """Whether a scorer knows the scale: nearly all labels placed, not all at one place."""
    known = [score for score in scores if score is not None]
    return len(set(known)) > 1 and len(known) >= len(scores) - len(scores) // 6


def _by_name(words: Sequence[str]) -> list[float | None]:
    for scale in _NAMED:
        if set(words) <= set(scale):
            return [float(scale.index(word)) for word in words]
    return [None] * len(words)


def _by_height(words: Sequence[str]) -> list[float | None]:
    found = [_HEIGHT.search(word) for word in words]
    heights = [
        12.0 * int(m[1]) + int(m[2] or 0) + _leaning(word) if m else None
        for m, word in zip(found, words, strict=True)
    ]
    return heights if any(h is not None for h in heights) else [None] * len(words)


def _by_number(words: Sequence[str]) -> list[float | None]:
    return [
        _first_number(word) if _RANGE.search(word) or number_on(word) is not None else None for word in words
    ]


def _first_number(word: str) -> float | None:
    match = _NUMBER.search(word)
    if match is None:
        return None
    sign = -1 if re.match(r"-\d", word) else 1
    return sign * float(re.sub(r"[,\s]", "", match[0])) + _leaning(word)


def _leaning(word: str) -> float:
    """A little less for "under 18", a little more for "60+"."""
    return -0.5 if _BELOW.search(word) else 0.5 if _ABOVE.search(word) else 0.0


def _by_count(words: Sequence[str]) -> list[float | None]:
    return [_count(word) for word in words]


def _count(word: str) -> float | None:
    match = _COUNT.match(word)
    if match is not None:
        return _COUNTS[match[2] or match[1]] + (0.5 if word.startswith("more") else 0.0)
    return 0.0 if re.match(r"(never|none|not|it is not|no)\b", word) else None


def _by_strength(words: Sequence[str]) -> list[float | None]:
    """Agreement and intensity: only when all labels speak of the same thing."""
    scored = [_strength(word) for word in words]
    cores = {core for _, core in scored if core is not None}
    return [score for score, _ in scored] if len(cores) == 1 else [None] * len(words)


def _strength(word: str) -> tuple[float, str | None]:
    if _NEUTRAL.match(word):
        return 0.5, None
    found = _STRENGTH.search(word)
    against = -1.0 if _AGAINST.search(word) else 1.0
    strength = 3.0 if found is None else _STRENGTHS[found[1]]
    core = _AGAINST.sub("", _STRENGTH.sub("", _LEAD.sub("", word)))
    return against * strength, " ".join(core.split())


def _by_frequency(words: Sequence[str]) -> list[float | None]:
    return [_step(word, _OFTEN) for word in words]


def _by_education(words: Sequence[str]) -> list[float | None]:
    return [_step(word, _EDUCATION) for word in words]


def _step(word: str, scale: Sequence[str]) -> float | None:
    for rank, pattern in enumerate(scale):
        if re.match(pattern, word):
            return float(rank)
    return None
