from __future__ import annotations

import re

import httpx
import pytest

from kernel.wire import dialect, running
from rejoinder.kernel.endpoint import Endpoint, Where
from rejoinder.kernel.health import health_endpoints
from rejoinder.kernel.metrics import Metrics
from rejoinder.kernel.reply import json_reply
from rejoinder.model.problems import Unavailable

reasons: dict[str, str | Exception | None] = {}


def check(name: str) -> str | None:
    reason = reasons.get(name)
    if isinstance(reason, Exception):
        raise reason
    return reason


CHECKS = {"database": lambda: check("database"), "schema": lambda: check("schema")}


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        (None, "ok"),
        ("Run rejoinder migrate.", "Run rejoinder migrate."),
        (Unavailable("The database cannot be reached."), "The database cannot be reached."),
        (OSError("postgresql://user:secret@host"), "The check failed with OSError."),
    ],
)
def test_readiness_names_its_reasons(reason: str | Exception | None, shown: str) -> None:
    native = dialect("native", *health_endpoints(CHECKS, Metrics()))
    reasons["schema"] = reason
    with running(native=native) as house:
        house.database.down = True
        answer = httpx.get(f"{house.url}/readyz")
        assert answer.status_code == (503 if reason else 200)
        assert answer.json() == {"ready": not reason, "checks": {"database": "ok", "schema": shown}}
        assert httpx.get(f"{house.url}/livez").status_code == 200


def number(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} ([0-9.e+]+)$", text, re.MULTILINE)
    assert found, f"{name} is not in:\n{text}"
    return float(found[1])


def test_metrics_count_what_happened() -> None:
    metrics = Metrics(lambda: 3)
    show = Endpoint(method="GET", path="/show/{id}", handler=lambda _: json_reply("12345678"), scope=None)
    mine = Endpoint(method="GET", path="/mine", handler=lambda _: json_reply(1), where=Where.INLINE)
    toy = dialect("toy", show, mine)
    native = dialect("native", *health_endpoints({}, metrics, "s3cret"))
    with running(toy, native=native, metrics=metrics) as house, httpx.Client(base_url=house.url) as client:
        for path in ("/show/1", "/show/2", "/nowhere"):
            client.get(path)
        client.get("/mine", headers={"Authorization": "Bearer hasty"})
        assert client.get("/metrics").status_code == 401
        house.settle()
        house.loop_call(metrics.publish)
        client.get("/livez")
        text = client.get("/metrics", headers={"Authorization": "Bearer s3cret"}).text
    seconds = "rejoinder_request_seconds_count"
    assert number(text, f'{seconds}{{dialect="toy",endpoint="GET /show/{{id}}",status="2xx"}}') == 2
    assert number(text, f'{seconds}{{dialect="native",endpoint="unknown",status="4xx"}}') == 1
    assert number(text, f'{seconds}{{dialect="toy",endpoint="GET /mine",status="4xx"}}') == 1
    bucket = (
        'rejoinder_request_seconds_bucket{dialect="toy",endpoint="GET /show/{id}",le="+Inf",status="2xx"}'
    )
    assert number(text, bucket) == 2
    assert (
        0 < number(text, 'rejoinder_request_seconds_sum{dialect="toy",endpoint="GET /mine",status="4xx"}') < 5
    )
    assert number(text, 'rejoinder_rate_limited_total{dialect="toy"}') == 1
    assert number(text, "rejoinder_waiting_writes") == 3
    assert number(text, "rejoinder_sent_bytes_total") >= 20


def test_tallies_fall_into_the_buckets_prometheus_would_choose() -> None:
    metrics = Metrics()
    for seconds in (0.001, 0.0011, 0.3, 100.0):
        metrics.observe(None, "toy", 200, seconds)
    metrics.publish()
    metrics.publish()
    text = metrics.render().decode()
    bucket = 'rejoinder_request_seconds_bucket{dialect="toy",endpoint="unknown",le="%s",status="2xx"}'
    counts = {le: number(text, bucket % le) for le in ("0.001", "0.005", "0.1", "0.5", "10.0", "+Inf")}
    assert counts == {"0.001": 1, "0.005": 2, "0.1": 2, "0.5": 3, "10.0": 3, "+Inf": 4}
