"""A new definition in place of a survey's old one: the questionnaire changes, no answer is lost.

Variables are added and never taken away; options and rows of a question that are gone stay in its variable,
since there are answers with them. What would make stored answers wrong is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NoReturn, TypeVar

import msgspec
from msgspec import structs

from rejoinder.core.collecting.front import check_asks, element_names
from rejoinder.core.definitions import Defined, decoded
from rejoinder.core.feedback.noticing import notice_survey
from rejoinder.core.surveys import lock_survey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.files.surveyjs import read_definition, read_survey
from rejoinder.model.filters.text import fold
from rejoinder.model.problems import Invalid, Stale
from rejoinder.model.survey import Field, Loop, Option, Schema, Variable
from rejoinder.store import surveys as store
from rejoinder.store.public import intake
from rejoinder.store.redefining import change_languages, change_loops, change_variables

Coded = TypeVar("Coded", Option, Field)


def redefine_survey(unit: Unit, reference: str, definition: bytes, *, after: int | None = None) -> Defined:
    """Give a survey a new version of its SurveyJS definition; the old ones are kept.

    Parameters: `after` — the version that this one was made from. Raises Stale when it is not the newest
    any more; Unreadable for what is no JSON; Invalid for what is no definition, and, with its place, for a
    question whose answers could not stand beside those that are stored; NotFound.
    """
    document = decoded(definition)
    new, notes = read_survey(document)
    places = {name: place for place, name in read_definition(document).placed.items()}
    survey = open_survey(unit, reference)
    lock_survey(unit, survey)
    workspace, session = unit.workspace_id, unit.session
    _check_newest(unit, survey.id, after)
    old = store.load_schema(session, workspace, survey.id, survey.row.schema_version)
    merge = Merge(old, places)
    fresh = [v for v in new.variables if not merge.variable(v)]
    loops = [loop for loop in new.loops if not merge.loop(loop)]
    change_variables(session, workspace, survey.id, merge.changed)
    change_loops(session, workspace, survey.id, merge.changed_loops, loops)
    change_languages(session, workspace, survey.id, dict.fromkeys((*new.languages, *old.languages)))
    store.add_variables(session, workspace, survey.id, fresh)
    text = msgspec.json.encode(document).decode()
    store.add_definition(session, workspace, survey.id, text, notes, unit.now)
    store.change_version(session, workspace, survey.id)
    if (found := intake(session, workspace, survey.id)) and found.settings.asks:
        check_asks(found.settings.asks, open_survey(unit, reference).shape.schema, element_names(document))
    notice_survey(unit, survey.id)
    told = store.survey_by_id(session, workspace, survey.id)
    assert told is not None
    return Defined(told, (*notes, *_gone(old, new)))


def _check_newest(unit: Unit, survey_id: int, after: int | None) -> None:
    found = store.survey_by_id(unit.session, unit.workspace_id, survey_id)
    if after is not None and found and found.definition_version != after:
        raise Stale(
            "Somebody saved another version of this questionnaire meanwhile. Look at it in another window, "
            "then load this page again."
        )


def _gone(old: Schema, new: Schema) -> Iterable[str]:
    """Questions that are not asked any more."""
    names = {fold(v.name) for v in new.variables}
    kept = [v.name for v in old.variables if v.origin == "question" and fold(v.name) not in names]
    if kept:
        yield f"Not asked any more, and kept with their answers: {', '.join(kept)}."


class Merge:
    """Puts variables of a new definition onto those that are there."""

    def __init__(self, old: Schema, places: Mapping[str, str]) -> None:
        self._variables = {fold(v.name): v for v in old.variables}
        self._loops = {fold(loop.name): loop for loop in old.loops}
        self._places = places
        self.changed: list[Variable] = []
        self.changed_loops: list[Loop] = []

    def variable(self, new: Variable) -> bool:
        """Whether the variable is there already; then it is changed where it must be. Raises Invalid."""
        old = self._variables.get(fold(new.name))
        if old is None:
            if fold(new.name) in self._loops:
                self._refuse(new.name, "was a repeated group before")
            return False
        if old.origin in ("system", "user"):
            self._refuse(new.name, "has the name of a respondent's variable")
        if old.kind is not new.kind:
            self._refuse(new.name, f"was of the kind {old.kind} and would be {new.kind}")
        if not (old.level == new.level or (old.origin == "background" and new.level == "response")):
            self._refuse(new.name, "stood at another level of repeated groups before")
        if (old.parent or "") != (new.parent or "") or bool(old.fields) != bool(new.fields):
            self._refuse(new.name, "was put together in another way before")
        if bool(old.options) != bool(new.options):
            self._refuse(new.name, "had choices and would have none, or the other way round")
        merged = _merged(old, new)
        if merged != old:
            self.changed.append(merged)
        return True

    def loop(self, new: Loop) -> bool:
        """Whether the loop is there already. Raises Invalid."""
        old = self._loops.get(fold(new.name))
        if old is None:
            if fold(new.name) in self._variables:
                self._refuse(new.name, "was one question before and would be a repeated group")
            return False
        if old.parent != new.parent:
            self._refuse(new.name, "stood inside another repeated group before")
        if old.titles | new.titles != old.titles:
            self.changed_loops.append(structs.replace(old, titles=old.titles | new.titles))
        return True

    def _refuse(self, name: str, what: str) -> NoReturn:
        place = self._places.get(name, name)
        why = f"the question {name!r} {what}"
        raise Invalid(
            f"{place}: {why}; there may be answers to it. Give it another name.", fields={place: f"{why}."}
        )


def _merged(old: Variable, new: Variable) -> Variable:
    """A variable that holds both the old answers and the new ones."""
    same_size = (old.precision, old.scale) == (new.precision, new.scale)
    return structs.replace(
        new,
        name=old.name,
        level=old.level,
        origin=old.origin,
        titles=old.titles | new.titles,
        texts=old.texts | new.texts,
        options=_with_old(old.options, new.options),
        fields=_with_old(old.fields, new.fields),
        length=max(old.length, new.length) if old.length and new.length else None,
        precision=old.precision if same_size else None,
        scale=old.scale if same_size else None,
        number=old.number,
    )


def _with_old(old: tuple[Coded, ...], new: tuple[Coded, ...]) -> tuple[Coded, ...]:
    """The new ones in their order, then those that are gone."""
    known = {one.code: one for one in old}
    merged: list[Coded] = []
    for one in new:
        before = known.pop(one.code, None)
        merged.append(structs.replace(one, texts=before.texts | one.texts) if before else one)
    return tuple(merged + list(known.values()))
