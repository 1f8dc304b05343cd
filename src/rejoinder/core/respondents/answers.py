"""The change of single answers by hand, at any depth: loops, grids, files.

Each change goes the way of a request that updates one respondent: what follows from that follows here, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from rejoinder.core.audit import record
from rejoinder.core.erasure import ask_for_scrub
from rejoinder.core.records.lenient import Wrong, canonical
from rejoinder.core.respondents.grid import one_row
from rejoinder.core.respondents.write import Batch, update
from rejoinder.core.surveys import OpenSurvey, lock_survey
from rejoinder.core.unit import Unit
from rejoinder.model.problems import Invalid, NotFound, Stale
from rejoinder.model.respondent import Level
from rejoinder.model.survey import Kind, Schema, Variable
from rejoinder.store.uploads import KEY_LENGTH, forget_unnamed

FILES = ("file", "signaturepad")
"""Elements whose answers name files."""
_FILE = re.compile(rf"([A-Za-z0-9_-]{{{KEY_LENGTH}}})/")


class Round(NamedTuple):
    """One iteration of a loop: the loop's name and the iteration's code."""

    loop: str
    code: str


def subject_of(respondent: int) -> str:
    """What the audit log calls the respondent with this id."""
    return f"respondent:{respondent}"


def change_answer(
    unit: Unit,
    survey: OpenSurvey,
    respid: int,
    variable: Variable,
    value: Any,
    inside: Sequence[Round] = (),
) -> None:
    """Set one variable of a respondent; None clears it. The audit log says who did, and never what.

    Parameters: `value` — as the record holds it, or as lenient forms write it; `inside` — where the variable
    is in a loop: the iteration, below those around it. Files that no answer names any more are deleted.
    Raises NotFound, Invalid with a sentence about the value, Stale when the iteration is gone.
    """
    if wrong := wrong_parts(survey.shape.schema, variable, value, [()]):
        raise Invalid(wrong[()])
    lock_survey(unit, survey)
    row = one_row(unit, survey, respid)
    level: Level = "respondent" if variable.level == "respondent" else "response"
    if level == "response" and not row.state:
        raise Invalid("This respondent has no response yet.")
    name = variable.name
    sent = value
    if inside:
        rounds = msgspec.json.decode(row.doc).get(inside[0].loop, [])
        iteration = _iteration(rounds, inside)
        iteration.pop(name, None)
        if value is not None:
            iteration[name] = value
        name, sent = inside[0].loop, rounds
    _update(unit, survey, respid, level, name, sent)
    if variable.element in FILES:
        _forget_files(unit, survey, respid)
    detail: dict[str, Any] = {"variable": variable.name} | ({"cleared": True} if value is None else {})
    record(unit, "respondent.change", subject_of(row.id), survey=survey.id, respid=respid, **detail)


def drop_round(unit: Unit, survey: OpenSurvey, respid: int, inside: Sequence[Round]) -> None:
    """Delete one iteration of a loop, with its answers and files. Raises NotFound, Stale when it is gone."""
    lock_survey(unit, survey)
    row = one_row(unit, survey, respid)
    top, last = inside[0].loop, inside[-1]
    rounds = msgspec.json.decode(row.doc).get(top, [])
    gone = _iteration(rounds, inside)
    around = _iteration(rounds, inside[:-1])[last.loop] if len(inside) > 1 else rounds
    around.remove(gone)
    _update(unit, survey, respid, "response", top, rounds)
    _forget_files(unit, survey, respid)
    detail = {"variable": last.loop, "cleared": True}
    record(unit, "respondent.change", subject_of(row.id), survey=survey.id, respid=respid, **detail)


def _iteration(rounds: list[dict[str, Any]], inside: Sequence[Round]) -> dict[str, Any]:
    """The iteration at a place. Raises Stale."""
    found: dict[str, Any] = {}
    for number, (loop, code) in enumerate(inside):
        among = rounds if not number else found.get(loop, [])
        same = [one for one in among if one.get(loop) == code]
        if not same:
            raise Stale("This round of the loop is not there any more; load the page again.")
        found = same[0]
    return found


def _update(unit: Unit, survey: OpenSurvey, respid: int, level: Level, name: str, value: Any) -> None:
    data = msgspec.json.encode([{"respid": respid, name: value}])
    if update(unit, str(survey.id), level, Batch(data, ("respid",), (name,))).report is not None:
        raise Invalid("This answer cannot be kept.")


def _forget_files(unit: Unit, survey: OpenSurvey, respid: int) -> None:
    named = {*_FILE.findall(one_row(unit, survey, respid).doc)}
    if forget_unnamed(unit.session, unit.workspace_id, survey.id, respid, sorted(named)):
        ask_for_scrub(unit)


Path = tuple[str, ...]
"""Where in a value a part is: nothing for the whole, a row, a row's column, and its row again."""


def wrong_parts(schema: Schema, variable: Variable, value: Any, paths: Sequence[Path]) -> dict[Path, str]:
    """What is wrong with parts of a value, each by itself, as Forsta's messages say it (001).

    Parameters: `paths` — where to look; an empty one for the whole value. Of a ranking, ranks that come
    twice are wrong, too.
    """
    found: dict[Path, str] = {}
    for path in paths:
        part = value
        for step in path:
            part = part.get(step) if isinstance(part, dict) else None
        for step in reversed(path):
            part = {step: part}
        try:
            canonical(variable, part, schema)
        except Wrong as wrong:
            found[path] = str(wrong)
    if variable.kind is Kind.RANKING and isinstance(value, dict):
        given = [str(rank) for rank in value.values()]
        twice = {code for code, rank in value.items() if given.count(str(rank)) > 1}
        found |= {path: RANK_TWICE for path in paths if not path or path[0] in twice} if twice else {}
    return found


RANK_TWICE = "A rank can be given once."


def known_place(schema: Schema, inside: Sequence[Round]) -> str:
    """The level of variables at a place. Raises NotFound where the survey has no such loop there."""
    level = "response"
    for one in inside:
        if not any(loop.name == one.loop and loop.parent == level for loop in schema.loops):
            raise NotFound("There is no such loop in this survey.")
        level = one.loop
    return level
