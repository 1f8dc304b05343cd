"""Words of a text that tags mark: nothing is lost, and neighbours of which the same is said are one mark."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rejoinder.console.feedback.pieces import pieces
from rejoinder.model.feedback import AppliedTag, Sentiment, Tag, TagMode

PEOPLE = Tag(id=1, name="PEOPLE", display_name="PEOPLE", mode=TagMode.SMART)
SPANS = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9)).map(lambda one: (one[0], sum(one))))


def marked(text: str, *spans: tuple[int, int]) -> list[str]:
    found = pieces(text, [AppliedTag(PEOPLE, Sentiment.POSITIVE, spans=spans)])
    return [one.text for one in found if one.kind]


def test_neighbours_are_one_mark() -> None:
    assert marked("the courier was friendly", (4, 11), (12, 15), (16, 24)) == ["courier was friendly"]
    assert marked("the courier, was friendly", (4, 11), (13, 16)) == ["courier", "was"]


@given(st.text(alphabet="ab ,", max_size=20), SPANS, SPANS)
def test_no_character_is_lost(text: str, one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    tags = [
        AppliedTag(PEOPLE, mood, spans=tuple(spans))
        for mood, spans in zip(Sentiment, (one, other), strict=False)
    ]
    assert "".join(piece.text for piece in pieces(text, tags)) == text
