"""`responses/data`: answers come with their respondent, to one, and go without one."""

from __future__ import annotations

from typing import Any

import pytest

from .panel import SYSTEM, Panel, messages, refused

EMAIL = ["email"]


@pytest.fixture
def responses(panel: Panel) -> Panel:
    """Respondents a and b without a response, seen from the responses' side."""
    panel.fill({"email": "a@x.no", "city": "Oslo"}, {"email": "b@x.no"})
    return panel.sibling()


def shown(panel: Panel) -> list[Any]:
    return [row.get("responseid", row["respid"]) for row in panel.rows()]


def lifecycle(panel: Panel, respid: int) -> set[str]:
    found = panel.http.get(f"{panel.data}/{respid}").json()
    return set(found) & (SYSTEM - {"createddate"})


def test_a_response_brings_its_respondent(responses: Panel) -> None:
    reply = responses.send("POST", [{"email": "c@x.no", "q1": "1"}, {"q1": "2"}])
    assert reply.json() == {"insertedRecords": 2, "insertedIds": [3, 4]}
    assert responses.rows() == [
        {"responseid": 3, "respid": 3, "email": "c@x.no", "q1": "1"},
        {"responseid": 4, "respid": 4, "q1": "2"},
    ]
    assert shown(responses.sibling()) == [1, 2, 3, 4]


def test_a_response_is_added_to_the_respid_it_names(responses: Panel) -> None:
    reply = responses.send("POST", [{"respid": 2, "q1": "1"}, {"q1": "2"}])
    assert reply.json() == {"insertedRecords": 2, "insertedIds": [2, 3]}
    assert responses.rows()[0] == {"responseid": 2, "respid": 2, "email": "b@x.no", "q1": "1"}
    assert responses.sibling().page()["totalCount"] == 3


def test_a_response_is_added_to_the_respondent_its_key_finds(responses: Panel) -> None:
    reply = responses.send("POST", [{"email": "A@x.no", "q1": "1"}], EMAIL, ["q1"])
    assert reply.json() == {"insertedRecords": 1, "insertedIds": [1]}
    assert responses.rows() == [{"responseid": 1, "respid": 1, "email": "a@x.no", "city": "Oslo", "q1": "1"}]


def test_a_second_response_is_reported(responses: Panel) -> None:
    responses.send("POST", [{"respid": 1, "q1": "1"}])
    reply = responses.send("POST", [{"respid": 1, "q1": "2"}, {"respid": 2, "q1": "2"}])
    assert (reply.status_code, reply.json()["insertedIds"]) == (200, [2])
    assert reply.json()["validationMessages"]["level"] == "response"
    assert messages(reply) == [(1, "respid", "KeyValue already exists.", 1)]
    assert [row["q1"] for row in responses.rows()] == ["1", "2"]


def test_respondents_without_a_response_are_not_listed(responses: Panel) -> None:
    assert responses.rows() == []
    page = responses.page()
    assert (page["itemCount"], page["totalCount"]) == (0, 0)
    assert responses.http.get(responses.data + "/1").status_code == 404
    assert responses.sibling().http.get(responses.sibling().data + "/1").status_code == 200


def test_respondent_variables_alone_are_no_answer(responses: Panel) -> None:
    people = responses.sibling()
    people.send("PATCH", [{"email": "a@x.no", "city": "Moss", "label1": "x"}], EMAIL, ["city", "label1"])
    assert responses.rows() == []
    assert lifecycle(people, 1) == set()


def test_an_answer_through_respondents_opens_a_response(responses: Panel) -> None:
    people = responses.sibling()
    people.send("PUT", [{"email": "a@x.no", "q1": "1"}], EMAIL, ["q1"])
    assert shown(responses) == [1]
    assert lifecycle(people, 1) == {"interview_start", "status"}, "opened, not completed"


def test_a_posted_response_is_complete(responses: Panel) -> None:
    responses.send("POST", [{"respid": 1, "q1": "1"}, {"q1": "2"}])
    for respid in (1, 3):
        assert lifecycle(responses, respid) == {"interview_start", "interview_end", "status"}
        assert responses.http.get(f"{responses.data}/{respid}").json()["status"] == "complete"


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize(("key", "value"), [("email", "a@x.no"), ("respid", 1), ("respid", 99)])
def test_a_respondent_without_a_response_could_not_be_found(
    responses: Panel, method: str, key: str, value: Any
) -> None:
    reply = responses.send(method, [{key: value, "q1": "1"}], [key], ["q1"])
    assert reply.status_code == 200
    assert messages(reply) == [(1, key, "KeyValue could not be found.", value)]
    assert responses.rows() == []


def test_updating_a_response(responses: Panel) -> None:
    responses.send("POST", [{"respid": 1, "q1": "1", "q2": {"true": ["1"]}}])
    reply = responses.send("PUT", [{"email": "a@x.no", "q1": "2", "q2": None}], EMAIL, ["q1", "q2"])
    assert reply.json() == {"updatedRecords": 1}
    assert responses.rows() == [{"responseid": 1, "respid": 1, "email": "a@x.no", "city": "Oslo", "q1": "2"}]


def test_merging_responses(responses: Panel) -> None:
    """One is updated, one comes to a respondent, one comes with its respondent."""
    responses.send("POST", [{"respid": 1, "q1": "1"}])
    rows = [{"email": f"{name}@x.no", "q1": "2"} for name in "abc"]
    reply = responses.send("PATCH", rows, EMAIL, ["q1"])
    assert reply.json() == {"insertedRecords": 2, "insertedIds": [2, 3], "updatedRecords": 1}
    assert [(row["responseid"], row["email"], row["q1"]) for row in responses.rows()] == [
        (1, "a@x.no", "2"),
        (2, "b@x.no", "2"),
        (3, "c@x.no", "2"),
    ]


def test_merging_by_an_unknown_respid_finds_nothing(responses: Panel) -> None:
    reply = responses.send("PATCH", [{"respid": 99, "q1": "2"}], ["respid"], ["q1"])
    assert messages(reply) == [(1, "respid", "KeyValue could not be found.", 99)]
    assert responses.rows() == []


def test_merging_by_the_respid_of_a_respondent_without_a_response(responses: Panel) -> None:
    reply = responses.send("PATCH", [{"respid": 2, "q1": "2"}], ["respid"], ["q1"])
    assert reply.json() == {"insertedRecords": 1, "insertedIds": [2], "updatedRecords": 0}
    assert shown(responses) == [2]


def test_deleting_a_response_keeps_the_respondent(responses: Panel) -> None:
    answers = {"q1": "1", "q2": {"true": ["1"]}, "trip": [{"trip": "1", "cost": 2}]}
    responses.send("POST", [{"respid": 1, **answers}])
    assert responses.send("DELETE", [{"email": "a@x.no"}], EMAIL).json() == {"deletedRecords": 1}
    people = responses.sibling()
    assert people.rows()[0] == {"respid": 1, "email": "a@x.no", "city": "Oslo"}
    assert lifecycle(people, 1) == set()
    assert responses.rows() == []
    again = responses.send("POST", [{"respid": 1, "q1": "2"}])
    assert again.json() == {"insertedRecords": 1, "insertedIds": [1]}


def test_deleting_a_respondent_removes_the_response(responses: Panel) -> None:
    responses.send("POST", [{"respid": 1, "q1": "1"}])
    responses.sibling().send("DELETE", [{"respid": 1}], ["respid"])
    assert responses.rows() == []
    assert shown(responses.sibling()) == [2]
    assert responses.page()["totalCount"] == 0


def test_an_answer_is_a_key_too_and_goes_with_the_response(responses: Panel) -> None:
    responses.send("POST", [{"respid": 1, "q1": "1"}])
    responses.send("PUT", [{"q1": "1", "city": "Moss"}], ["q1"], ["city"])
    assert responses.rows()[0]["city"] == "Moss"
    responses.send("DELETE", [{"respid": 1}], ["respid"])
    reply = responses.sibling().send("PUT", [{"q1": "1", "city": "Hamar"}], ["q1"], ["city"])
    assert messages(reply) == [(1, "q1", "KeyValue could not be found.", "1")]


def test_messages_are_of_the_response_level(responses: Panel) -> None:
    reply = responses.send("POST", [{"q1": "9", "q2": {"true": ["1"], "false": ["1"]}}])
    assert (reply.status_code, reply.json()["validationMessages"]["level"]) == (400, "response")
    assert messages(reply) == [
        (1, "q1", "Invalid Code.", "9"),
        (1, "q2", "Invalid Code.", {"true": ["1"], "false": ["1"]}),
    ]


@pytest.mark.parametrize("respid", ["x", 1.5, True, 2**70, [1]])
def test_a_respid_that_is_no_number(responses: Panel, respid: Any) -> None:
    reply = responses.send("POST", [{"respid": respid, "q1": "1"}])
    assert messages(reply) == [(1, "respid", "Invalid Numeric.", respid)]
    assert responses.rows() == []


@pytest.mark.parametrize("respid", [0, -1, 2**32])
def test_a_respid_that_cannot_be(responses: Panel, respid: int) -> None:
    refused(responses.send("POST", [{"q1": "1"}, {"respid": respid, "q1": "1"}]), 400, "respid")
    assert responses.rows() == []


@pytest.mark.parametrize(("resource", "keys"), [("responses", None), ("respondents", ["respid"])])
def test_a_free_respid_is_kept(panel: Panel, resource: str, keys: list[str] | None) -> None:
    """Numbers survive when data is moved in from a vendor; new ones begin behind them."""
    one = Panel(panel.tenant, resource)
    rows = [{"respid": 12, "q1": "1"}, {"respid": 7, "q1": "2"}]
    assert one.send("POST", rows, keys, keys and ["q1"]).json()["insertedIds"] == [12, 7]
    assert panel.fill({}) == [13]
    assert [row["respid"] for row in panel.rows()] == [7, 12, 13]
    assert panel.page()["totalCount"] == 3
