"""Write what a source gives into one file; the command line and the job do it alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import BinaryIO, TypeVar

from rejoinder.core.exports.sources import Slice, Source, openers
from rejoinder.core.unit import Unit, moment
from rejoinder.files.exports.formats import FILE_FORMATS, check_format
from rejoinder.model.exports import MAX_FILTER, Wanted
from rejoinder.model.problems import Invalid
from rejoinder.store.session import Session

T = TypeVar("T")
Read = Callable[[Callable[[Session], T]], T]


def open_source(unit: Unit, wanted: Wanted) -> Source:
    """Open what is wanted. Raises Invalid, NotFound, NotOffered: nothing else can be wrong later."""
    known = openers()
    if wanted.kind not in known:
        raise Invalid(
            f"There is no export {wanted.kind[:40]!r}; there are: {', '.join(known)}.",
            fields={"kind": "is not known"},
        )
    if len(wanted.filter) > MAX_FILTER:
        raise Invalid(f"A filter has at most {MAX_FILTER:,} characters.", fields={"filter": "is too long"})
    check_format(wanted.format)
    return known[wanted.kind](unit, wanted)


def file_name(source: Source, wanted: Wanted, now: int) -> str:
    """What to call the file: its source, the day, the format."""
    plain = re.sub(r"[^\w.-]+", "-", source.name).strip("-.")[:80] or "export"
    return f"{plain}-{moment(now):%Y-%m-%d}.{FILE_FORMATS[wanted.format].ending}"


def write_rows(
    source: Source,
    wanted: Wanted,
    out: BinaryIO,
    read: Callable[[Callable[[Session], Slice | None]], Slice | None],
) -> Iterator[tuple[int, int]]:
    """Write a source into `out`, slice by slice; gives after each how many rows there are by now, and last
    how many cells were cut.

    Parameters: `read` — runs a read on the database. The file is whole only once the iterator has ended.
    """
    writer = FILE_FORMATS[wanted.format].writer(out, source.columns, wanted.manner)
    rows = 0
    try:
        while (found := read(source.next_slice)) is not None:
            if found.lines is not None:
                writer.write_lines(found.lines)  # type: ignore[attr-defined]  # only NDJSON gets lines
            else:
                writer.write(found.values, found.size)
            rows += found.size
            yield rows, 0
        yield rows, writer.close()
    finally:
        with suppress(AttributeError):
            writer.drop()  # type: ignore[attr-defined]  # those that keep something on disk
