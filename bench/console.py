"""Row 26: what each page of the console costs the server, in a workspace with all the respondents."""

from __future__ import annotations

import http.client
import re
import statistics
import time
from contextlib import ExitStack
from urllib.parse import urlencode

from bench.harness import CannotMeasure, cpu_seconds, step
from bench.opinions import ALIAS
from bench.servers import Running, rejoinder
from bench.stage import Place, Stage
from bench.table import Row
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_user
from rejoinder.store.engine import Database

MOST = 100.0
"""Milliseconds that a page may take (median)."""
TIMES, SETTLE = 7, 300
"""Looks at each page; seconds that counting may take."""
EMAIL, PASSWORD = "bench@example.org", "a password for the bench"
_RATING = {"f": ":q1 = '3'"}
_RARE = {"f": ":q1 = '3' AND :q11 = 'city 7' AND :q8 = 29"}
PAGES: dict[str, str] = {
    "overview": "/overview",
    "surveys": "/surveys",
    "respondents": "{survey}/respondents",
    "respondents, by completion": "{survey}/respondents?sort=completed_at",
    "respondents, deep": "{survey}/respondents?sort=respid&after={deep}~{deep}",
    "respondents, filtered": "{survey}/respondents?" + urlencode(_RATING),
    "respondents, a rare filter": "{survey}/respondents?" + urlencode(_RARE),
    "respondents, a word": "{survey}/respondents?q=umlauts",
    "one respondent": "{survey}/respondents/{middle}",
    "design": "{survey}/design",
    "versions": "{survey}/design/versions",
    "collect": "{survey}/collect",
    "import": "{survey}/import",
    "exports": "{survey}/exports",
    "options": "{survey}/options",
    "feedback": "/feedback",
    "contacts": "/panel/contacts",
    "batches": "/panel/batches",
    "templates": "/panel/templates",
    "mailings": "/panel/mailings",
    "opt-outs": "/panel/opt-outs",
    "outbox": "/panel/outbox",
    "API clients": "/settings/clients",
    "webhooks": "/settings/webhooks",
    "people": "/settings/people",
    "retention": "/settings/retention",
    "audit log": "/settings/audit",
    "jobs": "/settings/jobs",
    "account": "/account",
    "API reference": "/docs",
    "reference of one API": "/docs/forsta",
}
"""Page → its path below the workspace's, except for `/docs`; `{survey}` has the respondents."""
COUNTED: dict[str, str] = {
    "figures of a survey": "{survey}/results/figures",
    "results": "{survey}",
    "results of a filter": "{survey}?" + urlencode(_RATING),
}
"""Pages of what a job counts; asked for last, since the job works for a while beside the server."""


class Member:
    """A person signed in over one connection."""

    def __init__(self, running: Running, workspace: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=300)
        self.pid = running.pid
        self._workspace = workspace
        self._cookies: dict[str, str] = {}
        _, page = self._ask("/console/sign-in")
        token = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
        form = {"csrf": token[1] if token else "", "email": EMAIL, "password": PASSWORD}
        status, said = self._ask("/console/sign-in", form)
        if status != 303:
            raise CannotMeasure(f"Signing in gave {status}: {said[:200]}")

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def page(self, path: str) -> str:
        """One page. Raises CannotMeasure for any other status than 200."""
        whole = path if path.startswith("/docs") else f"/console/{self._workspace}{path}"
        status, said = self._ask(whole)
        if status != 200:
            raise CannotMeasure(f"{whole} gave {status}: {said[:200]}")
        return said

    def _ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if form is None:
            self._connection.request("GET", path, headers=headers)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            self._connection.request("POST", path, urlencode(form), headers)
        reply = self._connection.getresponse()
        for name, value in reply.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, content = value.partition(";")[0].partition("=")
                self._cookies[cookie] = content
        return reply.status, reply.read().decode()


def pages(stage: Stage) -> list[Row]:
    """A line for each page: the median by the clock, over one connection, of a server that is awake."""
    place = stage.opinions
    survey = _owner(place)
    known = {
        "survey": f"/surveys/{survey}",
        "middle": stage.answered // 2,
        "deep": stage.answered // 2,
    }
    with ExitStack() as stack:
        running = stack.enter_context(rejoinder(place.url, pinned=True))
        member = Member(running, place.workspace)
        stack.callback(member.close)
        rows = [_measured(member, name, path.format(**known)) for name, path in PAGES.items()]
        note = "" if _settled(member, COUNTED["results"].format(**known)) else ", while a job counts"
        return rows + [_measured(member, name, path.format(**known), note) for name, path in COUNTED.items()]


def _owner(place: Place) -> int:
    """Make the person who looks; the survey's number."""
    database = Database(place.url)
    try:
        return database.write(lambda session: _with_owner(Unit(session, place.workspace, "bench", _now())))
    finally:
        database.close()


def _with_owner(unit: Unit) -> int:
    create_user(unit, EMAIL, PASSWORD, "owner")
    return open_survey(unit, ALIAS).id


def _now() -> int:
    return time.time_ns() // 1000


def _settled(member: Member, results: str) -> bool:
    """The first look at results asks a job to count them: wait, for as long as is reasonable."""
    with step("console: results are counted"):
        until = time.monotonic() + SETTLE
        while 'class="question-cards"' not in member.page(results):
            if time.monotonic() > until:
                return False
            time.sleep(2)
        return True


def _measured(member: Member, name: str, path: str, beside: str = "") -> Row:
    """The first look fills caches and is left out."""
    size = len(member.page(path))
    spent = cpu_seconds(member.pid)
    took = sorted(_milliseconds(member, path) for _ in range(TIMES))
    spent = (cpu_seconds(member.pid) - spent) * 1000 / TIMES
    middle = statistics.median(took)
    note = f"{size / 1000:,.0f} kB, {spent:.0f} ms of the processor, at worst {took[-1]:.0f} ms{beside}"
    return Row(
        "26",
        f"console: {name}",
        f"{middle:.1f} ms",
        f"{MOST:.0f} ms",
        middle,
        MOST,
        at_most=True,
        unit="ms",
        note=note,
    )


def _milliseconds(member: Member, path: str) -> float:
    started = time.perf_counter()
    member.page(path)
    return (time.perf_counter() - started) * 1000
