"""Visitors without a token are counted by their address; guesses at personal links more heavily."""

from __future__ import annotations

import msgspec

from dialects.native.conftest import collecting
from servers import rejoinder

LIMITED = msgspec.structs.replace(
    rejoinder.QUICK, rate_limits={"public": 60, "native": 0, "forsta": 0}, trusted_proxies=("127.0.0.0/8",)
)


def test_visitors_and_guesses(sqlite_url: str) -> None:
    with rejoinder.running(sqlite_url, LIMITED) as server:
        survey = collecting(server.tenant())
        survey.invite("a1")
        address = {"X_Forwarded_For": "192.0.2.1"}
        statuses = [
            survey.post({"answers": {"colour": "red"}, "token": f"guess-{n}"}, **address).status_code
            for n in range(6)
        ]
        assert statuses == [404, 404, 404, 429, 429, 429]
        refused = survey.post({"answers": {"colour": "red"}, "token": "a1"}, **address)
        assert refused.status_code == 429
        assert refused.headers["x-rate-limit-limit"] == "60"
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.json()["error"] == "too_many"
        other = {"X_Forwarded_For": "192.0.2.2"}
        assert survey.post({"answers": {"colour": "red"}, "token": "a1"}, **other).status_code == 201
        path = f"/rejoinder/v1/surveys/{survey.reference}/submissions"
        body = {"answers": {"colour": "red"}}
        programs = {
            survey.tenant.http.post(path, json=body, headers={"x-forwarded-for": "192.0.2.1"}).status_code
            for _ in range(5)
        }
        assert programs == {201}
