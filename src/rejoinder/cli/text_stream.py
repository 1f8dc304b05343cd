"""Texts in and analyses out, as lines of JSON, as many at once as have come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, BinaryIO

import msgspec

from rejoinder.model.analysis import Analysis, Sentiment, Span
from rejoinder.text.engine import TextEngine
from rejoinder.text.tagset import TagSet

_PIECE = 1 << 18
MOST_BYTES = 1 << 20
"""A longer line is refused."""


class Asked(msgspec.Struct, frozen=True):
    """A line that asks. `score`: the one given beside the text, 0 to 1."""

    text: str
    lang: Annotated[str, msgspec.Meta(max_length=35)] | None = None
    score: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None


class Tag(msgspec.Struct, frozen=True):
    """A tag that was found; spans count characters."""

    name: str
    sentiment: Sentiment | None
    spans: tuple[Span, ...]


class Answer(msgspec.Struct, frozen=True):
    """The line that answers."""

    lang: str | None
    sentiment: Sentiment | None
    scores: tuple[float, float, float]
    tags: tuple[Tag, ...]


class Refusal(msgspec.Struct, frozen=True):
    """The line that answers one which cannot be read."""

    error: str


_decoder = msgspec.json.Decoder(Asked)
_encoder = msgspec.json.Encoder()


def answers(source: BinaryIO, engine: TextEngine, tagset: TagSet) -> Iterator[tuple[bytes, bool]]:
    """Answer each line in order; gives pieces of output, and whether there is a refusal in each.

    What has come is answered at once, so that a slow pipe waits for nothing. Blank lines are passed over.
    """
    for first, lines in _pieces(source):
        read = [
            _read(first + place, line) for place, line in enumerate(lines) if line is None or line.strip()
        ]
        asked = [one for one in read if isinstance(one, Asked)]
        found = iter(
            engine.analyse(
                [one.text for one in asked], [one.lang for one in asked], tagset, [one.score for one in asked]
            )
        )
        told = [one if isinstance(one, Refusal) else _answer(next(found)) for one in read]
        yield _encoder.encode_lines(told), len(asked) < len(read)


def _pieces(source: BinaryIO) -> Iterator[tuple[int, Sequence[bytes | None]]]:
    """The lines that have come so far, with the number of the first; None for one that is too long."""
    number, rest, too_long = 1, b"", False
    while piece := source.read1(_PIECE):  # type: ignore[attr-defined]
        *whole, rest = (rest + piece).split(b"\n")
        lines: list[bytes | None] = [line if len(line) <= MOST_BYTES else None for line in whole]
        if too_long and lines:
            lines[0], too_long = None, False
        if len(rest) > MOST_BYTES:
            rest, too_long = b"", True
        if lines:
            yield number, lines
            number += len(lines)
    if rest or too_long:
        yield number, [None if too_long else rest]


def _read(number: int, line: bytes | None) -> Asked | Refusal:
    if line is None:
        return Refusal(f"Line {number} is longer than {MOST_BYTES:,} bytes.")
    try:
        return _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Refusal(f'Line {number}: {error}. Write {{"text": "…"}}, with "lang" and "score" if known.')


def _answer(analysis: Analysis) -> Answer:
    tags = tuple(Tag(hit.tag, hit.sentiment, hit.spans) for hit in analysis.tags)
    return Answer(analysis.lang, analysis.sentiment, analysis.scores, tags)
