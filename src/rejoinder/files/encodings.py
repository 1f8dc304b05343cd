"""Which encoding and which delimiter a table is written in."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from typing import BinaryIO

from rejoinder.model.problems import Invalid

SAMPLE = 1 << 16
"""How much is looked at to find the delimiter, in bytes."""

_CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What an unknown byte 0x81, 0x8d, 0x8f, 0x90 or 0x9d would be in Windows-1252 is undefined.
_UNDEFINED = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")
_DELIMITERS = (",", ";", "\t", "|")


def encoding_of(file: BinaryIO) -> str:
    """Return the name of the codec that reads `file`; the position afterwards is the start.

    A byte order mark decides; else UTF-8 when the whole file is UTF-8; else Windows-1252, or Latin-1 when a
    byte means nothing in it. Reads the whole file once, in pieces.

    Raises `Invalid` for a file that is not text.
    """
    file.seek(0)
    head = file.read(SAMPLE)
    for mark, name in _MARKS:
        if head.startswith(mark):
            file.seek(0)
            return name
    if head.count(b"\x00") * 20 > len(head):
        raise Invalid(
            "The file is not text, or is UTF-16 without a byte order mark. Save it as UTF-8 and try again."
        )
    return _unmarked(file)


def delimiter_of(text: str) -> str:
    """Return the delimiter of a table's first characters: the one that cuts its lines most evenly.

    `text` should end at the end of a line. Without any delimiter the answer is a comma.
    """
    lines = text.splitlines(keepends=True)[:200]
    return max(_DELIMITERS, key=lambda mark: (_evenness(lines, mark), -_DELIMITERS.index(mark)))


def _unmarked(file: BinaryIO) -> str:
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    utf8, windows = True, True
    while chunk := file.read(_CHUNK):
        utf8 = utf8 and _decodes(decoder, chunk)
        windows = windows and not any(byte in chunk for byte in _UNDEFINED)
        if not utf8 and not windows:
            break
    utf8 = utf8 and _decodes(decoder, b"", final=True)
    file.seek(0)
    return "utf-8" if utf8 else "cp1252" if windows else "latin-1"


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _evenness(lines: list[str], mark: str) -> tuple[float, int]:
    """How alike the lines are when cut at `mark`: (share of rows as wide as the header, that width)."""
    if not any(mark in line for line in lines[:1]):
        return (0.0, 1)
    try:
        widths = [len(row) for row in csv.reader(io.StringIO("".join(lines)), delimiter=mark) if row]
    except csv.Error:
        return (0.0, 1)
    return (round(Counter(widths)[widths[0]] / len(widths), 1), widths[0]) if widths else (0.0, 1)
