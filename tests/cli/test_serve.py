"""`serve`, `demo` and `work` as processes: ready lines, signals, several workers, taken ports."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from cli.conftest import Process, Shell
from rejoinder.demo.people import COUNT, MAIL, RECEIPT, SITE, customers
from rejoinder.demo.sample import FEEDBACK, dated
from rejoinder.dialects.register import VENDORS

DAY = 86_400_000_000
Start = Callable[..., Process]


def get(url: str, token: str | None = None) -> tuple[int, bytes]:
    """GET an address."""
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def ready(process: Process) -> str:
    """The address in the line that `--json` prints when the server answers."""
    line = process.line()
    assert line, process.end().err
    url: str = json.loads(line)["url"]
    return url


def test_it_migrates_serves_says_so_and_ends_well(start: Start, bare_database_url: str) -> None:
    server = start("serve", "--port", "0", "--json", REJOINDER_DATABASE=bare_database_url)
    url = ready(server)
    assert get(f"{url}/livez") == (200, b"alive\n")
    status, body = get(f"{url}/readyz")
    assert (status, json.loads(body)["ready"]) == (200, True)
    ended = server.end()
    assert ended.code == 0
    assert "Traceback" not in ended.err


def test_it_says_what_mails_wait_for(start: Start, sqlite_url: str) -> None:
    told = {"REJOINDER_DATABASE": sqlite_url, "REJOINDER_SMTP_URL": "smtp://127.0.0.1:1"}
    server = start("serve", "--port", "0", REJOINDER_PUBLIC_URL="https://example.org", **told)
    assert "serves at" in server.line()
    assert "Mails wait until REJOINDER_MAIL_FROM is set" in server.end().err


def test_no_migrate_refuses_an_old_database(start: Start, bare_sqlite_url: str) -> None:
    server = start("serve", "--port", "0", "--no-migrate", "--database", bare_sqlite_url)
    assert server.line() == ""
    ended = server.end()
    assert ended.code == 1
    assert "rejoinder migrate" in ended.err


@pytest.mark.parametrize("workers", ["1", "2"])
def test_it_prints_and_logs_a_link_for_the_first_owner(
    start: Start, shell: Shell, bare_database_url: str, workers: str
) -> None:
    """The links of two servers, and of the command, are all good until there is an owner."""
    told = {"REJOINDER_DATABASE": bare_database_url, "REJOINDER_LOG_FORMAT": "json"}
    first = start("serve", "--port", "0", "--json", "--workers", workers, **told)
    shown = json.loads(first.line())
    assert shown["setup"].startswith(shown["url"] + "/console/welcome?key=")
    second = start("serve", "--port", "0", REJOINDER_PUBLIC_URL="https://example.org/r", **told)
    url = second.line().split()[3]
    (link,) = [word for word in second.line().split() if word.startswith("http")]
    assert link.startswith("https://example.org/r/console/welcome?key=")
    made = shell("user", "setup-link", "--database", bare_database_url, "--json").json["setup"]
    assert made.startswith("http://127.0.0.1:8321/console/welcome?key=")
    for one in (shown["setup"], link, made):
        status, page = get(f"{url}/console/welcome?{one.partition('?')[2]}")
        assert (status, b'name="workspace"' in page) == (200, True)
    assert get(f"{url}/console/welcome?key={'x' * 43}")[0] == 403
    assert shown["setup"] in first.end().err, "the log has it, too"
    shell("workspace", "create", "acme", "--database", bare_database_url)
    assert shell("user", "setup-link", "--database", bare_database_url).code == 1
    assert second.end().code == 0
    third = start("serve", "--port", "0", "--json", **told)
    assert set(json.loads(third.line())) == {"url"}
    third.end()


DAILY = ["purge", "retention"]


def test_several_workers_share_port_and_numbers(start: Start, sqlite_url: str) -> None:
    server = start("serve", "--port", "0", "--workers", "2", "--json", "--database", sqlite_url)
    url = ready(server)
    for _ in range(20):
        assert get(f"{url}/livez")[0] == 200
    # Whichever process is asked, it answers for both, as of some seconds ago.
    counted, waited = "", threading.Event()
    while not counted.endswith(" 20.0") and not waited.wait(0.1):
        numbers = get(f"{url}/metrics")[1].decode().splitlines()
        counted = next((line for line in numbers if "_count" in line and '"GET /livez"' in line), "")
    ended = server.end()
    assert ended.code == 0
    assert "Traceback" not in ended.err


def test_the_server_runs_jobs_and_work_does_elsewhere(start: Start, store: Shell, database_url: str) -> None:
    """What comes back daily is scheduled by whoever comes first and done once."""
    server = start("serve", "--port", "0", "--json", REJOINDER_DATABASE=database_url)
    other = start("work", "--json", REJOINDER_DATABASE=database_url)
    ready(server)
    done: list[dict[str, object]] = []
    waited = threading.Event()
    while len(done) < len(DAILY) and not waited.wait(0.05):
        done = store("jobs", "list", "--status", "done", "--json").json["jobs"]
    assert other.end().code == 0
    assert server.end().code == 0
    assert sorted((one["kind"], one["attempts"]) for one in done) == [(kind, 1) for kind in DAILY]
    waiting = store("jobs", "list", "--status", "waiting", "--json").json["jobs"]
    assert sorted(one["kind"] for one in waiting) == DAILY


def test_a_server_without_jobs_runs_none(start: Start, lite: Shell, sqlite_url: str) -> None:
    server = start("serve", "--port", "0", "--json", REJOINDER_DATABASE=sqlite_url, REJOINDER_JOBS="off")
    ready(server)
    server.end()
    assert lite("jobs", "list", "--json").json["jobs"] == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_readiness_at_once_and_lets_a_request_end(
    start: Start, sqlite_url: str, number: signal.Signals
) -> None:
    """A request whose body is still coming when the signal arrives gets its answer."""
    server = start("serve", "--port", "0", "--json", "--database", sqlite_url)
    host, port = ready(server).removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as late:
        late.sendall(
            b"POST /identity/connect/token HTTP/1.1\r\nHost: x\r\nContent-Length: 29\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\ngrant_type=api-user"
        )
        # Another connection's answer shows that the server has seen the first one.
        assert get(f"http://{host}:{port}/livez")[0] == 200
        server.tell(number)
        late.sendall(b"&scope=abc")
        answer = late.recv(65536)
    assert answer.startswith(b"HTTP/1.1 4")
    assert server.end().code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--host", "no.such.host.invalid"), "is not a host"),
        (("--host", "192.0.2.1"), "not an address of this machine"),
        (("--database", "postgresql://u:hush@127.0.0.1:1/x"), "rejoinder doctor"),
    ],
)
def test_what_cannot_be_served_is_a_sentence(shell: Shell, words: tuple[str, ...], told: str) -> None:
    ended = shell("serve", "--port", "0", *words)
    assert (ended.code, ended.out) == (1, "")
    assert told in ended.err
    assert "hush" not in ended.err


def test_a_taken_port_is_a_sentence(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = shell("serve", "--port", str(taken.getsockname()[1]))
    assert ended.code == 1
    assert "--port" in ended.err
    assert not Path("rejoinder-data").exists()


PROOFS = {
    "forsta": "example.com",
    "goodbridge": '"finish_reason":1',
    "surveykiwi": "example.com",
    "webankieta": f'"total":"{COUNT}"',
    "cxi": '"feedback_date":',
}
"""What the reply to a dialect's request shows when it read the sample."""


def paste(text: str) -> str:
    """What a shell prints for a pasted line."""
    return subprocess.run(["sh", "-c", text], capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="the demo's requests are for curl")
def test_the_demo_serves_requests_that_work_when_pasted_and_can_be_repeated(start: Start) -> None:
    first = start("demo", "--port", "0", "--json")
    shown = json.loads(first.line())
    assert set(shown["requests"]) == {"token", *(dialect.name for dialect in VENDORS)}
    assert json.loads(paste(shown["requests"]["token"]))["access_token"]
    for dialect in VENDORS:
        assert PROOFS[dialect.name] in paste(shown["requests"][dialect.name])
    assert "Customer survey 2026" in paste(f"curl -s {shown['page']}")
    assert first.end().code == 0

    second = start("demo", "--port", "0", "--json")
    again = json.loads(second.line())
    assert again["client_secret"] == shown["client_secret"]
    assert json.loads(paste(again["requests"]["token"]))["access_token"]
    assert second.end(signal.SIGINT).code == 0

    fresh = start("demo", "--port", "0", "--fresh")
    lines = [fresh.line()]
    while not lines[-1].startswith("What there is"):
        lines.append(fresh.line())
        assert lines[-1], fresh.end().err
    text = "".join(lines)
    assert shown["client_secret"] not in text
    pasted = text[text.index("\ncurl") : text.index("\nWhat there is")]
    commands = "\n".join(line for line in pasted.splitlines() if not line.startswith("Read through"))
    printed = paste(commands)
    assert all(proof in printed for proof in PROOFS.values())


def test_the_demos_people_are_the_same_every_time() -> None:
    """They lie on the days before today, whenever that is, and are the happier the later they came."""
    noon = 20_000 * DAY + DAY // 2
    found = customers(noon)
    assert found == customers(noon)
    assert [one.record for one in customers(noon + 9 * DAY)] == [one.record for one in found]
    assert len({one.record["email"] for one in found}) == COUNT
    ended = [one.life.completed_at for one in found if one.life.completed_at]
    assert noon - 85 * DAY < min(ended) <= max(ended) < noon
    assert max(ended) > noon - 2 * DAY
    assert len({at // DAY for at in ended}) > 40, "spread over the days"
    assert {one.way for one in found} == {MAIL, RECEIPT, SITE}
    assert {one.life.language for one in found} == {"en", "pl", None}
    assert all(life.opened_at is None or life.created_at <= life.opened_at for *_, life, _, _ in found)
    asked = [one for one in found if one.life.completed_at]
    early, late = (
        [int(one.record["satisfaction"]) for one in asked if (one.life.completed_at > noon - 21 * DAY) is new]
        for new in (False, True)
    )
    assert sum(late) / len(late) > sum(early) / len(early) + 0.3


def test_the_demos_reviews_end_before_today() -> None:
    reviews = (files("rejoinder.demo") / FEEDBACK).read_text()
    assert "{58}" in reviews
    told = re.findall(r"\d{4}-\d\d-\d\d", dated(reviews, 20_000 * DAY))
    assert len(told) == 12
    assert (told[0], told[-1]) == ("2024-08-07", "2024-10-02")
