"""`rejoinder mail`, `mailing` and `optout`: what is printed, what is sent, and what a kill leaves behind."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli.conftest import Process, Shell
from rejoinder.core.mail.sending import LEASE
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import find_workspace
from rejoinder.jobs.mail import Sender
from rejoinder.jobs.runner import Runner
from rejoinder.settings import from_environment
from rejoinder.store.engine import Database
from rejoinder.store.mail import workspaces_with_mail
from servers import smtp
from servers.post import CONTENT

DEFINITION = {"title": "Visits", "elements": [{"type": "text", "name": "comment"}]}


@pytest.fixture
def server() -> Iterator[smtp.Server]:
    with smtp.running() as found:
        yield found


def furnish(shell: Shell, *emails: str) -> None:
    """A survey, respondents and a template."""
    Path("visits.json").write_text(json.dumps(DEFINITION))
    assert shell("survey", "create", "visits.json", "-w", "acme", "-a", "visits").code == 0
    Path("hello.html").write_text(CONTENT, encoding="utf-8")
    made = shell("mail", "template", "create", "-w", "acme", "hello", "Hi {label1}", "hello.html", "--json")
    assert made.json == {"id": 1, "name": "hello"}
    load(*emails)


def load(*emails: str) -> None:
    from rejoinder.core.respondents.write import Batch, add

    database = Database(from_environment().database)
    rows = [{"email": one, "label1": "x"} for one in emails]
    batch = Batch(json.dumps(rows).encode(), (), ("email", "label1"))
    database.write(
        lambda s: add(Unit(s, find_workspace(s, "acme").id, "test", 1), "visits", "respondent", batch)
    )
    database.close()


def settle(monkeypatch: pytest.MonkeyPatch, server: smtp.Server | None = None) -> None:
    """Settings under which mail is sent."""
    monkeypatch.setenv("REJOINDER_PUBLIC_URL", "https://s.example.org")
    if server:
        monkeypatch.setenv("REJOINDER_MAIL_FROM", "Surveys <surveys@example.org>")
        monkeypatch.setenv("REJOINDER_SMTP_URL", server.url())
        monkeypatch.setenv("REJOINDER_MAIL_PER_MINUTE", "0")
        monkeypatch.setenv("REJOINDER_MAIL_ADDRESS_GAP", "0")


def test_from_template_to_statistics(
    store: Shell, server: smtp.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(monkeypatch, server)
    furnish(store, "a@example.org", "b@example.org", "c@example.org")
    assert store("optout", "add", "-w", "acme", "C@example.org", "--json").json == {"added": 1}
    queued = store("mailing", "create", "-w", "acme", "visits", "hello", "--all", "--json").json
    assert queued == {"mailing": 1, "waiting": 2, "skipped": {"opted out": 1}, "repeated": 0}
    assert store("work", "--once").code == 0
    assert {one.recipient for one in server.taken} == {"a@example.org", "b@example.org"}
    shown = store("mailing", "show", "-w", "acme", "1", "--json").json
    assert (shown["sent"], shown["skipped"], shown["kind"]) == (2, {"opted out": 1}, "invitation")
    assert "sent" in store("mailing", "show", "-w", "acme", "1").out
    reminded = store("mailing", "remind", "-w", "acme", "1", "--min-days", "0", "--json").json
    assert reminded["waiting"] == 2
    assert store("mailing", "stop", "-w", "acme", "2", "--json").json == {"stopped": 2}
    listed = store("mailing", "list", "-w", "acme", "--survey", "visits", "--json").json["mailings"]
    assert [one["kind"] for one in listed] == ["reminder", "invitation"]
    assert "hello" in store("mail", "template", "list", "-w", "acme").out
    assert "{survey_link}" in store("mail", "template", "show", "-w", "acme", "1").out
    assert store("mailing", "create", "-w", "acme", "visits", "hello").code == 2
    assert store("mailing", "show", "-w", "acme", "9").code == 1


def test_the_outbox_is_read_and_let_go(
    store: Shell, server: smtp.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(monkeypatch)
    furnish(store, "a@example.org")
    queued = store("mailing", "create", "-w", "acme", "visits", "hello", "--respid", "1")
    assert queued.out == "Mailing 1: 1 mail waits; left out: nobody.\n"
    assert "rejoinder mail outbox -w acme" in queued.err
    store("work", "--once")
    (kept,) = store("mail", "outbox", "-w", "acme", "--json").json["mails"]
    assert kept["status"] == "outbox"
    shown = store("mail", "show", "-w", "acme", str(kept["id"]), "--json").json
    assert shown["letter"]["to"] == "a@example.org"
    assert "https://s.example.org/s/visits/" in shown["letter"]["text"]
    assert "To: a@example.org" in store("mail", "show", "-w", "acme", str(kept["id"])).out
    assert "REJOINDER_SMTP_URL" in store("mail", "outbox", "-w", "acme", "--send").err
    settle(monkeypatch, server)
    store("work", "--once")
    assert server.taken == [], "it does not go by itself"
    assert store("mail", "outbox", "-w", "acme", "--send", "--json").json == {"released": 1}
    store("work", "--once")
    assert len(server.taken) == 1
    assert "empty" in store("mail", "outbox", "-w", "acme").out


def test_a_person_decides_about_doubtful_mails(
    store: Shell, server: smtp.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(monkeypatch, server)
    furnish(store, "a@example.org", "b@example.org", "ok@example.org")
    server.stages = {"a@example.org": "data", "b@example.org": "end"}
    store("mailing", "create", "-w", "acme", "visits", "hello", "--all")
    store("work", "--once")
    second, first = store("mail", "doubtful", "-w", "acme", "--json").json["mails"]
    assert (first["respid"], second["respid"]) == (1, 2)
    server.stages = {}
    assert store("mail", "sent", "-w", "acme", str(second["id"]), "--json").json["status"] == "sent"
    assert store("mail", "resend", "-w", "acme", str(first["id"])).code == 0
    store("work", "--once")
    assert [one.recipient for one in server.taken].count("a@example.org") == 1
    assert store("mailing", "show", "-w", "acme", "1", "--json").json["sent"] == 3
    refused = store("mail", "resend", "-w", "acme", str(first["id"]))
    assert (refused.code, "is sent" in refused.err) == (1, True)
    assert store("mail", "show", "-w", "acme", "99").code == 1


def test_the_settings_are_checked_by_one_mail(
    lite: Shell, server: smtp.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "REJOINDER_SMTP_URL" in lite("mail", "test", "a@example.org").err
    settle(monkeypatch, server)
    done = lite("mail", "test", "a@example.org", "--json")
    assert (done.code, done.json["sent"]) == (0, True)
    assert server.taken[0].message["Subject"] == "A test of Rejoinder"
    server.refuse["gone@example.org"] = "550 5.1.1 No such user"
    assert "550 5.1.1 No such user" in lite("mail", "test", "gone@example.org").err
    assert lite("mail", "test", "nobody").code == 1
    monkeypatch.setenv("REJOINDER_SMTP_URL", f"smtp://u:hunter2@127.0.0.1:{server.port}")
    ended = lite("mail", "test", "a@example.org")
    assert "offers no encryption" in ended.err
    assert "hunter2" not in ended.err + lite("doctor").out


def test_opt_outs_are_imported_and_counted(store: Shell) -> None:
    Path("gone.txt").write_text("\ufeffa@example.org\n\nB@example.org\nb@EXAMPLE.org\n", encoding="utf-8")
    assert store("optout", "import", "-w", "acme", "gone.txt", "--json").json == {"addresses": 3, "added": 2}
    listed = store("optout", "list", "-w", "acme")
    assert "2 in all" in listed.out
    assert "example" not in listed.out
    assert store("optout", "remove", "-w", "acme", "a@example.org").code == 0
    assert store("optout", "remove", "-w", "acme", "a@example.org").code == 1
    Path("bad.txt").write_text("x@example.org\nnobody\n")
    assert "Address 2" in store("optout", "import", "-w", "acme", "bad.txt").err
    assert store("optout", "list", "-w", "acme", "--json").json["total"] == 1


def test_a_kill_in_the_middle_sends_nothing_twice(
    store: Shell,
    start: Callable[..., Process],
    server: smtp.Server,
    monkeypatch: pytest.MonkeyPatch,
    database_url: str,
) -> None:
    """Workers are killed again and again; each mail arrives once, or is shown as doubtful."""
    settle(monkeypatch, server)
    people = [f"p{n}@example.org" for n in range(150)]
    furnish(store, *people)
    store("mailing", "create", "-w", "acme", "visits", "hello", "--all")
    settings = {
        "REJOINDER_DATABASE": database_url,
        "REJOINDER_PUBLIC_URL": "https://s.example.org",
        "REJOINDER_MAIL_FROM": "surveys@example.org",
        "REJOINDER_SMTP_URL": server.url(),
        "REJOINDER_MAIL_PER_MINUTE": "0",
    }
    for count in (20, 70):
        worker = start("work", **settings)
        server.wait_for(count)
        worker.kill()
        worker.end(signal.SIGKILL)
        _forget_leases(database_url)
    _work_on(database_url, skew=0)
    _work_on(database_url, skew=LEASE + 1)
    arrived = [one.recipient for one in server.taken]
    doubtful = store("mail", "doubtful", "-w", "acme", "--json").json["mails"]
    stats = store("mailing", "show", "-w", "acme", "1", "--json").json
    assert len(arrived) == len(set(arrived)), "a mail went out twice"
    assert (stats["waiting"], stats["sent"] + stats["doubtful"]) == (0, 150)
    assert len(doubtful) == stats["doubtful"] <= 2
    assert stats["sent"] <= len(arrived) <= 150
    missing = {int(one[1:].partition("@")[0]) + 1 for one in set(people) - set(arrived)}
    assert missing <= {one["respid"] for one in doubtful}, "whatever did not arrive is shown"


def _forget_leases(url: str) -> None:
    """Let the dead worker's job be taken at once instead of after its lease."""
    from sqlalchemy import update

    from rejoinder.store.tables.effects import job

    database = Database(url)
    database.write(lambda s: s.run(update(job).where(job.c.status == "running").values(claimed_until=0)))
    database.close()


def _work_on(url: str, skew: int) -> None:
    """Do what is due, by a clock that is ahead by `skew` µs."""
    database = Database(url)

    def clock() -> int:
        return time.time_ns() // 1000 + skew

    Runner(database, {"send_mail": Sender(from_environment(), clock)}, clock=clock).run_due()
    assert skew == 0 or database.read(workspaces_with_mail) == []
    database.close()
