"""`/v1/imports`: files of every kind through the wire, what is stored of them and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from files.test_feedback_csv import HEADERS, LANGUAGES, ROWS
from rejoinder.core.feedback.importing import import_name
from rejoinder.core.surveys import every_survey

from .account import FIRST, HEADER, Account, csv_of, good, lasting, refused, until


def surveys(account: Account) -> int:
    return len(account.tenant.look(every_survey))


def test_an_import_shows_its_responses_as_the_document_does(account: Account) -> None:
    made = account.imported(f"{HEADER}\n{FIRST}\n")
    (response,) = lasting(made["responses"])
    assert response | {"id": 403, "wootric_account_id": 38} == {
        "id": 403,
        "project_ids": [],
        "feedback": "I wish your pricing model worked better for me. I need a custom plan.",
        "translated_feedback": None,
        "user_id": "mitsu.takasu@example1434.mx",
        "feedback_date": 1504948149,
        "score": 7,
        "metric_type": None,
        "custom_properties": [
            {"key": "platform", "data_type": "string", "value": "Solaris"},
            {"key": "country", "data_type": "string", "value": "Ecuador"},
            {"key": "pricing_plan", "data_type": "string", "value": "Lite"},
            {"key": "persona", "data_type": "string", "value": "Business User"},
        ],
        "tags": [],
        "wootric_response_id": None,
        "wootric_account_id": 38,
    }
    assert [*made][:8] == [
        *("id", "name", "source", "metric_type", "language", "secondary_product_category_id"),
        *("response_count", "created_at"),
    ]
    assert made["responses"][0].keys() - response.keys() == {"sentiment"}
    assert lasting(good(account.http.get(f"/v1/imports/{made['id']}"))) == lasting(made)
    assert lasting(account.responses()) == [response]


def test_headings_that_are_no_names_of_variables_stay_the_keys_of_properties(account: Account) -> None:
    headings = [
        "feedback_date",
        "Pricing Plan",
        "email",
        "status",
        "país",
        "País 2",
        "label1",
        "q1",
        "城市",
        "respid",
    ]
    made = account.imported(csv_of(["0", *"abcdefghi"], header=headings))
    shown = [(one["key"], one["value"]) for one in made["responses"][0]["custom_properties"]]
    assert shown == [*zip(headings[1:], "abcdefghi", strict=True)]


def test_property_types_on_the_wire(account: Account) -> None:
    header = ["feedback_date", "whole", "part", "day", "yes", "text", "blank"]
    made = account.imported(csv_of(["0", "-7", "1.50", "2020-07-16 15:45", "TRUE", "007", ""], header=header))
    assert made["responses"][0]["custom_properties"] == [
        {"key": "whole", "data_type": "integer", "value": -7},
        {"key": "part", "data_type": "double", "value": 1.5},
        {"key": "day", "data_type": "datetime", "value": "2020-07-16T15:45:00"},
        {"key": "yes", "data_type": "boolean", "value": True},
        {"key": "text", "data_type": "string", "value": "007"},
    ]


@pytest.mark.parametrize("text", LANGUAGES.values(), ids=LANGUAGES)
def test_text_of_every_language_comes_back_letter_by_letter(account: Account, text: str) -> None:
    header = ["feedback", "feedback_date", "user_id", "note"]
    made = account.imported(csv_of([text, "0", text, text], header=header), f"{text}.csv")
    (response,) = made["responses"]
    assert (response["feedback"], response["user_id"]) == (text, text)
    assert response["custom_properties"] == [{"key": "note", "data_type": "string", "value": text}]
    assert made["name"] == import_name(f"{text}.csv")


def test_cells_that_look_like_formulas_are_text(account: Account) -> None:
    cells = ["=HYPERLINK(1)", "@SUM", "+49 30", "-5 points", "\tx", "'x"]
    made = account.imported(csv_of(*([cell, "0"] for cell in cells)))
    assert [one["feedback"] for one in made["responses"]] == cells


@pytest.mark.parametrize("text", HEADERS, ids=lambda text: text[:30].replace("\n", "|"))
def test_files_with_bad_headers_are_422_and_store_nothing(account: Account, text: str) -> None:
    assert HEADERS[text] in refused(account.send(text or "\n"), 422)
    assert surveys(account) == 0


@pytest.mark.parametrize("name", ROWS)
def test_files_with_bad_rows_are_422_with_their_numbers_and_store_nothing(
    account: Account, name: str
) -> None:
    data, said = ROWS[name]
    sentence = refused(account.send(data), 422)
    number, colon, reason = said.partition(": ")
    assert (f"Row {number}: {reason}" if colon and number.isdigit() else said) in sentence
    assert surveys(account) == 0


def test_every_bad_row_is_listed_up_to_ten_thousand_with_their_total(account: Account) -> None:
    sentence = refused(account.send("feedback_date\n" + "x\n" * 1000), 422)
    assert sentence.startswith("1,000 rows of the file are wrong; nothing was stored.\nRow 2: ")
    assert len(sentence.splitlines()) == 1001
    assert "Row 1001: feedback_date is no such date" in sentence
    sentence = refused(account.send("feedback_date\n" + "x\n" * 10_002), 422)
    assert sentence.startswith(
        "10,002 rows of the file are wrong; nothing was stored. The first 10,000 of them follow.\nRow 2: "
    )
    assert len(sentence.splitlines()) == 10_001


def test_a_hostile_cell_is_cut_in_the_refusal(account: Account) -> None:
    sentence = refused(account.send(csv_of(["a", "<script>" + "é" * 5000])), 422)
    assert len(sentence) < 500


def test_over_ten_megabytes_is_413(account: Account) -> None:
    line = b"0," + b"a" * 997 + b"\n"
    refused(account.send(b"feedback_date,x\n" + line * 10_500), 413)
    refused(account.send(b"feedback_date,x\n" + line * 12_000), 413)
    assert surveys(account) == 0


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 422),
        ({"data": {"x": "y"}}, 422),
        ({"files": {"other": ("a.csv", "feedback_date\n0")}}, 422),
        ({"content": b"--x\r\n", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}, 400),
        ({"content": b"--x\r\n", "headers": {"Content-Type": "multipart/form-data"}}, 400),
        ({"content": b"feedback_date\n0", "headers": {"Content-Type": "text/csv"}}, 400),
        ({"content": b"{", "headers": {"Content-Type": "application/json"}}, 400),
        ({"json": {"file": ["x"]}}, 422),
    ],
)
def test_bodies_without_a_file(account: Account, sent: dict[str, Any], status: int) -> None:
    refused(account.http.post("/v1/imports", **sent), status)


def test_the_file_may_come_as_a_field_without_a_name(account: Account) -> None:
    made = good(
        account.http.post("/v1/imports", files={"file": (None, "feedback_date,feedback\n0,Fine")}), 201
    )
    assert (made["name"], made["responses"][0]["feedback"]) == ("import.csv", "Fine")


def test_an_import_is_changed_with_all_its_responses(account: Account) -> None:
    made, project = account.imported(csv_of(["a", "0"], ["b", "1"])), account.project()["id"]
    account.tag(name="LOUD")
    sent = {
        "name": "My second import",
        "metric_type": "CES",
        "source": "Intercom",
        "language": "pl",
        "secondary_product_category_id": 2,
        "tag_names": ["loud"],
        "project_ids": [project],
    }
    path = f"/v1/imports/{made['id']}"
    changed = good(account.http.put(path, json={"import": sent}))
    head = {name: changed[name] for name in [*sent][:5]}
    assert head == {**{name: sent[name] for name in head}, "metric_type": "ces"}
    for response in lasting(changed["responses"]):
        assert (response["metric_type"], response["project_ids"]) == ("ces", [project])
        assert [(tag["name"], tag["mode"]) for tag in response["tags"]] == [("LOUD", "manual")]
    assert good(account.http.get("/v1/projects"))[0]["response_count"] == 2
    again = good(account.http.put(path, json={"import": {"tag_names": ["LOUD"], "project_ids": [project]}}))
    assert lasting(again) == lasting(changed)
    assert good(account.http.put(path, json={"import": {"metric_type": None}}))["metric_type"] is None


@pytest.mark.parametrize(
    "said",
    [
        {"tag_names": ["NOBODY"]},
        {"project_ids": [987_654]},
        {"project_ids": ["x"]},
        {"metric_type": "love"},
        {"language": "Polish!"},
        {"secondary_product_category_id": 99},
        {"name": ""},
        {"name": "a\nb"},
        {"colour": "red"},
        {"name": 7},
    ],
)
def test_what_no_import_can_have_is_422_and_changes_nothing(account: Account, said: dict[str, Any]) -> None:
    made, project = account.imported(csv_of(["a", "0"])), account.project()["id"]
    fields = {"project_ids": [project], "source": "x"} | said
    refused(account.http.put(f"/v1/imports/{made['id']}", json={"import": fields}), 422)
    assert lasting(good(account.http.get(f"/v1/imports/{made['id']}"))) == lasting(made)
    refused(account.http.put(f"/v1/imports/{made['id']}", json={}), 422)


def test_an_import_may_be_told_what_it_is_while_it_is_made(account: Account) -> None:
    made = good(
        account.send(csv_of(["a", "0"]), **{"import[name]": "Ours", "import[metric_type]": "NPS"}), 201
    )
    assert (made["name"], made["metric_type"], made["responses"][0]["metric_type"]) == ("Ours", "nps", "nps")
    refused(account.send(csv_of(["a", "0"]), **{"import[metric_type]": "love"}), 422)
    refused(account.send(csv_of(["a", "0"]), **{"import[tag_names][]": "NOBODY"}), 422)
    assert surveys(account) == 1


def test_imports_are_listed_newest_first_in_pages(account: Account) -> None:
    made = [account.imported(csv_of(["a", "0"]), f"{n}.csv")["id"] for n in range(4)]
    listed = good(account.http.get("/v1/imports", params={"per_page": 3}))
    assert [one["id"] for one in listed] == made[:0:-1]
    assert all("responses" not in one and "sample_analyzed" not in one for one in listed)
    assert [
        one["id"] for one in good(account.http.get("/v1/imports", params={"per_page": 3, "page": 2}))
    ] == made[:1]


def test_a_deleted_import_is_gone_at_once_and_its_responses_soon(account: Account) -> None:
    kept, gone = (account.imported(csv_of(["a", "0"], ["b", "1"]), f"{n}.csv") for n in range(2))
    reply = account.http.delete(f"/v1/imports/{gone['id']}")
    assert (reply.status_code, reply.content) == (202, b"")
    refused(account.http.get(f"/v1/imports/{gone['id']}"), 404)
    refused(account.http.delete(f"/v1/imports/{gone['id']}"), 404)
    assert [one["id"] for one in good(account.http.get("/v1/imports"))] == [kept["id"]]
    until(lambda: surveys(account), lambda number: number == 1)
    assert good(account.http.get("/v1/responses"))["total_count"] == 2
    assert {one["id"] for one in account.responses()} == {one["id"] for one in kept["responses"]}


def test_an_analysed_import_says_so(account: Account) -> None:
    made = account.imported(
        csv_of(
            ["The price is terrible, an awful rip-off.", "0"], ["Great quality, thank you!", "1"], ["", "2"]
        )
    )
    assert (made["response_count"], made["sample_analyzed"]) == (0, False)
    found = account.analysed(made["id"])
    assert found["response_count"] == 3
    assert [one["sentiment"] for one in found["responses"]] == ["negative", "positive", None]
    assert good(account.http.get("/v1/imports"))[0]["response_count"] == 3
    tags = {tag["name"]: tag for tag in good(account.http.get("/v1/tags"))}
    assert tags["PRICE"]["response_count"] == 1
    assert tags["PRICE"]["usage"] == pytest.approx(100 / 3)
    assert tags["PRICE"]["sentiment_breakdown"]["negative"] == 100


def test_thousands_of_responses_are_streamed_in_order(account: Account) -> None:
    made = account.imported(csv_of(*([f"text {n}", str(n)] for n in range(3001))))
    assert [one["feedback"] for one in made["responses"]] == [f"text {n}" for n in range(3001)]
    with account.http.stream("GET", f"/v1/imports/{made['id']}") as reply:
        pieces = [*reply.iter_raw()]
    assert "content-length" not in reply.headers
    assert lasting(json.loads(b"".join(pieces))["responses"]) == lasting(made["responses"])


def test_responses_are_sorted_by_date_and_then_by_number(account: Account) -> None:
    made = account.imported(csv_of(["b", "5"], ["a", "5"], ["old", "1"], ["new", "9"]))
    numbers = {one["feedback"]: one["id"] for one in made["responses"]}
    down = ["new", *sorted("ab", key=lambda word: -numbers[word]), "old"]
    assert [one["feedback"] for one in account.responses()] == down
    assert [one["feedback"] for one in account.responses(sort_order="asc")] == down[::-1]
    assert [one["feedback"] for one in account.responses(per_page=1, page=2)] == [down[1]]


def test_things_of_another_workspace_are_not_there(account: Account) -> None:
    """The same words as for what is nowhere: in paths (404) and in bodies (422)."""
    other = Account(account.tenant.server.tenant())
    other.onboard()
    for _ in range(20):  # numbers that this workspace does not have
        tag, project = other.tag(name=f"T{_}"), other.project()
    foreign = other.imported(csv_of(*(["a", "0"] for _ in range(9))))
    response = foreign["responses"][-1]["id"]
    mine = account.imported(csv_of(["a", "0"]))

    def said(way: str, path: str, number: int, body: Any) -> tuple[int, str]:
        sent = {"json": body(number)} if callable(body) else {"files": {"csv": f"id,plan\n{number},x"}}
        reply = account.http.request(way, path, **(sent if body else {}))
        return reply.status_code, reply.text.replace(str(number), "…")

    own = f"/v1/imports/{mine['id']}"
    for number, way, path, body in (
        (tag["id"], "POST", "/v1/tags", lambda n: {"tag": {"name": "x", "parent_id": n}}),
        (project["id"], "PUT", own, lambda n: {"import": {"project_ids": [n]}}),
        (
            project["id"],
            "POST",
            "/v1/tags",
            lambda n: {"tag": {"name": "x", "mode": "text_match", "filter_rules": {"project_ids": [n]}}},
        ),
        (response, "PUT", "/v1/responses/update_bulk_properties", "file"),
    ):
        found = said(way, path, number, body)
        assert found[0] == 422
        assert found == said(way, path, 10**9 + number, body)
    for method in ("GET", "DELETE"):
        refused(account.http.request(method, f"/v1/imports/{foreign['id']}"), 404)
    refused(account.http.put(own, json={"import": {"tag_names": [tag["name"]]}}), 422)
    assert lasting(good(other.http.get(f"/v1/imports/{foreign['id']}"))) == lasting(foreign)


def test_an_import_in_bulk_is_what_the_list_shows_one_by_one(account: Account) -> None:
    """Every type of property, tags and projects: two ways through the store, one answer."""
    header = ["feedback", "feedback_date", "user_id", "score", "a b", "whole", "part", "day", "yes"]
    rows = (
        ["Terrible price, awful!", "2020-07-16", "ann", "1", 'q"\\\n', "-1", "2.50", "2020-01-02", "true"],
        ["", "5", "", "", "", "", "", "", ""],
        ["Świetna jakość, polecam", "9", "жан", "10", "=x", "7", "3", "", "FALSE"],
    )
    made, project = account.imported(csv_of(*rows, header=header)), account.project()["id"]
    account.tag(name="LOUD")
    fields = {"tag_names": ["LOUD"], "project_ids": [project], "metric_type": "nps"}
    good(account.http.put(f"/v1/imports/{made['id']}", json={"import": fields}))
    found = account.analysed(made["id"])["responses"]
    assert sorted(account.responses(), key=lambda one: one["id"]) == found
    assert [*map(tuple, found)] == [*map(tuple, account.responses())], "and in one order"
    assert [tag["name"] for tag in found[1]["tags"]] == ["LOUD"]
