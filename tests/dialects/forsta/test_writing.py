"""Adding, updating, merging and deleting respondents: keys, schemas, messages, what is ignored."""

from __future__ import annotations

from typing import Any

import pytest

from .panel import Panel, messages, refused

WRITES = ("POST", "PUT", "PATCH", "DELETE")
EMAIL = ["email"]
ABORTED = "Change survey data operation is aborted. No data was changed."


@pytest.fixture
def three(panel: Panel) -> Panel:
    """Respondents a, b and b again; the first lives in Oslo."""
    panel.fill({"email": "a@x.no", "city": "Oslo", "age": 30}, {"email": "b@x.no"}, {"email": "b@x.no"})
    return panel


# The payload


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"data":1}',
        b'{"data":{}}',
        b'{"data":[1]}',
        b'{"data":[[]]}',
        b"\xff",
    ],
)
def test_a_body_that_is_no_payload_is_400(three: Panel, method: str, body: bytes) -> None:
    before = three.rows()
    refused(three.http.request(method, three.data, content=body), 400)
    schema = b'{"dataSchema":{"keys":["email"],"variables":["city"]},' + body[1:]
    if body.startswith(b'{"data"'):
        refused(three.http.request(method, three.data, content=schema), 400)
    assert three.rows() == before


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(("keys", "variables"), [(None, None), (None, ["city"]), ([], ["city"])])
def test_a_data_schema_with_keys_is_required(three: Panel, method: str, keys: Any, variables: Any) -> None:
    refused(three.send(method, [{"email": "a@x.no"}], keys, variables), 400, "dataSchema", "keys")


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_variables_to_update_are_required(three: Panel, method: str) -> None:
    refused(three.send(method, [{"email": "a@x.no"}], EMAIL), 400, "variables")


def test_no_variables_are_required_to_delete(three: Panel) -> None:
    assert three.send("DELETE", [{"email": "a@x.no"}], EMAIL).json() == {"deletedRecords": 1}


@pytest.mark.parametrize(
    ("method", "done"),
    [
        ("POST", {"insertedRecords": 0, "insertedIds": []}),
        ("PUT", {"updatedRecords": 0}),
        ("PATCH", {"insertedRecords": 0, "insertedIds": [], "updatedRecords": 0}),
        ("DELETE", {"deletedRecords": 0}),
    ],
)
def test_no_rows_are_nothing_to_do(three: Panel, method: str, done: dict[str, Any]) -> None:
    assert three.send(method, [], EMAIL, ["city"]).json() == done


@pytest.mark.parametrize("method", WRITES)
def test_an_unknown_survey_is_404(panel: Panel, method: str) -> None:
    url = panel.data.replace("p1", "p9")
    body = {"dataSchema": {"keys": EMAIL, "variables": []}, "data": []}
    refused(panel.http.request(method, url, json=body), 404, "p9")


# Keys


@pytest.mark.parametrize(
    ("method", "counters"),
    [
        ("POST", {"insertedRecords": 0, "insertedIds": []}),
        ("PUT", {"updatedRecords": 0}),
        ("PATCH", {"insertedRecords": 0, "insertedIds": [], "updatedRecords": 0}),
        ("DELETE", {"deletedRecords": 0}),
    ],
)
@pytest.mark.parametrize(
    ("emails", "row"),
    [
        pytest.param(["a@x.no", "b@x.no", "c@x.no"], 2, id="twice in the store"),
        pytest.param(["c@x.no", "a@x.no", "A@X.no"], 3, id="twice in the request"),
    ],
)
def test_a_key_that_is_not_unique_aborts(
    three: Panel, method: str, counters: dict[str, Any], emails: list[str], row: int
) -> None:
    before = three.rows()
    reply = three.send(method, [{"email": email, "city": "Moss"} for email in emails], EMAIL, ["city"])
    assert reply.status_code == 400
    assert messages(reply) == [(row, "email", "KeyValue is not unique.", emails[row - 1])]
    body = reply.json()
    assert body.pop("validationMessages")["level"] == "respondent"
    assert body == counters, "no message beside the counters"
    assert three.rows() == before


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("email", [None, "", ...])
def test_a_row_without_its_key_aborts(three: Panel, method: str, email: Any) -> None:
    before = three.rows()
    row = {"city": "Moss"} if email is ... else {"email": email, "city": "Moss"}
    reply = three.send(method, [{"email": "a@x.no", "city": "Moss"}, row], EMAIL, ["city"])
    assert reply.status_code == 400
    assert [(found[0], found[2]) for found in messages(reply)] == [(2, "KeyValue is missing.")]
    assert reply.json()["message"] == ABORTED
    assert three.rows() == before


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("keys", [["nope"], ["email", "nope"]])
def test_an_unknown_key_variable_is_400(three: Panel, method: str, keys: list[str]) -> None:
    refused(three.send(method, [{"email": "a@x.no"}], keys, ["city"]), 400, "Unknown variable.", "nope")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_an_unknown_variable_in_the_schema_is_400(three: Panel, method: str) -> None:
    reply = three.send(method, [{"email": "a@x.no"}], EMAIL, ["city", "nope"])
    refused(reply, 400, "Unknown variable.", "nope")


@pytest.mark.parametrize("key", ["q2", "trip", "createddate"])
def test_a_variable_without_one_plain_value_is_no_key(three: Panel, key: str) -> None:
    refused(three.send("PUT", [{key: 1}], [key], ["city"]), 400, key)


@pytest.mark.parametrize(
    ("key", "value", "same"),
    [
        ("city", "Oslo", "OSLO"),
        ("email", "a@x.no", "A@X.NO"),
        ("age", 30, "30"),
        ("age", 30, 30.0),
        ("born", "2020-05-01T00:00:00", "2020-05-01"),
        ("gender", "male", "MALE"),
        ("member", 1, True),
        ("q1", "1", 1),
    ],
)
def test_any_variable_with_one_plain_value_is_a_key(panel: Panel, key: str, value: Any, same: Any) -> None:
    """Values are compared in their canonical form, text without its case."""
    panel.fill({key: value}, {})
    written = "city" if key != "city" else "email"
    assert panel.send("PUT", [{key: same, written: "Moss"}], [key], [written]).json() == {"updatedRecords": 1}
    assert panel.rows()[0][written] == "Moss"
    assert panel.send("DELETE", [{key: same}], [key]).json() == {"deletedRecords": 1}


def test_several_keys_identify_together(panel: Panel) -> None:
    panel.fill({"city": "Oslo", "age": 1}, {"city": "Oslo", "age": 2}, {"city": "Oslo"})
    rows = [{"city": "oslo", "age": "2", "email": "x"}, {"city": "Moss", "age": 2, "email": "y"}]
    reply = panel.send("PUT", rows, ["city", "age"], EMAIL)
    assert reply.json()["updatedRecords"] == 1
    assert messages(reply) == [(2, "city,age", "KeyValue could not be found.", "Moss,2")]
    assert [row.get("email") for row in panel.rows()] == [None, "x", None]


def test_values_of_two_keys_do_not_run_together(panel: Panel) -> None:
    panel.fill({"city": "a,b", "email": "c"})
    reply = panel.send("DELETE", [{"city": "a", "email": "b,c"}], ["city", "email"])
    assert messages(reply) == [(1, "city,email", "KeyValue could not be found.", "a,b,c")]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_an_unknown_respid_could_not_be_found(three: Panel, method: str) -> None:
    rows = [{"respid": 1, "city": "Moss"}, {"respid": 99, "city": "Moss"}, {"respid": 0, "city": "Moss"}]
    reply = three.send(method, rows, ["respid"], ["city"])
    assert reply.status_code == 200
    assert messages(reply) == [
        (2, "respid", "KeyValue could not be found.", 99),
        (3, "respid", "KeyValue could not be found.", 0),
    ]
    assert len(three.rows()) == (2 if method == "DELETE" else 3)


def test_respid_stands_alone(three: Panel) -> None:
    reply = three.send("PUT", [{"respid": 1, "email": "a@x.no"}], ["respid", "email"], ["city"])
    refused(reply, 400, "respid")


@pytest.mark.parametrize("value", ["abc", 1.5, True, [1], {}])
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_an_invalid_key_value_aborts(three: Panel, method: str, value: Any) -> None:
    reply = three.send(method, [{"respid": 1}, {"respid": value}], ["respid"], ["city"])
    assert (reply.status_code, reply.json()["message"]) == (400, ABORTED)
    assert messages(reply) == [(2, "respid", "Invalid Numeric.", value)]


@pytest.mark.parametrize(("variables", "email"), [(["city"], "a@x.no"), (["email", "city"], "A@x.no")])
def test_a_key_is_written_only_as_a_variable(three: Panel, variables: list[str], email: str) -> None:
    """A key finds its row in any case; the row keeps its own spelling unless the schema names it twice."""
    sent = [{"email": "A@x.no", "city": "Moss"}]
    assert three.send("PUT", sent, EMAIL, variables).json() == {"updatedRecords": 1}
    assert three.rows()[0] == {"respid": 1, "email": email, "city": "Moss", "age": 30}


def test_a_changed_value_is_the_key_from_then_on(three: Panel) -> None:
    three.send("PUT", [{"respid": 1, "email": "new@x.no"}], ["respid"], EMAIL)
    reply = three.send("DELETE", [{"email": "a@x.no"}, {"email": "new@x.no"}], EMAIL)
    assert reply.json()["deletedRecords"] == 1
    assert messages(reply) == [(1, "email", "KeyValue could not be found.", "a@x.no")]


@pytest.mark.parametrize("also", [{}, {"age": "30"}], ids=["strict rows", "lenient rows"])
def test_rows_spell_names_as_the_schema_does(three: Panel, also: dict[str, Any]) -> None:
    """Or as the survey does; a third spelling is a name that the schema does not have."""
    rows = [{"EMAIL": "a@x.no", "City": "Moss", "CITY": "Hamar", **also}]
    reply = three.send("PUT", rows, ["EMAIL"], ["City", "age"])
    assert reply.json() == {"updatedRecords": 1}
    assert three.rows()[0] == {"respid": 1, "email": "a@x.no", "city": "Moss", "age": 30}
    rows = [{"RespId": 1, "city": "Moss", "CITY": "Hamar", **also}]
    assert three.send("PATCH", rows, ["RespId"], ["city", "age"]).json()["updatedRecords"] == 1
    rows = [{"respid": 1, "city": "Skien", "CITY": "Hamar", **also}]
    assert three.send("PATCH", rows, ["respid"], ["city", "age"]).json()["updatedRecords"] == 1
    assert three.rows()[0]["city"] == "Skien"


# Adding


def test_rows_whose_key_exists_are_reported_and_the_rest_goes_in(three: Panel) -> None:
    rows = [{"email": "c@x.no"}, {"email": "A@x.no", "city": "Moss"}, {"email": "d@x.no"}]
    reply = three.send("POST", rows, EMAIL, ["city"])
    assert reply.json()["insertedRecords"] == 2
    assert reply.json()["insertedIds"] == [4, 5]
    assert messages(reply) == [(2, "email", "KeyValue already exists.", "A@x.no")]
    assert [row["email"] for row in three.rows()] == ["a@x.no", "b@x.no", "b@x.no", "c@x.no", "d@x.no"]


def test_only_the_schemas_variables_are_taken(panel: Panel) -> None:
    row = {"email": "a@x.no", "city": "Oslo", "age": "not a number", "nope": 1}
    assert panel.send("POST", [row], EMAIL, ["city"]).status_code == 200
    assert panel.rows() == [{"respid": 1, "email": "a@x.no", "city": "Oslo"}]


def test_without_a_schema_an_unknown_name_is_reported(panel: Panel) -> None:
    reply = panel.send("POST", [{"city": "Oslo"}, {"nope": 1, "age": "x", "city": "a" * 21}])
    assert reply.status_code == 400
    assert reply.json()["message"] == ABORTED
    assert sorted(messages(reply)) == [
        (2, "age", "Invalid Numeric.", "x"),
        (2, "city", "Text is too long.", "a" * 21),
        (2, "nope", "Unknown variable.", 1),
    ], "all invalid datapoints, not only the first"
    assert panel.rows() == []


def test_system_variables_in_the_data_are_ignored(panel: Panel) -> None:
    """What was read can be sent back: `respid` and dates are not taken over, nor are they errors."""
    row = {
        "respid": 77,
        "responseid": 5,
        "createddate": "x",
        "status": 1,
        "interview_start": [],
        "city": "Oslo",
    }
    assert panel.send("POST", [row]).json() == {"insertedRecords": 1, "insertedIds": [1]}
    found = panel.page()["items"][0]
    assert (found["respid"], found["city"]) == (1, "Oslo")
    assert found["createddate"].startswith("20")
    assert "interview_start" not in found


def test_labels_and_classificators_come_on_demand(panel: Panel) -> None:
    def known() -> set[str]:
        root = panel.http.get(panel.resource + "/schema").json()["root"]
        return {v["name"] for v in root["variables"]} & {
            "label1",
            "label15",
            "classificator",
            "classificator_2",
        }

    assert known() == set()
    panel.fill({"label1": "VIP", "classificator": "x"})
    assert known() == {"label1", "classificator"}
    assert panel.send("PATCH", [{"email": "z", "label15": "y"}], EMAIL, ["label15"]).status_code == 200
    assert known() == {"label1", "label15", "classificator"}
    reply = panel.send("DELETE", [{"classificator_2": "none"}], ["classificator_2"])
    assert messages(reply)[0][2] == "KeyValue could not be found."
    assert panel.rows(filterExpression="respondent:label1='vip'") == [
        {"respid": 1, "label1": "VIP", "classificator": "x"}
    ]
    for unknown in ("label0", "label16", "label01", "classificator_3"):
        assert messages(panel.send("POST", [{unknown: "x"}]))[0][2] == "Unknown variable."


# Updating and merging


def test_null_and_empty_text_clear_and_what_is_not_sent_stays(three: Panel) -> None:
    sent = [{"email": "a@x.no", "city": None, "gender": "FEMALE"}]
    assert three.send("PUT", sent, EMAIL, ["city", "gender", "age"]).json() == {"updatedRecords": 1}
    assert three.rows()[0] == {"respid": 1, "email": "a@x.no", "gender": "female", "age": 30}
    three.send("PUT", [{"email": "a@x.no", "gender": ""}], EMAIL, ["gender"])
    assert three.rows()[0] == {"respid": 1, "email": "a@x.no", "age": 30}


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_datapoints_that_the_schema_does_not_name_are_ignored(three: Panel, method: str) -> None:
    sent = [{"email": "a@x.no", "city": "Moss", "age": "no number", "nope": 1}]
    assert three.send(method, sent, EMAIL, ["city"]).json()["updatedRecords"] == 1
    assert three.rows()[0] == {"respid": 1, "email": "a@x.no", "city": "Moss", "age": 30}


def test_merging_updates_and_adds_in_one(three: Panel) -> None:
    rows = [{"email": "c@x.no", "city": "Hamar"}, {"email": "A@x.no", "city": "Moss"}, {"email": "d@x.no"}]
    reply = three.send("PATCH", rows, EMAIL, ["city"])
    assert reply.json() == {"insertedRecords": 2, "insertedIds": [4, 5], "updatedRecords": 1}
    found = [(row["email"], row.get("city")) for row in three.rows()]
    assert found[0] == ("a@x.no", "Moss")
    assert found[3:] == [("c@x.no", "Hamar"), ("d@x.no", None)]


def test_merging_nulls_adds_no_blanks(panel: Panel) -> None:
    reply = panel.send("PATCH", [{"email": "c@x.no", "city": None, "age": ""}], EMAIL, ["city", "age"])
    assert reply.json() == {"insertedRecords": 1, "insertedIds": [1], "updatedRecords": 0}
    assert panel.rows() == [{"respid": 1, "email": "c@x.no"}]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_invalid_data_aborts_everything(three: Panel, method: str) -> None:
    before = three.rows()
    rows = [{"email": "a@x.no", "age": 5}, {"email": "new@x.no", "age": "x", "born": "2020-99-99"}]
    reply = three.send(method, rows, EMAIL, ["age", "born"])
    assert (reply.status_code, reply.json()["message"]) == (400, ABORTED)
    assert sorted(messages(reply)) == [
        (2, "age", "Invalid Numeric.", "x"),
        (2, "born", "Invalid DateTime.", "2020-99-99"),
    ]
    assert three.rows() == before


# Deleting


def test_deleted_numbers_do_not_come_back(three: Panel) -> None:
    assert three.send("DELETE", [{"respid": 2}, {"respid": 3}], ["respid"]).json() == {"deletedRecords": 2}
    assert [row["respid"] for row in three.rows()] == [1]
    assert three.fill({"email": "b@x.no"}) == [4]
    assert three.page()["totalCount"] == 2


@pytest.mark.parametrize("text", ["NUL \0 in it", "🙂 \u2028 \\ \" '", "%_%"])
def test_any_text_comes_back_as_it_was_sent(panel: Panel, text: str) -> None:
    panel.fill({"city": text, "email": text})
    assert panel.rows() == [{"respid": 1, "email": text, "city": text}]
    assert panel.send("PUT", [{"email": text, "age": 1}], EMAIL, ["age"]).json() == {"updatedRecords": 1}
