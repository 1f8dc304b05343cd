"""What a tag may be called and look for: names, terms, filter rules (004, "Tags"; design, "Wootric CXI")."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NoReturn

import msgspec

from rejoinder.model.feedback import MAX_TERM, MAX_TERMS, METRIC_TYPES, SENTIMENTS, FilterRules
from rejoinder.model.problems import Invalid
from rejoinder.text.folding import words

MAX_NAME, MAX_DESCRIPTION = 100, 2000
MAX_RULES, MAX_VALUES = 20, 200
"""Properties of a filter, and values of each list in it."""


def refuse(field: str, why: str) -> NoReturn:
    """Raise Invalid for a parameter of a tag."""
    raise Invalid(why, fields={field: why})


def tag_name(name: str) -> str:
    """A name as it is stored: upper-cased, spaces as underscores. Raises Invalid."""
    upper = "_".join(unicodedata.normalize("NFC", name).split()).upper()
    if not 1 <= len(upper) <= MAX_NAME or not upper.isprintable():
        refuse("name", f"A tag's name has 1 to {MAX_NAME} printable characters.")
    return upper


def described(text: str | None) -> str | None:
    """A description; empty text is none. Raises Invalid."""
    if text is not None and (len(text) > MAX_DESCRIPTION or "\0" in text):
        refuse("description", f"A tag's description has at most {MAX_DESCRIPTION} characters.")
    return text or None


def checked_terms(terms: Sequence[str]) -> tuple[str, ...]:
    """The terms of a text-match tag, as they were written. Raises Invalid."""
    if len(terms) > MAX_TERMS:
        refuse("text_match_terms", f"A tag has at most {MAX_TERMS} terms; these are {len(terms)}.")
    for n, term in enumerate(terms, 1):
        if not 1 <= len(term) <= MAX_TERM or "\0" in term:
            refuse("text_match_terms", f"Term {n} has not 1 to {MAX_TERM} characters.")
        if not words(term):
            refuse("text_match_terms", f"Term {n} has no letter and no digit, and can never be found.")
    return tuple(terms)


def checked_rules(given: Mapping[str, Any], projects: Collection[int]) -> FilterRules:
    """Filter rules from JSON, or from nested form fields, whose values are all text.

    Parameters: `projects` — the numbers of the workspace's projects. Raises Invalid.
    """
    lists = ("project_ids", "sentiment", "metric_type")
    values = {key: _several(value) if key in lists else value for key, value in given.items()}
    if isinstance(properties := values.get("properties"), Mapping):
        values["properties"] = {key: _several(value) for key, value in properties.items()}
    try:
        rules = msgspec.convert(values, FilterRules, strict=False)
    except msgspec.ValidationError as error:
        refuse(
            "filter_rules",
            f"These filter rules cannot be used: {error}. "
            "There are project_ids, score (gte, lte), sentiment, metric_type and properties.",
        )
    _check_words(rules)
    if rules.score and not all(map(_is_score, (rules.score.gte, rules.score.lte))):
        refuse("filter_rules", "The scores of a filter rule are finite numbers.")
    if unknown := [number for number in rules.project_ids if number not in projects]:
        refuse("filter_rules", f"There is no project {unknown[0]} in this workspace.")
    if len(rules.properties) > MAX_RULES or any(len(v) > MAX_VALUES for v in rules.properties.values()):
        refuse("filter_rules", f"Filter rules name at most {MAX_RULES} properties of {MAX_VALUES} values.")
    return rules


def _is_score(value: float | None) -> bool:
    """Whether a limit can be kept: whole numbers are told as they came, exact in JSON."""
    return value is None or (abs(value) < 2**53 if isinstance(value, int) else math.isfinite(value))


def _check_words(rules: FilterRules) -> None:
    for field, said, known in (
        ("sentiment", rules.sentiment, tuple(SENTIMENTS)),
        ("metric_type", rules.metric_type, METRIC_TYPES),
    ):
        if unknown := [word for word in said if word not in known]:
            what = f"{unknown[0][:40]!r} is not a {field} of a filter rule"
            refuse("filter_rules", f"{what}; there are: {', '.join(known)}.")


def _several(value: Any) -> Any:
    """A single value as a list of one."""
    return [value] if isinstance(value, str | int | float) else value
