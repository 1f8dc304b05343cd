"""What a filter lets the store leave out, as SQL: the necessary condition of the filter tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import json

from rejoinder.model.filters import necessary as needs
from rejoinder.model.filters.bound import Bound
from rejoinder.model.filters.patterns import Bytes
from rejoinder.store.hot import Narrowing

MAX_RESPID = (1 << 32) - 1


class Keyed(NamedTuple):
    """A filter that is just "this index has one of these values"."""

    lookup: int
    values: tuple[str, ...]


class Place(NamedTuple):
    """Where the narrowed rows are: engine, workspace, survey, and the index of each indexed variable."""

    engine: str
    workspace: int
    survey: int
    lookups: Mapping[str, int]


def narrow(place: Place, condition: Bound) -> tuple[Narrowing | None, Keyed | None]:
    """The SQL that no matching record fails (None where nothing can be left out), and, for a filter that
    an index decides alone, its values."""
    found = needs.necessary(condition)
    keyed = None
    if found.exact and isinstance(found.condition, needs.Keyed):
        keyed = _keyed(place, found.condition)
    speak = _sqlite if place.engine == "sqlite" else _postgres
    said = _say(place, speak, found.condition)
    return Narrowing(*said) if said else None, keyed


Said = tuple[str, tuple[Any, ...]]


def _keyed(place: Place, condition: needs.Keyed) -> Keyed | None:
    lookup = place.lookups.get(condition.variable.name)
    return None if lookup is None else Keyed(lookup, tuple(sorted(condition.values)))


def _say(place: Place, speak: Callable[[Place, Any], Said | None], need: needs.Necessary) -> Said | None:
    """A condition in SQL; None for one that cannot be said, which leaves nothing out."""
    match need:
        case needs.All(parts=parts):
            said = [found for part in parts if (found := _say(place, speak, part))]
            return _joined(said, " AND ") if said else None
        case needs.Any(parts=()):
            return "1 = 0", ()
        case needs.Any(parts=parts):
            ways = [_say(place, speak, part) for part in parts]
            return None if None in ways else _joined([way for way in ways if way], " OR ")
        case needs.Keyed() if keyed := _keyed(place, need):
            return speak(place, keyed)
        case needs.Respids() | needs.Range(member="respid") | Bytes():
            return speak(place, need)
        case _:
            return None


def _joined(said: Sequence[Said], word: str) -> Said:
    sql = word.join(f"({text})" for text, _ in said)
    return sql, tuple(value for _, values in said for value in values)


def _sqlite(place: Place, need: Any) -> Said | None:
    base = place.survey << 32
    match need:
        case Keyed(lookup=lookup, values=values):
            return (
                "r.row IN (SELECT k.survey_id << 32 | k.respid FROM json_each(?) j "
                "CROSS JOIN respondent_key k ON k.workspace_id = ? AND k.survey_id = ? "
                "AND k.lookup_id = ? AND k.value = j.value)",
                (json.encode(values).decode(), place.workspace, place.survey, lookup),
            )
        case needs.Respids(values=values):
            rows = [base | respid for respid in values if 0 < respid <= MAX_RESPID]
            return "r.row IN (SELECT value FROM json_each(?))", (json.encode(rows).decode(),)
        case Bytes(exact_text=str(text)):
            return "instr(r.doc, ?) > 0", (text,)
        case Bytes(like=like):
            return r"r.doc LIKE ? ESCAPE '\'", (like,)
        case needs.Range():
            low, high = _respid_range(need)
            return "r.row BETWEEN ? AND ?", (base | low, base | high)
        case _:
            return None


def _postgres(place: Place, need: Any) -> Said | None:
    match need:
        case Keyed(lookup=lookup, values=values):
            return (
                "r.respid = ANY(ARRAY(SELECT k.respid FROM unnest(%s::text[]) AS u (value) "
                "CROSS JOIN LATERAL (SELECT k.respid FROM respondent_key k WHERE k.workspace_id = %s "
                "AND k.survey_id = %s AND k.lookup_id = %s AND k.value = u.value OFFSET 0) k))",
                (list(values), place.workspace, place.survey, lookup),
            )
        case needs.Respids(values=values):
            return "r.respid = ANY(%s)", ([n for n in values if 0 < n <= MAX_RESPID],)
        case Bytes(exact_text=str(text)):
            return "strpos(r.doc, %s) > 0", (text,)
        case Bytes(like=like):
            # The C order compares ASCII letters alone without case, which is what the patterns are made for.
            return 'r.doc COLLATE "C" ILIKE %s', (like,)
        case needs.Range():
            return "r.respid BETWEEN %s AND %s", _respid_range(need)
        case _:
            return None


def _respid_range(need: needs.Range) -> tuple[int, int]:
    """Whole limits that leave out no respid of the range."""
    low = 1 if need.low is None else _bounded(need.low)
    high = MAX_RESPID if need.high is None else _bounded(need.high) + 1
    return low, min(high, MAX_RESPID)


def _bounded(limit: Any) -> int:
    return int(max(0, min(limit, MAX_RESPID)))
