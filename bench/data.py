"""The respondents of the bench: twelve variables with the date of creation, about 215 bytes of JSON each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from rejoinder.model.survey import Kind, Option, Variable

CITIES = [f"{name}{part}" for name in ("oslo", "lima", "kyiv", "bonn", "pune") for part in range(10)]
SEGMENTS = [f"s{n:02}" for n in range(50)]
GENDERS, PLANS = ("f", "m", "x"), ("free", "lite", "pro", "team")
CREATED = "2025-01-15T10:20:30"
"""Stands for the moment that the store writes itself."""


def variables() -> tuple[Variable, ...]:
    """Ten variables; `email` and the date of creation are in every survey."""
    return (
        _variable("gender", Kind.SINGLE, options=tuple(map(Option, GENDERS))),
        _variable("city", Kind.TEXT, length=40),
        _variable("group", Kind.TEXT, length=10),
        _variable("age", Kind.NUMERIC, precision=3, scale=0),
        _variable("born", Kind.DATETIME),
        _variable("plan", Kind.SINGLE, options=tuple(map(Option, PLANS))),
        _variable("score", Kind.NUMERIC, precision=4, scale=1),
        _variable("seen", Kind.NUMERIC, precision=6, scale=0),
        _variable("news", Kind.BOOLEAN),
        _variable("team", Kind.TEXT, length=20),
    )


def _variable(name: str, kind: Kind, **more: Any) -> Variable:
    return Variable(name, kind, level="respondent", origin="background", **more)


NAMES = ("email", *(variable.name for variable in variables()))


def row(n: int) -> dict[str, Any]:
    """The `n`-th respondent as a client sends it."""
    mixed = n * 2_654_435_761 % 4_294_967_296
    return {
        "email": f"u{n}@x.io",
        "gender": GENDERS[mixed % 3],
        "city": CITIES[(mixed >> 4) % 50],
        "group": SEGMENTS[(mixed >> 9) % 50],
        "age": 18 + (mixed >> 3) % 70,
        "born": f"19{50 + n % 50}-0{1 + n % 9}-1{n % 10}T00:00:00",
        "plan": PLANS[(mixed >> 14) % 4],
        "score": ((mixed >> 6) % 99) / 10,
        "seen": (mixed >> 12) % 1000,
        "news": mixed >> 20 & 1,
        "team": f"t{(mixed >> 8) % 1000}",
    }


def document(respid: int, content: dict[str, Any]) -> str:
    """A respondent as the store keeps it."""
    return msgspec.json.encode({"respid": respid, "createddate": CREATED, **content}).decode()


def body(
    rows: list[dict[str, Any]], *, keys: tuple[str, ...] = ("email",), names: tuple[str, ...] = NAMES
) -> bytes:
    """A bulk request of Forsta's API (001, "Add Respondents")."""
    schema = {"keys": keys, "variables": [name for name in names if name not in keys]}
    return msgspec.json.encode({"dataSchema": schema, "data": rows})


def survives(respid: int) -> bool:
    """Whether a respondent is still there: every tenth was deleted."""
    return respid % 10 != 0


def survivors(loaded: int) -> Iterator[int]:
    """The respids that are left of those loaded."""
    return filter(survives, range(1, loaded + 1))
