"""What is written through one door is read through all others: the same people, times and answers.

A `Reader` brings one dialect's list of responses into the common shape `Seen`; a writer stores responses and
says what they are. A further dialect adds a line to `READERS`, and one to `WRITERS` if it writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest

from rejoinder.model.respondent import FINISHED, Lifecycle, State
from rejoinder.model.survey import Field, Kind, Loop, Option, Variable
from servers import rejoinder
from servers.rejoinder import Server, Tenant

SURVEY = "crossing"
GRADES = tuple(Option(str(n), {"en": f"grade {n}"}, n) for n in (1, 2, 3))
CHOICES = tuple(Option(code, {"en": code.title()}) for code in ("a", "b", "other"))
ROWS = (Field("r1", {"en": "Row 1"}), Field("r2", {"en": "Row 2"}))
VARIABLES = (
    Variable("stars", Kind.SINGLE, options=GRADES, element="rating"),
    Variable("one", Kind.SINGLE, options=CHOICES),
    Variable("one_other", Kind.TEXT, parent="one", element="other"),
    Variable("many", Kind.MULTI, options=CHOICES),
    Variable("words", Kind.TEXT),
    Variable("number", Kind.NUMERIC),
    Variable("day", Kind.DATETIME, element="text/date"),
    Variable("moment", Kind.DATETIME),
    Variable("agreed", Kind.BOOLEAN),
    Variable("grid", Kind.RATING, options=GRADES, fields=ROWS),
    Variable("ranks", Kind.RANKING, fields=ROWS),
    Variable("ticks", Kind.MULTI_GRID, options=CHOICES, fields=ROWS),
    Variable("lines", Kind.TEXT, fields=ROWS),
    Variable("cube", Kind.GRID_3D, fields=ROWS),
    Variable("price", Kind.NUMERIC, parent="cube"),
    Variable("brand", Kind.MULTI, parent="cube", options=CHOICES),
    Variable("cost", Kind.NUMERIC, level="trips"),
    Variable("town", Kind.TEXT, level="legs"),
)
LOOPS = (Loop("trips"), Loop("legs", parent="trips"))
RECORDS: tuple[dict[str, Any], ...] = (
    {"stars": "3", "one": "b", "many": {"true": ["a", "b"], "false": ["other"]}, "words": 'Ł "ó"\n'},
    {"one": "other", "one_other": "mine", "number": 2.5, "day": "2026-05-01T00:00:00", "agreed": 1},
    {"moment": "2026-05-01T10:11:12", "agreed": 0, "grid": {"r2": "1"}, "ranks": {"r1": 2, "r2": 1}},
    {"ticks": {"r1": {"true": ["a"]}}, "lines": {"r1": "x", "r2": "y"}},
    {"cube": {"r1": {"price": 7, "brand": {"true": ["b"]}}, "r2": {"price": 0}}},
    {
        "trips": [
            {"trips": "1", "cost": 4, "legs": [{"legs": "1", "town": "Łódź"}]},
            {"trips": "2", "cost": 5},
        ]
    },
    {"number": -3, "many": {"true": ["other"]}},
)
"""Answers of every kind, in the words of the store."""

Place = tuple[str, ...]


class Seen(NamedTuple):
    """One response as a reader sees it; what a dialect does not show is `...`.

    `answers` — place (variable, then row, column, iteration) → codes, texts and numbers, all as text; dates
    as the store has them. Times are ISO to the second, None where there is none.
    """

    id: Any
    email: Any
    opened: Any
    completed: Any
    answers: dict[Place, list[str]]


def read_forsta(tenant: Tenant) -> list[Seen]:
    """Through Forsta's `responses/data` (001)."""
    http = tenant.speaking("/identity/connect/token")
    items = http.get(f"/v1/surveys/{SURVEY}/responses/data").json()["items"]
    names = {variable.name for variable in VARIABLES} | {loop.name for loop in LOOPS}
    return [
        Seen(
            ...,
            item.get("email"),
            _second(item.get("interview_start")),
            _second(item.get("interview_end")),
            dict(_stored({name: value for name, value in item.items() if name in names})),
        )
        for item in items
    ]


def read_goodbridge(tenant: Tenant) -> list[Seen]:
    """Through GoodBridge's `respondents` (000)."""
    http = tenant.speaking("/oauth2/token")
    query = urlencode({"page": 1, "page_size": 100, "display_lang_code": "en"})
    found = http.get(f"/integrations/{SURVEY}/respondents?{query}").json()["respondents"]
    return [
        Seen(
            one["info"]["id"],
            ...,
            _second(one["info"]["starttime"]),
            _second(one["info"]["endtime"]),
            dict(_asked(one["questions"])),
        )
        for one in found
    ]


def read_surveykiwi(tenant: Tenant) -> list[Seen]:
    """Through SurveyKiwi's `campaign/answers` (003)."""
    http = tenant.speaking("/oAuth2/token")
    query = urlencode({"campaign_url": SURVEY, "limit": 100})
    return [
        Seen(
            one["id"],
            one["participant"]["email"],
            ...,
            _second(one["finished_at"]),
            dict(place for answer in one["answers"] for place in _told(answer)),
        )
        for one in http.get(f"/v1.0/campaign/answers?{query}").json()
    ]


READERS: dict[str, Callable[[Tenant], list[Seen]]] = {
    "forsta": read_forsta,
    "goodbridge": read_goodbridge,
    "surveykiwi": read_surveykiwi,
}
"""Dialect → what it sees, by respondent, in the order of ids."""


def _second(text: str | None) -> str | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=None).isoformat()[:19]


def _stored(record: dict[str, Any], place: Place = ()) -> Iterator[tuple[Place, list[str]]]:
    """The answers of a record in the words of the store."""
    for name, value in record.items():
        here = (*place, name)
        if isinstance(value, list):
            for iteration in value:
                inner = {key: part for key, part in iteration.items() if key != name}
                yield from _stored(inner, (*here, iteration[name]))
        elif isinstance(value, dict) and value.keys() <= {"true", "false"}:
            yield here, sorted(value.get("true", ()))
        elif isinstance(value, dict):
            yield from _stored(value, here)
        else:
            yield here, [_text(value)]


def _asked(questions: Iterable[dict[str, Any]], place: Place = (), outer: str = "") -> Iterator[Any]:
    """The answers of GoodBridge's questions, those inside others too."""
    for one in questions:
        name = one["id"].removeprefix(outer)
        here = (*place, name)
        if one["type"] == "ranking":
            yield from (((*here, a["id"].rpartition("_")[2]), [_text(a["answer"])]) for a in one["answers"])
        elif one["answers"]:
            yield here, sorted(_date(one, _text(a["answer"])) for a in one["answers"])
        yield from (((f"{name}_other",), [a["comment"]]) for a in one["answers"] if a["comment"])
        yield from _asked(one["sub_questions"], here, f"{one['id']}_")


def _told(answer: dict[str, Any]) -> Iterator[tuple[Place, list[str]]]:
    """One of SurveyKiwi's answers: codes by the places of its options, rows by their titles."""
    variable = next(v for v in VARIABLES if v.name == answer["question"].rpartition(" – ")[2])
    if answer["comment"]:
        yield (f"{variable.name}_other",), [answer["comment"]]
    for rows, one in _rowed(answer):
        chosen = [(variable.options or variable.fields)[n % 1_000_000 - 1].code for n in one["option_ids"]]
        if variable.kind is Kind.RANKING:
            yield from (((variable.name, code), [str(n)]) for n, code in enumerate(chosen, start=1))
        elif variable.fields and not variable.options:
            yield (variable.name, *chosen), [_text(one["answer"])]
        elif variable.element == "text/date":
            yield (variable.name,), [f"{one['answer']}T00:00:00"]
        else:
            yield _lying(variable, rows), sorted(chosen) if variable.options else [_text(one["answer"])]


def _rowed(answer: dict[str, Any]) -> Iterator[tuple[Place, dict[str, Any]]]:
    """An answer, or each of its rows with the titles above it."""
    said = answer["answer"]
    if isinstance(said, list) and said and isinstance(said[0], dict):
        yield from (((row["row"], *inner), one) for row in said for inner, one in _rowed(row))
    else:
        yield (), answer


def _lying(variable: Variable, rows: Place) -> Place:
    """Where the answer to a variable lies, told the titles of its rows."""
    codes = {field.texts["en"]: field.code for field in ROWS}
    if variable.parent == "cube" or variable.fields:
        outer = ("cube",) if variable.parent else (variable.name,)
        return (*outer, *(codes[row] for row in rows), *((variable.name,) if variable.parent else ()))
    loops = {"trips": ("trips",), "legs": ("trips", "legs")}.get(variable.level, ())
    return (*(part for pair in zip(loops, rows, strict=True) for part in pair), variable.name)


def _date(question: dict[str, Any], text: str) -> str:
    return f"{text}T00:00:00" if question["params"]["date_format"] == "YYYY-MM-DD" else text


def _text(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def write_forsta(tenant: Tenant) -> list[Seen]:
    """POST as responses, through Forsta's API."""
    http = tenant.speaking("/identity/connect/token")
    rows = [{"email": f"p{n}@example.org"} | record for n, record in enumerate(RECORDS)]
    reply = http.post(f"/v1/surveys/{SURVEY}/responses/data", json={"data": rows})
    assert reply.json()["insertedRecords"] == len(rows), reply.text
    return [
        Seen(..., row["email"], ..., ..., dict(_stored(record)))
        for row, record in zip(rows, RECORDS, strict=True)
    ]


def write_pages(tenant: Tenant) -> list[Seen]:
    """Store responses with lives of their own, as survey pages do."""
    begun, minute = 1_770_000_000_123_456, 60_000_000
    lives = []
    for n, _ in enumerate(RECORDS):
        opened = begun + n * 3 * minute
        done = Lifecycle(State.COMPLETED, opened, opened, opened + minute, "kk", FINISHED, 0)
        lives.append(done if n % 3 else Lifecycle(State.ANSWERED, opened, opened, None, "en", None, 0))
    tenant.respond(SURVEY, RECORDS, lives)
    return [
        Seen(..., None, _at(life.opened_at), _at(life.completed_at), dict(_stored(record)))
        for life, record in zip(lives, RECORDS, strict=True)
    ]


def _at(micros: int | None) -> str | None:
    if micros is None:
        return None
    return datetime.fromtimestamp(micros // 1_000_000, UTC).replace(tzinfo=None).isoformat()


WRITERS: dict[str, Callable[[Tenant], list[Seen]]] = {"forsta": write_forsta, "pages": write_pages}
"""Who writes → what they wrote, in order."""


def agree(ones: Sequence[Seen], others: Sequence[Seen]) -> None:
    """Two views are of the same responses, in so far as both show something."""
    assert len(ones) == len(others)
    for one, other in zip(ones, others, strict=True):
        for name, mine, theirs in zip(Seen._fields, one, other, strict=True):
            if mine is not ... and theirs is not ...:
                assert mine == theirs, name


@pytest.fixture
def tenant(database_url: str) -> Iterator[Tenant]:
    with rejoinder.running(database_url) as server:
        yield made(server)


def made(server: Server) -> Tenant:
    """A workspace in which every dialect may read, with the survey."""
    found = server.tenant(features=["api_export"])
    found.survey(SURVEY, VARIABLES, LOOPS)
    return found


@pytest.mark.parametrize("writer", WRITERS)
def test_what_one_writes_all_others_read(tenant: Tenant, writer: str) -> None:
    wrote = WRITERS[writer](tenant)
    views = {name: read(tenant) for name, read in READERS.items()}
    for view in views.values():
        agree(wrote, view)
        for other in views.values():
            agree(view, other)


def test_what_the_forsta_api_writes_is_manual_input_and_has_no_language(tenant: Tenant) -> None:
    write_forsta(tenant)
    http = tenant.speaking("/oauth2/token")
    query = urlencode({"page": 1, "page_size": 100, "display_lang_code": "en"})
    infos = [
        one["info"] for one in http.get(f"/integrations/{SURVEY}/respondents?{query}").json()["respondents"]
    ]
    assert {(one["is_manual_input"], one["lang"], one["finish_reason"]) for one in infos} == {(True, None, 1)}


def test_answers_merged_into_a_respondent_that_was_there_are_completed(tenant: Tenant) -> None:
    http = tenant.speaking("/identity/connect/token")
    loaded = {"data": [{"email": "ann@example.org"}]}
    reply = http.post(f"/v1/surveys/{SURVEY}/respondents/data", json=loaded)
    assert reply.json()["insertedIds"] == [1], reply.text
    for words in ("Fine.", "Better."):  # a later change leaves the end as it is
        answers = {
            "dataSchema": {"keys": ["email"], "variables": ["words"]},
            "data": [{"email": "ann@example.org", "words": words}],
        }
        reply = http.request("PATCH", f"/v1/surveys/{SURVEY}/responses/data", json=answers)
        assert reply.status_code == 200, reply.text
        query = urlencode({"page": 1, "page_size": 100, "display_lang_code": "en"})
        listed = tenant.speaking("/oauth2/token").get(f"/integrations/{SURVEY}/respondents?{query}")
        assert [one["info"]["finish_reason"] for one in listed.json()["respondents"]] == [1]


def test_answers_that_are_deleted_are_gone_everywhere(tenant: Tenant) -> None:
    write_forsta(tenant)
    http = tenant.speaking("/identity/connect/token")
    gone = {"dataSchema": {"keys": ["email"]}, "data": [{"email": "p0@example.org"}]}
    reply = http.request("DELETE", f"/v1/surveys/{SURVEY}/responses/data", json=gone)
    assert reply.json()["deletedRecords"] == 1
    assert {len(read(tenant)) for read in READERS.values()} == {len(RECORDS) - 1}
