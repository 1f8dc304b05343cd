"""Rows 26 and 27: what each page of the console costs the server, on SQLite and on PostgreSQL.

Two workspaces are looked at: one with a survey that all respondents answered, one with as many responses that
are read as feedback, and with people who are written to.
"""

from __future__ import annotations

import http.client
import re
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlencode

from bench.addresses import COUNTED, FEEDBACK, PAGES, PANEL, TRIALS, names_of
from bench.harness import CannotMeasure, cpu_seconds, seconds, step
from bench.opinions import ALIAS
from bench.servers import Running, rejoinder
from bench.stage import Place, Stage, postgres_server
from bench.table import Row
from bench.voices import Voices, gathered
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_user
from rejoinder.store.engine import Database
from rejoinder.store.session import Session

MOST = 100.0
"""Milliseconds that a page may take (median)."""
TIMES, SETTLE = 7, 300
"""Looks at each page; seconds that counting may take."""
EMAIL, PASSWORD = "bench@example.org", "a password for the bench"


class Member:
    """A person signed in over one connection; `number` — of the row that is measured."""

    def __init__(self, running: Running, workspace: int, number: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=300)
        self._pid, self._number, self._workspace = running.pid, number, workspace
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

    def page(self, path: str, form: dict[str, str] | None = None) -> str:
        """One page, or the answer to a form. Raises CannotMeasure for any other status than 200."""
        whole = path if path.startswith("/docs") else f"/console/{self._workspace}{path}"
        status, said = self._ask(whole, form)
        if status != 200:
            raise CannotMeasure(f"{whole} gave {status}: {said[:200]}")
        return said

    def measured(self, name: str, path: str, beside: str = "", form: dict[str, str] | None = None) -> Row:
        """A line for a page. The first look fills caches and is left out."""
        size = len(self.page(path, form))
        spent = cpu_seconds(self._pid)
        took = sorted(seconds(lambda: self.page(path, form)) * 1000 for _ in range(TIMES))
        spent = (cpu_seconds(self._pid) - spent) * 1000 / TIMES
        middle = statistics.median(took)
        note = f"{size / 1000:,.0f} kB, {spent:.0f} ms of the processor, at worst {took[-1]:.0f} ms{beside}"
        print(f"  {name}: {middle:.1f} ms; {note}", file=sys.stderr, flush=True)
        ours, most = f"{middle:.1f} ms", f"{MOST:.0f} ms"
        what = f"console: {name}"
        return Row(self._number, what, ours, most, middle, MOST, at_most=True, unit="ms", note=note)

    def tried(self, name: str, form: dict[str, str]) -> Row:
        """A line for a form that only looks."""
        token = re.search(r'"X-CSRF-Token": "([0-9a-f]+)"', self.page("/feedback/new-tag"))
        return self.measured(name, "/feedback/try-terms", form={"csrf": token[1] if token else "", **form})

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
    """A line for each page on SQLite: the median by the clock, over one connection."""
    return _pages("26", stage.opinions, stage.voices, stage.answered)


def on_postgres(stage: Stage) -> list[Row]:
    """The same on PostgreSQL, whose work is in the figures by the clock alone."""
    with ExitStack() as stack:
        server = postgres_server(stack)
        answers = stage.opinions_in(server.url(server.create()))
        voices = gathered(server.url(server.create()), stage.answered)
        return _pages("27", answers, voices, stage.answered)


def _pages(number: str, answers: Place, voices: Voices, answered: int) -> list[Row]:
    survey = _with_owner(answers.url, answers.workspace, ALIAS)
    known = {"survey": f"/surveys/{survey}", "middle": answered // 2, "deep": answered // 2}
    with _member(number, answers.url, answers.workspace) as member:
        rows = [member.measured(name, path.format(**known)) for name, path in PAGES.items()]
        note = "" if _settled(member, COUNTED["results"].format(**known)) else ", while a job counts"
        rows += [member.measured(name, path.format(**known), note) for name, path in COUNTED.items()]
    named = names_of(voices, _with_owner(voices.url, voices.workspace, "big"))
    with _member(number, voices.url, voices.workspace) as member:
        rows += [member.measured(name, path.format(**named)) for name, path in {**PANEL, **FEEDBACK}.items()]
        return rows + [member.tried(name, form) for name, form in TRIALS.items()]


@contextmanager
def _member(number: str, url: str, workspace: int) -> Iterator[Member]:
    with rejoinder(url, pinned=True) as running:
        member = Member(running, workspace, number)
        yield member
        member.close()


def _with_owner(url: str, workspace: int, alias: str) -> int:
    """Make the person who looks; the number of a survey."""
    database = Database(url)

    def make(session: Session) -> int:
        unit = Unit(session, workspace, "bench", time.time_ns() // 1000)
        create_user(unit, EMAIL, PASSWORD, "owner")
        return open_survey(unit, alias).id

    try:
        return database.write(make)
    finally:
        database.close()


def _settled(member: Member, results: str) -> bool:
    """The first look at results asks a job to count them: wait, for as long as is reasonable."""
    with step("console: results are counted"):
        until = time.monotonic() + SETTLE
        while 'class="question-cards"' not in member.page(results):
            if time.monotonic() > until:
                return False
            time.sleep(2)
        return True
