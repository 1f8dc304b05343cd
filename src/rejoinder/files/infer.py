"""A table of answers → a typed survey and a plan to fill it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set

from rejoinder.files.blocks import block_target
from rejoinder.files.columns import survey_columns
from rejoinder.files.draft import Draft
from rejoinder.files.groups import Group, alone, grouped
from rejoinder.files.names import Names
from rejoinder.files.plan import Plan
from rejoinder.files.records import is_marked
from rejoinder.files.singles import is_identifier, other_target, single_target
from rejoinder.files.tables import Table
from rejoinder.files.titles import folded
from rejoinder.model.survey import Kind
from rejoinder.model.system import RESERVED

_OTHER = re.compile(r"(other\b|.*please specify|.*please describe|inne\b|otro|другое)")

# Watching whether a column is unique costs memory by the row, so only the first few candidates are watched.
_MOST_IDENTIFIERS = 4


def infer(
    table: Table,
    *,
    reserved: Set[str] = frozenset(),
    language: str = "en",
    kinds: Mapping[int, Kind] | None = None,
) -> Plan:
    """Learn from one reading of `table` which variables it holds, of which kinds, and how to fill them.

    Parameters: `reserved` — names that variables may not have, beside the store's own; `language` — that of
    the table's titles and labels; `kinds` — columns (from 0) that are to be of another kind than they look.

    Returns a plan; nothing in a table makes this fail but what makes it unreadable (see `read_table`). Raises
    Invalid where a column has too many different values for the choice that it is to be.
    """
    groups = grouped(table.headings)
    identifiers = [place for place, heading in enumerate(table.headings) if is_identifier(heading.question)]
    facts = survey_columns(table, [group.columns for group in groups], identifiers[:_MOST_IDENTIFIERS])
    blocked = RESERVED | {name.casefold() for name in reserved}
    draft = Draft(facts, Names(blocked), blocked, language, kinds=kinds or {})
    for number, group in enumerate(groups):
        _question(draft, group, number)
    return draft.plan()


def _question(draft: Draft, group: Group, number: int) -> None:
    """Decide on one question: its own column, its block, its "other" text."""
    columns = list(zip(group.columns, group.options, strict=True))
    other = columns.pop() if _ends_in_other(draft, columns) else None
    name = None
    if not columns[0][1]:
        name = _own_column(draft, columns.pop(0)[0], group.question, number)
    if columns:
        name = block_target(draft, columns, group.question, number)
    if other is not None:
        other_target(draft, other, group.question, name, number)


def _own_column(draft: Draft, place: int, title: str, number: int) -> str | None:
    """A column of its own; a lone `Question - Option` that is only ever ticked is a choice of one option."""
    parts = alone(title)
    if parts is not None and _is_ticked(draft, place, parts[1]):
        return block_target(draft, [(place, parts[1])], parts[0], number)
    return single_target(draft, place, title, number)


def _is_ticked(draft: Draft, place: int, option: str) -> bool:
    return list(draft.column(place).counts) == [folded(option)]


def _ends_in_other(draft: Draft, columns: list[tuple[int, str]]) -> bool:
    """Whether the last column holds the text behind "Other": it says so and is not itself a tick."""
    place, option = columns[-1]
    column = draft.column(place)
    if len(columns) < 2 or not _OTHER.match(folded(option)) or not column.filled:
        return False
    return column.many or any(is_marked(key, [folded(option)]) is None for key in column.counts)
