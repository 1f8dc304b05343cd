"""What a filter lets the store leave out, as SQL: the necessary condition of the filter tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rejoinder.model.filters.bound import Bound
from rejoinder.store.hot import Narrowing


class Keyed(NamedTuple):
    """A filter that is just "this index has one of these values"."""

    lookup: int
    values: tuple[str, ...]


def narrow(
    engine: str, condition: Bound, lookups: Mapping[str, int], where: tuple[int, int]
) -> tuple[Narrowing | None, Keyed | None]:
    """The SQL that no matching record fails, and the index values that decide alone."""
    return None, None
