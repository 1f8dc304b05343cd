"""Reading in a process of its own gives what reading here gives, whatever becomes of the process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import msgspec
import numpy as np
import pytest

from rejoinder.jobs.crew import Crew
from rejoinder.jobs.engines.apart import STRIKES, ApartEngine
from rejoinder.jobs.engines.child import Hello, Question, receive, send, serve
from rejoinder.jobs.engines.chosen import engine_of, reader_of, rest
from rejoinder.jobs.register import crew
from rejoinder.settings import Settings
from rejoinder.store.engine import Database
from rejoinder.text import learning
from rejoinder.text.engine import choose
from rejoinder.text.learned import LearnedEngine, identity, taught
from rejoinder.text.tagset import tagset

TEXTS = ["The price is great, but support was slow.", "", "Świetna obsługa 🙂", "a\0b"] * 3
LANGS = [None, None, "pl", None] * 3
SCORES = [0.1, None, 1.0, None] * 3
TAGS = tagset([9])
HERE = choose("lexicon").analyse(TEXTS, LANGS, TAGS, SCORES)
PATIENCE = 60.0


@pytest.fixture
def engine() -> Iterator[ApartEngine]:
    made = ApartEngine("lexicon")
    yield made
    made.close()


def reads_alike(engine: ApartEngine) -> bool:
    return engine.analyse(TEXTS, LANGS, TAGS, SCORES) == HERE


def running(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not taken note of does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_reads_alike(engine: ApartEngine) -> None:
    lexicon = choose("lexicon")
    assert (engine.name, engine.version, engine.languages) == (
        lexicon.name,
        lexicon.version,
        lexicon.languages,
    )
    first = engine.pid()
    assert reads_alike(engine)
    assert engine.analyse([], [], TAGS) == []
    many = ["good", "bad, slow"] * 1100
    assert engine.analyse(many, [None] * 2200, TAGS) == lexicon.analyse(many, [None] * 2200, TAGS)
    assert engine.pid() == first


def test_the_embedded_engine_reads_alike_with_what_it_was_taught() -> None:
    embedded, engine = choose(), ApartEngine()
    table = learning.Weights(
        3, 0.5, np.arange(1 << learning.BITS, dtype="<i4").tobytes(), bytes([0, 0, 9]) * 2**14
    )
    heads = learning.encode(learning.Heads(identity(embedded), table))
    here, there = taught(embedded, heads), taught(engine, heads)
    try:
        assert isinstance(here, LearnedEngine)
        assert there is not engine
        assert (there.name, there.version) == (here.name, here.version)
        found = there.analyse(TEXTS, LANGS, TAGS, SCORES)
        assert found == here.analyse(TEXTS, LANGS, TAGS, SCORES)
        assert found != embedded.analyse(TEXTS, LANGS, TAGS, SCORES)
        assert engine.analyse(TEXTS, LANGS, TAGS) == embedded.analyse(TEXTS, LANGS, TAGS)
    finally:
        engine.close()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_process_that_died_is_replaced(engine: ApartEngine, number: int) -> None:
    assert reads_alike(engine)
    first = engine.pid()
    assert first
    os.kill(first, number)
    assert reads_alike(engine)
    assert engine.pid() not in (None, first)
    assert not running(first)


def test_a_process_that_hangs_is_ended() -> None:
    engine = ApartEngine("lexicon")
    assert reads_alike(engine)
    engine.longest = 1
    first = engine.pid()
    assert first
    os.kill(first, signal.SIGSTOP)
    assert reads_alike(engine)
    assert engine.pid() != first
    engine.close()
    wait_until(lambda: not running(first))


def test_a_process_that_dies_while_it_reads_is_replaced(engine: ApartEngine) -> None:
    assert reads_alike(engine)
    first = engine.pid()
    assert first
    os.kill(first, signal.SIGSTOP)
    timer = threading.Timer(0.2, os.kill, (first, signal.SIGKILL))
    timer.start()
    assert reads_alike(engine)
    assert engine.pid() != first


def test_what_no_process_reads_is_read_here(caplog: pytest.LogCaptureFixture) -> None:
    engine = ApartEngine("lexicon", module="rejoinder.nothing")
    for _ in range(STRIKES + 1):
        assert reads_alike(engine)
    assert engine.version == choose("lexicon").version
    assert engine.pid() is None
    assert len(caplog.messages) == STRIKES, "then it is left alone"


def test_surrogates_are_read_here(engine: ApartEngine) -> None:
    assert engine.analyse(["good \ud800"], [None], TAGS)[0].sentiment == "positive"


def test_it_ends_when_nobody_asks() -> None:
    engine = ApartEngine("lexicon", idle=1)
    assert reads_alike(engine)
    first = engine.pid()
    assert first
    wait_until(lambda: not running(first))
    assert reads_alike(engine)
    engine.close()


def test_it_stands_back_and_knows_no_secret(monkeypatch: pytest.MonkeyPatch, engine: ApartEngine) -> None:
    monkeypatch.setenv("REJOINDER_TEXT_TOKEN", "s3cret")
    assert reads_alike(engine)
    environ = Path(f"/proc/{engine.pid()}/environ").read_bytes()
    assert b"s3cret" not in environ
    assert b"REJOINDER" not in environ
    pid = engine.pid()
    assert pid
    assert os.getpriority(os.PRIO_PROCESS, pid) > os.getpriority(os.PRIO_PROCESS, 0)
    files = [os.readlink(place) for place in Path(f"/proc/{pid}/fd").iterdir()]
    assert sum("socket" in file for file in files) == 0


ORPHAN = """
import time
from rejoinder.jobs.engines.apart import ApartEngine
engine = ApartEngine("lexicon")
engine.version
print(engine.pid(), flush=True)
time.sleep(600)
"""


def test_it_ends_with_its_parent() -> None:
    with subprocess.Popen([sys.executable, "-c", ORPHAN], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        assert running(pid)
        parent.kill()
    wait_until(lambda: not running(pid))


def test_serve_speaks_the_protocol() -> None:
    asked, answered = BytesIO(), BytesIO()
    send(asked, Question(["good"], [None], TAGS.tags, None, None))
    asked.write(b"\0\0\0\0\0\0\0\x09cut")
    asked.seek(0)
    try:
        serve("lexicon", asked, answered)
    finally:
        signal.alarm(0)
    answered.seek(0)
    hello = msgspec.msgpack.decode(receive(answered) or b"", type=Hello)
    assert (hello.name, hello.version) == ("lexicon", choose("lexicon").version)
    assert receive(answered) is not None
    assert receive(answered) is None


def test_jobs_read_apart_and_the_command_line_here(database_url: str) -> None:
    lexicon = Settings(text_engine="lexicon")
    assert engine_of(lexicon) is choose("lexicon")
    reader = reader_of(lexicon)
    assert isinstance(reader, ApartEngine)
    assert reads_alike(reader)
    pid = reader.pid()
    assert pid
    database = Database(database_url)
    workers = crew(database, lexicon)
    assert isinstance(workers, Crew)
    workers.start()
    assert workers.stop(30)
    database.close()
    wait_until(lambda: not running(pid))
    assert reads_alike(reader)
    rest()
