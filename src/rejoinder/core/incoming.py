"""Files that come to be imported: look at one, settle what becomes of its columns, let a job do it.

The long steps are the job's (`jobs/incoming.py`); what they do to answers is in `core/imports.py`.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import islice
from typing import BinaryIO

from msgspec import structs

from rejoinder.core import imports
from rejoinder.core.audit import record
from rejoinder.core.imports import Checked, Learned, learn
from rejoinder.core.jobs import enqueue
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit
from rejoinder.files.match import remapped, renamed, without
from rejoinder.files.names import is_name, slug
from rejoinder.files.plan import Plan, Target
from rejoinder.files.summary import summary
from rejoinder.files.tables import Heading
from rejoinder.files.titles import file_title
from rejoinder.files.workbook import is_workbook, read_workbook
from rejoinder.model.incoming import (
    BUSY,
    SETTLING,
    STOPPABLE,
    Incoming,
    IncomingStatus,
    Outcome,
    Seen,
    SeenColumn,
    Wish,
    Wrong,
)
from rejoinder.model.problems import AlreadyExists, Invalid, NotFound, TooMany
from rejoinder.model.reports import shown
from rejoinder.model.survey import Kind
from rejoinder.model.system import RESERVED
from rejoinder.store import incoming as store
from rejoinder.store.surveys import survey_of_alias

KIND = "import"
"""The job that checks and stores one."""
LOOKED_AT, MOST_CELL = 5, 80
"""Rows that are shown at the first look, and characters of each cell of them."""
MOST_WRONG = 2000
"""Problems that are kept to be shown."""
MAX_WAITING = 10
RETYPABLE = (Kind.TEXT, Kind.NUMERIC, Kind.DATETIME, Kind.BOOLEAN, Kind.SINGLE)
"""Kinds that a column may be made."""
BAD_NAME = "A name has letters, digits and _, begins with a letter, and is none of our own."
SAME_NAME = "Another column has this name."
_NEW = "\n"
"""A reference that no survey has: columns are inferred."""


def look_into(unit: Unit, data: bytes, reference: str | None, wish: Wish | None = None) -> Seen:
    """What is in a file; `reference` — the survey it goes into, None for a new one. Long: not in the writer.

    Parameters: `wish` — names and kinds of a new survey's variables. Raises NotFound, and Invalid, TooLarge,
    Unreadable for what is no table.
    """
    wish = wish or Wish()
    learned = _learn(unit, io.BytesIO(data), reference, wish)
    plan, table = learned.plan, learned.table
    if plan is None or table is None:
        return Seen(json=True)
    if learned.survey is None:
        plan = renamed(plan, _names(wish))
    found: dict[int, tuple[Target, str]] = {
        source.column: (target, source.part) for target in plan.targets for source in target.sources
    }
    reasons = {skip.column: skip.reason for skip in plan.skipped}
    filled = {line.name: line.filled for line in summary(plan)}
    sample = [line.cells for line in islice(table.lines(), LOOKED_AT)]
    columns = []
    for place, heading in enumerate(table.headings):
        cells = tuple(row[place][:MOST_CELL] for row in sample)
        target, part = found.get(place, (None, ""))
        if target is None:
            columns.append(SeenColumn(_headed(heading), cells, why=reasons.get(place, "")))
            continue
        variable = target.variable
        share = filled.get(variable.name)
        columns.append(
            SeenColumn(_headed(heading), cells, variable.name, part, variable.kind.value, target.role, share)
        )
    return Seen(tuple(columns), plan.rows, plan.key, plan.notes)


def as_table(data: bytes) -> tuple[bytes, str]:
    """A file as look_into takes it, and a note about it: of a workbook, its first sheet as CSV. Long.

    Raises Unreadable, TooLarge, Invalid.
    """
    if not is_workbook(data):
        return data, ""
    sheet = read_workbook(data)
    return sheet.data, f"Of {sheet.others + 1} sheets the first, {shown(sheet.title)}, was read." * bool(
        sheet.others
    )


def _headed(heading: Heading) -> str:
    return f"{heading.question} — {heading.option}" if heading.option else heading.question


def _learn(unit: Unit, file: BinaryIO, reference: str | None, wish: Wish) -> Learned:
    kinds = {int(place): Kind(kind) for place, kind in wish.kinds.items()}
    return learn(unit, file, reference or _NEW, language=wish.language, kinds=kinds)


def _names(wish: Wish) -> dict[int, str]:
    """Column → the name of its variable, where one was given."""
    return {int(place): name for place, name in wish.columns.items() if name and "\t" not in name}


def look_again(unit: Unit, number: int, wish: Wish) -> Seen:
    """What a file that makes a new survey would become as its columns are settled. Long: not in the writer.

    Raises NotFound, Invalid.
    """
    found = find_incoming(unit, number)
    check_names(found, wish)
    where = (unit.session, unit.workspace_id, number)
    pieces: list[bytes] = []
    while data := store.piece(*where, len(pieces)):
        pieces.append(data)
    if found.survey_id is not None or found.status not in SETTLING or not pieces:
        raise Invalid("This file is being imported, or was. Upload it again to import it once more.")
    return look_into(unit, b"".join(pieces), None, wish)


def settle(unit: Unit, number: int, wish: Wish, seen: Seen) -> None:
    """Keep how columns were settled, and what that came to. Raises NotFound, Invalid."""
    find_incoming(unit, number)
    if not store.change_incoming(unit.session, unit.workspace_id, number, SETTLING, wish=wish, seen=seen):
        raise Invalid("This file is being imported, or was. Upload it again to import it once more.")


def may_rename(column: SeenColumn) -> bool:
    """Whether a column of a new survey is a variable of its own, and none of the store's."""
    own = bool(column.variable) and not column.part and column.role in ("", "key")
    return own and column.variable.casefold() not in RESERVED


def may_retype(column: SeenColumn) -> bool:
    """Whether a column may be of another kind."""
    return may_rename(column) and not column.role and column.kind in RETYPABLE


def check_names(found: Incoming, wish: Wish) -> None:
    """Raises Invalid, with the columns' numbers as fields, for names that variables cannot have or share."""
    if found.survey_id is not None:
        return
    taken: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for number, column in enumerate(found.seen.columns):
        place = str(number)
        name = wish.columns.get(place, column.variable).partition("\t")[0]
        if not name:
            continue
        if name != column.variable and not (
            may_rename(column) and is_name(name) and name.casefold() not in RESERVED
        ):
            wrong[place] = BAD_NAME
        elif not column.part and name.casefold() in taken:
            wrong[place] = SAME_NAME
        taken[name.casefold()] = place
    if wrong:
        raise Invalid(next(iter(wrong.values())), fields=wrong)


def receive_file(unit: Unit, reference: str | None, data: bytes, name: str, seen: Seen) -> Incoming:
    """Keep a file that was looked into. Raises NotFound, TooMany."""
    survey = open_survey(unit, reference).id if reference else None
    _check_room(unit)
    title = file_title(name) or "file"
    stem = title.rpartition(".")[0] or title
    wish = Wish(name=stem, alias=slug(stem).replace("_", "-") if survey is None else "")
    new = Incoming(
        unit.workspace_id, 0, survey, IncomingStatus.READY, title, len(data), seen, wish, Outcome(), None,
        unit.actor, unit.now, None,
    )  # fmt: skip
    return structs.replace(new, id=store.add_incoming(unit.session, new, data))


def _check_room(unit: Unit) -> None:
    waiting = (IncomingStatus.READY, *BUSY)
    if store.count_incoming(unit.session, unit.workspace_id, waiting) >= 5 * MAX_WAITING:
        raise TooMany("Many files wait to be imported in this workspace already; delete some of them.", 60)


def find_incoming(unit: Unit, number: int) -> Incoming:
    """A file by its number. Raises NotFound."""
    found = store.incoming_by_id(unit.session, unit.workspace_id, number) if 0 < number < 1 << 62 else None
    if found is None:
        raise NotFound(f"There is no import {number} in this workspace.")
    return found


def list_incoming(unit: Unit, reference: str | None, limit: int = 20) -> list[Incoming]:
    """Files that came for a survey, or (None) to make one, the newest first. Raises NotFound."""
    survey = open_survey(unit, reference).id if reference else None
    return store.newest_incoming(unit.session, unit.workspace_id, survey, limit)


def begin_import(unit: Unit, number: int, wish: Wish) -> Incoming:
    """Let a file be checked, and stored where the wish says so. Raises NotFound, Invalid, AlreadyExists."""
    found = find_incoming(unit, number)
    check_names(found, wish)
    if found.survey_id is None:
        if not wish.alias:
            raise Invalid("A new survey needs a name for its address.", fields={"alias": "is missing"})
        if wish.alias.isdecimal() or survey_of_alias(unit.session, unit.workspace_id, wish.alias) is not None:
            raise AlreadyExists(
                f"The alias {wish.alias[:100]!r} belongs to a survey of this workspace already."
            )
    if store.count_incoming(unit.session, unit.workspace_id, BUSY) >= MAX_WAITING:
        raise TooMany(f"{MAX_WAITING} imports wait in this workspace already; wait until one is done.", 60)
    waiting = IncomingStatus.WAITING
    if not store.change_incoming(
        unit.session, unit.workspace_id, number, SETTLING, status=waiting, wish=wish, outcome=Outcome()
    ):
        raise Invalid("This file is being imported, or was. Upload it again to import it once more.")
    enqueue(unit, KIND, {"incoming": number})
    return find_incoming(unit, number)


def stop_import(unit: Unit, number: int) -> Incoming:
    """Stop an import that is not being stored yet; one that ended stays as it is. Raises NotFound."""
    find_incoming(unit, number)
    cancelled = IncomingStatus.CANCELLED
    store.change_incoming(unit.session, unit.workspace_id, number, STOPPABLE, status=cancelled)
    return find_incoming(unit, number)


def delete_incoming(unit: Unit, number: int) -> None:
    """Delete a file that is not being stored; what was imported from it stays. Raises NotFound, Invalid."""
    if find_incoming(unit, number).status is IncomingStatus.STORING:
        raise Invalid("The file is being stored; wait until that is done.")
    store.drop_incoming(unit.session, unit.workspace_id, number)


def relearn(unit: Unit, found: Incoming, file: BinaryIO) -> Learned:
    """The file's plan as its columns were settled. Raises as `learn`, and Invalid for what does not fit."""
    wish = found.wish
    reference = str(found.survey_id) if found.survey_id is not None else None
    learned = _learn(unit, file, reference, wish)
    if learned.plan is None:
        return learned
    plan = _settled(learned, wish)
    if not plan.targets:
        raise Invalid("Every column is left out; choose at least one.")
    return learned._replace(plan=plan, reference=learned.reference if reference else wish.alias)


def _settled(learned: Learned, wish: Wish) -> Plan:
    assert learned.plan is not None
    if learned.survey is None:
        return without(
            renamed(learned.plan, _names(wish)),
            {int(place) for place, name in wish.columns.items() if not name},
        )
    chosen = {int(place): _part(name) for place, name in wish.columns.items()}
    return remapped(learned.plan, learned.survey.shape.schema, chosen)


def _part(name: str) -> tuple[str, str]:
    variable, _, part = name.partition("\t")
    return variable, part


def checked_outcome(outcome: Outcome, checked: Checked) -> Outcome:
    """What checking found."""
    wrong = [Wrong(one.row, one.heading, one.value, one.reason) for one in checked.problems]
    return structs.replace(
        outcome, done=outcome.total, rows=checked.rows, wrong=checked.wrong, problems=tuple(wrong)
    )


def refused_outcome(outcome: Outcome, problem: Invalid) -> Outcome:
    """What the survey refused when the rows were stored."""
    report = problem.report
    rows: Sequence[Wrong] = [
        Wrong(row.row, ", ".join(one.fields), str(shown(one.value))[:MOST_CELL], one.message)
        for row in (report.rows if report else ())
        for one in row.messages
    ]
    return structs.replace(outcome, wrong=len(rows), problems=tuple(rows[:MOST_WRONG]))


def store_incoming(unit: Unit, found: Incoming, learned: Learned, checked: Checked) -> Outcome:
    """Store a file that fits, and note that, in the unit's transaction.

    Raises NotFound when the import was stopped meanwhile, and what `core.imports.store` raises.
    """
    done = imports.store(
        unit, learned, checked, keys=found.wish.keys, name=found.wish.name, file_name=found.file_name
    )
    outcome = structs.replace(
        checked_outcome(found.outcome, checked), inserted=done.inserted, updated=done.updated
    )
    if not store.change_incoming(
        unit.session,
        unit.workspace_id,
        found.id,
        (IncomingStatus.STORING,),
        status=IncomingStatus.DONE,
        outcome=outcome,
        survey=done.survey_id,
        finished_at=unit.now,
    ):
        raise NotFound("The import was stopped.")
    store.drop_pieces(unit.session, unit.workspace_id, found.id)
    record(unit, "survey.import", f"survey:{done.survey_id}", inserted=done.inserted, updated=done.updated)
    return outcome
