"""A respondent's answers, checked against the questionnaire: record values, or an error for each bad one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from rejoinder.files.answers.expressions.scope import Scope, World
from rejoinder.files.answers.expressions.values import is_empty
from rejoinder.files.answers.hidden import hidden_values
from rejoinder.files.answers.level import COMMENT, take_group
from rejoinder.files.answers.questionnaire import Questionnaire
from rejoinder.files.answers.run import FileFact, Group, Run

__all__ = ["Checked", "FileFact", "check_answers"]

MOST_ROUNDS = 10
"""How often hidden answers are cleared and the conditions asked again."""
_MOST_UNKNOWN = 1_000


class Checked(NamedTuple):
    """What became of a respondent's answers.

    `values`: variable or loop → canonical value, as `model.survey.Variable` tells. `errors`: place of an
    answer (`q5`, `grid.row1.col2`, `team[0].name`) → one sentence. `dropped`: places of answers that were
    left out, because they were hidden or belong to no question.
    """

    values: dict[str, Any]
    errors: dict[str, str]
    dropped: tuple[str, ...]


def check_answers(
    questionnaire: Questionnaire,
    answers: Mapping[str, Any],
    *,
    hidden: Mapping[str, str] = {},
    language: str = "en",
    completed: bool = True,
    now: datetime,
    files: Mapping[str, FileFact] = {},
) -> Checked:
    """Check a respondent's answers.

    Parameters: `answers` — SurveyJS's `survey.data`; `hidden` — fields from the address, of which the
    respondent's variables are kept; `language` — of the error sentences; `completed` — False when people
    save to continue later: nothing is required then, bad answers are left out and named; `now` — with its
    zone, the day of which is today; `files` — the uploads that may be named, by key.
    """
    data = {name: answers[name] for name in questionnaire.keys & answers.keys()}
    if len(data) < len(answers):
        data = _with_unknown(questionnaire, answers, data)
    variables = {name.lower(): text for name, text in hidden.items()}
    world = World(data, variables, questionnaire.computed, now, questionnaire.displays)
    run = Run(world, language, questionnaire.own, completed, files)
    scope = Scope(world)
    if len(data) < len(answers) or not questionnaire.keys >= data.keys():
        _drop_unknown(run, questionnaire, answers)
    values = hidden_values(run, questionnaire.background, hidden)
    if questionnaire.clears:
        _clear(run, questionnaire, scope, data)
    missed = _missed(questionnaire, scope)
    for page in questionnaire.pages:
        run.demanding = completed and page.number not in missed
        take_group(run, scope, page, data, "", values)
    return Checked(values, run.errors, tuple(run.dropped))


def _with_unknown(
    questionnaire: Questionnaire, answers: Mapping[str, Any], data: dict[str, Any]
) -> dict[str, Any]:
    """Plain values of no question, which conditions may ask for: a trigger of the page has set them."""
    for name, value in list(answers.items())[: _MOST_UNKNOWN + len(data)]:
        if isinstance(name, str) and name not in data and isinstance(value, str | int | float):
            data[name] = value
    return data


def _drop_unknown(run: Run, questionnaire: Questionnaire, answers: Mapping[str, Any]) -> None:
    """Name the answers of no question; computed ones and a matrix's totals are nobody's answers."""
    for name in list(answers)[: _MOST_UNKNOWN + len(questionnaire.keys)]:
        if name in questionnaire.keys or not isinstance(name, str):
            continue
        if name.lower() not in questionnaire.computed and not name.endswith("-total"):
            run.drop(name)


def hidden_keys(questionnaire: Questionnaire, answers: Mapping[str, Any], now: datetime) -> set[str]:
    """Names in the data of the questions, outside repeated panels, that are hidden beside these answers."""
    world = World(answers, {}, questionnaire.computed, now, questionnaire.displays)
    gone: list[str] = []
    for page in questionnaire.pages:
        _hidden_keys(Scope(world), page, True, gone)
    return set(gone)


def _clear(run: Run, questionnaire: Questionnaire, scope: Scope, data: dict[str, Any]) -> None:
    """Clear hidden answers until nothing changes, as a page does that clears them at once."""
    for _ in range(MOST_ROUNDS):
        gone: list[str] = []
        for page in questionnaire.pages:
            _hidden_keys(scope, page, True, gone)
        found = [key for key in gone if not is_empty(data.get(key))]
        if not found:
            return
        for key in found:
            run.drop(key)
            del data[key]


def _hidden_keys(scope: Scope, group: Group, shown: bool, gone: list[str]) -> None:
    shown = shown and not group.hidden and (group.visible is None or group.visible(scope))
    for element in group.elements:
        if isinstance(element, Group):
            _hidden_keys(scope, element, shown, gone)
        elif not shown or element.hidden or not (element.visible is None or element.visible(scope)):
            gone += [element.key, element.key + COMMENT]


def _missed(questionnaire: Questionnaire, scope: Scope) -> set[int]:
    missed: set[int] = set()
    for jump in questionnaire.jumps:
        if jump.condition(scope):
            missed.update(range(jump.after + 1, jump.until))
    return missed
