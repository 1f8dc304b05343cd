"""What the text engine finds in a text, and how well it learnt from people."""

from __future__ import annotations

from typing import Literal

import msgspec

Sentiment = Literal["negative", "neutral", "positive"]
SENTIMENTS: tuple[Sentiment, ...] = ("negative", "neutral", "positive")
"""In the order in which `Analysis.scores` gives them."""
LANGUAGES = ("en", "es", "pl", "ru", "kk", "fr", "de", "tr")
"""The languages that the embedded engine reads, as ISO 639-1 codes."""
Span = tuple[int, int]
"""First character and the one behind the last, counted in the text as it came."""


class TagHit(msgspec.Struct, frozen=True, gc=False):
    """A smart tag found in a text.

    `sentiment` is that of the clauses which speak of the tag; `score` (0 to 1) how sure the engine is of the
    tag; `spans` the words that told it, none where a head knew the tag without a word of the list.
    """

    tag: str
    sentiment: Sentiment | None
    score: float
    spans: tuple[Span, ...] = ()


class Analysis(msgspec.Struct, frozen=True, gc=False):
    """What an engine finds in one text.

    `lang` is None for a text without letters, or in none of the engine's languages; `sentiment` is None only
    for a text with neither letters nor emoji. `scores` are shares of 1 for `SENTIMENTS`, all 0 with None.
    `engine` is the name and version of the one that read the text where it is not the one that was asked.
    """

    lang: str | None
    lang_score: float
    sentiment: Sentiment | None
    scores: tuple[float, float, float]
    tags: tuple[TagHit, ...] = ()
    engine: str | None = None


class Quality(msgspec.Struct, frozen=True):
    """How a head did that was learnt (`text.learning`).

    `before` and `after` are macro-F1 of the machine and with the head, on corrected texts, None where there
    were not enough; `same` the share of uncorrected texts that it leaves alone; `why` it is used, or is not.
    """

    name: str
    examples: int
    used: bool
    why: str
    before: float | None = None
    after: float | None = None
    same: float | None = None
