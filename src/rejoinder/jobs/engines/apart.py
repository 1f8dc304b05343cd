"""Let another process read texts, so that the one that serves requests goes on meanwhile.

Reading a batch keeps one processor busy for a tenth of a second, and Python lets one thread of a process run
at a time. The process is started when there is something to read, and ends when there was nothing for some
minutes (`child.py`). Where it cannot be started, hangs or dies, a batch is tried again in a new one, then
read here.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from rejoinder.jobs.engines.child import IDLE, LONGEST, Hello, Question, answer, receive, send
from rejoinder.model.analysis import Analysis
from rejoinder.text.engine import TextEngine, choose
from rejoinder.text.tagset import TagSet

_LOG = logging.getLogger(__name__)
TRIES = 2
STRIKES, PAUSE = 3, 300.0
"""After so many batches in a row that no process could read they are read here, for so many seconds."""
AT_ONCE = 1000
"""Texts in one message at the most, which bounds how long an answer may take."""
CHILD = "rejoinder.jobs.engines.child"
_hello = msgspec.msgpack.Decoder(Hello).decode
_analyses = msgspec.msgpack.Decoder(list[Analysis]).decode


class ApartEngine:
    """An engine in a process of its own. May be used by several threads, one after the other.

    Parameters: `choice` — the name of an engine (`text.engine.ENGINES`); `longest` — seconds for an answer,
    also an attribute; `idle` — whole seconds without a question after which the process ends; `module` —
    what it runs.
    """

    def __init__(
        self, choice: str = "embedded", *, longest: float = LONGEST, idle: int = IDLE, module: str = CHILD
    ) -> None:
        self._choice, self.longest = choice, longest
        self._words = ("-m", module, choice, str(idle))
        self._lock = threading.Lock()
        self._process: _Process | None = None
        self._known: Hello | None = None
        self._strikes, self._closed_until = 0, 0.0

    @property
    def name(self) -> str:
        """The engine's name."""
        return self._facts().name

    @property
    def version(self) -> str:
        """The engine's version."""
        return self._facts().version

    @property
    def languages(self) -> frozenset[str]:
        """The languages that the engine reads."""
        return frozenset(self._facts().languages)

    def analyse(
        self,
        texts: Sequence[str],
        langs: Sequence[str | None],
        tagset: TagSet,
        scores: Sequence[float | None] | None = None,
    ) -> list[Analysis]:
        """Analyse a batch, as `text.engine.TextEngine` says."""
        return self.read(texts, langs, tagset, scores, None)

    def taught(self, heads: bytes) -> TextEngine:
        """The engine with what a workspace taught it (`text.learned`)."""
        return _Taught(self, heads)

    def read(
        self,
        texts: Sequence[str],
        langs: Sequence[str | None],
        tagset: TagSet,
        scores: Sequence[float | None] | None,
        heads: bytes | None,
    ) -> list[Analysis]:
        """As `analyse`, with heads."""
        found: list[Analysis] = []
        for first in range(0, len(texts), AT_ONCE):
            part = slice(first, first + AT_ONCE)
            beside = None if scores is None else scores[part]
            found += self._part(Question(texts[part], langs[part], tagset.tags, beside, heads))
        return found

    def close(self) -> None:
        """End the process; the next batch starts another."""
        with self._lock:
            self._end()

    def pid(self) -> int | None:
        """The number of the process, None while there is none."""
        return self._process.pid if self._process else None

    def _part(self, question: Question) -> list[Analysis]:
        found = self._ask(lambda process: process.ask(question, len(question.texts), self.longest))
        return answer(choose(self._choice), question) if found is None else found

    def _facts(self) -> Hello:
        if self._known is None and self._ask(lambda process: []) is None:
            engine = choose(self._choice)
            self._known = Hello(engine.name, engine.version, tuple(sorted(engine.languages)))
        assert self._known is not None  # a process that runs has said it
        return self._known

    def _ask(self, ask: Callable[[_Process], list[Analysis]]) -> list[Analysis] | None:
        """What the process answers, None when no process does."""
        with self._lock:
            if time.monotonic() < self._closed_until:
                return None
            for _ in range(TRIES):
                with suppress(OSError, msgspec.DecodeError, EOFError, ValueError):
                    found = ask(self._running())
                    self._strikes = 0
                    return found
                self._end()
            self._strikes += 1
            if self._strikes >= STRIKES:
                self._closed_until = time.monotonic() + PAUSE
        _LOG.warning("The process that reads texts could not be used; they are read in this one.")
        return None

    def _running(self) -> _Process:
        if self._process is None or not self._process.alive():
            self._end()
            self._process = _Process(self._words)
            self._known = self._process.hello
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process:
            process.end()


class _Taught:
    """An engine in a process of its own, with heads."""

    def __init__(self, engine: ApartEngine, heads: bytes) -> None:
        from rejoinder.text.learned import digest

        self._engine, self._heads = engine, heads
        self.name, self.languages = engine.name, engine.languages
        self.version = f"{engine.version}+{digest(heads)}"

    def analyse(
        self,
        texts: Sequence[str],
        langs: Sequence[str | None],
        tagset: TagSet,
        scores: Sequence[float | None] | None = None,
    ) -> list[Analysis]:
        """Analyse a batch, as `text.engine.TextEngine` says."""
        return self._engine.read(texts, langs, tagset, scores, self._heads)


class _Process:
    """A process that answers. Raises OSError, EOFError or a decoder's error when it does not."""

    def __init__(self, words: Sequence[str]) -> None:
        # It is told where the code is and nothing else: settings hold secrets.
        places = [place for place in sys.path if Path(place).is_absolute()]
        threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(  # noqa: S603  our own words
            [sys.executable, "-P", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": os.pathsep.join(places), **threads},
        )
        # Somebody must take note of its end, whenever that is.
        threading.Thread(target=self._process.wait, name="text-process", daemon=True).start()
        self.pid = self._process.pid
        try:
            self.hello = _hello(self._within(lambda: receive(self._out), LONGEST))
        except BaseException:
            self.end()
            raise

    def alive(self) -> bool:
        """Whether it runs, as far as is known."""
        return self._process.returncode is None

    def ask(self, question: Question, count: int, longest: float) -> list[Analysis]:
        """Have a batch read."""

        def exchange() -> bytes | None:
            assert self._process.stdin is not None
            send(self._process.stdin, question)  # type: ignore[arg-type]
            return receive(self._out)

        found = _analyses(self._within(exchange, longest))
        if len(found) != count:
            raise EOFError
        return found

    def end(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if stream:
                    stream.close()

    @property
    def _out(self) -> BinaryIO:
        assert self._process.stdout is not None
        return self._process.stdout  # type: ignore[return-value]

    def _within(self, work: Callable[[], bytes | None], longest: float) -> bytes:
        """What comes within the time; a process that is too slow is killed, which ends the waiting."""
        timer = threading.Timer(longest, self._process.kill)
        timer.daemon = True
        timer.start()
        try:
            found = work()
        finally:
            timer.cancel()
        if found is None:
            raise EOFError
        return found
