"""The gate before everything, and how it is opened (004, "Onboarding")."""

from __future__ import annotations

import pytest

from rejoinder.dialects.cxi.dialect import CXI
from rejoinder.kernel.openapi import PARAMETER

from .account import Account, good, refused

CLOSED = [e for e in CXI.endpoints if e.scope is not None and e.path != "/v1/onboarding"]


@pytest.mark.parametrize("endpoint", CLOSED, ids=lambda e: f"{e.method} {e.path}")
def test_everything_but_onboarding_is_424_before_it_whatever_is_sent(
    fresh: Account, endpoint: object
) -> None:
    path = PARAMETER.sub("1", endpoint.path)  # type: ignore[attr-defined]
    method = endpoint.method  # type: ignore[attr-defined]
    for more in (
        {},
        {"params": {"page": "99"}},
        {"content": b"{", "headers": {"Content-Type": "application/json"}},
    ):
        said = refused(fresh.http.request(method, path, **more), 424)
        assert said == "Please complete the onboarding flow first."


def test_onboarding_step_by_step(fresh: Account) -> None:
    def put(**fields: str) -> object:
        return good(fresh.http.put("/v1/onboarding", data=fields))

    assert good(fresh.http.get("/v1/onboarding"))["tags"] == []
    refused(fresh.http.put("/v1/onboarding", data={"onboarded": "true"}), 422)
    refused(fresh.http.put("/v1/onboarding", data={"product_category_id": "16"}), 422)
    refused(fresh.http.put("/v1/onboarding", data={"product_category_id": "x"}), 422)
    refused(fresh.http.put("/v1/onboarding", data={"import[name]": "a", "import[metric_type]": "love"}), 422)
    commerce = put(product_category_id="9")
    food = put(product_category_id="12")
    assert commerce["tags"] != food["tags"]  # type: ignore[index]
    assert food["project"] == {"name": None, "responses": []}  # type: ignore[index]
    assert "import" not in food  # type: ignore[operator]
    put(**{"project[name]": "Enterprise", "onboarded": "false"})
    assert put(onboarded="true") == {"onboarded": True, "mode": "full"}
    assert good(fresh.http.get("/v1/onboarding")) == {"onboarded": True, "mode": "full"}
    assert [one["name"] for one in good(fresh.http.get("/v1/projects"))] == ["Enterprise"]
    for fields in ({"product_category_id": "9"}, {"onboarded": "true"}, {}):
        refused(fresh.http.put("/v1/onboarding", data=fields), 409)


def test_everything_in_one_json_body(fresh: Account) -> None:
    body = {"product_category_id": 9, "onboarded": True, "project": {"name": "P"}}
    assert good(fresh.http.put("/v1/onboarding", json=body)) == {"onboarded": True, "mode": "full"}


def test_a_failed_step_leaves_nothing(fresh: Account) -> None:
    sent = {"project[name]": "P", "product_category_id": "99"}
    refused(fresh.http.put("/v1/onboarding", data=sent), 422)
    assert good(fresh.http.put("/v1/onboarding"))["project"]["name"] is None
