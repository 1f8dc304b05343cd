"""A project to read: its respondents with their lives, and pages of them in one line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from rejoinder.model.respondent import FINISHED, Lifecycle, State
from servers.rejoinder import Tenant

PATH = "/integrations/{}/respondents"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 24 * 3600 * 1_000_000


def micros(text: str) -> int:
    """An ISO time in UTC as µs since 1970."""
    return (datetime.fromisoformat(text).replace(tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)


def stamp(at: int | None) -> str | None:
    """A time as the document prints it."""
    return None if at is None else (EPOCH + timedelta(microseconds=at)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def life(opened: int, ended: int | None = None, **more: Any) -> Lifecycle:
    """A response that was begun, and perhaps completed."""
    state, reason = (State.ANSWERED, None) if ended is None else (State.COMPLETED, FINISHED)
    return Lifecycle(state, opened, opened, ended, finish_reason=reason)._replace(**more)


def ask(tenant: Tenant, project: str = "p1", **parameters: Any) -> httpx.Response:
    """A page, of ten and in English unless said otherwise; `filters__x` stands for `filters.x`."""
    given = {"page": 1, "page_size": 10, "display_lang_code": "en"} | parameters
    query = {name.replace("__", "."): value for name, value in given.items() if value is not None}
    return tenant.http.get(PATH.format(project), params=query)


def page(tenant: Tenant, project: str = "p1", **parameters: Any) -> dict[str, Any]:
    """A page that there is."""
    reply = ask(tenant, project, **parameters)
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def ids(found: dict[str, Any]) -> list[int]:
    """Who is on a page."""
    return [one["info"]["id"] for one in found["respondents"]]


def questions(tenant: Tenant, project: str = "p1", **parameters: Any) -> list[dict[str, Any]]:
    """The questions of the one respondent that there is."""
    (one,) = page(tenant, project, **parameters)["respondents"]
    found: list[dict[str, Any]] = one["questions"]
    return found


def every_question(found: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """All questions, with those inside others."""
    for one in found:
        yield one
        yield from every_question(one["sub_questions"])
