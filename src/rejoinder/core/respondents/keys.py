"""Find respondents by the values of key variables, and keep those values indexed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from msgspec import UNSET

from rejoinder.core.records.shape import Shape
from rejoinder.core.surveys import MAX_LOOKUPS, SCALARS, OpenSurvey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.model.filters.text import key_text
from rejoinder.model.problems import Invalid
from rejoinder.model.survey import Variable
from rejoinder.model.system import RESPID, RESPONSEID
from rejoinder.store import surveys as store
from rejoinder.store.surveys import Lookup

JOINT = "\x1f"
"""Joins the values of several variables into one key."""
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

    def of(self, row: Any) -> str | int | None:
        """The key of a row; None when a part is blank."""
        parts = [getattr(row, attribute) for attribute in self.attributes]
        if any(part is None or part is UNSET for part in parts):
            return None
        if self.lookup is None:
            return int(parts[0])
        return JOINT.join(map(key_text, parts))

    def shown(self, row: Any) -> Any:
        """The key's value as a message shows it: as sent, several joined with a comma."""
        parts = [getattr(row, attribute) for attribute in self.attributes]
        parts = ["" if part is None or part is UNSET else part for part in parts]
        return parts[0] if len(parts) == 1 else ",".join(map(str, parts))


def resolve_keys(unit: Unit, reference: str, names: Sequence[str]) -> tuple[OpenSurvey, Keys]:
    """Make sure that the variables can serve as a key; index them when they are not yet.

    Indexing a variable for the first time reads every record of the survey once, in this transaction.
    Raises Invalid for unknown variables and for those without one plain value.
    """
    survey = open_survey(unit, reference)
    if any(name.lower() in (RESPID, RESPONSEID) for name in names):
        if len(names) > 1:
            raise Invalid("respid identifies a record alone; name no other key beside it.")
        return survey, Keys((RESPID,), (RESPID,), None)
    members = [survey.shape.find(name) for name in names]
    for name, member in zip(names, members, strict=True):
        if member is None:
            raise Invalid(f"{_UNKNOWN} {name!r} is not a variable of this survey.")
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
    if len(survey.lookups) >= MAX_LOOKUPS:
        raise Invalid(
            f"This survey has {MAX_LOOKUPS} sets of key variables already; use one of: "
            + "; ".join(", ".join(found.variables) for found in survey.lookups)
            + "."
        )
    session, workspace = unit.session, unit.workspace_id
    hot, raw = session.hot, session.raw
    hot.reserve(raw, workspace, survey.id, 0, unit.now)
    lookup = Lookup(store.add_lookup(session, workspace, survey.id, names), names)
    last = 0
    while found := hot.records(raw, workspace, survey.id, last, _CHUNK):
        rows = ((respid, survey.shape.read(doc)) for respid, doc in found)
        hot.add_keys(raw, workspace, survey.id, key_rows(survey.shape, (lookup,), rows))
        last = found[-1][0]
    return lookup


def key_rows(shape: Shape, lookups: Sequence[Lookup], rows: Iterable[tuple[int, Any]]) -> list[KeyRow]:
    """The index entries of records. `rows` — (respid, struct of the shape)."""
    readers = [(lookup.id, [shape.attribute[name] for name in lookup.variables]) for lookup in lookups]
    found: list[KeyRow] = []
    for respid, row in rows:
        for number, attributes in readers:
            value = _joined(row, attributes)
            if value is not None:
                found.append((number, value, respid))
    return found


def _joined(row: Any, attributes: Sequence[str]) -> str | None:
    if len(attributes) == 1:
        value = getattr(row, attributes[0], None)
        return None if value is None or value is UNSET else key_text(value)
    parts: list[Any] = [getattr(row, attribute, None) for attribute in attributes]
    return None if any(p is None or p is UNSET for p in parts) else JOINT.join(map(key_text, parts))


def find_respids(
    unit: Unit, survey: OpenSurvey, keys: Keys, wanted: Sequence[str | int]
) -> dict[str | int, list[int]]:
    """The respids of each key value that exists."""
    hot, raw = unit.session.hot, unit.session.raw
    found: dict[str | int, list[int]] = defaultdict(list)
    if keys.lookup is None:
        numbers = [int(n) for n in wanted if 0 < int(n) < 1 << 32]
        for stored in hot.stored(raw, unit.workspace_id, survey.id, numbers):
            found[stored.respid].append(stored.respid)
        return found
    texts = [str(value) for value in wanted]
    for value, respid in hot.find_keys(raw, unit.workspace_id, survey.id, keys.lookup.id, texts):
        found[value].append(respid)
    return found
