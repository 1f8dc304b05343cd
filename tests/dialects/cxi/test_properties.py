"""`PUT /v1/responses/update_bulk_properties`: what a file may say, and that a wrong one changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from rejoinder.core.surveys import open_survey
from rejoinder.files.property_csv import typed_heading
from rejoinder.model.problems import Invalid
from rejoinder.model.survey import Kind, Option, Variable

from .account import Account, csv_of, good, lasting, refused

PATH = "/v1/responses/update_bulk_properties"


def send(account: Account, content: str, field: str = "csv") -> Any:
    return account.http.put(PATH, files={field: ("properties.csv", content)})


def properties(account: Account) -> list[dict[str, tuple[str, Any]]]:
    """Key → (type, value) of every response, by number."""
    found = sorted(account.responses(per_page=50), key=lambda one: one["id"])
    return [{p["key"]: (p["data_type"], p["value"]) for p in one["custom_properties"]} for one in found]


@pytest.mark.parametrize("field", ["csv", "file"])
def test_typed_properties_are_made_and_changed(account: Account, field: str) -> None:
    header = ["feedback", "feedback_date", "plan", "Visits so far"]
    made = account.imported(
        csv_of(["a", "0", "Lite", "1"], ["b", "1", "Pro", "2"], ["c", "2", "", ""], header=header)
    )
    one, two, _ = [response["id"] for response in made["responses"]]
    heading = "response_id,plan,Visits so far___integer,spent___double,signed___datetime:%m/%d/%Y,Größe"
    reply = good(send(account, f"{heading}\n{two},Max,7,2.50,02/29/2024,groß\n{one},,,3,,\n", field))
    assert reply == {"updated_count": 2}
    assert properties(account) == [
        {"spent": ("double", 3)},
        {
            "plan": ("string", "Max"),
            "Visits so far": ("integer", 7),
            "spent": ("double", 2.5),
            "signed": ("datetime", "2024-02-29T00:00:00"),
            "Größe": ("string", "groß"),
        },
        {},
    ]
    again = good(send(account, f"id,spent,signed___datetime:YYYY-mm-dd HH:MM\n{one},4.5,2020-01-02 03:04\n"))
    assert again == {"updated_count": 1}
    assert properties(account)[0] == {"spent": ("double", 4.5), "signed": ("datetime", "2020-01-02T03:04:00")}


def test_answers_of_other_dialects_get_properties_too(account: Account) -> None:
    nps = Variable(
        "nps", Kind.SINGLE, options=tuple(Option(str(n), score=n) for n in range(11)), metric="nps"
    )
    account.tenant.survey("visits", [nps, Variable("why", Kind.TEXT, element="comment")])
    forsta = account.tenant.http
    rows = {"data": [{"email": "ann@example.org", "nps": "9", "why": "Fine"}]}
    assert forsta.post("/v1/surveys/visits/responses/data", json=rows).status_code == 200
    (response,) = account.responses()
    good(send(account, f"id,tier___integer\n{response['id']},3\n"))
    assert properties(account) == [{"tier": ("integer", 3)}]
    (seen,) = forsta.get("/v1/surveys/visits/respondents/data").json()["items"]
    assert seen["tier"] == 3
    for name in ("nps", "why", "email", "status", "respid"):
        assert "no property in survey 'Visits'" in refused(
            send(account, f"id,{name}\n{response['id']},x"), 422
        )


WRONG = {
    "id,plan\nx,a": "Row 2: the first cell is no response id ('x').",
    "id,plan\n{one},a\n{one},b": "Row 3: response {one} is in row 2 already.",
    "id,plan\n{one},a\n999999999,b": "Row 3: there is no response 999999999 in this workspace.",
    "id,age___integer\n{one},1.5": "Row 2: age is no integer ('1.5').",
    "id,age___integer\n{one},1\n{two},x": "Row 3: age is no integer ('x').",
    "id,age___double\n{one},NaN": "Row 2: age is no double ('NaN').",
    "id,day___datetime:%Y-%m-%d\n{one},2020-99-99": "Row 2: day is not a date written as %Y-%m-%d ('2020",
    "id,plan___integer\n{one},7": "Row 2: plan is of the type string there.",
    "id,count\n{one},many": "Row 2: count is of the type integer there.",
    "id,plan\n{one}": "Row 2: has 1 cell, the header has 2.",
    'id,plan\n{one},"a': "Row 2: opens a quotation mark that is never closed.",
    "id,plan\n{one},a\0b": "Row 2: holds a NUL character, which no text has.",
    "id\n{one}": "The file has one column",
    "id,plan\n": "no rows under its header",
    "id,plan,PLAN\n{one},a,b": "Columns 2 and 3 are both called",
    "id,plan,plan___integer\n{one},a,1": "Two columns of the file name one property.",
    "id,day___datetime\n{one},x": "it must say how dates are written",
    "id,day___datetime:%Q\n{one},x": "%Q is not known",
    "id,day___datetime:%Y%Y\n{one},x": "cannot be read",
    "id,age___integer:%Y\n{one},1": "only ___datetime takes a format",
    "": "no header",
}


@pytest.mark.parametrize("text", WRONG, ids=lambda text: text[:34].replace("\n", "|").replace("\0", "0"))
def test_a_wrong_file_changes_nothing(account: Account, text: str) -> None:
    made = account.imported(
        csv_of(
            ["a", "0", "Lite", "1"],
            ["b", "1", "Pro", "2"],
            header=["feedback", "feedback_date", "plan", "count"],
        )
    )
    one, two = (str(response["id"]) for response in made["responses"])
    for said in (text, "id,new\n" + text.partition("\n")[2] if text.startswith("id,plan\n999") else text):
        sentence = refused(send(account, said.replace("{one}", one).replace("{two}", two) or "\n"), 422)
        assert WRONG[text].replace("{one}", one) in sentence
    assert lasting(account.responses(sort_order="asc")) == lasting(made["responses"])
    schema = account.tenant.look(lambda unit: open_survey(unit, str(made["id"])).shape.schema)
    assert [v.name for v in schema.variables if v.origin == "user"] == ["user_id", "plan", "count"]


@pytest.mark.parametrize(
    ("heading", "form"),
    [
        ("d___datetime:%m/%d/%Y", "%m/%d/%Y"),
        ("d___datetime:mm-dd-YYYY", "%m-%d-%Y"),
        ("d___datetime:dd.mm.yyyy hh:mm:ss", "%d.%m.%Y %H:%M:%S"),
        ("d___datetime:%F %T", "%Y-%m-%d %H:%M:%S"),
        ("d___datetime:%-d %B %Y", "%d %B %Y"),
    ],
)
def test_date_formats(heading: str, form: str) -> None:
    assert typed_heading(heading)[::2] == ("d", form)


@pytest.mark.parametrize(
    "heading", ["d___datetime:", "d___datetime:%", "d___datetime:%Y%", "d___datetime:[("]
)
def test_date_formats_that_cannot_be(heading: str) -> None:
    with pytest.raises(Invalid):
        typed_heading(heading)


def test_a_name_with_underscores_is_a_name() -> None:
    assert typed_heading("a___b")[0] == "a___b"
    assert typed_heading("a___integer")[:2] == ("a", "integer")


def test_a_large_file_at_once(account: Account) -> None:
    made = account.imported(csv_of(*(["a", str(n)] for n in range(2500))))
    lines = "\n".join(f"{one['id']},{n}" for n, one in enumerate(made["responses"]))
    assert good(send(account, f"id,n___integer\n{lines}")) == {"updated_count": 2500}
    shown = good(account.http.get(f"/v1/imports/{made['id']}"))["responses"]
    assert [one["custom_properties"][0]["value"] for one in shown] == [*range(2500)]
