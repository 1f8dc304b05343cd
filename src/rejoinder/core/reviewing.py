"""What a new definition would do to a survey that has answers, before it is given to it; and the old ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal, NamedTuple

import msgspec

from rejoinder.core.definitions import decoded
from rejoinder.core.redefining import Merge
from rejoinder.core.surveys import OpenSurvey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.files.surveyjs import Definition, read_definition, read_survey
from rejoinder.model.filters.text import fold
from rejoinder.model.problems import Invalid, NotFound
from rejoinder.model.survey import Texts, Variable
from rejoinder.store import redefining as store
from rejoinder.store.public import definition as stored_definition

Fate = Literal["new", "changed", "gone"]


class Altered(NamedTuple):
    """A variable before and after; `before` is None for a new one, `after` for one that is asked no more.

    `lost` — codes of options and rows that are offered no more; `added` — codes of those that are new.
    """

    fate: Fate
    before: Variable | None
    after: Variable | None
    added: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The variable's."""
        found = self.after or self.before
        assert found is not None
        return found.name


class Refused(NamedTuple):
    """A question that cannot be taken so: its place in the document, and why."""

    place: str
    why: str


class Review(NamedTuple):
    """What a definition would change. With something in `refused` it would not be taken at all."""

    altered: tuple[Altered, ...]
    refused: tuple[Refused, ...]
    notes: tuple[str, ...]


class Version(NamedTuple):
    """One of a survey's definitions; `at` in µs."""

    version: int
    at: int


def list_versions(unit: Unit, reference: str) -> list[Version]:
    """A survey's definitions, the newest first. Raises NotFound."""
    survey = open_survey(unit, reference)
    return [Version(*row) for row in store.definitions(unit.session, unit.workspace_id, survey.id)]


def definition_of(unit: Unit, reference: str, version: int) -> str:
    """The text of one version of a definition. Raises NotFound."""
    survey = open_survey(unit, reference)
    found = (
        stored_definition(unit.session, unit.workspace_id, survey.id, version)
        if 0 < version < 1 << 62
        else None
    )
    if found is None:
        raise NotFound(f"This survey has no version {version} of its definition.")
    return found


def newest_version(unit: Unit, reference: str) -> int:
    """The number of a survey's newest definition; 0 when it has none. Raises NotFound."""
    found = list_versions(unit, reference)
    return found[0].version if found else 0


def review_definition(unit: Unit, reference: str, definition: bytes) -> Review:
    """Say what a definition would change; nothing is stored.

    Raises Unreadable for what is no JSON, Invalid for what is no definition, NotFound.
    """
    survey = open_survey(unit, reference)
    document = decoded(definition)
    new, notes = read_survey(document)
    read = read_definition(document)
    asked = _asked(unit, survey)
    refused = _refused(survey, read)
    now = {fold(variable.name): variable for variable in asked}
    stored = {fold(variable.name): variable for variable in survey.shape.schema.variables}
    altered = []
    for variable in new.variables:
        before = now.pop(fold(variable.name), None) or stored.get(fold(variable.name))
        if before is None:
            altered.append(Altered("new", None, variable))
        elif difference := _difference(before, variable):
            altered.append(difference)
    altered += [Altered("gone", variable, None) for variable in now.values() if variable.parent is None]
    return Review(tuple(altered), refused, tuple(notes))


def compare_definitions(before: str, after: str) -> tuple[Altered, ...]:
    """What differs between two stored definitions, question by question."""
    old, new = (read_definition(msgspec.json.decode(text)).schema.variables for text in (before, after))
    known = {fold(variable.name): variable for variable in old}
    altered = []
    for variable in new:
        earlier = known.pop(fold(variable.name), None)
        if earlier is None:
            altered.append(Altered("new", None, variable))
        elif difference := _difference(earlier, variable):
            altered.append(difference)
    return (*altered, *(Altered("gone", variable, None) for variable in known.values()))


def _asked(unit: Unit, survey: OpenSurvey) -> tuple[Variable, ...]:
    """The variables of the definition that is in force."""
    version = newest_version(unit, str(survey.id))
    if not version:
        return ()
    document: Any = msgspec.json.decode(definition_of(unit, str(survey.id), version))
    return read_definition(document).schema.variables


def _refused(survey: OpenSurvey, new: Definition) -> tuple[Refused, ...]:
    """Everything that a survey with these variables could not take."""
    merge = Merge(survey.shape.schema, {name: place for place, name in new.placed.items()})
    found = []
    takes: list[Callable[[], bool]] = [partial(merge.variable, one) for one in new.schema.variables]
    takes += [partial(merge.loop, one) for one in new.schema.loops]
    for take in takes:
        try:
            take()
        except Invalid as problem:
            found += [Refused(place, why) for place, why in problem.fields.items()]
    return tuple(found)


def _difference(before: Variable, after: Variable) -> Altered | None:
    """How a question differs, None when it does not."""
    old, new = _parts(before), _parts(after)
    added = tuple(code for code in new if code not in old)
    lost = tuple(code for code in old if code not in new)
    if not added and not lost and before.kind is after.kind and _words(before) == _words(after):
        return None
    return Altered("changed", before, after, added, lost)


def _words(variable: Variable) -> tuple[Any, ...]:
    return variable.titles, variable.texts, _parts(variable)


def _parts(variable: Variable) -> dict[str, Texts]:
    """The options and rows with their texts, by code."""
    return {one.code: one.texts for one in variable.options} | {
        one.code: one.texts for one in variable.fields
    }
