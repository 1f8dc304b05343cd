"""A response as a page shows it: its words with tags marked, its tags, who corrected it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from markupsafe import Markup

from rejoinder.console.feedback.frame import metric_words, word_of, words
from rejoinder.console.speech import day_text, language_name, local, moment_text, number_text
from rejoinder.core.feedback.browsing import taken_off
from rejoinder.core.people.accounts import emails_by_actor
from rejoinder.core.unit import Unit
from rejoinder.model.feedback import AppliedTag, FeedbackResponse, Tag

KINDS = {"positive": "good", "neutral": "middle", "negative": "bad", "none": "none"}
FACES = {"positive": "smile", "neutral": "meh", "negative": "frown", "none": "circle"}


class Piece(NamedTuple):
    """Some words of a text; `label` — what is said of them, empty for nothing."""

    text: str
    label: str = ""
    kind: str = ""


class Chip(NamedTuple):
    """A tag on a response."""

    tag: Tag
    word: str
    by_hand: bool


class Card(NamedTuple):
    """A response, ready to be shown. `machine` — the engine's sentiment where a person set another one."""

    response: FeedbackResponse
    word: str
    machine: str
    pieces: list[Piece]
    chips: list[Chip]
    taken: Sequence[Tag]
    score: str
    when: str
    language: str
    who: str


def cards(unit: Unit, found: Sequence[FeedbackResponse], tag: int | None = None) -> list[Card]:
    """Responses as cards; `tag` — whose words alone are marked, None for all tags'."""
    taken = taken_off(unit, found)
    people = emails_by_actor(unit) if any(one.decided_by for one in found) else {}
    return [_card(one, tag, taken.get(one.id, ()), people) for one in found]


def _card(found: FeedbackResponse, tag: int | None, taken: Sequence[Tag], people: Mapping[str, str]) -> Card:
    marked = [one for one in found.tags if tag is None or one.tag.id == tag]
    metric = metric_words().get(found.metric_type or "", "")
    score = "" if found.score is None else f"{metric} {number_text(found.score)}".strip()
    return Card(
        found,
        word_of(found.sentiment),
        word_of(found.machine),
        pieces(found.comment or "", marked),
        [Chip(one.tag, word_of(one.sentiment), one.source == "manual") for one in found.tags],
        taken,
        score,
        _when(found.at),
        language_name(found.language) if found.language else "",
        people.get(found.decided_by or "", found.decided_by or ""),
    )


def _when(at: int) -> str:
    """A moment; a day alone where no more was said, as in files with dates."""
    on = local(at)
    return moment_text(at, "short") if on.hour or on.minute or on.second else day_text(at)


def pieces(text: str, tags: Sequence[AppliedTag]) -> list[Piece]:
    """A text cut where words of tags begin and end; where they overlap, all of them are named."""
    said = words()
    spans = [
        (begin, min(end, len(text)), one) for one in tags for begin, end in one.spans if begin < len(text)
    ]
    cuts = sorted({0, len(text), *(place for begin, end, _tag in spans for place in (begin, end))})
    found: list[Piece] = []
    for begin, end in pairwise(cuts):
        over = [one for first, last, one in spans if first <= begin and end <= last]
        labels = dict.fromkeys(f"{one.tag.display_name}: {said[word_of(one.sentiment)]}" for one in over)
        kind = KINDS[word_of(over[0].sentiment)] if over else ""
        found.append(Piece(text[begin:end], ", ".join(labels), kind))
    return _joined(found)


def marked(found: Sequence[Piece]) -> Markup:
    """Pieces as HTML: what is said of words is their title."""
    mark, title = Markup('<mark class="{}"{}>{}</mark>'), Markup(' title="{}"')
    return Markup("").join(
        mark.format(one.kind, title.format(one.label) if one.label else "", one.text)
        if one.kind
        else one.text
        for one in found
    )


def _joined(found: Sequence[Piece]) -> list[Piece]:
    """Neighbours of which the same is said as one piece, with the blanks between them."""
    joined: list[Piece] = []
    for one in found:
        between = joined.pop().text if len(joined) > 1 and _blank(joined[-1]) else ""
        if one.label and joined and joined[-1].label == one.label:
            joined[-1] = one._replace(text=joined[-1].text + between + one.text)
            continue
        joined += [Piece(between), one] if between else [one]
    return joined


def _blank(piece: Piece) -> bool:
    return not piece.label and piece.text.isspace()


def card_words() -> dict[str, Any]:
    """What the template of cards needs beside them."""
    return {"kinds": KINDS, "faces": FACES, "marked": marked}
