"""Imports of feedback from CSV files (CXI 004, "Imports"): each becomes a survey, its rows respondents of it,
who completed it at their `feedback_date`.

`prepare_import` does all that can be done without the writer; `store_import` only writes, in one transaction.
"""

from __future__ import annotations

from itertools import repeat
from typing import Any, NamedTuple

from rejoinder.core.audit import record
from rejoinder.core.feedback.onboarding import require_onboarded
from rejoinder.core.feedback.reading import COLUMN
from rejoinder.core.feedback.surveys import settle_survey
from rejoinder.core.respondents.pouring import CompletedRows, insert_completed
from rejoinder.core.surveys import create_survey, open_survey
from rejoinder.core.unit import Unit, zone
from rejoinder.core.workspaces import workspace_of
from rejoinder.files.feedback_csv import FEEDBACK, SCORE, USER, FeedbackFile, FeedbackRows, read_feedback
from rejoinder.files.names import Names
from rejoinder.files.property_types import PropertyType
from rejoinder.files.titles import file_title
from rejoinder.model.feedback import Chosen, FeedbackSurvey
from rejoinder.model.survey import Kind, Variable
from rejoinder.model.system import RESERVED

MAX_NAME = 200
"""Characters of an import's name."""
KINDS: dict[PropertyType, dict[str, Any]] = {
    PropertyType.STRING: {"kind": Kind.TEXT},
    PropertyType.INTEGER: {"kind": Kind.NUMERIC, "scale": 0},
    PropertyType.DOUBLE: {"kind": Kind.NUMERIC},
    PropertyType.DATETIME: {"kind": Kind.DATETIME},
    PropertyType.BOOLEAN: {"kind": Kind.BOOLEAN},
}


class NewImport(NamedTuple):
    """A file that is ready to be stored."""

    name: str
    variables: tuple[Variable, ...]
    file: FeedbackFile


def prepare_import(unit: Unit, data: bytes, name: str) -> NewImport:
    """Check a file and settle what its survey will be.

    Parameters: `name` — the file's, which the import is called by. Raises TooLarge, and Invalid with every
    wrong row.
    """
    file = read_feedback(data, zone(workspace_of(unit).settings.timezone))
    return NewImport(import_name(name), _variables(file), file)


def import_name(sent: str) -> str:
    """A file's name as a survey can have it: its last part, printable and not too long."""
    return file_title(sent, MAX_NAME) or "import.csv"


def _variables(file: FeedbackFile) -> tuple[Variable, ...]:
    names = Names({*RESERVED, FEEDBACK, SCORE, USER})
    return (
        Variable(FEEDBACK, Kind.TEXT, titles={"en": "Feedback"}, element="comment"),
        Variable(SCORE, Kind.NUMERIC, titles={"en": "Score"}, precision=9, scale=0),
        Variable(USER, Kind.TEXT, level="respondent", origin="user"),
        *(column_variable(names, heading, kind) for heading, kind in file.columns),
    )


def column_variable(names: Names, heading: str, kind: PropertyType) -> Variable:
    """The variable of a column, whose name is the nearest to its heading that is still free."""
    return Variable(
        names.take(heading, "property"),
        level="respondent",
        origin="user",
        titles={"en": heading},
        element=COLUMN,
        **KINDS[kind],
    )


def store_import(unit: Unit, new: NewImport) -> FeedbackSurvey:
    """Store an import in the unit's transaction; its analysis is asked for with it. Raises NotOnboarded."""
    require_onboarded(unit)
    made = create_survey(unit, new.name, [], new.variables)
    reference = str(made.id)
    settled = settle_survey(unit, reference, Chosen(score=SCORE, comment=FEEDBACK, user=USER), imported=True)
    survey = open_survey(unit, reference)
    cls = survey.shape.new_rows([variable.name for variable in new.variables]).cls
    blocks = (CompletedRows(_rows(cls, block), block.dates, block.moments) for block in new.file.blocks())
    insert_completed(unit, survey, new.file.rows, blocks)
    unit.session.end_write()  # its rows are responses from here on: tags and projects find them
    record(unit, "import.create", f"survey:{made.id}", rows=new.file.rows)
    return settled


def _rows(cls: Any, block: FeedbackRows) -> list[Any]:
    """A block as structs, whose fields are the respid and then the variables in order."""
    return list(map(cls, repeat(None), block.feedback, block.scores, block.users, *block.properties))
