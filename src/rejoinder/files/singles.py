"""One column by itself → one variable."""

from __future__ import annotations

import re

import msgspec

from rejoinder.files.columns import Column
from rejoinder.files.draft import Draft
from rejoinder.files.kinds import has_unclear_dates, kind_of, lacks_values, manner_of
from rejoinder.files.names import identifier
from rejoinder.files.options import options_from
from rejoinder.files.plan import Role, Source, Target
from rejoinder.files.titles import folded, shown
from rejoinder.model.problems import Invalid
from rejoinder.model.survey import Kind, Option, Variable
from rejoinder.model.system import HEAD, on_demand

_IDENTIFIERS = re.compile(
    r"(id|uuid|guid|respid|(respondent|response|participant|user|case|customer|subject|record|submission|unique|"
    r"external)(id|key))\Z"
)
_ROLES: dict[Role, re.Pattern[str]] = {
    "interview_start": re.compile(r"((date|time)?started(at)?|start(date|time)|interviewstart)\Z"),
    "interview_end": re.compile(
        r"((date|time)?(ended|finished|completed|submitted)(at)?|(end|submit)(date|time)|interviewend|timestamp)\Z"
    ),
    "createddate": re.compile(r"(created(at|date)?|date(created|added)|creationdate)\Z"),
    "language": re.compile(r"(survey|response|user|start)?lang(uage)?\Z"),
    "email": re.compile(r"(respondent|contact)?e?mail(address)?\Z"),
}
_OWN = {variable.name: variable for variable in HEAD}


def is_identifier(title: str) -> bool:
    """Whether a column with this title may hold the respondents' identifiers."""
    return _IDENTIFIERS.match(_word(title)) is not None


def role_of(title: str) -> Role:
    """Return what a column with this title usually is to the store; "" for an answer."""
    word = _word(title)
    return next((role for role, pattern in _ROLES.items() if pattern.match(word)), "")


def single_target(draft: Draft, place: int, title: str, number: int) -> str | None:
    """Decide on the column at `place`; return its variable's name, or None when it is left out.

    `number` is the question's (from 0), for a name when the title gives none.
    """
    column = draft.column(place)
    if not column.filled:
        draft.skip(place, title, "is empty")
        return None
    if _is_key(draft, column, title):
        return _add_key(draft, place, title)
    role = role_of(title)
    if role and not draft.has(role) and _plays(role, column):
        return _add_role(draft, place, title, role)
    label = on_demand(title.casefold())
    if label is not None and draft.names.give(label.name):
        _add(draft, label, place, column)
        return label.name
    if not title:
        draft.notes.append(f"Column {place + 1} has no heading.")
    kind, options = _kind(draft, place, title)
    name = draft.name(title, number)
    variable = Variable(name, kind, titles=draft.texts(title), options=options)
    counts = {o.code: column.counts[folded(o.texts[draft.language])] for o in options}
    _add(draft, variable, place, column, options=counts)
    return name


def other_target(
    draft: Draft, other: tuple[int, str], question: str, parent: str | None, number: int
) -> None:
    """Add the text behind an "Other" option: `<name>_other`, a child of the question's variable."""
    place, option = other
    wanted = f"{parent[:58]}_other" if parent else f"q{number + 1}_other"
    title = f"{question} - {option}" if question else option
    kind, options = _kind(draft, place, title) if place in draft.kinds else (Kind.TEXT, ())
    titles = draft.texts(title)
    variable = Variable(draft.names.take(wanted), kind, titles=titles, options=options, parent=parent)
    if kind is Kind.TEXT:
        variable = msgspec.structs.replace(variable, element="other")
    _add(draft, variable, place, draft.column(place))


def _kind(draft: Draft, place: int, title: str) -> tuple[Kind, tuple[Option, ...]]:
    column, wanted = draft.column(place), draft.kinds.get(place)
    kind = wanted or kind_of(column)
    if wanted is Kind.SINGLE and column.many:
        raise Invalid(f"{shown(title)} has too many different answers to be a choice; let it be a text.")
    if wanted is None and kind is Kind.TEXT and has_unclear_dates(column):
        draft.notes.append(
            f"{shown(title)} stays text: its dates do not show whether the day or the month comes first."
        )
    if kind is Kind.SINGLE:
        return kind, options_from(column.labels, column.counts, draft.language)
    return kind, ()


def _is_key(draft: Draft, column: Column, title: str) -> bool:
    if not is_identifier(title) or draft.has("key"):
        return False
    if column.unique is None or column.filled < draft.facts.rows:
        draft.notes.append(
            f"{shown(title)} is not unique in every row, so it is kept as an answer, not as a key."
        )
        return False
    return True


def _add_key(draft: Draft, place: int, title: str) -> str:
    word = identifier(title).lower()
    name = draft.names.take(f"source_{word}" if word in draft.reserved else word, "respondent_key")
    variable = Variable(
        name, Kind.TEXT, level="respondent", origin="background", titles=draft.texts(title), indexed=True
    )
    _add(draft, variable, place, draft.column(place), role="key")
    return name


def _add_role(draft: Draft, place: int, title: str, role: Role) -> str:
    variable = msgspec.structs.replace(_OWN[role], titles=draft.texts(title))
    _add(draft, variable, place, draft.column(place), role=role)
    return role


def _plays(role: Role, column: Column) -> bool:
    if role == "email":
        return "email" in column.looks
    if role == "language":
        return "language" in column.looks and not column.many
    return kind_of(column) is Kind.DATETIME


def _add(
    draft: Draft,
    variable: Variable,
    place: int,
    column: Column,
    *,
    role: Role = "",
    options: dict[str, int] | None = None,
) -> None:
    manner, missing = manner_of(column, variable.kind), lacks_values(column, variable.kind)
    filled = column.filled - column.missing if missing else column.filled
    draft.add(Target(variable, "cell", (Source(place),), role, manner, missing, filled, options or {}))


def _word(title: str) -> str:
    return identifier(title).replace("_", "").lower()
