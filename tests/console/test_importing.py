"""Files come in by forms: looked at, settled, checked, stored by a job."""

from __future__ import annotations

import io
import re
import time
from typing import Any

import msgspec
import openpyxl
import pytest
from sqlalchemy import select

from console.conftest import House
from rejoinder.core.definitions import define_survey
from rejoinder.core.erasing import erase_person
from rejoinder.core.incoming import find_incoming
from rejoinder.core.respondents.read import count_all
from rejoinder.core.surveys import open_survey
from rejoinder.jobs.register import runner
from rejoinder.model.incoming import BUSY, Incoming, IncomingStatus
from rejoinder.settings import Settings
from rejoinder.store.tables.effects import incoming_piece
from servers.people import Person

VISIT: dict[str, Any] = {
    "elements": [
        {"type": "text", "name": "age", "inputType": "number"},
        {"type": "radiogroup", "name": "colour", "choices": ["red", "blue"]},
        {"type": "checkbox", "name": "meals", "choices": ["lunch", "dinner"]},
    ]
}


def send(person: Person, path: str, text: str, name: str = "answers.csv") -> Any:
    return person.post(path, {"file": (name, text.encode(), "text/csv")})


def number_of(reply: Any) -> int:
    found = re.search(r"/imports/(\d+)", reply.headers["hx-redirect"])
    assert found
    return int(found[1])


def ended(house: House, number: int) -> Incoming:
    """The import once no job has it any more."""
    deadline = time.monotonic() + 20
    while True:
        runner(house.server.database, Settings()).run_due()
        found = house.tenant.look(lambda unit: find_incoming(unit, number))
        if found.status not in BUSY:
            return found
        assert time.monotonic() < deadline


@pytest.fixture
def survey(house: House) -> int:
    made = house.tenant.verb(lambda unit: define_survey(unit, msgspec.json.encode(VISIT), ["visit"]))
    return made.survey.id


def counted(house: House, reference: str) -> int:
    return house.tenant.look(lambda unit: count_all(unit, open_survey(unit, reference)))[0]


def test_a_file_fills_a_survey_by_key(house: House, survey: int) -> None:
    at = f"/surveys/{survey}/import"
    assert house.editor.get(at).status_code == 200
    number = number_of(send(house.editor, at, "email,age,colour,note\na@x.org,31,red,x\nb@x.org,40,blue,y\n"))
    page = house.editor.get(f"/surveys/imports/{number}").text
    assert "a@x.org" in page
    assert "matches no variable" in page
    house.editor.post(f"/surveys/imports/{number}/start", what="check", key="email")
    assert ended(house, number).status is IncomingStatus.FITS
    assert counted(house, "visit") == 0
    house.editor.post(f"/surveys/imports/{number}/start", what="store", key="email")
    done = ended(house, number)
    assert (done.status, done.outcome.inserted) == (IncomingStatus.DONE, 2)
    again = number_of(send(house.editor, at, "email,age\na@x.org,32\nc@x.org,50\n"))
    house.editor.post(f"/surveys/imports/{again}/start", what="store", key="email")
    done = ended(house, again)
    assert (done.outcome.inserted, done.outcome.updated) == (1, 1)
    assert counted(house, "visit") == 3


def test_bad_rows_are_shown_and_nothing_is_stored(house: House, survey: int) -> None:
    text = "age,colour\n" + "".join(f"old{n},<b>{n}\n" for n in range(120))
    number = number_of(send(house.editor, f"/surveys/{survey}/import", text))
    house.editor.post(f"/surveys/imports/{number}/start", what="store")
    found = ended(house, number)
    assert (found.status, found.outcome.wrong) == (IncomingStatus.REFUSED, 240)
    page = house.editor.get(f"/surveys/imports/{number}").text
    assert "&lt;b&gt;0" in page
    assert "<b>0" not in page
    assert "old60" in house.editor.get(f"/surveys/imports/{number}?at=100").text
    assert counted(house, "visit") == 0


def test_columns_are_put_elsewhere(house: House, survey: int) -> None:
    number = number_of(send(house.editor, f"/surveys/{survey}/import", "years,age,L\n7,30,1\n8,31,0\n"))
    form = {"column[0]": "age", "column[1]": "", "column[2]": "meals\tlunch"}
    house.editor.post(f"/surveys/imports/{number}/start", what="store", **form)
    assert ended(house, number).status is IncomingStatus.DONE
    reply = house.tenant.http.get("/v1/surveys/visit/responses/data").json()
    assert [row["age"] for row in reply["items"]] == [7, 8]
    assert "lunch" in str(reply)


def test_two_columns_cannot_fill_the_same(house: House, survey: int) -> None:
    number = number_of(send(house.editor, f"/surveys/{survey}/import", "years,age\n7,30\n"))
    house.editor.post(f"/surveys/imports/{number}/start", what="store", **{"column[0]": "age"})
    found = ended(house, number)
    assert found.status is IncomingStatus.FAILED
    assert "Two columns" in (found.error or "")


def test_a_file_makes_a_survey(house: House) -> None:
    text = "name,How was it?\n" + "".join(f"p{n},{'Good' if n % 2 else 'Bad'}\n" for n in range(20))
    number = number_of(send(house.editor, "/surveys/import", text, "Visits in May.csv"))
    page = house.editor.get(f"/surveys/imports/{number}").text
    assert 'value="visits-may"' in page
    house.editor.post(
        f"/surveys/imports/{number}/start", what="store", name="Visits", alias="may", **{"column[0]": ""}
    )
    done = ended(house, number)
    assert done.status is IncomingStatus.DONE, done.error
    assert counted(house, "may") == 20
    other = number_of(send(house.editor, "/surveys/import", text))
    taken = house.editor.post(f"/surveys/imports/{other}/start", what="store", alias="may")
    assert "alias" in taken.json()["fields"]


def test_an_import_is_cancelled_and_deleted(house: House, survey: int) -> None:
    number = number_of(send(house.editor, f"/surveys/{survey}/import", "age\n3\n"))
    house.editor.post(f"/surveys/imports/{number}/delete")
    assert house.editor.get(f"/surveys/imports/{number}").status_code == 404
    assert "file" in send(house.editor, f"/surveys/{survey}/import", "").json()["fields"]
    assert "file" in send(house.editor, f"/surveys/{survey}/import", "zip,zap\n1,2\n").json()["fields"]
    mine = number_of(send(house.editor, f"/surveys/{survey}/import", "age\n3\n"))
    path = f"/console/{house.other.workspace_id}/surveys/imports/{mine}"
    assert house.stranger.get(path).status_code == 404


def test_columns_that_are_no_list_change_nothing(house: House, survey: int) -> None:
    number = number_of(send(house.editor, f"/surveys/{survey}/import", "age\n30\n"))
    form = {"what": "store", "column": "age"}
    assert house.editor.post(f"/surveys/imports/{number}/start", **form).status_code == 200
    assert ended(house, number).status is IncomingStatus.DONE


def test_files_that_came_go_with_people_of_the_survey(house: House, survey: int) -> None:
    """A file shows its first rows, so it goes with the first who is erased."""
    at = f"/surveys/{survey}/import"
    stored, waiting = (number_of(send(house.editor, at, "email,age\nquagga@x.org,31\n")) for _ in range(2))
    house.editor.post(f"/surveys/imports/{stored}/start", what="store")
    assert ended(house, stored).status is IncomingStatus.DONE
    erased = house.tenant.verb(lambda unit: erase_person(unit, "quagga@x.org"))
    assert erased[0] == 1
    for number in (stored, waiting):
        assert house.editor.get(f"/surveys/imports/{number}").status_code == 404
    left = house.server.database.read(lambda session: session.rows(select(incoming_piece)))
    assert not left


def test_a_workbook_is_read_as_its_first_sheet(house: House, survey: int) -> None:
    book = openpyxl.Workbook()
    for row in (["age", "colour"], [41, "red"], [None, None], ["many", "blue"]):
        book.active.append(row)
    book.create_sheet("More")
    out = io.BytesIO()
    book.save(out)
    path = f"/surveys/{survey}/import"
    reply = house.editor.post(path, {"file": ("Visits.xlsx", out.getvalue(), "application/octet-stream")})
    number = number_of(reply)
    page = house.editor.get(f"/surveys/imports/{number}").text
    assert "Visits.xlsx" in page
    assert "Of 2 sheets the first" in page
    house.editor.post(f"/surveys/imports/{number}/start", None, what="store", **{"column[0]": "age"})
    found = ended(house, number)
    assert found.status is IncomingStatus.REFUSED
    assert [wrong.row for wrong in found.outcome.problems] == [4], "rows are counted as Excel counts them"
    broken = house.editor.post(path, {"file": ("x.xlsx", out.getvalue()[:900], "application/octet-stream")})
    assert broken.status_code == 422
    assert "Save its sheet as CSV" in broken.json()["fields"]["file"]


ROWS = "code,when,how many,seen\n" + "".join(f"0{n},2026-05-0{n % 9 + 1},{n},{n % 2}\n" for n in range(40))


def named(*columns: str) -> dict[str, str]:
    """The form's fields with the columns' names."""
    return {f"column[{place}]": name for place, name in enumerate(columns)}


def test_columns_of_a_new_survey_get_other_names_and_kinds(house: House) -> None:
    number = number_of(send(house.editor, "/surveys/import", ROWS))
    at = f"/surveys/imports/{number}"
    found = house.tenant.look(lambda unit: find_incoming(unit, number))
    assert [one.variable for one in found.seen.columns] == ["code", "when", "many", "seen"]
    settled = named("shop", "", "visits", "seen")
    settled |= {"kind-0": "text", "kind-2": "singleChoice", "kind-3": "text"}
    assert house.editor.post(f"{at}/start", what="look", name="N", alias="n", **settled).status_code == 200
    seen = house.tenant.look(lambda unit: find_incoming(unit, number)).seen.columns
    assert [(one.variable, one.kind) for one in seen] == [
        ("shop", "text"), ("when", "dateTime"), ("visits", "singleChoice"), ("seen", "text"),
    ]  # fmt: skip
    page = house.editor.get(at).text
    assert 'value="shop"' in page
    assert '<option value="singleChoice" selected>' in page
    again = named("shop", "", "visits", "seen")
    house.editor.post(f"{at}/start", None, what="store", name="N", alias="n", key="shop", **again)
    done = ended(house, number)
    assert done.status is IncomingStatus.DONE, done
    schema = house.tenant.look(lambda unit: open_survey(unit, "n")).shape.schema
    kinds = {v.name: v.kind.value for v in schema.variables if v.origin not in ("system", "user")}
    assert {name: kinds.get(name) for name in ("shop", "visits", "seen", "when", "many")} == {
        "shop": "text", "visits": "singleChoice", "seen": "text", "when": None, "many": None,
    }  # fmt: skip
    rows = house.tenant.http.get("/v1/surveys/n/responses/data").json()["items"]
    assert rows[3]["shop"] == "03", "text keeps its zeros"


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        (("two words", "when", "many", "seen"), "column[0]"),
        (("many", "when", "many", "seen"), "column[2]"),
        (("code", "when", "many", "respid"), "column[3]"),
        (("", "9lives", "many", "seen"), "column[1]"),
    ],
)
@pytest.mark.parametrize("what", ["look", "check"])
def test_names_that_cannot_be_are_refused_at_their_fields(
    house: House, columns: tuple[str, ...], field: str, what: str
) -> None:
    number = number_of(send(house.editor, "/surveys/import", ROWS))
    reply = house.editor.post(
        f"/surveys/imports/{number}/start", None, what=what, alias="n", **named(*columns)
    )
    assert reply.status_code == 422
    assert [*reply.json()["fields"]] == [field]
    assert house.tenant.look(lambda unit: find_incoming(unit, number)).status is IncomingStatus.READY


def test_a_kind_that_does_not_fit_is_told(house: House) -> None:
    text = "comment\n" + "".join(f"This is sentence number {n}.\n" for n in range(400))
    number = number_of(send(house.editor, "/surveys/import", text))
    at = f"/surveys/imports/{number}/start"
    reply = house.editor.post(at, None, what="look", alias="n", **{"kind-0": "singleChoice"})
    assert reply.status_code == 422
    assert "too many different answers" in reply.json()["text"]
    house.editor.post(at, None, what="check", alias="n", **{"kind-0": "numeric"})
    found = ended(house, number)
    assert (found.status, found.outcome.wrong) == (IncomingStatus.REFUSED, 400)
    house.editor.post(at, None, what="check", alias="n", **{"kind-0": "grid3D"})
    assert ended(house, number).status is not IncomingStatus.FAILED
    assert house.viewer.post(at, what="look").status_code == 403
    assert house.stranger.post(at, what="look").status_code == 404
