"""Feedback: responses with a score or a comment, their tags and sentiment, projects (Wootric CXI, 004).

A response is a respondent of a survey that asks for a score or a comment; an import is a survey whose
respondents came from one CSV file. Times are microseconds since 1970 in UTC.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Any, Literal

import msgspec

METRIC_TYPES = ("nps", "ces", "csat", "other")
"""What a score can measure (004, "Import Object")."""
MAX_TERMS, MAX_TERM = 100, 200
"""Terms of a text-match tag, and characters of each."""
MAX_TAGS = 5000
"""Tags of one workspace."""
FULL = "full"
"""The `mode` of an account (004, "Onboarding"): there is no other here."""


class Sentiment(IntEnum):
    """How a text, or what it says of a tag, sounds. None stands for no text, or not analysed yet."""

    NEGATIVE = -1
    NEUTRAL = 0
    POSITIVE = 1

    @property
    def word(self) -> str:
        """As dialects show it."""
        return self.name.lower()


SENTIMENTS = {one.word: one for one in Sentiment}
"""Word → sentiment."""


class TagMode(StrEnum):
    """Who applies a tag: people, the text engine, or its own terms."""

    MANUAL = "manual"
    SMART = "smart"
    TEXT_MATCH = "text_match"


class Range(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Scores from `gte` to `lte`, both included."""

    gte: int | float | None = None
    lte: int | float | None = None


class FilterRules(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a response must be before a text-match tag is looked for in it; all of it must hold.

    `properties` — variable → the values of which it must have one.
    """

    project_ids: tuple[int, ...] = ()
    score: Range | None = None
    sentiment: tuple[str, ...] = ()
    metric_type: tuple[str, ...] = ()
    properties: dict[str, tuple[str, ...]] = {}


class Counts(msgspec.Struct, frozen=True):
    """Responses by sentiment, as the store keeps them."""

    responses: int = 0
    positive: int = 0
    neutral: int = 0
    negative: int = 0

    @property
    def without(self) -> int:
        """Responses without a sentiment."""
        return self.responses - self.positive - self.neutral - self.negative


class Breakdown(msgspec.Struct, frozen=True):
    """Percentages by sentiment with two decimals; they sum to 100, or are all 0 without responses."""

    positive: float = 0
    neutral: float = 0
    negative: float = 0
    null: float = 0


class Tag(msgspec.Struct, frozen=True, kw_only=True):
    """A tag. `scope_by_parent`: it counts only where its parent does; None on smart tags."""

    id: int
    name: str
    display_name: str
    description: str | None = None
    mode: TagMode
    enabled: bool = True
    parent_id: int | None = None
    scope_by_parent: bool | None = None
    terms: tuple[str, ...] = ()
    filter_rules: FilterRules = FilterRules()
    counts: Counts = Counts()
    created_at: int = 0


class TagNode(msgspec.Struct, frozen=True):
    """A tag as it is listed: with the percentage of all responses that carry it, and its children.

    `children` is empty in a flat list.
    """

    tag: Tag
    usage: float = 0
    breakdown: Breakdown = Breakdown()
    children: tuple[TagNode, ...] = ()


class AppliedTag(msgspec.Struct, frozen=True):
    """A tag on a response. `spans` — (begin, end) in characters of the comment, empty when it changed since
    it was analysed; `source` — who applied it."""

    tag: Tag
    sentiment: Sentiment | None
    source: Literal["machine", "manual"] = "machine"
    spans: tuple[tuple[int, int], ...] = ()


class Roles(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which variables of a survey are the score, the comment and the user of its responses, and what the
    score measures; None where the survey has none."""

    score: str | None = None
    comment: str | None = None
    user: str | None = None
    metric_type: str | None = None


class Chosen(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody settled of a survey's roles; an empty text stands for "none", None for "find it"."""

    score: str | None = None
    comment: str | None = None
    user: str | None = None
    metric_type: str | None = None
    enabled: bool = True
    source: str | None = None
    language: str = "en"
    secondary_product_category_id: int | None = None


class FeedbackSurvey(msgspec.Struct, frozen=True, kw_only=True):
    """A survey with its roles and numbers. `active`: its respondents are CXI responses now.

    An import (`imported`) is one made from a CSV file; `analysed` counts responses whose analysis is done.
    """

    survey_id: int
    name: str
    imported: bool
    active: bool
    roles: Roles
    chosen: Chosen
    counts: Counts
    analysed: int
    created_at: int

    @property
    def sample_analyzed(self) -> bool:
        """Whether nothing is left to analyse (004, "Import Object")."""
        return self.counts.responses > 0 and self.analysed >= self.counts.responses


class Project(msgspec.Struct, frozen=True):
    """A project (004, "Project Object")."""

    id: int
    name: str
    response_count: int
    created_at: int


class Property(msgspec.Struct, frozen=True):
    """A custom property; `data_type` is string, integer, double, datetime or boolean."""

    key: str
    data_type: str
    value: Any


class FeedbackResponse(msgspec.Struct, frozen=True, kw_only=True):
    """One response with all that was found out about it.

    `pending`: it is still to be analysed, for the first time or again. `machine` is the engine's sentiment
    where a person set another one, which `sentiment` then is. `decided_by` — who decided something last.
    """

    id: int
    survey_id: int
    respid: int
    at: int
    user_id: str | None
    score: float | None
    metric_type: str | None
    comment: str | None
    translated: str | None = None
    language: str | None = None
    sentiment: Sentiment | None = None
    machine: Sentiment | None = None
    corrected: bool = False
    pending: bool = False
    engine: str | None = None
    properties: tuple[Property, ...] = ()
    project_ids: tuple[int, ...] = ()
    tags: tuple[AppliedTag, ...] = ()
    decided_by: str | None = None
    decided_at: int | None = None


class Draft(msgspec.Struct, frozen=True, omit_defaults=True):
    """What onboarding was told of a project and of an import before the account is onboarded."""

    project: str | None = None
    import_name: str | None = None
    import_source: str | None = None
    import_metric_type: str | None = None
    import_language: str | None = None


class Onboarding(msgspec.Struct, frozen=True):
    """How far a workspace is with feedback; `tags` are its smart tags."""

    onboarded: bool
    category_id: int | None = None
    tags: tuple[Tag, ...] = ()
    draft: Draft = Draft()
    mode: str = FULL


class Trend(msgspec.Struct, frozen=True):
    """Responses of one day, or of the week that begins with it; `day` counts days since 1970 (UTC)."""

    day: int
    counts: Counts


def breakdown(counts: Counts) -> Breakdown:
    """Percentages that sum to 100 at two decimals (largest remainder), all 0 without responses."""
    total = counts.responses
    if not total:
        return Breakdown()
    parts = (counts.positive, counts.neutral, counts.negative, counts.without)
    shares = [divmod(part * 10_000, total) for part in parts]
    missing = 10_000 - sum(whole for whole, _ in shares)
    largest = sorted(range(4), key=lambda n: -shares[n][1])[:missing]
    return Breakdown(*((whole + (n in largest)) / 100 for n, (whole, _) in enumerate(shares)))
