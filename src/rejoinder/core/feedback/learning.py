"""Let a workspace's text engine learn from what its people corrected (`text.learning`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from rejoinder.core.audit import record
from rejoinder.core.feedback.slices import Item, TagBook, read_slice
from rejoinder.core.feedback.standing import require_onboarded
from rejoinder.core.unit import Unit
from rejoinder.model.analysis import Quality
from rejoinder.model.feedback import Sentiment
from rejoinder.store.chunks import chunks
from rejoinder.store.feedback import heads as store
from rejoinder.text.engine import TextEngine
from rejoinder.text.tagset import TagSet

if TYPE_CHECKING:  # it brings numpy along, which only who learns needs
    from rejoinder.text.learning import Heads

MOST = 5000
"""Corrected responses that are learnt from, the newest; and as many at most that nobody corrected."""
LEAST_ALONE = 200
"""Responses that nobody corrected, where there are so many: they show what a head must not change."""
_SLICE = 500


class Material(NamedTuple):
    """What is learnt from: comments with what is known of them, and the smart tags."""

    lessons: Sequence[Lesson]
    tags: tuple[str, ...]


class Lesson(NamedTuple):
    """A comment; `sentiment` and `tags` are what people decided, None and nothing where they did not."""

    text: str
    language: str | None
    score: float | None
    sentiment: str | None
    tags: Mapping[str, bool]


def material(unit: Unit) -> Material:
    """Read what can be learnt from. Raises NotOnboarded."""
    require_onboarded(unit)
    numbers = store.corrected(unit.session, unit.workspace_id, MOST)
    numbers += store.uncorrected(unit.session, unit.workspace_id, min(MOST, max(LEAST_ALONE, len(numbers))))
    lessons: list[Lesson] = []
    tags: tuple[str, ...] = ()
    for some in chunks(numbers, _SLICE):
        read = read_slice(unit, some)
        tags = tuple(sorted(read.book.smart))
        lessons += [_lesson(item, read.book) for item in read.items if item.comment]
    return Material(lessons, tags)


def _lesson(item: Item, book: TagBook) -> Lesson:
    corrected, marks = item.state.corrected, item.state.tags
    decided = {
        name: bool(marks[number].added)
        for name, number in book.smart.items()
        if number in marks and marks[number].added is not None
    }
    return Lesson(
        item.comment or "",
        item.reader.language(item.record),
        item.reader.share(item.reader.score(item.record)),
        None if corrected is None else Sentiment(corrected).word,
        decided,
    )


def fit(found: Material, engine: TextEngine) -> tuple[Heads | None, list[Quality]]:
    """Fit heads to what an engine makes of the comments. Takes seconds: not for a transaction."""
    from rejoinder.text.learned import identity
    from rejoinder.text.learning import Example, learn

    texts = [lesson.text for lesson in found.lessons]
    hints = [one.language if one.language in engine.languages else None for one in found.lessons]
    reads = engine.analyse(texts, hints, TagSet(found.tags), [one.score for one in found.lessons])
    examples = [
        Example(lesson.text, read, lesson.sentiment, lesson.tags)
        for lesson, read in zip(found.lessons, reads, strict=True)
        if read.engine is None
    ]
    return learn(examples, found.tags, identity(engine))


def keep(unit: Unit, heads: Heads | None, qualities: Sequence[Quality] = ()) -> None:
    """Use heads from now on, in place of those that were there; None lets the engine speak alone.

    Parameters: `qualities` — how each head did, to be shown. Raises NotOnboarded.
    """
    from rejoinder.text.learning import encode

    require_onboarded(unit)
    told = msgspec.json.encode(list(qualities)).decode()
    store.put_heads(unit.session, unit.workspace_id, encode(heads) if heads else None, told, unit.now)
    learnt = [*(["sentiment"] if heads and heads.sentiment else []), *(heads.tags if heads else ())]
    record(unit, "feedback.train", f"workspace:{unit.workspace_id}", learnt=learnt)


class Lately(NamedTuple):
    """When a workspace's engine learnt last, and how each head did; `using` — some head is in use."""

    at: int
    using: bool
    qualities: list[Quality]


def learnt_lately(unit: Unit) -> Lately | None:
    """How learning went the last time; None where it never did. Raises NotOnboarded."""
    require_onboarded(unit)
    found = store.quality_of(unit.session, unit.workspace_id)
    if found is None:
        return None
    told, at, using = found
    return Lately(at, using, msgspec.json.decode(told, type=list[Quality]) if told else [])


def count_decisions(unit: Unit) -> tuple[int, int]:
    """Sentiments and smart tags that people decided, each counted up to `MOST`. Raises NotOnboarded."""
    require_onboarded(unit)
    return store.count_decided(unit.session, unit.workspace_id, MOST)


def engine_for(unit: Unit, engine: TextEngine) -> TextEngine:
    """The engine as this workspace taught it; the engine itself where it did not, or taught another one."""
    heads = store.heads_of(unit.session, unit.workspace_id)
    if heads is None:
        return engine
    from rejoinder.text.learned import taught

    return taught(engine, heads)
