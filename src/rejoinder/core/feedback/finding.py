"""Find out about responses what the machine can: pure work on a slice, outside of every transaction."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from rejoinder.core.feedback.slices import Item, Slice, TagBook
from rejoinder.model.analysis import Analysis
from rejoinder.model.feedback import SENTIMENTS, FilterRules, Sentiment
from rejoinder.text.engine import TextEngine
from rejoinder.text.tagset import TagSet

Spans = Sequence[tuple[int, int]]
MOST_SPANS = 50
"""Places of one tag that are kept."""
_CLAUSE = re.compile(r"[.!?;:,\n\u2026\u3002]+")
MOST = 0.7
"""The share of a text from which clauses stand for the whole of it."""
NO_TAGS = TagSet(())


class Hit(NamedTuple):
    """A tag that the machine found on a response."""

    sentiment: int | None
    spans: Spans = ()

    def stored(self) -> str | None:
        """The spans as they are stored."""
        return msgspec.json.encode(list(self.spans)[:MOST_SPANS]).decode() if self.spans else None


class Result(NamedTuple):
    """What was found out about one response.

    `read` — the engine's analysis, None where the one that is stored holds; `kept` — tags of which nothing
    new is said; `only` — the tags that were looked for, None for all.
    """

    item: Item
    read: Analysis | None
    engine: str | None
    tags: dict[int, Hit]
    kept: frozenset[int]
    only: frozenset[int] | None


class Order(NamedTuple):
    """What to look for: `only` some tags, None for everything; `anew` — run the engine even where it has read
    the very same text before."""

    only: frozenset[int] | None = None
    anew: bool = False


def identity(engine: TextEngine) -> str:
    """An engine as it is kept with each result: name and version."""
    return f"{engine.name}/{engine.version}"


def find(slice_: Slice, engine: TextEngine, order: Order) -> list[Result]:
    """Analyse a slice."""
    items, book = slice_.items, slice_.book
    reads = _reads(items, book, engine, order)
    matches = _matches(items, book, order)
    results = []
    for item, read, found in zip(items, reads, matches, strict=True):
        smart, kept = _smart(item, book, read, order)
        results.append(_result(item, book, engine, order, read, smart, kept, found))
    return _with_sentiments(results, book, engine)


def _reads(items: Sequence[Item], book: TagBook, engine: TextEngine, order: Order) -> list[Analysis | None]:
    """What the engine says of each text, None of those that it need not read."""
    wanted: dict[tuple[str, ...], list[int]] = {}
    name = identity(engine)
    for n, item in enumerate(items):
        names = book.smart_of(item.survey)
        if order.only is not None:
            names = tuple(name for name in names if book.smart[name] in order.only)
            due = bool(names)
        else:
            state = item.state
            due = order.anew or item.fingerprint != state.fingerprint or state.engine != name
        if due and item.comment:
            wanted.setdefault(names, []).append(n)
    reads: list[Analysis | None] = [None] * len(items)
    for names, places in wanted.items():
        some = [items[n] for n in places]
        texts = [item.comment or "" for item in some]
        hints = [_hint(item, engine) for item in some]
        shares = [item.reader.share(item.reader.score(item.record)) for item in some]
        for n, read in zip(places, engine.analyse(texts, hints, TagSet(names), shares), strict=True):
            reads[n] = read
    return reads


def _hint(item: Item, engine: TextEngine) -> str | None:
    language = item.reader.language(item.record)
    return language if language in engine.languages else None


def _matches(items: Sequence[Item], book: TagBook, order: Order) -> Iterable[Mapping[int, Spans]]:
    """The tags whose terms stand in each comment, parents first."""
    if not book.texts or (order.only is not None and order.only.isdisjoint(tag.id for tag in book.texts)):
        return [{} for _ in items]
    found = book.matcher(order.only).match([item.comment or "" for item in items])
    return found.by_text(len(items))


def _smart(
    item: Item, book: TagBook, read: Analysis | None, order: Order
) -> tuple[dict[int, Hit], frozenset[int]]:
    """The smart tags of a response, and the tags that stay as they are stored."""
    same_text = item.fingerprint == item.state.fingerprint
    kept = book.disabled if same_text else frozenset[int]()
    if read is None:
        if same_text and order.only is None:
            kept |= frozenset(book.smart.values())
        return {}, kept
    return {
        book.smart[hit.tag]: Hit(_number(hit.sentiment), hit.spans)
        for hit in read.tags
        if hit.tag in book.smart
    }, kept


def _number(word: str | None) -> int | None:
    return None if word is None else int(SENTIMENTS[word])


def _result(
    item: Item,
    book: TagBook,
    engine: TextEngine,
    order: Order,
    read: Analysis | None,
    smart: dict[int, Hit],
    kept: frozenset[int],
    found: Mapping[int, Spans],
) -> Result:
    """A response's tags: the smart ones, and those with terms whose rules and parents let them."""
    tags = dict(smart)

    def has(number: int) -> bool:
        mark = item.state.tags.get(number)
        if mark and mark.added is not None:
            return bool(mark.added)
        unasked = number in kept or (order.only is not None and number not in order.only)
        return number in tags or bool(unasked and mark and mark.found)

    sentiment = _sentiment(item, read, order)
    for number, spans in found.items():
        tag = book.by_id[number]
        scoped = tag.scope_by_parent and tag.parent_id is not None
        if (not scoped or has(tag.parent_id or 0)) and follows(tag.filter_rules, item, sentiment):
            tags[number] = Hit(sentiment, spans)
    return Result(item, read, (read.engine or identity(engine)) if read else None, tags, kept, order.only)


def _sentiment(item: Item, read: Analysis | None, order: Order) -> int | None:
    """What the response sounds like, once this is stored."""
    if item.state.corrected is not None:
        return item.state.corrected
    if read is not None and order.only is None:
        return _number(read.sentiment)
    return item.state.machine if item.comment else None


def follows(rules: FilterRules, item: Item, sentiment: int | None) -> bool:
    """Whether a response is one that a tag's rules admit."""
    if rules.project_ids and set(rules.project_ids).isdisjoint(item.projects):
        return False
    if rules.score:
        score = item.reader.score(item.record)
        low, high = rules.score.gte, rules.score.lte
        if score is None or (low is not None and score < low) or (high is not None and score > high):
            return False
    if rules.sentiment and (sentiment is None or Sentiment(sentiment).word not in rules.sentiment):
        return False
    if rules.metric_type and item.survey.roles.metric_type not in rules.metric_type:
        return False
    return all(
        not set(values).isdisjoint(item.reader.values(item.record, name))
        for name, values in rules.properties.items()
    )


def _with_sentiments(results: list[Result], book: TagBook, engine: TextEngine) -> list[Result]:
    """Give tags with terms the sentiment of the clauses that the terms stand in.

    Where these are most of the text, the whole text's sentiment stands.
    """
    texts = {tag.id for tag in book.texts}
    places: list[tuple[Result, int, int]] = []
    clauses: dict[tuple[str, str | None], int] = {}
    for result in results:
        whole, hint = result.item.comment or "", _hint(result.item, engine)
        ends = [0, *(found.end() for found in _CLAUSE.finditer(whole)), len(whole)] if result.tags else []
        for number, hit in result.tags.items():
            if number in texts:
                clause = _clauses(whole, ends, hit.spans)
                if len(clause) < MOST * len(whole):
                    places.append((result, number, clauses.setdefault((clause, hint), len(clauses))))
    if clauses:
        reads = engine.analyse([text for text, _ in clauses], [hint for _, hint in clauses], NO_TAGS)
        for result, number, place in places:
            sentiment = _number(reads[place].sentiment)
            result.tags[number] = result.tags[number]._replace(sentiment=sentiment)
    return results


def _clauses(text: str, ends: list[int], spans: Spans) -> str:
    """The clauses of a text, which end at `ends`, in which some places stand; `spans` ascend."""
    chosen: dict[int, None] = {}
    for first, last in spans:
        for clause in range(bisect_right(ends, first) - 1, bisect_left(ends, last)):
            chosen[clause] = None
    return "".join(text[ends[n] : ends[n + 1]] for n in sorted(chosen))
