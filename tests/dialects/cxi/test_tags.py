"""`/v1/tags` and `/v1/projects`: shapes, forms of every kind, paging, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from .account import Account, good, refused

LISTED = [
    *("id", "name", "display_name", "description", "mode", "enabled", "scope_by_parent", "text_match_terms"),
    *("filter_rules", "response_count", "usage", "sentiment_breakdown", "children"),
]


def listed(account: Account, **query: Any) -> Any:
    return good(account.http.get("/v1/tags", params=query))


def names(account: Account, **query: Any) -> list[str]:
    return [tag["name"] for tag in listed(account, **query)]


def test_a_listed_tag_has_the_documents_keys(account: Account) -> None:
    assert {tuple(tag) for tag in listed(account)} == {tuple(LISTED)}
    bare = [name for name in LISTED if name not in ("response_count", "usage", "sentiment_breakdown")]
    assert {tuple(tag) for tag in listed(account, no_stats="true")} == {tuple(bare)}
    flat = [name for name in LISTED if name != "children"]
    assert {tuple(tag) for tag in listed(account, flat="true")} == {tuple(flat)}
    assert listed(account)[0]["sentiment_breakdown"] == {
        "positive": 0,
        "neutral": 0,
        "negative": 0,
        "null": 0,
    }


def test_names_are_upper_cased_with_underscores(account: Account) -> None:
    made = account.tag(name=" späte lieferung  heute ")
    assert (made["name"], made["display_name"]) == ("SPÄTE_LIEFERUNG_HEUTE",) * 2


@pytest.mark.parametrize("way", ["json", "data", "files"])
def test_filter_rules_arrive_in_every_kind_of_body(account: Account, way: str) -> None:
    project = account.project()["id"]
    rules = {
        "project_ids": [project],
        "score": {"gte": 0, "lte": 6},
        "sentiment": ["negative"],
        "metric_type": ["nps"],
        "properties": {"plan": ["Lite", "Pro"]},
    }
    fields = {
        "tag[name]": "late",
        "tag[mode]": "text_match",
        "tag[text_match_terms][]": ["late", "slow*"],
        "tag[filter_rules][project_ids][]": [str(project)],
        "tag[filter_rules][score][gte]": "0",
        "tag[filter_rules][score][lte]": "6",
        "tag[filter_rules][sentiment][0]": "negative",
        "tag[filter_rules][metric_type]": "nps",
        "tag[filter_rules][properties][plan][]": ["Lite", "Pro"],
    }
    body: dict[str, Any] = {"data": fields}
    if way == "files":
        pairs = [
            (n, v) for n, values in fields.items() for v in (values if isinstance(values, list) else [values])
        ]
        body = {"files": [(name, (None, value)) for name, value in pairs]}
    elif way == "json":
        terms = {"mode": "text_match", "text_match_terms": ["late", "slow*"], "filter_rules": rules}
        body = {"json": {"tag": {"name": "late"} | terms}}
    made = good(account.http.post("/v1/tags", **body), 201)
    assert (made["text_match_terms"], made["filter_rules"]) == (["late", "slow*"], rules)
    assert '"score":{"gte":0,"lte":6}' in account.http.get("/v1/tags?search=late").text  # whole as they came
    kept = good(account.http.put(f"/v1/tags/{made['id']}", json={"tag": {"filter_rules": None}}))
    assert (kept["text_match_terms"], kept["filter_rules"]) == (["late", "slow*"], {})


def test_filter_rules_that_there_are_not_are_refused_with_those_there_are(account: Account) -> None:
    for rules in ({"colour": "red"}, {"score": {"above": 3}}, {"score": {"lte": "many"}}):
        sentence = refused(
            account.http.post(
                "/v1/tags", json={"tag": {"name": "x", "mode": "text_match", "filter_rules": rules}}
            ),
            422,
        )
        assert "There are project_ids, score (gte, lte), sentiment, metric_type and properties." in sentence
    for limit in ("1e999", "9" * 400, str(2**70)):
        made = account.http.post(
            "/v1/tags",
            data={
                "tag[name]": f"n{len(limit)}",
                "tag[mode]": "text_match",
                "tag[filter_rules][score][lte]": limit,
            },
        )
        assert made.status_code in (201, 422), made.text


def test_children_stand_below_their_parent_or_on_their_own(account: Account) -> None:
    parent = account.tag(name="parent")
    child = account.tag(name="child", parent_id=parent["id"], scope_by_parent=True)
    assert child["scope_by_parent"] is True
    (found,) = listed(account, search="child")
    assert (found["name"], [below["name"] for below in found["children"]]) == ("PARENT", ["CHILD"])
    assert names(account, search="chi", flat="true") == ["CHILD"]
    assert account.http.delete(f"/v1/tags/{parent['id']}").content == b""
    assert names(account, search="child") == ["CHILD"]


def test_tags_are_sorted_searched_and_left_out(account: Account) -> None:
    made = [account.tag(name=f"zz {word}")["id"] for word in ("beta", "alpha", "gamma")]
    good(account.http.put(f"/v1/tags/{made[0]}", data={"tag[enabled]": "false"}))
    assert names(account, search="zz", sort="name_asc") == ["ZZ_ALPHA", "ZZ_BETA", "ZZ_GAMMA"]
    assert names(account, search="zz", sort="name_desc", exclude_disabled="true") == ["ZZ_GAMMA", "ZZ_ALPHA"]
    assert names(account, search="zz gam") == ["ZZ_GAMMA"]


def test_pages(account: Account) -> None:
    for n in range(60):
        account.tag(name=f"t{n:02}")
    wanted = {"search": "t", "sort": "name_asc", "flat": "true"}
    own = [name for name in names(account, per_page=50, **wanted) if name.startswith("T")]
    assert len(names(account, per_page=1000, **wanted)) == 50
    assert len(names(account, **wanted)) == 25
    assert names(account, page=2, per_page=10, **wanted) == own[10:20]
    assert names(account, page=30, **wanted) == []


@pytest.mark.parametrize("path", ["/v1/tags", "/v1/imports", "/v1/responses"])
@pytest.mark.parametrize(
    "query", ["page=31", "page=0", "page=x", "page=-1", "per_page=0", "page=1&page=2", "page=²"]
)
def test_pages_that_cannot_be(account: Account, path: str, query: str) -> None:
    refused(account.http.get(f"{path}?{query}"), 400)


@pytest.mark.parametrize(
    "query",
    ["sort=x", "flat=maybe", "sort_order=up", "sort=%ff"],
)
def test_words_that_are_not_known(account: Account, query: str) -> None:
    path = "/v1/responses" if "order" in query else "/v1/tags"
    refused(account.http.get(f"{path}?{query}"), 400)


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ({"name": "x", "mode": "smart"}, "manual or text_match"),
        ({"name": "x", "mode": "other"}, "manual or text_match"),
        ({"name": "x", "mode": "manual", "text_match_terms": ["a"]}, "A manual tag looks for nothing"),
        ({"name": "x", "mode": "text_match", "text_match_terms": ["a"] * 101}, "at most 100 terms"),
        ({"name": "x", "mode": "text_match", "text_match_terms": [7]}, "must be text"),
        (
            {"name": "x", "filter_rules": {"colour": ["red"]}, "mode": "text_match"},
            "filter rules cannot be used",
        ),
        ({"name": "x", "filter_rules": {"project_ids": [99]}, "mode": "text_match"}, "no project 99"),
        ({"name": "x", "filter_rules": "y"}, "is a group"),
        ({"name": "x", "parent_id": 987_654_321}, "no tag 987654321"),
        ({"name": "x", "parent_id": "abc"}, "whole number"),
        ({"name": "x", "enabled": "perhaps"}, "true or false"),
        ({"name": "x", "colour": "red"}, "A tag has no 'colour'"),
        ({"name": "  "}, "1 to 100"),
        ({"name": "x\0"}, "NUL"),
        ({"name": ["x"]}, "must be text"),
        ({"mode": "manual"}, "needs a name"),
        ({"name": "price"}, "already exists"),
        ("x", "is a group of fields"),
        (None, "tag[…] is missing"),
    ],
)
def test_tags_that_cannot_be_are_422(account: Account, tag: Any, said: str) -> None:
    before = listed(account)
    assert said in refused(account.http.post("/v1/tags", json={"tag": tag}), 422)
    assert listed(account) == before


def test_a_tag_cannot_be_below_itself(account: Account) -> None:
    parent = account.tag(name="parent")
    child = account.tag(name="child", parent_id=parent["id"])
    sent = {"tag": {"parent_id": child["id"]}}
    assert "below itself" in refused(account.http.put(f"/v1/tags/{parent['id']}", json=sent), 422)


def test_a_smart_tag_is_only_switched(account: Account) -> None:
    smart = listed(account)[0]
    path = f"/v1/tags/{smart['id']}"
    refused(account.http.put(path, json={"tag": {"name": "mine"}}), 422)
    assert good(account.http.put(path, json={"tag": {"enabled": False}}))["enabled"] is False
    assert "disable it instead" in refused(account.http.delete(path), 422)


@pytest.mark.parametrize("number", ["0", "987654321", "x", "9" * 30, "-1"])
def test_numbers_that_are_nowhere(account: Account, number: str) -> None:
    for method, path, body in (
        ("PUT", "tags", {"tag": {"name": "x"}}),
        ("DELETE", "tags", None),
        ("PUT", "projects", {"project": {"name": "x"}}),
        ("GET", "imports", None),
        ("PUT", "imports", {"import": {"name": "x"}}),
        ("DELETE", "imports", None),
    ):
        refused(account.http.request(method, f"/v1/{path}/{number}", json=body), 404)


def test_projects_are_listed_made_and_renamed(account: Account) -> None:
    made = account.project("One")
    assert [*made] == ["id", "name", "response_count", "created_at"]
    again = good(account.http.put(f"/v1/projects/{made['id']}", data={"project[name]": "Zażółć"}))
    assert again == made | {"name": "Zażółć"}
    assert good(account.http.get("/v1/projects")) == [again]
    for name in ("", " ", "x" * 201, "a\nb"):
        refused(account.http.post("/v1/projects", json={"project": {"name": name}}), 422)
    refused(account.http.post("/v1/projects"), 422)
