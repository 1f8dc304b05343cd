"""The process that reads texts for another one (`apart.py`): questions come on standard input, answers go to
standard output.

    python -m rejoinder.jobs.engines.child ENGINE IDLE

It ends when nobody asks any more, when whoever started it is gone, and when it takes too long.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from typing import BinaryIO

import msgspec

from rejoinder.model.analysis import Analysis
from rejoinder.text.engine import TextEngine, choose
from rejoinder.text.tagset import TagSet

IDLE, LONGEST = 300, 120
"""Seconds without a question after which the process ends, and those that one answer may take."""
MOST_MEMORY = 2 << 30
"""Bytes of its own that the process may hold; a batch of 500 texts takes some dozens of MB."""
NICENESS = 10
"""How much the process stands back behind the server."""
_LENGTH = 8
"""Bytes before each message that say how long it is."""


class Hello(msgspec.Struct, frozen=True, array_like=True):
    """What the engine is: the first message of a process."""

    name: str
    version: str
    languages: tuple[str, ...]


class Question(msgspec.Struct, frozen=True, array_like=True):
    """A batch, as `text.engine.TextEngine` takes it; `heads` — what a workspace taught the engine."""

    texts: Sequence[str]
    langs: Sequence[str | None]
    tags: tuple[str, ...]
    scores: Sequence[float | None] | None
    heads: bytes | None


def send(stream: BinaryIO, message: object) -> None:
    """Write one message. Raises OSError when nobody reads."""
    body = msgspec.msgpack.encode(message)
    stream.write(len(body).to_bytes(_LENGTH, "big") + body)
    stream.flush()


def receive(stream: BinaryIO) -> bytes | None:
    """Read one message, None when there comes none, or half a one."""
    head = stream.read(_LENGTH)
    size = int.from_bytes(head, "big") if len(head) == _LENGTH else -1
    body = stream.read(size) if size >= 0 else b""
    return body if len(body) == size else None


def answer(engine: TextEngine, question: Question) -> list[Analysis]:
    """Read a batch."""
    asked = engine if question.heads is None else _taught(engine.name, question.heads)
    return asked.analyse(question.texts, question.langs, TagSet(question.tags), question.scores)


@lru_cache(maxsize=4)
def _taught(name: str, heads: bytes) -> TextEngine:
    from rejoinder.text.learned import taught

    return taught(choose(name), heads)


def serve(name: str, asked: BinaryIO, answered: BinaryIO, idle: int = IDLE) -> None:
    """Answer until no question comes for `idle` seconds."""
    engine = choose(name)
    send(answered, Hello(engine.name, engine.version, tuple(sorted(engine.languages))))
    decode = msgspec.msgpack.Decoder(Question).decode
    _end_after(idle)
    while (body := receive(asked)) is not None:
        _end_after(LONGEST)
        send(answered, answer(engine, decode(body)))
        _end_after(idle)


def _end_after(seconds: int) -> None:
    """Let the system end the process then, whatever it does: its parent may be gone and see nothing."""
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


def _stand_back() -> None:
    """Take little from the server: its turn first, and no memory without end."""
    if hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(NICENESS)
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))


def main() -> None:
    """Be the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; whoever started this one ends it
    _end_after(LONGEST)
    _stand_back()
    with suppress(BrokenPipeError):
        serve(sys.argv[1], sys.stdin.buffer, sys.stdout.buffer, int(sys.argv[2]))


if __name__ == "__main__":
    main()
