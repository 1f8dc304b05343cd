"""Surveys: create them, name them, change their variables, load them compiled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from msgspec import structs

from rejoinder.core.feedback.noticing import notice_survey
from rejoinder.core.records.shape import Shape
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import workspace_of
from rejoinder.model.filters.text import fold
from rejoinder.model.problems import AlreadyExists, Invalid, NotFound
from rejoinder.model.survey import Kind, Loop, Schema, Survey, Variable
from rejoinder.model.system import EMAIL, HEAD, RESERVED, on_demand
from rejoinder.store import surveys as store
from rejoinder.store.failures import Outdated
from rejoinder.store.hot import Reserved, SurveyRow
from rejoinder.store.public import claim_alias
from rejoinder.store.surveys import Lookup, Template
from rejoinder.store.webhooks import listen_to_new

MAX_COLUMNS = 1000
"""Columns of the respondent table, system and background ones counted (001, "Adding User-variables")."""
MAX_LOOKUPS = 16
"""Indexed variables (or sets of them) of one survey, labels not counted: each costs time at every write."""
_ALIAS = re.compile(r"[^\s/\x00-\x1f\x7f]{1,100}")
_ALIAS_TAKEN = frozenset({"add", "delete", "batch", "patch", "search"})
_ALIAS_DOTS = frozenset({".", ".."})
"""Steps of a path, which browsers take out of an address."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}", re.ASCII)
_CACHED_SURVEYS = 512


class OpenSurvey(NamedTuple):
    """A survey ready for work: its row, its compiled schema and its indexes."""

    row: SurveyRow
    shape: Shape
    lookups: tuple[Lookup, ...]
    timezone: str

    @property
    def id(self) -> int:
        """The survey's number."""
        return self.row.id

    def lookup(self, variables: Sequence[str]) -> Lookup | None:
        """The index over just these variables."""
        wanted = tuple(variables)
        return next((found for found in self.lookups if found.variables == wanted), None)


def open_survey(unit: Unit, reference: str) -> OpenSurvey:
    """Find a survey by number or alias and compile it. Raises NotFound."""
    session = unit.session
    row = session.hot.survey(session.raw, unit.workspace_id, reference)
    if row is None:
        raise NotFound(f"Survey {reference[:100]!r} was not found in this workspace.")
    return _compiled(unit, row)


def belongs_elsewhere(unit: Unit, reference: str) -> bool:
    """Whether a reference is the number of another workspace's survey;

    some vendors answer that in a way of its own.
    """
    if not (reference.isascii() and reference.isdecimal() and len(reference) < 19):
        return False
    owner = store.owner_of_survey(unit.session, int(reference))
    return owner is not None and owner != unit.workspace_id


def open_to_write(unit: Unit, reference: str) -> OpenSurvey:
    """As `open_survey`, from memory where this process knows the survey already.

    Only for verbs that call `lock_survey` before they write: it finds out what has changed meanwhile.
    """
    known = unit.session.cache.setdefault(("rows", unit.workspace_id), {})
    row = known.get(reference)
    if row is not None:
        return _compiled(unit, row)
    survey = open_survey(unit, reference)
    if len(known) >= _CACHED_SURVEYS:
        known.clear()
    known[reference] = survey.row
    return survey


def check_memory(unit: Unit, reference: str) -> None:
    """Raise Outdated when what `open_to_write` gave for a reference is not the latest any more."""
    session = unit.session
    known = session.cache.get(("rows", unit.workspace_id), {}).get(reference)
    row = session.hot.survey(session.raw, unit.workspace_id, reference)
    if known and (row is None or row.schema_version != known.schema_version):
        session.cache.pop(("rows", unit.workspace_id), None)
        raise Outdated


def _compiled(unit: Unit, row: SurveyRow) -> OpenSurvey:
    session = unit.session
    cached = session.cache.get(("survey", row.id))
    if cached is None or cached[0] != row.schema_version:
        cached = (row.schema_version, *_load(unit, row))
        if len(session.cache) >= _CACHED_SURVEYS:
            session.cache.clear()
        session.cache["survey", row.id] = cached
    _, shape, lookups = cached
    return OpenSurvey(row, shape, lookups, workspace_of(unit).settings.timezone)


def _load(unit: Unit, row: SurveyRow) -> tuple[Shape, tuple[Lookup, ...]]:
    schema = store.load_schema(unit.session, unit.workspace_id, row.id, row.schema_version)
    lookups = tuple(store.lookups(unit.session, unit.workspace_id, row.id))
    indexed = {found.variables[0] for found in lookups if len(found.variables) == 1}
    variables = tuple(structs.replace(v, indexed=v.name in indexed) for v in schema.variables)
    return Shape(structs.replace(schema, variables=variables)), lookups


def create_survey(
    unit: Unit,
    name: str,
    aliases: Sequence[str],
    variables: Sequence[Variable],
    loops: Sequence[Loop] = (),
    languages: Sequence[str] = ("en",),
) -> Survey:
    """Make a survey with its variables. Raises Invalid for bad aliases, AlreadyExists for taken ones."""
    session, workspace = unit.session, unit.workspace_id
    _check_variables(variables)
    number = store.add_survey(session, workspace, name.strip() or "Survey", languages, unit.now)
    listen_to_new(session, workspace, number)
    for alias in aliases:
        name_survey(unit, number, alias)
    store.add_lookup(session, workspace, number, [EMAIL])
    store.add_variables(session, workspace, number, [*HEAD, *variables], loops)
    notice_survey(unit, number)
    survey = store.survey_by_id(session, workspace, number)
    assert survey is not None
    return survey


def _check_variables(variables: Sequence[Variable]) -> None:
    seen = set()
    for variable in variables:
        folded = fold(variable.name)
        if folded in RESERVED and on_demand(variable.name) is None:
            raise Invalid(f"{variable.name!r} is a system variable; choose another name.")
        if folded in seen:
            raise Invalid(f"Two variables are called {variable.name!r}; names must differ by more than case.")
        seen.add(folded)


def name_survey(unit: Unit, survey_id: int, alias: str) -> None:
    """Add an alias. Raises Invalid for one that paths cannot carry, AlreadyExists for a taken one."""
    if not _ALIAS.fullmatch(alias) or alias.isdecimal() or alias in _ALIAS_TAKEN | _ALIAS_DOTS:
        raise Invalid(
            f"{alias[:100]!r} cannot be an alias: 1 to 100 characters without spaces or '/', not only "
            f"digits, and not one of {', '.join(sorted(_ALIAS_TAKEN))}."
        )
    if store.survey_of_alias(unit.session, unit.workspace_id, alias) is not None:
        raise AlreadyExists(f"The alias {alias!r} belongs to a survey of this workspace already.")
    store.add_alias(unit.session, unit.workspace_id, survey_id, alias)
    claim_alias(unit.session, unit.workspace_id, survey_id, alias)
    store.change_version(unit.session, unit.workspace_id, survey_id)


def list_surveys(unit: Unit, page: int, size: int) -> tuple[list[Survey], int]:
    """One page of surveys (pages count from 1), and how many there are."""
    with unit.session.snapshot():
        return store.page_of_surveys(unit.session, unit.workspace_id, (page - 1) * size, size)


def some_surveys(unit: Unit, skip: int, limit: int) -> list[Survey]:
    """Some surveys, oldest first."""
    with unit.session.snapshot():
        return store.page_of_surveys(unit.session, unit.workspace_id, skip, limit)[0]


def count_surveys(unit: Unit) -> int:
    """How many surveys the workspace has."""
    return store.page_of_surveys(unit.session, unit.workspace_id, 0, 0)[1]


def every_survey(unit: Unit) -> list[Survey]:
    """All surveys of the workspace, oldest first."""
    with unit.session.snapshot():
        return store.all_surveys(unit.session, unit.workspace_id)


def survey_names(unit: Unit, numbers: Sequence[int]) -> dict[int, str]:
    """What surveys are called; those that are gone are left out."""
    return store.names_of(unit.session, unit.workspace_id, numbers)


def survey_asking(unit: Unit, number: int) -> OpenSurvey | None:
    """The survey that has the variable of a number, None where the workspace has no such variable."""
    found = store.survey_of_variable(unit.session, unit.workspace_id, number)
    return None if found is None else open_survey(unit, str(found))


def describe_survey(unit: Unit, reference: str) -> Survey:
    """A survey with its aliases. Raises NotFound."""
    row = open_survey(unit, reference).row
    survey = store.survey_by_id(unit.session, unit.workspace_id, row.id)
    assert survey is not None
    return survey


def lock_survey(unit: Unit, survey: OpenSurvey, respids: int = 0, ids: int = 0) -> Reserved:
    """Lock a survey for writing, and take so many respids and ids.

    Raises Outdated when its schema or its indexes were changed after `survey` was read: rows written by
    the old ones would be missing in a new index. The writer then begins the transaction again.
    """
    unit.session.settle()
    hot, raw = unit.session.hot, unit.session.raw
    return _checked(unit, survey, hot.reserve(raw, unit.workspace_id, survey.id, respids, ids, unit.now))


def take_number(unit: Unit, survey: OpenSurvey) -> Reserved:
    """As `lock_survey` for one new row, which the writer may gather with those of other callers."""
    gathering = unit.session.gathering
    if gathering is None:
        return lock_survey(unit, survey, 1, 1)
    return _checked(unit, survey, gathering.reserve(unit.session, (unit.workspace_id, survey.id), unit.now))


def _checked(unit: Unit, survey: OpenSurvey, reserved: Reserved | None) -> Reserved:
    if reserved is None:
        raise NotFound("This survey does not exist any more.")
    if reserved.schema_version != survey.row.schema_version:
        unit.session.cache.pop(("rows", unit.workspace_id), None)
        raise Outdated
    unit.session.listening[survey.id] = reserved.listening
    return reserved


def add_user_variable(unit: Unit, survey: OpenSurvey, variable: Variable) -> Variable:
    """Add a respondent variable (Forsta 001, "Adding User-variables").

    Raises Invalid for a bad name or size, AlreadyExists for a taken name or over 1000 columns.
    """
    if not _NAME.fullmatch(variable.name):
        raise Invalid(
            f"{variable.name[:64]!r} is not a variable name: a letter or underscore, then letters, digits "
            "and underscores, at most 64 characters."
        )
    lock_survey(unit, survey)
    schema = store.load_schema(unit.session, unit.workspace_id, survey.id, survey.row.schema_version)
    folded = fold(variable.name)
    if folded in RESERVED or any(fold(v.name) == folded for v in _members(schema)):
        raise AlreadyExists(f"A variable named {variable.name!r} already exists.")
    if sum(v.level == "respondent" for v in schema.variables) >= MAX_COLUMNS:
        raise AlreadyExists(f"The respondent table has {MAX_COLUMNS} columns, which is the limit.")
    store.add_variables(unit.session, unit.workspace_id, survey.id, [variable])
    return variable


def ensure_variables(unit: Unit, reference: str, names: Sequence[str]) -> OpenSurvey:
    """Bring labels and classificators into the schema; gives the survey as it then is."""
    survey = open_to_write(unit, reference)
    new = [name for name in dict.fromkeys(names) if survey.shape.find(name) is None]
    wanted = [found for name in new if (found := on_demand(name))]
    if not wanted:
        return survey
    lock_survey(unit, survey)
    store.add_variables(unit.session, unit.workspace_id, survey.id, wanted)
    return open_survey(unit, reference)


SCALARS = frozenset({Kind.NUMERIC, Kind.TEXT, Kind.DATETIME, Kind.BOOLEAN, Kind.SINGLE, Kind.RATING})
"""Kinds with one plain value, when they have no fields."""


def schema_of(survey: OpenSurvey) -> Schema:
    """The survey's typed schema."""
    return survey.shape.schema


def create_template(unit: Unit, survey: OpenSurvey, name: str, variables: Sequence[str]) -> Template:
    """Keep a list of variables, each once, under a number. Raises Invalid: bad or unknown names."""
    name = name.strip()
    chosen: dict[str, str] = {}
    for wanted in variables:
        if not survey.shape.knows(wanted):
            raise Invalid(f"Unknown variable. {wanted[:64]!r} is not a variable of this survey.")
        chosen.setdefault(fold(wanted), wanted)
    if not chosen or not 1 <= len(name) <= 200 or not name.isprintable():
        raise Invalid("A template has a name of 1 to 200 printable characters and at least one variable.")
    kept = tuple(chosen.values())
    number = store.add_template(unit.session, unit.workspace_id, survey.id, name, kept, unit.now)
    return Template(number, name, kept, unit.now)


def _members(schema: Schema) -> list[Variable | Loop]:
    return [*schema.variables, *schema.loops]


def list_templates(unit: Unit, survey: OpenSurvey) -> list[Template]:
    """The variable templates of a survey."""
    return store.templates(unit.session, unit.workspace_id, survey.id)


def template_variables(unit: Unit, survey: OpenSurvey, number: int) -> tuple[str, ...]:
    """The variables of a template. Raises NotFound."""
    for template in list_templates(unit, survey):
        if template.id == number:
            return template.variables
    raise NotFound(f"Variable template {number} was not found in this survey.")
