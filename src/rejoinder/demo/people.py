"""Customers of a shop and what they answered in the last twelve weeks: made up, but the same every time.

Three invitations went out, four weeks apart; others came by a code on their receipt, or from the website. The
shop got better, but for some days in which parcels came late.
"""

from __future__ import annotations

import random
from typing import Any, NamedTuple

from rejoinder.model.respondent import FINISHED, Lifecycle, State

SEED = 2026
COUNT = 210
WAVES = 3
MAIL, RECEIPT, SITE = "mail", "receipt", "website"
"""How people came: codes of collectors."""
_WAYS = ((MAIL, 6), (RECEIPT, 3), (SITE, 2))
_DAY = 86_400_000_000
_WAVE = 28
"""Days from one invitation to the next."""
_LATE = range(34, 45)
"""Days ago on which parcels came late."""


class Customer(NamedTuple):
    """A respondent: what is known, with what was answered; how far they came, by which collector, in which
    wave."""

    record: dict[str, Any]
    life: Lifecycle
    way: str
    wave: int


_NAMES = {
    "pl": (
        ("anna", "piotr", "katarzyna", "tomasz", "magda", "pawel", "ewa", "marek", "zofia", "jan"),
        (
            *("nowak", "kowalski", "wisniewska", "wojcik", "kaminska", "lewandowski", "zielinska", "mazur"),
            *("krawczyk", "piotrowska", "grabowski", "pawlak"),
        ),
        ("Warszawa", "Kraków", "Gdańsk", "Łódź", "Wrocław"),
    ),
    "en": (
        ("emma", "oliver", "grace", "harry", "chloe", "jack", "amelia", "george", "isla", "noah"),
        (
            *("smith", "jones", "taylor", "brown", "evans", "walker", "wright", "hughes"),
            *("clarke", "morgan", "hill", "cooper", "ward", "bailey", "reed", "kelly"),
        ),
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
            "The new app is quick and easy to pay with.",
            "Helpful people at the counter, and the quality is excellent.",
            "My order arrived the next morning, well packed.",
            "I love the bigger range. I will come back.",
        ),
        "middling": (
            "Fine overall, but the app is slow on my phone.",
            "Good quality; I wish you opened earlier on Sundays.",
            "Nothing to complain about, nothing special either.",
            "The price is fair, but delivery could be quicker.",
            "Nice shop, crowded in the afternoon.",
        ),
        "bad": (
            "I waited three weeks and nobody answered my emails.",
            "The parcel was damaged and the return took forever.",
            "Two of the three tills were closed, the queue was endless.",
            "The app crashed twice while I was paying.",
            "Far too expensive for this quality.",
            "The website lost my order, and support was rude.",
        ),
    },
    "pl": {
        "good": (
            "Bardzo miła obsługa, na pewno wrócę.",
            "Dostawa szybciej niż obiecano, dziękuję!",
            "Świetny wybór i uczciwe ceny.",
            "Aplikacja działa szybko, płatność jest wygodna.",
            "Jakość doskonała, polecam każdemu.",
        ),
        "middling": (
            "W porządku, ale aplikacja często się zawiesza.",
            "Dobra jakość, szkoda że sklep zamykają tak wcześnie.",
            "Ceny w porządku, ale dostawa mogłaby być szybsza.",
        ),
        "bad": (
            "Paczka przyszła uszkodzona, a zwrot trwał miesiąc.",
            "Nikt nie odbiera telefonu, czekałem dwa tygodnie.",
            "Kolejka do kasy była okropnie długa.",
        ),
    },
}
_SEGMENTS = ("new", "regular", "regular", "gold")


def customers(now: int) -> list[Customer]:
    """All of them, the oldest first. Parameters: `now` — µs; everything lies before it."""
    chance = random.Random(SEED)  # noqa: S311  a sample, not a secret
    found = [_customer(chance, person, n, now) for n, person in enumerate(_people(chance))]
    return sorted(found, key=lambda one: one.life.created_at)


def _people(chance: random.Random) -> list[dict[str, Any]]:
    """Who they are; each with an address of its own."""
    found: dict[str, dict[str, Any]] = {}
    while len(found) < COUNT:
        language = "pl" if len(found) % 5 < 2 else "en"
        first, last, city = (chance.choice(words) for words in _NAMES[language])
        email = f"{first}.{last}@example.{'pl' if language == 'pl' else 'com'}"
        found.setdefault(email, {"email": email, "city": city, "segment": chance.choice(_SEGMENTS)})
    return list(found.values())


def _customer(chance: random.Random, person: dict[str, Any], n: int, now: int) -> Customer:
    wave = 1 + n * WAVES // COUNT
    invited = (WAVES - wave + 1) * _WAVE
    way = chance.choices([name for name, _ in _WAYS], [share for _, share in _WAYS])[0]
    known = person | {"label1": f"wave {wave}"}
    soon = min(chance.expovariate(1 / 5), _WAVE - 0.1)  # most who are invited answer within days
    ago = max(invited - soon, 0.0) if way == MAIL else chance.uniform(0, invited)
    asked = (now // _DAY - invited) * _DAY + 9 * 3600 * 1_000_000 if way == MAIL else 0
    began = max(_moment(chance, now, ago), asked + 600_000_000)
    fate = chance.random()
    if way == MAIL and fate < 0.24:
        return Customer(known, Lifecycle(State.LISTED, asked), way, wave)
    created, language = asked or began, "pl" if person["email"].endswith(".pl") else "en"
    if fate > 0.94:
        some = {"satisfaction": str(_liking(chance, person, ago))}
        life = Lifecycle(State.ANSWERED, created, began, language=language, manual=0)
        return Customer(known | some, life, way, wave)
    ended = began + chance.randrange(60, 540) * 1_000_000
    life = Lifecycle(State.COMPLETED, created, began, ended, language, FINISHED, manual=0)
    return Customer(known | _answer(chance, person, _liking(chance, person, ago)), life, way, wave)


def _moment(chance: random.Random, now: int, ago: float) -> int:
    """A moment so many days ago, in the hours when people shop; a quarter of an hour ago at the latest."""
    midnight = (now // _DAY - int(ago)) * _DAY
    found = midnight + chance.randrange(8 * 3600, 22 * 3600) * 1_000_000
    return found if found < now - 900_000_000 else found - _DAY


def _liking(chance: random.Random, person: dict[str, Any], ago: float) -> int:
    """How satisfied, from 1 to 5: more so from week to week."""
    middle = 3.3 + 1.2 * (1 - ago / (WAVES * _WAVE))
    middle -= 0.5 if person["segment"] == "new" else 0
    middle -= 1.1 if int(ago) in _LATE else 0
    return min(5, max(1, round(chance.gauss(middle, 0.95))))


def _answer(chance: random.Random, person: dict[str, Any], liking: int) -> dict[str, Any]:
    record: dict[str, Any] = {
        "satisfaction": str(liking),
        "channel": chance.choices(("store", "web", "app"), (5, 4, 3))[0],
        "reasons": _reasons(chance),
        "service": {row: _grade(chance, liking) for row in ("staff", "delivery", "returns")},
        "wishes": _ranked(chance),
        "recommend": str(min(10, max(0, liking * 2 + chance.randint(-1, 1)))),
        "contact_me": int(chance.random() < 0.4),
    }
    if chance.random() < 0.85:
        record["visits"] = 1 + min(29, int(chance.expovariate(0.15)))
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
