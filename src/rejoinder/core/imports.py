"""Import responses from a file: learn what it holds, check every cell, store all of it or nothing.

The three steps are three verbs, so that the long ones (`learn`, `check`) hold no transaction: `check`
spools records ready to be stored, and `store` only writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, BinaryIO, NamedTuple

import msgspec

from rejoinder.core.respondents.dates import KNOWN, date_respondents
from rejoinder.core.respondents.keys import resolve_keys
from rejoinder.core.respondents.write import Batch, add, update
from rejoinder.core.surveys import OpenSurvey, create_survey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.files.columns import survey_columns
from rejoinder.files.infer import infer
from rejoinder.files.kinds import date_order
from rejoinder.files.match import match
from rejoinder.files.ndjson import is_ndjson, read_record_table, read_records
from rejoinder.files.plan import Plan
from rejoinder.files.records import CellProblem, Filled, filled
from rejoinder.files.tables import Table, read_table
from rejoinder.model.filters.text import fold, key_text
from rejoinder.model.problems import Invalid, NotFound, Stale
from rejoinder.model.survey import Kind, Schema
from rejoinder.model.system import RESPID, RESPONSEID, STATUS
from rejoinder.store.imports import add_import

CHUNK = 2000
"""Records stored by one statement's worth of work."""
SHOWN = 20
"""Problems that are kept to be shown; the others are counted."""


class Learned(NamedTuple):
    """What a file holds and where it goes.

    `survey` is None when it is to be made; `plan` and `table` are None for NDJSON that goes into a survey
    that exists, because its records are stored as they are.
    """

    reference: str
    survey: OpenSurvey | None
    plan: Plan | None
    table: Table | None
    file: BinaryIO


class Checked(NamedTuple):
    """The verdict on a file: rows, how many things were wrong, the first of them, and the records."""

    rows: int
    wrong: int
    problems: tuple[CellProblem, ...]
    spool: BinaryIO


class Imported(NamedTuple):
    """What an import did; `created` says whether the survey is new."""

    survey_id: int
    created: bool
    inserted: int
    updated: int


def learn(
    unit: Unit,
    file: BinaryIO,
    reference: str,
    *,
    language: str = "en",
    kinds: Mapping[int, Kind] | None = None,
) -> Learned:
    """Read `file` once: infer a survey, or match its columns to the survey that exists.

    Parameters: `kinds` — of a new survey: columns (from 0) that shall be of another kind than they look.

    Raises Invalid, TooLarge and Unreadable for files that are no table, NotFound for a number without survey.
    """
    try:
        survey = open_survey(unit, reference)
    except NotFound:
        if reference.isdecimal():
            raise
        survey = None
    json_lines = is_ndjson(file)
    if survey and json_lines:
        return Learned(reference, survey, None, None, file)
    table: Table = read_record_table(file) if json_lines else read_table(file)
    if survey is None:
        return Learned(reference, None, infer(table, language=language, kinds=kinds), table, file)
    return Learned(reference, survey, _matched(survey.shape.schema, table), table, file)


def _matched(schema: Schema, table: Table) -> Plan:
    """Match columns to variables, numbers and dates written as a new survey would have understood them."""
    comma = table.delimiter != ","  # "1,2" is else more likely a list of codes than a number
    plan = match(schema, table.headings, decimal_comma=comma)
    if not plan.targets:
        raise Invalid(
            "No column of the file matches a variable of the survey; its first row must hold the variables' "
            "names or titles."
        )
    dates = [s.column for t in plan.targets if t.variable.kind is Kind.DATETIME for s in t.sources]
    if not dates:
        return plan
    columns = survey_columns(table, (), ()).columns
    orders = {order for place in dates if (order := date_order(columns[place]))}
    return (
        plan if len(orders) != 1 else match(schema, table.headings, dates=orders.pop(), decimal_comma=comma)
    )


def check(learned: Learned, keys: Sequence[str], spool: BinaryIO, *, shown: int = SHOWN) -> Checked:
    """Read the file again, cell by cell, and write the records to `spool`; nothing is stored yet.

    Parameters: `shown` — how many problems are kept; the others are counted.

    Raises Invalid for a key that the file does not have, and for a file without rows.
    """
    names = _key_names(learned, keys)
    verdict = _Verdict(names, shown)
    for row in _rows(learned):
        record = row.record
        verdict.take(row)
        known = {name: value for name in KNOWN if isinstance(value := record.pop(name, None), str)}
        for name in (RESPID, RESPONSEID, STATUS):
            if name not in names:
                record.pop(name, None)
        spool.write(b"%d\t%s\t%s\n" % (row.row, msgspec.json.encode(known), msgspec.json.encode(record)))
    if not verdict.rows:
        raise Invalid("The file has no rows to import.")
    return Checked(verdict.rows, verdict.wrong, tuple(verdict.problems), spool)


def _rows(learned: Learned) -> Iterator[Filled]:
    if learned.plan is not None and learned.table is not None:
        return filled(learned.plan, learned.table)
    return (Filled(number, record) for number, record in read_records(learned.file))


def _key_names(learned: Learned, keys: Sequence[str]) -> tuple[str, ...]:
    if learned.plan is None:
        return tuple(keys)
    names = {fold(target.variable.name): target.variable.name for target in learned.plan.targets}
    for key in keys:
        if fold(key) not in names:
            known = ", ".join(sorted(names.values())[:30])
            raise Invalid(f"The file has no variable {key!r} to be a key; it has: {known}.")
    return tuple(names[fold(key)] for key in keys)


class _Verdict:
    """Collects what is wrong, and watches that keys are there and come once."""

    def __init__(self, keys: tuple[str, ...], shown: int) -> None:
        self.rows = self.wrong = 0
        self.problems: list[CellProblem] = []
        self._keys, self._shown = keys, shown
        self._seen: dict[int, int] = {}

    def take(self, row: Filled) -> None:
        self.rows += 1
        for problem in (*row.problems, *self._key_problems(row)):
            self.wrong += 1
            if len(self.problems) < self._shown:
                self.problems.append(problem)

    def _key_problems(self, row: Filled) -> Iterable[CellProblem]:
        if not self._keys:
            return
        name = ", ".join(self._keys)
        values: list[Any] = [row.record.get(key) for key in self._keys]
        if any(value is None for value in values):
            yield CellProblem(row.row, None, name, "", f"has no value for the key {name}")
            return
        shown = ", ".join(map(str, values))[:60]
        first = self._seen.setdefault(hash(tuple(key_text(value) for value in values)), row.row)
        if first != row.row:
            yield CellProblem(row.row, None, name, shown, f"has the key {shown} of row {first} once more")


def store(
    unit: Unit,
    learned: Learned,
    checked: Checked,
    *,
    keys: Sequence[str] = (),
    name: str = "",
    file_name: str = "",
    progress: Callable[[int], None] = lambda rows: None,
) -> Imported:
    """Store checked records, in the unit's transaction: all of them, or none when something is raised.

    Parameters: `keys` — update the respondents that have these values and add the others; `name` — of a new
    survey; `progress` — told how many rows are stored.

    Raises Invalid for records that the survey refuses (rows numbered as in the file), Stale when the survey
    changed since `learn`.
    """
    checked.spool.seek(0)  # a write may be begun again
    survey_id = _ready(unit, learned, name)
    inserted = updated = 0
    key_names = _key_names(learned, keys)
    names = () if learned.plan is None else tuple(t.variable.name for t in learned.plan.targets)
    taken = tuple(found for found in names if found not in KNOWN) or None
    for chunk in _chunks(checked.spool):
        added, changed = _store_chunk(unit, learned.reference, chunk, key_names, taken)
        known = {respid: chunk[i][1] for i, respid in added if chunk[i][1]}
        if known:
            date_respondents(unit, open_survey(unit, learned.reference), known)
        inserted, updated = inserted + len(added), updated + changed
        progress(inserted + updated)
    settings = {"keys": list(keys), "created": learned.survey is None}
    add_import(unit.session, unit.workspace_id, survey_id, file_name, settings, inserted + updated, unit.now)
    return Imported(survey_id, learned.survey is None, inserted, updated)


def _ready(unit: Unit, learned: Learned, name: str) -> int:
    """Make the survey, or make sure that it is the one that was read."""
    if learned.survey is not None:
        if open_survey(unit, learned.reference).row.schema_version != learned.survey.row.schema_version:
            raise Stale("The survey's variables were changed while the file was read; import it again.")
        return learned.survey.id
    assert learned.plan is not None
    schema = learned.plan.schema()
    made = create_survey(
        unit, name or learned.reference, [learned.reference], schema.variables, schema.loops, schema.languages
    )
    if learned.plan.key is not None:
        resolve_keys(unit, learned.reference, [learned.plan.key])
    return made.id


Chunk = list[tuple[int, dict[str, str], bytes]]
"""(row of the file, dates and language, record) of some records."""


def _chunks(spool: BinaryIO) -> Iterator[Chunk]:
    while lines := list(islice(spool, CHUNK)):
        parts = [line.rstrip(b"\n").split(b"\t", 2) for line in lines]
        yield [(int(row), msgspec.json.decode(known), record) for row, known, record in parts]


def _store_chunk(
    unit: Unit, reference: str, chunk: Chunk, keys: tuple[str, ...], names: tuple[str, ...] | None
) -> tuple[list[tuple[int, int]], int]:
    """(index in the chunk, respid) of the rows that were added, and how many others were updated."""
    try:
        outcome = add(unit, reference, "response", Batch(_array(chunk), keys))
        known = [row.row - 1 for row in outcome.report.rows] if outcome.report else []
        if known:
            batch = Batch(_array([chunk[i] for i in known]), keys, names or _members(chunk))
            update(unit, reference, "response", batch)
    except Invalid as error:
        raise _in_file_rows(error, chunk) from None
    added = sorted({*range(len(chunk))}.difference(known))
    return list(zip(added, outcome.inserted_ids, strict=True)), len(known)


def _array(chunk: Chunk) -> bytes:
    return b"[" + b",".join([record for _, _, record in chunk]) + b"]"


def _members(chunk: Chunk) -> tuple[str, ...]:
    """Every name that records of a chunk have."""
    decode = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
    return tuple(dict.fromkeys(name for _, _, record in chunk for name in decode(record)))


def _in_file_rows(error: Invalid, chunk: Chunk) -> Invalid:
    """A refusal with rows numbered as in the file."""
    if error.report is None:
        return error
    rows = tuple(msgspec.structs.replace(row, row=chunk[row.row - 1][0]) for row in error.report.rows)
    report = msgspec.structs.replace(error.report, rows=rows)
    return Invalid("The survey refuses some of the file's records; nothing was imported.", report=report)
