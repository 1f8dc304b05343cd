"""How good an engine is on texts whose answers are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rejoinder.model.analysis import SENTIMENTS, Analysis
from rejoinder.model.problems import Invalid
from rejoinder.text.engine import TextEngine
from rejoinder.text.tagset import TagSet

HEADER = ("lang", "text", "label")
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Sample:
    """A text with what is known of it: its sentiment, or the sentiment of each of its tags."""

    lang: str
    text: str
    sentiment: str | None = None
    tags: Mapping[str, str] | None = None


@dataclass(slots=True)
class Tally:
    """What an engine made of the samples of one language.

    `confusion` counts (right, given) sentiments, `tag_confusion` those of tags that were rightly found;
    `hits`, `extra` and `missed` count tags by name.
    """

    texts: int = 0
    right_language: int = 0
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    tag_confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)
    extra: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)


def samples(lines: Iterable[str], names: Mapping[str, str]) -> Iterator[Sample]:
    """Read a tab-separated file whose header is `lang text label`.

    A label is a sentiment, or `TAG:sentiment|TAG:sentiment…`. `names`: a tag's name in the file → ours;
    a tag without one keeps its name. Raises Invalid, naming the line.
    """
    for number, line in enumerate(lines, start=1):
        cells = line.rstrip("\r\n").split("\t")
        if number == 1:
            if tuple(cells) != HEADER:
                raise Invalid(f"Line 1: the header must be {', '.join(HEADER)}, parted by tabs.")
        elif cells != [""]:
            yield _sample(cells, names, number)


def _sample(cells: Sequence[str], names: Mapping[str, str], number: int) -> Sample:
    if len(cells) != len(HEADER):
        raise Invalid(f"Line {number}: there are {len(cells)} cells and not {len(HEADER)}.")
    lang, text, label = cells
    if label in SENTIMENTS:
        return Sample(lang, text, sentiment=label)
    tags = {}
    for part in label.split("|"):
        name, _, sentiment = part.partition(":")
        if not name or sentiment not in SENTIMENTS:
            kinds = ", ".join(SENTIMENTS)
            raise Invalid(f"Line {number}: {part!r} is neither a sentiment ({kinds}) nor TAG:sentiment.")
        tags[names.get(name, name)] = sentiment
    return Sample(lang, text, tags=tags)


def evaluated(engine: TextEngine, known: Iterable[Sample], tagset: TagSet) -> dict[str, Tally]:
    """Have an engine read samples without telling it their language; gives a tally for each language.

    Only tags of the tag set count.
    """
    tallies: dict[str, Tally] = {}
    for part in _parts(known):
        found = engine.analyse([sample.text for sample in part], [None] * len(part), tagset)
        for sample, analysis in zip(part, found, strict=True):
            _count(tallies.setdefault(sample.lang, Tally()), sample, analysis, frozenset(tagset.tags))
    return tallies


def _parts(known: Iterable[Sample]) -> Iterator[list[Sample]]:
    part: list[Sample] = []
    for sample in known:
        part.append(sample)
        if len(part) == _AT_ONCE:
            yield part
            part = []
    if part:
        yield part


def _count(tally: Tally, sample: Sample, analysis: Analysis, enabled: frozenset[str]) -> None:
    tally.texts += 1
    tally.right_language += analysis.lang == sample.lang
    if sample.sentiment is not None:
        tally.confusion[sample.sentiment, analysis.sentiment or "none"] += 1
    if sample.tags is not None:
        found = {hit.tag: hit.sentiment or "none" for hit in analysis.tags}
        known = {tag: sentiment for tag, sentiment in sample.tags.items() if tag in enabled}
        tally.hits.update(found.keys() & known.keys())
        tally.extra.update(found.keys() - known.keys())
        tally.missed.update(known.keys() - found.keys())
        for tag in found.keys() & known.keys():
            tally.tag_confusion[known[tag], found[tag]] += 1


def accuracy(confusion: Mapping[tuple[str, str], int]) -> float | None:
    """The share of right answers; None without any."""
    total = sum(confusion.values())
    right = sum(count for (known, given), count in confusion.items() if known == given)
    return right / total if total else None


def class_f1(confusion: Mapping[tuple[str, str], int]) -> dict[str, float]:
    """The F1 of each sentiment that is there, in the samples or in the answers."""
    scores: dict[str, float] = {}
    for name in SENTIMENTS:
        known = sum(count for (right, _), count in confusion.items() if right == name)
        given = sum(count for (_, answer), count in confusion.items() if answer == name)
        if known:
            scores[name] = 2 * confusion.get((name, name), 0) / (known + given)
    return scores


def macro_f1(confusion: Mapping[tuple[str, str], int]) -> float | None:
    """The mean of the sentiments' F1; None without samples."""
    scores = class_f1(confusion)
    return sum(scores.values()) / len(scores) if scores else None


def tag_f1(tally: Tally, tag: str | None = None) -> float | None:
    """The F1 of a tag, or of all together (micro); None where there was none to find and none was found."""
    hits, extra, missed = (
        counts.total() if tag is None else counts[tag] for counts in (tally.hits, tally.extra, tally.missed)
    )
    return 2 * hits / (2 * hits + extra + missed) if hits + extra + missed else None
