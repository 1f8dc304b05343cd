"""Find respondents by the values of key variables, and keep those values indexed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from msgspec import UNSET

from rejoinder.core.records.shape import Shape
from rejoinder.core.surveys import MAX_LOOKUPS, SCALARS, OpenSurvey, lock_survey, open_survey, open_to_write
from rejoinder.core.unit import Unit
from rejoinder.model.filters.text import joint_key, key_text
from rejoinder.model.problems import Invalid
from rejoinder.model.reports import shown
from rejoinder.model.survey import Variable
from rejoinder.model.system import LABELS, RESPID, RESPONSEID
from rejoinder.store import surveys as store
from rejoinder.store.hot import MatchedRespondent, StoredRespondent
from rejoinder.store.surveys import Lookup

MAX_RESPID = (1 << 32) - 1
_CHUNK = 5000

KeyRow = tuple[int, str, int]
"""(lookup, value, respid)."""


class Keys(NamedTuple):
    """The key variables of a request: their names, and how to read them from a row.

    `lookup` is None when the key is the respid itself.
    """

    names: tuple[str, ...]
    attributes: tuple[str, ...]
    lookup: Lookup | None

    def of(self, rows: Sequence[Any]) -> list[Any]:
        """The key of each row: its respid or the text under which it is indexed; None where one is blank."""
        if self.lookup is None:
            return [row.respid for row in rows]
        if len(self.attributes) == 1:
            return [None if _blank(v) else key_text(v) for v in map(attrgetter(*self.attributes), rows)]
        parts = map(attrgetter(*self.attributes), rows)
        return [None if any(map(_blank, values)) else joint_key(values) for values in parts]

    def shown(self, row: Any) -> Any:
        """The key's value as a message shows it: as sent, several joined with a comma."""
        parts = [getattr(row, attribute) for attribute in self.attributes]
        parts = ["" if _blank(part) else part for part in parts]
        return shown(parts[0] if len(parts) == 1 else ",".join(map(str, parts)))


def resolve_keys(unit: Unit, reference: str, names: Sequence[str]) -> tuple[OpenSurvey, Keys]:
    """Make sure that the variables can serve as a key; index them when they are not yet.

    Indexing a variable for the first time reads every record of the survey once, in this transaction.
    Raises Invalid for unknown variables and for those without one plain value.
    """
    survey = open_to_write(unit, reference)
    if any(name.lower() in (RESPID, RESPONSEID) for name in names):
        if len(names) > 1:
            raise Invalid("respid identifies a record alone; name no other key beside it.")
        return survey, Keys((RESPID,), (RESPID,), None)
    members = [survey.shape.find(name) for name in names]
    for name, member in zip(names, members, strict=True):
        if member is None:
            raise Invalid(f"{_UNKNOWN} {name[:64]!r} is not a variable of this survey.")
        subject = member.subject
        if (
            not isinstance(subject, Variable)
            or subject.kind not in SCALARS
            or subject.fields
            or member.system
        ):
            raise Invalid(f"{name!r} cannot be a key: a key has one plain value.")
    wanted = tuple(member.name for member in members if member)
    if (lookup := survey.lookup(wanted)) is None:
        lookup = index_variables(unit, survey, wanted)
        survey = open_survey(unit, reference)
    return survey, Keys(wanted, tuple(m.attribute for m in members if m), lookup)


_UNKNOWN = "Unknown variable."


def index_variables(unit: Unit, survey: OpenSurvey, names: tuple[str, ...]) -> Lookup:
    """Index the values of variables over all records. Raises Invalid over the limit."""
    counted = [found.variables for found in survey.lookups if not _is_label(found.variables)]
    if len(counted) >= MAX_LOOKUPS and not _is_label(names):
        raise Invalid(
            f"This survey has {MAX_LOOKUPS} sets of key variables already; use one of: "
            + "; ".join(map(", ".join, counted))
            + "."
        )
    session, workspace = unit.session, unit.workspace_id
    hot, raw = session.hot, session.raw
    lock_survey(unit, survey)
    lookup = Lookup(store.add_lookup(session, workspace, survey.id, names), names)
    last = 0
    while found := hot.records(raw, workspace, survey.id, last, _CHUNK):
        rows = survey.shape.read_all(doc for _, doc in found)
        respids = [respid for respid, _ in found]
        hot.add_keys(raw, workspace, survey.id, key_rows(survey.shape, (lookup,), respids, rows))
        last = found[-1][0]
    return lookup


def _is_label(names: tuple[str, ...]) -> bool:
    """Whether an index is over one label:

    there are fifteen, and searches in a panel make them by themselves.
    """
    return len(names) == 1 and names[0] in LABELS


def key_rows(
    shape: Shape,
    lookups: Sequence[Lookup],
    respids: Sequence[int],
    rows: Sequence[Any],
    known: Mapping[int, Sequence[Any]] | None = None,
) -> list[KeyRow]:
    """The index entries of records (structs of the shape); `known` — values worked out before, by lookup."""
    found: list[KeyRow] = []
    for lookup in lookups:
        keys = Keys(lookup.variables, tuple(shape.attribute[name] for name in lookup.variables), lookup)
        texts = known[lookup.id] if known and lookup.id in known else keys.of(rows)
        pairs = zip(respids, texts, strict=True)
        found += [(lookup.id, text, respid) for respid, text in pairs if text is not None]
    return found


def _blank(value: Any) -> bool:
    return value is None or value is UNSET


def match_rows(
    unit: Unit, survey: OpenSurvey, keys: Keys, wanted: Sequence[Any]
) -> tuple[dict[Any, StoredRespondent | MatchedRespondent], set[Any]]:
    """The stored row of each key value that exists, and the values that several rows have.

    `wanted` — values of `Keys.of`, each once.
    """
    hot, raw, where = unit.session.hot, unit.session.raw, (unit.workspace_id, survey.id)
    if keys.lookup is None:
        numbers = [n for n in wanted if 0 < n <= MAX_RESPID]
        return {row.respid: row for row in hot.stored(raw, *where, numbers)}, set()
    matched = hot.match_keys(raw, *where, keys.lookup.id, wanted, len(wanted) + 1)
    found = {row.key: row for row in matched}
    if len(found) < len(matched):  # more rows than values cannot but repeat a value
        return {}, set(hot.repeated_keys(raw, *where, keys.lookup.id, wanted))
    return dict(found), set()
