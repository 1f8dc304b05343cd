"""What a SurveyJS definition says of its questions that variables do not hold: `Facts` by variable."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rejoinder.files.surveyjs import read_definition
from rejoinder.files.surveyjs_choices import code_of
from rejoinder.files.surveyjs_reading import At, Element
from rejoinder.model.facts import Facts
from rejoinder.model.problems import Invalid

_STEP = re.compile(r"([A-Za-z]+)\[(\d+)\]")
_RANDOM = "random"
_LONGEST = 4_000
"""Characters of a picture's address; a picture that is written into the definition is none."""


def facts_of_definition(document: Mapping[str, Any]) -> dict[str, Facts]:
    """Read a decoded definition. Raises Invalid for what is no definition."""
    return {
        name: _facts(element)
        for place, name in read_definition(document).placed.items()
        if (element := _element(document, place)) is not None
    }


def _element(document: Mapping[str, Any], place: str) -> Element | None:
    """The element at a place such as `pages[0].elements[3]`; None where something else stands."""
    found: Any = document
    for step in place.split("."):
        part = _STEP.fullmatch(step)
        if part is None:
            return None
        found = found[part[1]][int(part[2])]
    return found if isinstance(found, Mapping) else None


def _facts(element: Element) -> Facts:
    longest = element.get("maxLength")
    return Facts(
        required=element.get("isRequired") is True,
        random=element.get("choicesOrder") == _RANDOM or element.get("rowsOrder") == _RANDOM,
        picture=_address(element.get("imageLink")),
        least=_number(element.get("min")),
        most=_number(element.get("max")),
        longest=longest if type(longest) is int and longest > 0 else None,
        pictures=dict(_pictures(element)),
    )


def _pictures(element: Element) -> Iterator[tuple[str, str]]:
    choices = element.get("choices")
    for choice in choices if isinstance(choices, list) else ():
        address = _address(choice.get("imageLink")) if isinstance(choice, Mapping) else None
        if address:
            try:
                yield code_of(choice.get("value"), At("")), address
            except Invalid:
                continue  # no option came of it either


def _address(written: Any) -> str | None:
    """A picture's address, in the definition's own language where it has several."""
    if isinstance(written, Mapping):
        written = written.get("default") or next(iter(written.values()), None)
    return written if isinstance(written, str) and 0 < len(written) <= _LONGEST else None


def _number(written: Any) -> float | None:
    if isinstance(written, bool) or not isinstance(written, int | float):
        return None
    return float(written) if abs(written) < 1e15 else None
