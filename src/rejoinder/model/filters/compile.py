"""Bound tree → one generated Python function that tests a record, as fast as hand-written code.

The source is put together from the bound tree only: no name or constant of the user stands in it, they
come in through the function's namespace. Deep parts become functions of their own, so that neither
Python's parser nor its compiler meets deep nesting; chains stay flat.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rejoinder.model.filters import values
from rejoinder.model.filters.bound import Bound, Read, everything
from rejoinder.model.filters.functions import SCALAR
from rejoinder.model.filters.source import Writer
from rejoinder.model.filters.text import fold


@dataclass(frozen=True, slots=True)
class Compiled:
    """A test of records.

    `names`: the members of the record that are needed (variables and loops); `test` takes an object with
    attributes `v0`, `v1`, … holding these members' decoded JSON values in this order, `None` where absent.
    """

    names: tuple[str, ...]
    test: Callable[[Any], bool]


def compile_filter(condition: Bound) -> Compiled:
    """The compiled form of a bound condition; it agrees with `plain.matches` on every record."""
    names = needed(condition)
    writer = Writer({name: f"v{number}" for number, name in enumerate(names)})
    body = writer.truth(condition, ())
    kept = "{}" if writer.remembers else "None"
    source = "\n".join([*writer.functions, f"def test(s):\n    m = {kept}\n    return {body.text}\n"])
    namespace: dict[str, Any] = {**_RUNTIME, **writer.constants}
    exec(compile(source, "<filter>", "exec"), namespace)  # noqa: S102 — our own source, see above
    return Compiled(names, namespace["test"])


def needed(condition: Bound) -> tuple[str, ...]:
    """The record's members that a condition reads, each once, in the order of first use."""
    found: dict[str, None] = {}
    for node in everything(condition):
        if isinstance(node, Read) and not node.level:
            found[node.member] = None
        for loop in getattr(node, "loops", ())[:1]:
            if not getattr(node, "target", ""):
                found[loop] = None
    return tuple(found)


_RUNTIME: dict[str, Any] = {
    "fold": fold,
    "moment": values.moment,
    "selected": values.selected,
    "arithmetic": values.arithmetic,
    "is_blank": values.is_blank,
    "total": values.total,
    "average": values.average,
    "least": values.least,
    "greatest": values.greatest,
    **{f"do_{name}": function.run for name, function in SCALAR.items()},
}
"""What generated code may call."""
