"""The private cluster: databases are separate, templates are copied, nothing outlives its users."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from servers import keeper, postgres

HOLD = "from pathlib import Path; from servers import postgres; import sys, time\n" + (
    "with postgres.running(Path(sys.argv[1]), durable=False) as server:\n"
    "    print(server.pid, server.directory, flush=True); time.sleep(600)"
)


def fill(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE filled (n int)")


def tables(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return [row[0] for row in rows]


def test_databases_are_separate(postgres_server: postgres.Server, postgres_url: str) -> None:
    fill(postgres_url)
    other = postgres_server.create()
    assert tables(postgres_server.url(other)) == []
    postgres_server.drop(other)


def test_a_template_is_filled_once_and_copied(postgres_server: postgres.Server) -> None:
    name = f"template_{os.getpid()}"
    for _ in range(2):  # a second fill would fail: the table exists
        assert postgres_server.template(name, fill) == name
    copy = postgres_server.create(name)
    assert tables(postgres_server.socket_url(copy)) == ["filled"]
    postgres_server.drop(copy)
    postgres_server.drop(name)


def test_the_port_asks_for_a_password(postgres_server: postgres.Server) -> None:
    wrong = postgres_server.url().replace(postgres_server.password, "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_the_cluster_ends_with_its_last_user_even_when_killed(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    words = [sys.executable, "-c", HOLD, str(tmp_path)]
    users = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=env) for _ in range(2)]
    try:
        first, second = (user.stdout.readline().split() for user in users if user.stdout)
        assert first == second, "both share one cluster"
        pid, directory = int(first[0]), Path(first[1])
        end(users[0])
        os.kill(pid, 0)  # still there for the other one
    finally:
        for user in users:
            with user:  # closes its pipe
                end(user)
    until(lambda: not directory.exists())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def end(user: subprocess.Popen[str]) -> None:
    user.kill()
    user.wait()


def until(done: Callable[[], bool], seconds: float = 30) -> None:
    patience = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < patience, "the keeper did not clean up"
        time.sleep(0.02)


def test_a_cluster_of_ones_own_keeps_what_it_acknowledged() -> None:
    with (
        postgres.running(settings={"work_mem": "5MB"}) as server,
        psycopg.connect(server.socket_url()) as connection,
    ):
        shown = {name: connection.execute(f"SHOW {name}").fetchone() for name in ("fsync", "work_mem")}
    assert shown == {"fsync": ("on",), "work_mem": ("5MB",)}
    until(lambda: not Path(server.directory).exists())


def test_a_setting_that_cannot_be_is_explained() -> None:
    with (
        pytest.raises(postgres.PostgresMissing, match="unrecognized configuration parameter"),
        postgres.running(settings={"no_such_setting": "1"}),
    ):
        pass


def test_text_has_the_order_of_a_dictionary(postgres_url: str) -> None:
    query = "SELECT word FROM (VALUES ('b'), ('B'), ('a'), ('Á')) AS t (word) ORDER BY word"
    with psycopg.connect(postgres_url) as connection:
        if connection.info.server_version < 150000:
            pytest.skip("a cluster before PostgreSQL 15 cannot have ICU's order as its default")
        words = [row[0] for row in connection.execute(query)]
    assert words == ["a", "Á", "b", "B"], "bytes would give B, a, b, Á"


def test_a_missing_installation_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glob.glob", lambda pattern: [])
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(keeper.NoServerError, match="apt-get install postgresql"):
        keeper.find_binaries()
