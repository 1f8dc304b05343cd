"""What a survey's definition says of its questions beyond their variables: required, limits, pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Facts(NamedTuple):
    """About one question; None where the survey has no definition that says so.

    `least`, `most` — of a number; `longest` — characters of a text; `pictures` — option code → the address of
    its picture.
    """

    required: bool | None = None
    random: bool | None = None
    picture: str | None = None
    least: float | None = None
    most: float | None = None
    longest: int | None = None
    pictures: Mapping[str, str] = {}


NOTHING_KNOWN = Facts()
