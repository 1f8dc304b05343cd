"""A respondent: one participant in one survey."""

from __future__ import annotations

from enum import IntEnum
from typing import Literal

Level = Literal["respondent", "response"]
"""Which side of a participant an operation is about: the person, or the answers."""


class State(IntEnum):
    """How far a participant has come; above LISTED there is a response."""

    LISTED = 0
    OPENED = 1
    ANSWERED = 2
    COMPLETED = 3


STATUS_CODES = ("incomplete", "complete", "screened", "quotafull", "error")
"""Codes of the system variable `status`, the state of a response."""
