"""Byte searches over a record's JSON text that every matching record must pass.

Records are written by `msgspec.json.encode`: no spaces, `"`, `\\` and control characters escaped, all else
as it is. Two texts that fold alike may be spelled differently, so a pattern keeps only the characters
that no other spelling can replace. The engine compares ASCII letters without case (SQLite's LIKE).
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from rejoinder.model.filters.text import fold

FOREIGN = frozenset(
    [
        *(("", character, "") for character in ";`ks"),
        *(("", "a", "ʾ"), ("", "f", "f"), ("", "f", "i"), ("", "f", "l"), ("", "h", "\u0331")),
        *(("", "i", "\u0307"), ("", "j", "\u030c"), ("", "s", "s"), ("", "s", "t"), ("", "t", "\u0308")),
        *(("", "w", "\u030a"), ("", "y", "\u030a"), ("f", "f", ""), ("f", "f", "i"), ("f", "f", "l")),
        *(("f", "i", ""), ("f", "l", ""), ("s", "s", ""), ("s", "t", ""), ("ʼ", "n", "")),
    ]
)
"""ASCII characters that folding makes of others (the Kelvin sign, `ß`, `ﬁ`, …), between their neighbours.

One (before, character, after) for each place in each expansion, "" standing for the expansion's edge. A test
works the set out again from all of Unicode.
"""

MAX_GAPS = 16
"""How many `%` a text's pattern may have; the rest of the text is then left open, to keep searches short."""

_UNSAFE = frozenset('"\\%_\x7f')


@dataclass(frozen=True, slots=True)
class Bytes:
    """`like`: a pattern for LIKE without case, `\\` escaping, over the record's JSON text.

    `exact_text`: where not `None`, a plain substring that says the same, case and all.
    """

    like: str
    exact_text: str | None = None


def equals_code(member: str, code: str) -> Bytes:
    """Records in which a choice has the option `code`, spelled as in the variable's options."""
    text = f"{_json(member)}:{_json(code)}"
    return Bytes(f"%{_literal(text)}%", text)


def equals_text(member: str, value: str) -> Bytes:
    """Records in which a text equals `value` by `fold`."""
    return Bytes(f'%{_literal(_json(member))}:"{text_pattern(value)}"%')


def begins_with(member: str, value: str) -> Bytes:
    """Records in which a text begins with `value` by `fold`."""
    return Bytes(f'%{_literal(_json(member))}:"{text_pattern(value)}%')


def holds(member: str, value: str) -> Bytes:
    """Records in which a text contains `value` by `fold`."""
    return Bytes(f'%{_literal(_json(member))}:"%{text_pattern(value)}%')


def text_pattern(value: str) -> str:
    """The LIKE pattern of every JSON spelling of texts that fold like `value`.

    A folded character stays only if it must stand in the stored text as itself, in either case.
    """
    folded = fold(value)
    pattern = ""
    for index, character in enumerate(folded):
        before = folded[index - 1 : index]
        if _is_certain(before, character, folded[index + 1 : index + 2]):
            pattern += character
        elif not pattern.endswith("%"):
            pattern += "%"
            if pattern.count("%") == MAX_GAPS:
                break
    return pattern


def _is_certain(before: str, character: str, after: str) -> bool:
    if not character.isascii() or character < " " or character in _UNSAFE:
        return False
    return not any(
        character == made and _fits(left, before) and _fits(right, after) for left, made, right in FOREIGN
    )


def _fits(expected: str, actual: str) -> bool:
    """Whether a neighbour may be the expansion's: a mark may have been composed into something else."""
    return not expected or actual == expected or (actual != "" and not actual.isascii())


def _json(text: str) -> str:
    return msgspec.json.encode(text).decode()


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
