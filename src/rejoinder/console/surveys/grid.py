"""The respondents of a survey: pages, order, columns, filters."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from rejoinder.console.speech import _, mark, moment_text
from rejoinder.console.surveys.filtering import MAX_ROWS, Builder, Condition, searching
from rejoinder.console.surveys.tabs import framed, survey_of
from rejoinder.console.surveys.values import Reader, background, named, questions
from rejoinder.console.visit import Visit
from rejoinder.core.bulk import running_bulks
from rejoinder.core.respondents.filtered import Matcher, matcher
from rejoinder.core.respondents.grid import COLUMNS, Cursor, GridPage, Order, grid_page, sortable
from rejoinder.core.respondents.read import count_all
from rejoinder.core.surveys import OpenSurvey, describe_survey
from rejoinder.core.views import chosen_columns
from rejoinder.kernel.reply import Reply
from rejoinder.model.filters.parser import parse
from rejoinder.model.filters.printer import print_tree
from rejoinder.model.filters.tree import And
from rejoinder.model.listing import Listed
from rejoinder.model.problems import Invalid, NotFound
from rejoinder.model.respondent import ABANDONED, FAILED, QUOTA_FULL, SCREENED, State
from rejoinder.model.survey import Kind, Variable

SIZE, MOST_COLUMNS = 50, 30
_STATES = {
    State.LISTED: (mark("Not begun"), ""),
    State.OPENED: (mark("Opened"), "note"),
    State.ANSWERED: (mark("Begun"), "note"),
    State.COMPLETED: (mark("Completed"), "good"),
}
_REASONS = {
    SCREENED: (mark("Screened out"), "warn"),
    QUOTA_FULL: (mark("Quota full"), "warn"),
    ABANDONED: (mark("Abandoned"), "warn"),
    FAILED: (mark("Failed"), "bad"),
}


class Asked(NamedTuple):
    """What a visitor wants to see. `problem` — why the filter is none."""

    expression: str
    words: str
    order: Order
    at: Cursor | None
    backwards: bool
    matcher: Matcher | None
    problem: str


class Line(NamedTuple):
    """A row as it is shown."""

    respid: int
    state: str
    kind: str
    created: str
    completed: str
    cells: list[str]


def respondents(visit: Visit) -> Reply:
    """A page of respondents; conditions of the builder become an expression in the address first."""
    survey = survey_of(visit)
    reader = Reader(survey.shape.schema)
    if visit.asked("by") == "rows":
        return visit.go(_canonical(visit, survey, reader))
    asked = _asked(visit, survey, reader)
    columns = _columns(visit, survey, reader)
    page = GridPage([]) if asked.problem else _page(visit, survey, asked)
    total, responses = count_all(visit.unit, survey)
    values = _table(visit, survey, reader, asked, columns, page) | {
        "total": total,
        "responses": responses,
        "asked": asked,
        "keep": _kept(asked),
        "choices": [*questions(reader.schema), *background(reader.schema)],
        "reader": reader,
        "bulks": running_bulks(visit.unit, survey) if visit.who.may("owner") else [],
        "searches": searching(reader, "x") is not None,
    }
    values |= _building(visit, Builder(reader), asked.expression)
    return visit.page("surveys/respondents.html", **framed(visit, survey, "/respondents", **values))


def more_rows(visit: Visit) -> Reply:
    """What a search that was cut short finds behind the place where it stopped."""
    survey = survey_of(visit)
    reader = Reader(survey.shape.schema)
    asked = _asked(visit, survey, reader)
    page = GridPage([]) if asked.problem else _page(visit, survey, asked)
    columns = _columns(visit, survey, reader)
    values = _table(visit, survey, reader, asked, columns, page)
    return visit.fragment("surveys/rows.html", survey=survey, oob=True, **values)


def builder_rows(visit: Visit) -> Reply:
    """The builder after a change: a row more or less, other operators, and the expression that it makes."""
    survey = survey_of(visit)
    builder = Builder(Reader(survey.shape.schema))
    rows, either = _given(visit)
    if visit.asked("add"):
        rows.append(Condition())
    if (dropped := visit.asked("drop")).isdecimal() and int(dropped) < len(rows):
        del rows[int(dropped)]
    values = _rows_of(builder, rows[:MAX_ROWS], either=either)
    return visit.fragment("surveys/builder.html", start=f"/surveys/{survey.id}", **values)


def _canonical(visit: Visit, survey: OpenSurvey, reader: Reader) -> str:
    rows, either = _given(visit)
    tree = Builder(reader).tree(rows, either=either)
    expression = print_tree(tree) if tree else None
    start = visit.to()
    whole = visit.to(f"/surveys/{survey.id}/respondents", f=expression, q=visit.asked("q") or None)
    return whole.removeprefix(start)


def _given(visit: Visit) -> tuple[list[Condition], bool]:
    """The rows of the builder as they were sent."""
    parts: dict[str, list[str]] = {"v": [], "o": [], "x": []}
    for key, value in visit.call.query:
        if key in parts:
            parts[key].append(value[:500])
    rows = [Condition(*row) for row in zip(*parts.values(), strict=False)][:MAX_ROWS]
    return rows, visit.asked("join") == "or"


def _building(visit: Visit, builder: Builder, expression: str) -> dict[str, Any]:
    known = builder.rows(expression) if expression else ([Condition()], False)
    rows, either = known or ([], False)
    return _rows_of(builder, rows, either=either) | {"too_rich": known is None}


def _rows_of(builder: Builder, rows: list[Condition], *, either: bool) -> dict[str, Any]:
    fitting = [builder.fitting(row) for row in rows]
    problem = said = ""
    try:
        tree = builder.tree(fitting, either=either)
        said = print_tree(tree) if tree else ""
    except Invalid as error:
        problem = error.message
    shown = [
        {
            "row": row,
            "operators": builder.operators(builder.targets[row.path]),
            "values": builder.values(builder.targets[row.path]),
            "kind": builder.targets[row.path].variable.kind.value,
            "needs": row.operator not in ("there", "blank"),
        }
        for row in fitting
        if row.path
    ]
    targets = [(path, target.title[:80]) for path, target in builder.targets.items()]
    return {"rows": shown, "targets": targets, "either": either, "says": said, "row_problem": problem}


def _asked(visit: Visit, survey: OpenSurvey, reader: Reader) -> Asked:
    expression, words = visit.asked("f", longest=20_000).strip(), visit.asked("q", longest=200).strip()
    order, problem, test = _order(visit, survey), "", None
    try:
        test = _matcher(visit, survey, reader, expression, words)
    except Invalid as error:
        problem = error.message
    after, before = visit.asked("after"), visit.asked("before")
    return Asked(expression, words, order, _cursor(before or after, order), bool(before), test, problem)


def whole_expression(reader: Reader, expression: str, words: str) -> str:
    """A filter and a search as one expression; empty for neither. Raises Invalid for what is no filter."""
    found = searching(reader, words) if words else None
    if found is None:
        return expression
    return print_tree(And((parse(expression), found)) if expression else found)


def _matcher(visit: Visit, survey: OpenSurvey, reader: Reader, expression: str, words: str) -> Matcher | None:
    """Raises Invalid, with the position."""
    if not expression and not (words and searching(reader, words)):
        return None
    aliases = describe_survey(visit.unit, str(survey.id)).aliases
    # positions are those of what was typed
    typed = matcher(visit.unit, survey, expression, aliases) if expression else None
    whole = whole_expression(reader, expression, words)
    return typed if whole == expression else matcher(visit.unit, survey, whole, aliases)


def _order(visit: Visit, survey: OpenSurvey) -> Order:
    column = visit.asked("sort", "respid")
    known = (*COLUMNS, *(variable.name for variable in sortable(survey)))
    if column not in known:
        raise NotFound("This survey cannot be sorted by that.")
    return Order(column, visit.asked("way", "down") != "up")


def _cursor(text: str, order: Order) -> Cursor | None:
    """A place of an address. Raises NotFound."""
    if not text:
        return None
    value, _mark, respid = text.rpartition("~")
    if not (respid.isascii() and respid.isdecimal() and len(respid) < 12):
        raise NotFound("There is no such place in the list.")
    if order.column not in COLUMNS:
        return Cursor(value, int(respid))
    if not (value.isascii() and value.isdecimal() and len(value) < 19):
        raise NotFound("There is no such place in the list.")
    return Cursor(int(value), int(respid))


def _page(visit: Visit, survey: OpenSurvey, asked: Asked) -> GridPage:
    left = visit.asked("left")
    size = int(left) if left.isdecimal() and 0 < int(left) <= SIZE else SIZE
    return grid_page(
        visit.unit,
        survey,
        asked.order,
        size,
        at=asked.at,
        backwards=asked.backwards,
        matcher=asked.matcher,
    )


def _kept(asked: Asked) -> dict[str, str | None]:
    """What an address keeps of the filter and order."""
    plain = asked.order == Order()
    return {
        "f": asked.expression or None,
        "q": asked.words or None,
        "sort": None if plain else asked.order.column,
        "way": None if asked.order.descending else "up",
    }


def _columns(visit: Visit, survey: OpenSurvey, reader: Reader) -> list[Variable]:
    """The variables to show: what the person chose, else the first few."""
    known = named([*questions(reader.schema), *background(reader.schema)])
    chosen = chosen_columns(visit.unit, visit.who.user_id, survey.id)
    if chosen is not None:
        return [known[name] for name in chosen if name in known]
    narrow = [
        v for v in questions(reader.schema) if not v.fields and v.kind is not Kind.GRID_3D and not v.parent
    ]
    email = [known["email"]] if "email" in known else []
    return [*email, *narrow[:5]]


def _table(
    visit: Visit,
    survey: OpenSurvey,
    reader: Reader,
    asked: Asked,
    columns: list[Variable],
    page: GridPage,
) -> dict[str, Any]:
    path, kept = f"/surveys/{survey.id}/respondents", _kept(asked)
    before, after = (
        f"{place.value}~{place.respid}" if place else None for place in (page.before, page.after)
    )
    left = visit.asked("left")
    wanted = int(left) if left.isdecimal() else SIZE
    resume = None
    if page.resume is not None and len(page.rows) < wanted:
        way = {"before" if asked.backwards else "after": f"{page.resume.value}~{page.resume.respid}"}
        resume = visit.to(f"{path}/more", **kept, **way, left=wanted - len(page.rows))
    return {
        "found": [_line(row, reader, columns) for row in page.rows],
        "columns": [(v.name, reader.title(v)) for v in columns],
        "orders": {v.name for v in sortable(survey)},
        "order": asked.order,
        "before": before and visit.to(path, **kept, before=before),
        "after": after and visit.to(path, **kept, after=after),
        "resume": resume,
        "come_to": page.resume.respid if page.resume else None,
        "by_respid": asked.order.column == "respid",
    }


def _line(row: Listed, reader: Reader, columns: list[Variable]) -> Line:
    record = msgspec.json.decode(row.doc)
    text, kind = state_of(row)
    created = moment_text(row.created_at, "short")
    completed = moment_text(row.completed_at, "short")
    cells = [reader.shown(variable, record.get(variable.name))[:300] for variable in columns]
    return Line(row.respid, text, kind, created, completed, cells)


def state_of(row: Listed) -> tuple[str, str]:
    """How far a respondent is, in words, and the badge's kind."""
    text, kind = _REASONS.get(row.finish_reason or 0) or _STATES[State(row.state)]
    return _(text), kind
