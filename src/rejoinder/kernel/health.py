"""`/livez`, `/readyz`, `/metrics`: what those who run the server ask it."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping

from rejoinder.kernel.call import Call
from rejoinder.kernel.endpoint import Endpoint, Where
from rejoinder.kernel.metrics import Metrics
from rejoinder.kernel.reply import TEXT, Reply, json_reply
from rejoinder.model.problems import NotAuthenticated, Problem

Check = Callable[[], "str | None"]
"""Returns why the server is not ready, or None; it may raise a Problem instead."""

PROMETHEUS = b"text/plain; version=0.0.4; charset=utf-8"


def health_endpoints(
    checks: Mapping[str, Check], metrics: Metrics, metrics_token: str | None = None
) -> tuple[Endpoint, ...]:
    """The three endpoints, for the native dialect.

    Parameters: `checks` — name → check, run in a reader thread; `metrics_token` — the bearer token that
    `/metrics` asks for, None leaves it open.
    """
    return (
        Endpoint(
            method="GET",
            path="/livez",
            handler=lambda _: Reply(200, b"alive\n", TEXT),
            where=Where.INLINE,
            scope=None,
            database=False,
            summary="Whether the process answers.",
            produces=("text/plain",),
        ),
        Endpoint(
            method="GET",
            path="/readyz",
            handler=lambda _: _readiness(checks),
            scope=None,
            database=False,
            summary="Whether requests can be served, and if not, why.",
        ),
        Endpoint(
            method="GET",
            path="/metrics",
            handler=lambda call: _numbers(call, metrics, metrics_token),
            scope=None,
            database=False,
            summary="Numbers for Prometheus.",
            errors=(NotAuthenticated,) if metrics_token else (),
            produces=("text/plain",),
        ),
    )


def _readiness(checks: Mapping[str, Check]) -> Reply:
    reasons = {name: _run(check) for name, check in checks.items()}
    ready = not any(reasons.values())
    answer = {"ready": ready, "checks": {name: reason or "ok" for name, reason in reasons.items()}}
    return json_reply(answer, 200 if ready else 503)


def _run(check: Check) -> str | None:
    try:
        return check()
    except Problem as problem:
        return problem.message
    except Exception as error:
        # The class only: messages of drivers may hold addresses and passwords.
        return f"The check failed with {type(error).__name__}."


def _numbers(call: Call, metrics: Metrics, token: str | None) -> Reply:
    if token is not None:
        sent = (call.header("authorization") or "").removeprefix("Bearer ")
        if not hmac.compare_digest(sent.encode(), token.encode()):
            raise NotAuthenticated("Send the metrics token as Authorization: Bearer …")
    return Reply(200, metrics.render(), PROMETHEUS)
