"""The heads that tell a text's sentiment, one for each language that has labelled texts."""

from __future__ import annotations

from collections.abc import Sequence

from rejoinder.text.fitting import matrix
from rejoinder.text.grams import PAIR, WORD
from rejoinder.text.heads import Floats, quantised, stored
from training.corpora import Labelled
from training.fit import Options, fit
from training.judging import balanced, judgement_of, labels_of

KINDS = (WORD, PAIR, 4)
BITS = 17
SMALL_BITS = 15
STRENGTHS = {"pl": 1.0, "kk": 1.2, "en": 0.3}
"""How much a language's head counts beside its words; measured on sources that it was not trained on."""
SYNTHETIC_ALONE = 0.2


def train_sentiment(texts: Sequence[Labelled], lang: str) -> None:
    """Fit a language's head and put it into the package."""
    own = [one for one in texts if one.lang == lang and one.sentiment]
    bits = BITS if lang in STRENGTHS else SMALL_BITS
    table, scale = quantised(fitted(own, bits))
    judgement = judgement_of(own) if lang == "pl" else None
    stored(f"sentiment_{lang}", table, KINDS, scale * STRENGTHS.get(lang, SYNTHETIC_ALONE), judgement)


def fitted(texts: Sequence[Labelled], bits: int) -> Floats:
    """The weights of a head for these texts."""
    labels = labels_of(texts)
    features = matrix([one.text for one in texts], KINDS, bits)
    return fit(features, labels, 3, balanced(labels), Options(bits=bits, epochs=5, rate=0.3))
