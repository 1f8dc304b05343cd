"""Regular expressions of a survey, matched in linear time (RE2), so that none can hold up the server.

RE2 has no look-around and no back references. Look-aheads at the start, as rules for passwords have
them, are matched on their own; what else RE2 cannot read is left to the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import re2

LONGEST = 5_000
"""Characters of one regular expression."""
MOST_AHEADS = 20
LONGEST_TEXT = 100_000
_MEMORY = 2 << 20
_UNICODE = re.compile(r"\\u\{?([0-9A-Fa-f]{4,6})\}?")


class Unmatchable(Exception):
    """A regular expression that cannot be matched here."""


@lru_cache(maxsize=512)
def matcher(pattern: str, ignore_case: bool = False) -> Callable[[str], bool]:
    """A function that says whether a text has a match anywhere, as JavaScript's `test`.

    Raises Unmatchable for what is no regular expression and for what RE2 does not know.
    """
    if len(pattern) > LONGEST:
        raise Unmatchable
    if len(pattern) > 2 and pattern[0] == "/" and pattern.rfind("/") > 1:  # written as in JavaScript
        pattern, _, flags = pattern[1:].rpartition("/")
        ignore_case = ignore_case or "i" in flags
    aheads, rest = _split(_UNICODE.sub(lambda m: f"\\x{{{m[1]}}}", pattern))
    tests = [(_compiled(ahead, ignore_case), wanted) for ahead, wanted in aheads]
    whole = _compiled(rest, ignore_case)

    def test(text: str) -> bool:
        text = text[:LONGEST_TEXT]
        if any((found.match(text) is not None) is not wanted for found, wanted in tests):
            return False
        return whole.search(text) is not None

    return test


def _compiled(pattern: str, ignore_case: bool) -> Any:
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    options.case_sensitive = not ignore_case
    try:
        return re2.compile(pattern, options)
    except re2.error:
        raise Unmatchable from None


def _split(pattern: str) -> tuple[list[tuple[str, bool]], str]:
    """The look-aheads right behind `^`, and the pattern without them."""
    found: list[tuple[str, bool]] = []
    rest = pattern.removeprefix("^")
    while pattern.startswith("^") and rest.startswith(("(?=", "(?!")):
        end = _closing(rest)
        if end < 0 or len(found) == MOST_AHEADS:
            raise Unmatchable
        found.append((rest[3:end], rest[2] == "="))
        rest = rest[end + 1 :]
    return found, f"^{rest}" if found else pattern


def _closing(text: str) -> int:
    """Where the bracket closes that opens the text; -1 when it does not."""
    depth, inside, at = 0, False, 0
    while at < len(text):
        letter = text[at]
        if letter == "\\":
            at += 1
        elif inside:
            inside = letter != "]"
        elif letter == "[":
            inside = True
        elif letter in "()":
            depth += 1 if letter == "(" else -1
            if not depth:
                return at
        at += 1
    return -1
