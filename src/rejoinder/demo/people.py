"""Sixty customers and what they answered: made up, but the same every time."""

from __future__ import annotations

import random
from typing import Any

SEED = 2026
COUNT = 60
SILENT = 11
"""How many were invited and have not answered yet."""

_NAMES = {
    "pl": (
        ("anna", "piotr", "katarzyna", "tomasz", "magda", "pawel", "ewa", "marek", "zofia", "jan"),
        ("nowak", "kowalski", "wisniewska", "wojcik", "kaminska", "lewandowski", "zielinska", "mazur"),
        ("Warszawa", "Kraków", "Gdańsk", "Łódź", "Wrocław"),
    ),
    "en": (
        ("emma", "oliver", "grace", "harry", "chloe", "jack", "amelia", "george", "isla", "noah"),
        ("smith", "jones", "taylor", "brown", "evans", "walker", "wright", "hughes"),
        ("Oslo", "London", "Leeds", "Dublin", "Bergen"),
    ),
}
_COMMENTS = {
    "en": {
        "good": (
            "The staff were friendly and knew their products.",
            "Delivery came a day early, thank you!",
            "Best prices in town, and everything was in stock.",
            "Returned a jacket in two minutes. Great.",
        ),
        "middling": (
            "Fine overall, but the app is slow on my phone.",
            "Good quality; I wish you opened earlier on Sundays.",
            "Nothing to complain about, nothing special either.",
        ),
        "bad": (
            "I waited three weeks and nobody answered my emails.",
            "The parcel was damaged and the return took forever.",
            "Two of the three tills were closed, the queue was endless.",
        ),
    },
    "pl": {
        "good": (
            "Bardzo miła obsługa, na pewno wrócę.",
            "Dostawa szybciej niż obiecano, dziękuję!",
            "Świetny wybór i uczciwe ceny.",
        ),
        "middling": (
            "W porządku, ale aplikacja często się zawiesza.",
            "Dobra jakość, szkoda że sklep zamykają tak wcześnie.",
        ),
        "bad": (
            "Paczka przyszła uszkodzona, a zwrot trwał miesiąc.",
            "Nikt nie odbiera telefonu, czekałem dwa tygodnie.",
        ),
    },
}
_SEGMENTS = ("new", "regular", "regular", "gold")


def people() -> list[dict[str, Any]]:
    """The respondents, in order; each with an address of its own."""
    chance = random.Random(SEED)  # noqa: S311  a sample, not a secret
    found: dict[str, dict[str, Any]] = {}
    while len(found) < COUNT:
        language = "pl" if len(found) % 5 < 2 else "en"
        first, last, cities = (chance.choice(words) for words in _NAMES[language])
        email = f"{first}.{last}@example.{'pl' if language == 'pl' else 'com'}"
        found.setdefault(
            email,
            {
                "email": email,
                "city": cities,
                "segment": chance.choice(_SEGMENTS),
                "label1": f"wave {1 + len(found) * 3 // COUNT}",
            },
        )
    return list(found.values())


def answers() -> list[dict[str, Any]]:
    """The responses of those who answered, found by `email`."""
    chance = random.Random(SEED + 1)  # noqa: S311  a sample, not a secret
    everybody = people()
    silent = set(chance.sample(range(COUNT), SILENT))
    return [_answer(chance, person) for n, person in enumerate(everybody) if n not in silent]


def _answer(chance: random.Random, person: dict[str, Any]) -> dict[str, Any]:
    liking = min(5, max(1, round(chance.gauss(3.9 if person["segment"] != "new" else 3.2, 1.1))))
    record: dict[str, Any] = {
        "email": person["email"],
        "satisfaction": str(liking),
        "channel": chance.choices(("store", "web", "app"), (5, 4, 3))[0],
        "reasons": _reasons(chance),
        "service": {row: _grade(chance, liking) for row in ("staff", "delivery", "returns")},
        "wishes": _ranked(chance),
        "recommend": str(min(10, max(0, liking * 2 + chance.randint(-2, 1)))),
        "contact_me": int(chance.random() < 0.4),
    }
    if chance.random() < 0.85:
        record["visits"] = chance.randint(1, 30)
    if chance.random() < 0.7:
        language = "pl" if person["email"].endswith(".pl") else "en"
        mood = "bad" if liking < 3 else "middling" if liking == 3 else "good"
        record["comment"] = chance.choice(_COMMENTS[language][mood])
    return record


def _reasons(chance: random.Random) -> dict[str, list[str]]:
    codes = ("price", "quality", "nearby", "friends")
    chosen = [code for code in codes if chance.random() < 0.45] or [chance.choice(codes)]
    sides = {"true": chosen, "false": [code for code in codes if code not in chosen]}
    return {side: found for side, found in sides.items() if found}


def _grade(chance: random.Random, liking: int) -> str:
    return str(min(3, max(1, round(liking * 0.6 + chance.uniform(-0.6, 0.6)))))


def _ranked(chance: random.Random) -> dict[str, int]:
    items = ["hours", "range", "speed"]
    chance.shuffle(items)
    return {item: rank for rank, item in enumerate(items, 1)}
