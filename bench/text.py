"""Row 20: how many texts the engine analyses in a second, in batches on two cores, and one at a time."""

from __future__ import annotations

import random
import statistics
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from bench.harness import TURNS, CannotMeasure, seconds
from bench.stage import Stage
from bench.table import Row
from rejoinder.text.engine import TextEngine, choose
from rejoinder.text.tagset import tagset

TEXTS = Path(__file__).resolve().parents[2] / "shared" / "data" / "text"
CORES = 2
_OF_EACH = 4_000
_AT_ONCE = 500
_ALONE = 500
_TAGS = tagset([9])


def analyses(stage: Stage) -> list[Row]:
    """Both rows: language, sentiment, tags of E-Commerce with their sentiment; no language is told."""
    sample = _sample()
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
        list(pool.map(_warm, range(CORES)))
        together = statistics.median(_rate(pool, sample) for _ in range(TURNS))
    engine = choose()
    _warm(0)
    alone = statistics.median(_one_by_one(engine, sample[:_ALONE]) for _ in range(TURNS))
    size = f"{sum(map(len, sample)) / len(sample):.0f} characters each"
    return [
        Row(
            "20a",
            f"texts analysed, {CORES} cores",
            f"{together:,.0f} /s",
            "",
            together,
            4_000,
            unit="/s",
            note=size,
        ),
        Row("20b", "texts analysed, one at a time", f"{alone:,.0f} /s", "", alone, 300, unit="/s", note=size),
    ]


def _sample() -> list[str]:
    """Real texts in three languages, mixed."""
    files = sorted(TEXTS.glob("*.tsv"))
    if not files:
        raise CannotMeasure(f"There are no labelled texts in {TEXTS}.")
    chance = random.Random(20)
    found: list[str] = []
    for file in files:
        lines = file.read_text(encoding="utf-8").splitlines()[1:]
        found += [line.split("\t")[1] for line in chance.sample(lines, min(_OF_EACH, len(lines)))]
    chance.shuffle(found)
    return found


def _warm(_: int) -> None:
    choose().analyse(["warm"] * _ALONE, [None] * _ALONE, _TAGS)


def _rate(pool: ProcessPoolExecutor, sample: list[str]) -> float:
    parts = [sample[place : place + _AT_ONCE] for place in range(0, len(sample), _AT_ONCE)]
    return len(sample) / seconds(lambda: list(pool.map(_count, parts)))


def _count(texts: list[str]) -> int:
    return len(choose().analyse(texts, [None] * len(texts), _TAGS))


def _one_by_one(engine: TextEngine, sample: list[str]) -> float:
    return len(sample) / seconds(lambda: [engine.analyse([text], [None], _TAGS) for text in sample])
