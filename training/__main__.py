"""`python -m training`: fit every head again, into the package. The same data gives the same bytes."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rejoinder.model.analysis import LANGUAGES
from training.corpora import corpora
from training.judging import judgement_of, store_judgement
from training.language import train_language
from training.sentiment import train_sentiment

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "text"
SHARE_ALIKE = ("pl_hotels", "pl_medicine")
"""Sources whose weights stay in files of their own (`weights/README.md`)."""


def main(words: list[str]) -> int:
    """Train what was asked for, or all."""
    parser = argparse.ArgumentParser(prog="make train ARGS=…", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of labelled texts")
    parser.add_argument("parts", nargs="*", help="judgement, language, sentiment; all when left out")
    chosen = parser.parse_args(words)
    parts = set(chosen.parts or ("judgement", "language", "sentiment"))
    texts = list(corpora(chosen.data))
    free = [one for one in texts if one.source not in SHARE_ALIKE]
    if "judgement" in parts:
        store_judgement(judgement_of(free))
    if "language" in parts:
        train_language(free)
    for lang in LANGUAGES if "sentiment" in parts else ():
        if any(one.lang == lang for one in texts):
            train_sentiment(texts, lang)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
