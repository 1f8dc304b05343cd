"""`/v1/exports`: what is in the files, who is told of them, one at a time (004, "Exports")."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest

from rejoinder.core.exports.asking import list_exports
from rejoinder.core.exports.links import download_link
from rejoinder.core.feedback.exporting import KINDS
from rejoinder.core.workspaces import create_user
from rejoinder.model.exports import Export, ExportStatus

from .account import TOKEN_PATH, Account, csv_of, good, lasting, refused, until

HEADER = ["feedback", "feedback_date", "user_id", "score", "plan", "visits"]
ROWS = (
    ["=1+1", "2020-07-16 15:45:00", "ann", "7", "Lite", "3"],
    ['Zażółć, "gęślą"\njaźń', "2020-07-17", "bob", "", "@SUM(A1)", "-5"],
    ["again", "2020-07-18", "ann", "9", "", "4"],
    ["nobody", "2020-07-19", "", "1", "Pro", ""],
)


def newest(account: Account) -> Export:
    return account.tenant.look(lambda unit: list_exports(unit, limit=1))[0]


def exported(account: Account, **form: str) -> list[dict[str, str]]:
    """Ask for an export; gives its rows once it is there, fetched by its link."""
    reply = account.http.post("/v1/exports", data=form)
    assert (reply.status_code, reply.content) == (201, b"")
    done = until(lambda: newest(account), lambda found: found.status is ExportStatus.DONE)
    link = account.tenant.look(lambda unit: download_link(unit, done.id, ""))
    fetched = account.tenant.server.client().get(link)
    assert fetched.status_code == 200
    return [*csv.DictReader(io.StringIO(fetched.text, newline=""))]


def test_responses_with_everything_about_them(account: Account) -> None:
    made = account.imported(csv_of(*ROWS, header=HEADER), "spring.csv")
    project = account.project("Enterprise")
    account.tag(name="LOUD")
    sent = {"tag_names": ["LOUD"], "project_ids": [project["id"]], "metric_type": "nps"}
    good(account.http.put(f"/v1/imports/{made['id']}", json={"import": sent}))
    account.analysed(made["id"])
    found = exported(account)
    assert [one["id"] for one in found] == [str(one["id"]) for one in made["responses"]]
    assert [one["feedback"] for one in found] == ["'=1+1", *(row[0] for row in ROWS[1:])]
    assert [one["plan"] for one in found] == ["Lite", "'@SUM(A1)", "", "Pro"]
    first = found[0]
    assert first["feedback_date"] == "2020-07-16T15:45:00"
    assert [first[name] for name in ("user_id", "score", "metric_type", "projects", "source", "visits")] == [
        *("ann", "7", "nps", "Enterprise", "spring.csv", "3"),
    ]
    assert "LOUD" in first["tags"].split("; ")
    assert "LOUD: null" in first["tag_sentiments"]
    assert {one["sentiment"] for one in found} <= {"positive", "neutral", "negative", ""}


def test_users_with_their_first_and_last_response(account: Account) -> None:
    account.imported(csv_of(*ROWS, header=HEADER))
    account.imported(csv_of(["more", "2019-01-01", "ann", "2", "Old", ""], header=HEADER))
    ann, bob = exported(account, export_type="users")
    assert ann == {
        "user_id": "ann",
        "responses": "3",
        "first_response": "2019-01-01T00:00:00",
        "last_response": "2020-07-18T00:00:00",
        "last_score": "9",
        "plan": "Lite",
        "visits": "4",
    }
    assert (bob["responses"], bob["last_score"], bob["plan"]) == ("1", "", "'@SUM(A1)")


def test_another_type_is_422_and_a_second_one_409(account: Account) -> None:
    refused(account.http.post("/v1/exports", data={"export_type": "tags"}), 422)
    refused(account.http.post("/v1/exports", json={"export_type": ["users"]}), 422)

    def ask(unit: Any) -> None:
        from rejoinder.core.exports.asking import request_export
        from rejoinder.model.exports import Wanted

        request_export(unit, Wanted(KINDS["users"]), alone_among=tuple(KINDS.values()))

    account.tenant.verb(lambda unit: [ask(unit), hold(unit)][1])
    assert "wait" in refused(account.http.post("/v1/exports", params={"export_type": "users"}), 409)


def hold(unit: Any) -> None:
    """Let no worker take the export that was just asked for."""
    later = f"UPDATE job SET run_at = run_at + 3600000000 WHERE workspace_id = {unit.workspace_id}"
    unit.session.raw.execute(f"{later} AND kind = 'export'")


@pytest.mark.parametrize("way", ["person", "client"])
def test_the_person_behind_the_token_is_told_else_the_owners(account: Account, way: str) -> None:
    words = {"username": "ann@example.org", "password": "correct horse battery"}
    account.tenant.verb(lambda unit: create_user(unit, words["username"], words["password"], "editor"))
    owner = account.tenant.verb(lambda unit: create_user(unit, "owner@example.org", "correct horse battery"))
    http, told = account.http, (owner.id,)
    if way == "person":
        http = account.tenant.server.client()
        form = words | {"grant_type": "password", "account_token": account.tenant.account_token}
        token = good(http.post(TOKEN_PATH, data=form))["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        told = (owner.id - 1,)
    assert http.post("/v1/exports").status_code == 201
    assert newest(account).notify == told


def test_nobody_guesses_a_link(account: Account) -> None:
    account.imported(csv_of(*ROWS, header=HEADER))
    exported(account)
    done = newest(account)
    link = account.tenant.look(lambda unit: download_link(unit, done.id, ""))
    assert re.fullmatch(r"/exports/[\w-]{40,}", link)
    http = account.tenant.server.client()
    assert http.get(link[:-1] + ("a" if link[-1] != "a" else "b")).status_code == 404
    expired = "UPDATE export SET expires_at = 1 WHERE workspace_id = {}"
    account.tenant.verb(lambda unit: unit.session.raw.execute(expired.format(unit.workspace_id)) and None)
    assert http.get(link).status_code == 404


def test_an_export_shows_what_the_list_of_responses_shows(account: Account) -> None:
    account.imported(csv_of(*ROWS, header=HEADER))
    shown = {str(one["id"]): one for one in lasting(account.responses())}
    for row in exported(account):
        one = shown[row["id"]]
        assert row["user_id"] == (one["user_id"] or "")
        properties = {p["key"]: str(p["value"]) for p in one["custom_properties"]}
        assert {name: row[name].removeprefix("'") for name in ("plan", "visits") if row[name]} == properties
