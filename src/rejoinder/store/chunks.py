"""Long lists in parts that one statement may name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
CHUNK = 500
"""Rows named in one statement."""


def chunks(values: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """The values in their order, up to `size` at a time; nothing of none."""
    return (values[start : start + size] for start in range(0, len(values), size))
