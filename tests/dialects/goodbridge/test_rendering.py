"""Pages as they are written, against the slow and plain reference: drawn schemas and records."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from rejoinder.dialects.goodbridge.wire import Page, compile_rendering, render_page
from rejoinder.files.surveyjs import read_survey
from rejoinder.model.collecting import Collector
from rejoinder.model.listing import Listed
from rejoinder.model.questions import questions_of
from rejoinder.model.survey import Kind, Option, Schema, Variable
from rejoinder.model.system import HEAD
from strategies import stored

from .project import stamp
from .reference import Reference

LANGUAGES = ("ru", "kk", "en", "de")
COLLECTORS = [Collector(7, 1, "CHAN789", 'Web "Survey"'), Collector(8, 1, "é", "é")]
TEXTS = st.dictionaries(
    st.sampled_from(["en", "ru", "kz", "kk", "pl"]), st.sampled_from(["Да", 'a"b', "x", ""])
)


@st.composite
def schemas(draw: st.DrawFn) -> Schema:
    """A drawn schema with titles, texts beside questions, and questions of every type."""
    schema = draw(stored.schemas())
    variables = [_titled(draw, variable) for variable in schema.variables]
    for question in draw(st.sets(st.sampled_from(["gender", "many", "sat", "first name%", "price"]))):
        level = next(v.level for v in variables if v.name == question)
        for ending in draw(st.sets(st.sampled_from(["other", "comment"]))):
            name = f"{question}_{ending}"
            variables.append(
                Variable(name, Kind.TEXT, level=level, parent=question, element=ending, titles=draw(TEXTS))
            )
    extra = [
        Variable("Q1", Kind.SINGLE, options=(Option("1", {"en": "High"}, 9), Option("2")), element="rating"),
        Variable("Q2x", Kind.SINGLE, options=(Option("0", {}, 0), Option("other")), metric="nps"),
        Variable("when", Kind.DATETIME, element="text/date"),
        Variable("photo", Kind.TEXT, element="file"),
        Variable("mail", Kind.TEXT, element="text/email"),
        Variable("classificator", Kind.TEXT, level="respondent", origin="background"),
    ]
    return structs.replace(schema, variables=(*HEAD, *variables, *extra), languages=("pl",))


def _titled(draw: st.DrawFn, variable: Variable) -> Variable:
    options = tuple(structs.replace(option, texts=draw(TEXTS)) for option in variable.options)
    if options and draw(st.booleans()):
        options = (*options, Option("Other"))
    fields = tuple(structs.replace(field, texts=draw(TEXTS)) for field in variable.fields)
    return structs.replace(variable, titles=draw(TEXTS), options=options, fields=fields)


@st.composite
def records(draw: st.DrawFn, schema: Schema) -> dict[str, Any]:
    """A record of such a schema."""
    plain = structs.replace(schema, variables=tuple(v for v in schema.variables if v.origin != "system"))
    record = draw(stored.records(plain))
    for name, values in {
        "Q1": ["1", "2", "gone"],
        "when": ["2026-05-01T00:00:00", "2026-05-01T10:00:00"],
        "photo": ["abc/my photo.png", "abc/é.png\nabd/b.png", "only a name"],
    }.items():
        if draw(st.booleans()):
            record[name] = draw(st.sampled_from(values))
        else:
            record.pop(name, None)
    return record


@st.composite
def rows(draw: st.DrawFn, number: int, record: dict[str, Any]) -> Listed:
    """A row with such a record."""
    moments = st.integers(0, 4_000_000_000_000_000) | st.sampled_from([0, 1_700_000_000_000_000])
    blank = st.none() | moments
    created, changed, begun, ended = draw(moments), draw(moments), draw(blank), draw(blank)
    language = draw(st.sampled_from([None, "kz", "ru", 'x"']))
    collector, manual = draw(st.sampled_from([None, 7, 8, 9])), draw(st.integers(0, 1))
    doc = msgspec.json.encode({"respid": number} | record).decode()
    facts = (created, changed, begun, ended, language, collector, "token", manual)
    return Listed(number, 1000 + number, 3, *facts, draw(st.sampled_from([None, 1, 4])), None, doc)


def expected(schema: Schema, row: Listed, record: dict[str, Any], language: str) -> dict[str, Any]:
    """One respondent as the reference has it."""
    collector = {one.id: one for one in COLLECTORS}.get(row.collector_id or 0)
    info = {
        "id": row.id,
        "collector_id": collector and collector.code,
        "collector_name": collector and collector.name,
        "is_manual_input": bool(row.manual),
        "starttime": stamp(row.opened_at),
        "endtime": stamp(row.completed_at),
        "finish_reason": row.finish_reason,
        "classificator": record.get("classificator"),
        "classificator_2": None,
        "lang": "kk" if row.language == "kz" else row.language,
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
    }
    reference = Reference(language, "pl", 'http://h/"')
    return {"info": info, "questions": reference.questions(questions_of(schema), record)}


@given(st.data(), st.sampled_from(LANGUAGES))
def test_pages_are_what_the_reference_writes(data: st.DataObject, language: str) -> None:
    schema = data.draw(schemas())
    found = data.draw(st.lists(records(schema), max_size=4))
    listed = [data.draw(rows(number, record)) for number, record in enumerate(found, 1)]
    rendering = compile_rendering(schema, COLLECTORS, language)
    for _ in range(2):  # what is remembered is the same as what was written first
        body = render_page(rendering, listed, 'http://h/"', (3, 4, 99))
        page = msgspec.json.decode(body)
        want = [expected(schema, row, record, language) for row, record in zip(listed, found, strict=True)]
        assert page == {"page": 3, "page_size": 4, "total": 99, "respondents": want}
        assert [*page] == ["page", "page_size", "total", "respondents"]
        for shown, one in zip(page["respondents"], want, strict=True):
            assert msgspec.json.encode(shown) == msgspec.json.encode(one), "in this order too"
    msgspec.json.decode(body, type=Page)


def weight(found: Any) -> int:
    """The bytes that a function keeps at hand, in dictionaries that are its own or that it closes over."""
    closed = getattr(found, "__closure__", None) or ()
    held = [getattr(found, "__self__", None), *(cell.cell_contents for cell in closed)]
    return sum(len(piece) for one in held if isinstance(one, dict) for piece in one.values())


def test_a_long_list_of_options_does_not_repeat_what_stands_behind_it() -> None:
    """Memory is bounded where thousands of options stand before a long title."""
    choices = [f"option {n}" for n in range(4000)]
    elements = [
        {"type": "dropdown", "name": "a", "choices": choices},
        {"type": "text", "name": "b", "title": "x" * 5000},
    ]
    schema, _ = read_survey({"elements": elements})
    rendering = compile_rendering(schema, [], "en")
    doc = '{"respid":1,"a":"option 3999","b":"x"}'
    row = Listed(1, 1, 2, 0, 0, None, None, None, None, None, 1, None, None, doc)
    page = msgspec.json.decode(render_page(rendering, [row], "", (1, 1, 1)))
    assert page["respondents"][0]["questions"][0]["answers"][0]["answer"] == "option 3999"
    assert weight(rendering.level.fills[0].one) < 2_000_000
