"""Loop functions: which loop a call goes through, and to which level its result is lifted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rejoinder.model.filters.functions import LOOP_FUNCTIONS
from rejoinder.model.filters.names import Names
from rejoinder.model.filters.tree import Call, Mark, Node, Path, children, place
from rejoinder.model.problems import Invalid


@dataclass(frozen=True, slots=True)
class Scope:
    """`loops` are gone through, outermost first, below the level `target` ("" for the record)."""

    target: str
    loops: tuple[str, ...]
    parts: tuple[Node, ...]


def scope_of(call: Call, names: Names, open_loop: str) -> Scope:
    """Where a loop function's arguments are evaluated, when it stands inside an iteration of `open_loop`.

    The loop is the deepest one that the arguments name, or that of a leading `loop:`. The target is that of
    a trailing `level:`, else the deepest open level above the loop. Raises `Invalid` with the position.
    """
    parts, _, trail = _marks(call)
    chain = names.chain(_loop_of(call, names))
    if trail is not None:
        target = names.loop(trail.level, trail.at)
    else:
        open_levels = ("", *names.chain(open_loop))
        target = next(level for level in reversed(("", *chain[:-1])) if level in open_levels)
    if target not in ("", *chain[:-1]) or target not in ("", *names.chain(open_loop)):
        raise Invalid(f"{call.name}{place(call.at)} cannot give its result on the level {target!r}.")
    below = chain[chain.index(target) + 1 :] if target else chain
    return Scope(target, below, parts)


def _marks(call: Call) -> tuple[tuple[Node, ...], Mark | None, Mark | None]:
    """The arguments without the leading and trailing level, and these."""
    parts = list(call.parts)
    trail = parts.pop() if len(parts) > 1 and isinstance(parts[-1], Mark) else None
    lead = parts.pop(0) if parts and isinstance(parts[0], Mark) else None
    return (
        tuple(parts),
        lead if isinstance(lead, Mark) else None,
        trail if isinstance(trail, Mark) else None,
    )


def _loop_of(call: Call, names: Names) -> str:
    parts, lead, _ = _marks(call)
    named = _levels(parts, names)
    if lead is not None:
        named.add(names.loop(lead.level, lead.at))
    named.discard("")
    if not named:
        raise Invalid(f"{call.name}{place(call.at)} needs a variable of a loop, like loop:name.")
    deepest = max(named, key=lambda loop: len(names.chain(loop)))
    if strangers := sorted(named - set(names.chain(deepest))):
        raise Invalid(f"{call.name}{place(call.at)} mixes the loops {deepest!r} and {strangers[0]!r}.")
    return deepest


def _levels(parts: Sequence[Node], names: Names) -> set[str]:
    """The levels that arguments are on. A call inside stands on the level of its own result."""
    named: set[str] = set()
    inner: list[Call] = []
    waiting = list(parts)
    while waiting:
        node = waiting.pop()
        if isinstance(node, Path):
            named.add(names.loop(node.level, node.at))
        elif not isinstance(node, Call) or node.name.upper() not in LOOP_FUNCTIONS:
            waiting.extend(children(node))
        elif (trail := _marks(node)[2]) is not None:
            named.add(names.loop(trail.level, trail.at))
        else:
            inner.append(node)
    if named <= {""}:
        # Nothing says it outright: each inner call stands one level above its own loop.
        named.update(level for call in inner for level in names.chain(_loop_of(call, names))[-2:-1])
    return named
