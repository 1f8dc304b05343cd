"""Answers to the demo's survey, as many as a small shop gets in a month."""

from __future__ import annotations

import random
import time
from typing import Any

from rejoinder.model.respondent import FINISHED, Lifecycle, State
from servers.rejoinder import Tenant

COUNT = 320
DAY = 86_400_000_000
COMMENTS = (
    "The staff were friendly and knew their products.",
    "Delivery came a day early, thank you!",
    "The app crashed twice while I was paying.",
    "Good prices, but the queue at the checkout was far too long.",
    "Returning the shoes took three weeks and two phone calls.",
    "Everything was fine.",
    "I love the new store, it is bright and easy to find things in.",
    "My parcel arrived damaged and nobody answered my mail.",
    "Great quality for the price. I will come back.",
    "The website is slow on my phone.",
)
SERVICES = ("staff", "delivery", "returns")
NAMES = ("anna", "bela", "chris", "dana", "emil", "fay", "gus", "hana", "ivo", "jo")


def answer(tenant: Tenant, alias: str) -> None:
    """Store them: most completed, some begun, some only invited."""
    chance, now = random.Random(7), time.time_ns() // 1000
    records: list[dict[str, Any]] = []
    lives: list[Lifecycle] = []
    for n in range(COUNT):
        begun = now - int((1 - n / COUNT) ** 1.4 * 30 * DAY) - 60_000_000
        record: dict[str, Any] = {"email": f"{NAMES[n % 10]}.{n}@example.org"}
        kind = chance.random()
        if kind < 0.12:
            lives.append(Lifecycle(State.LISTED, begun))
        elif kind < 0.2:
            record |= _answers(chance, some=True)
            lives.append(Lifecycle(State.ANSWERED, begun, begun, language="en"))
        else:
            record |= _answers(chance)
            ended = begun + chance.randrange(40, 600) * 1_000_000
            lives.append(
                Lifecycle(
                    State.COMPLETED, begun, begun, ended, chance.choice(("en", "en", "pl")), FINISHED, 0
                )
            )
        records.append(record)
    tenant.respond(alias, records, lives)


def _answers(chance: random.Random, *, some: bool = False) -> dict[str, Any]:
    mood = chance.betavariate(4, 2)
    found: dict[str, Any] = {
        "satisfaction": str(min(5, 1 + int(mood * 5))),
        "channel": chance.choices(("store", "web", "app"), (5, 3, 2))[0],
    }
    if some:
        return found
    chosen = [code for code in ("price", "quality", "nearby", "friends") if chance.random() < 0.45]
    left = [code for code in ("price", "quality", "nearby", "friends") if code not in chosen]
    sides = {"true": chosen, "false": left}
    found |= {
        "reasons": {name: codes for name, codes in sides.items() if codes},
        "visits": int(chance.lognormvariate(1.6, 0.7)),
        "service": {
            row: str(min(3, 1 + int(chance.betavariate(3, 2) * 3)))
            for row in ("staff", "delivery", "returns")
        },
        "wishes": dict(zip(("hours", "range", "speed"), chance.sample(range(1, 4), 3), strict=True)),
        "recommend": str(min(10, int(mood * 12))),
        "contact_me": int(chance.random() < 0.4),
    }
    if chance.random() < 0.7:
        found["comment"] = chance.choice(COMMENTS)
    return found
