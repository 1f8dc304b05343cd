"""What `where[]` means, in plain Python over what `campaign/answers` shows."""

from __future__ import annotations

import operator
import unicodedata
from typing import Any

from hypothesis import strategies as st

COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
EQUAL, UNEQUAL, ORDERED = ("=", "IS"), ("!=", "<>", "IS NOT"), tuple(COMPARE)
WORDS = (
    "Oslo",
    "oslo",
    "OSLO",
    "Málaga",
    "Ma\u0301laga",
    "Straße",
    "STRASSE",
    "50%",
    "a_b",
    "a\\b",
    'q"q',
    "ſ",
    "7",
)
TIMES = ("created_at", "finished_at")
CODES = {"segment": ("a", "B", "c"), "tags": ("x", "y", "X")}
Condition = dict[str, Any]


def conditions(answers: list[dict[str, Any]]) -> st.SearchStrategy[Condition]:
    """Conditions that can be asked, with values that answers have and values that they have not."""
    texts = st.one_of(st.sampled_from(WORDS), st.text(max_size=3), st.sampled_from([7, 7.0, True]))
    patterns = st.text(alphabet="oOsS%_\\áaM50", max_size=6).filter(bool)
    moments = st.sampled_from([one[name] for one in answers for name in TIMES if one[name]])
    stems = st.tuples(moments, st.sampled_from([4, 7, 10, 13, 16, 19, 24])).map(lambda two: two[0][: two[1]])
    numbers = st.one_of(
        st.sampled_from([one["id"] for one in answers]),
        st.integers(-(10**30), 10**30),
        st.floats(-50, 50, width=16),
        st.sampled_from(["3", " 3 ", "2.5", "-1"]),
    )
    return st.one_of(
        _one("default", ("id",), numbers, ORDERED),
        _one("default", TIMES, stems, ORDERED),
        _like(
            "default",
            TIMES,
            st.tuples(moments, st.sampled_from([4, 7, 10, 19])).map(lambda t: f"{t[0][: t[1]]}%"),
        ),
        _one("default", ("status",), st.sampled_from(["active", "Pending", "otro"]), ORDERED),
        _like("default", ("status",), st.sampled_from(["%e%", "act%", "_ending", "x%"])),
        _one("participant", ("email", "label1", "label7", "LABEL1"), texts, ORDERED),
        _like("participant", ("email", "label1", "label7"), patterns),
        _one("hiddenfields", ("city", "City", "classificator", "classificator_2"), texts, ORDERED),
        _like("hiddenfields", ("city",), patterns),
        _one("hiddenfields", ("age",), numbers, ORDERED),
        _one("hiddenfields", ("vip",), st.sampled_from([0, 1, "0", "1", True, False, "true", "False"])),
        _one("hiddenfields", ("segment",), st.sampled_from([*CODES["segment"], "zzz", 1])),
        _one("hiddenfields", ("tags",), st.sampled_from([*CODES["tags"], "zzz", 1])),
        _like("hiddenfields", tuple(CODES), st.sampled_from(["%", "_", "a%", "%b", "xx"])),
    )


def _one(
    kind: str, names: tuple[str, ...], values: st.SearchStrategy[Any], more: tuple[str, ...] = ()
) -> st.SearchStrategy[Condition]:
    plain = st.tuples(st.sampled_from([*EQUAL, *UNEQUAL, *more]), values.filter(lambda value: value != ""))
    listed = st.tuples(st.just("IN"), st.lists(values, max_size=3))
    blank = st.tuples(st.sampled_from([*EQUAL, *UNEQUAL]), st.sampled_from([None, ""]))
    named_null = st.tuples(st.sampled_from(["IS", "is not"]), st.sampled_from(["null", "NULL"]))
    return st.tuples(st.sampled_from(names), st.one_of(plain, plain, plain, listed, blank, named_null)).map(
        lambda found: {"type": kind, "var": found[0], "operator": found[1][0], "val": found[1][1]}
    )


def _like(
    kind: str, names: tuple[str, ...], patterns: st.SearchStrategy[str]
) -> st.SearchStrategy[Condition]:
    return st.tuples(st.sampled_from(names), patterns).map(
        lambda found: {"type": kind, "var": found[0], "operator": "LIKE", "val": found[1]}
    )


def meets(answer: dict[str, Any], condition: Condition) -> bool:
    """Whether an answer, as it is shown, meets a condition."""
    word, wanted = condition["operator"].upper(), condition["val"]
    name = condition["var"].lower()
    place = answer if condition["type"] == "default" else answer[condition["type"]]
    value = place.get(name)
    if word != "IN" and (
        wanted in (None, "") or (word in ("IS", "IS NOT") and str(wanted).lower() == "null")
    ):
        return (value is None) is (word in EQUAL)
    if value is None:
        return word in UNEQUAL
    if word == "IN":
        return any(equals(name, value, one) for one in wanted)
    if word == "LIKE":
        return any(alike(folded(one), folded(wanted)) for one in (value if name == "tags" else [value]))
    if word in COMPARE:
        return bool(COMPARE[word](*sides(name, value, wanted)))
    return equals(name, value, wanted) is (word in EQUAL)


def equals(name: str, value: Any, wanted: Any) -> bool:
    if name == "tags":
        return any(folded(one) == folded(wanted) for one in value)
    left, right = sides(name, value, wanted)
    return bool(left == right)


def sides(name: str, value: Any, wanted: Any) -> tuple[Any, Any]:
    """Both sides as they are compared."""
    if name.endswith("_at"):
        return value[: len(wanted)], wanted
    if name == "vip":
        return value, str(wanted).lower() in ("1", "true")
    if name in ("id", "age"):
        number = float(wanted) if isinstance(wanted, str) and "." in wanted else wanted
        return value, int(number) if isinstance(number, str) else number
    return folded(value), folded(wanted)


def folded(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", str(value)).casefold())


def alike(text: str, pattern: str) -> bool:
    """SQL's LIKE, one character after the other."""
    if not pattern:
        return not text
    head, rest = pattern[0], pattern[1:]
    if head == "%":
        return any(alike(text[n:], rest) for n in range(len(text) + 1))
    if head == "\\" and rest and rest[0] in "%_\\":
        head, rest = rest[0], rest[1:]
        return text[:1] == head and alike(text[1:], rest)
    return bool(text) and (head == "_" or text[0] == head) and alike(text[1:], rest)
