"""What may stand in a mail template in place of each respondent's own facts, and where."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from functools import lru_cache
from html.parser import HTMLParser
from typing import NamedTuple

from rejoinder.core.mail.text_part import text_of_html
from rejoinder.model.problems import Invalid
from rejoinder.model.system import LABELS

SURVEY_LINK, UNSUBSCRIBE_LINK = "survey_link", "unsubscribe_link"
LINKS = frozenset((SURVEY_LINK, UNSUBSCRIBE_LINK))
KNOWN = (SURVEY_LINK, "email", *LABELS, "survey_name", UNSUBSCRIBE_LINK)
_PLACE = re.compile(r"\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}")
_QUOTED = re.compile(r"""=\s*("[^"]*"|'[^']*')""")
_ADDRESSES = frozenset(
    ("action", "background", "cite", "data", "formaction", "href", "ping", "poster", "src", "srcset", "style")
)
"""Attributes that a reader's program follows or runs: a stranger's text must not decide them."""

Pieces = tuple[str, ...]
"""Literal text and names of placeholders in turn, beginning and ending with text."""


class Compiled(NamedTuple):
    """A template ready to be filled: its three texts in pieces."""

    subject: Pieces
    html: Pieces
    text: Pieces

    def needs_links(self) -> bool:
        """Whether a letter cannot be made without the server's public address."""
        return not LINKS.isdisjoint(self.html[1::2])


def placeholders(text: str) -> list[str]:
    """The names that stand in braces in a text."""
    return _PLACE.findall(text)


def check_content(subject: str, content: str) -> None:
    """Refuse placeholders that do not exist, or that stand where a respondent's own words could do harm.

    Raises Invalid, naming the placeholder and what there is.
    """
    for name in (*placeholders(subject), *placeholders(content)):
        if name not in KNOWN:
            raise Invalid(f"There is no placeholder {{{name[:40]}}}. Use one of: {_listed()}.")
    if found := LINKS.intersection(placeholders(subject)):
        raise Invalid(f"{{{min(found)}}} cannot stand in a subject: links belong into the content.")
    checker = _Checker()
    checker.feed(content)
    checker.close()


def _listed() -> str:
    return "{survey_link}, {email}, {label1} … {label15}, {survey_name}, {unsubscribe_link}"


class _Checker(HTMLParser):
    """Raises Invalid for a placeholder in a script, a style, a tag itself or an address."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self._raw = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at the tag as it is written, and at each attribute."""
        if tag in ("script", "style"):
            self._raw = tag
        bare = _QUOTED.sub("=", self.get_starttag_text() or "")
        if found := placeholders(bare):
            raise Invalid(
                f"{{{found[0]}}} stands in the tag <{tag[:40]}> without quotes around it; write it as "
                f'href="{{{found[0]}}}", or between tags.'
            )
        for name, value in attrs:
            risky = name in _ADDRESSES or name.startswith("on")
            inside = placeholders(value or "")
            allowed = LINKS if name == "href" else frozenset()
            if risky and not allowed.issuperset(inside):
                wrong = next(one for one in inside if one not in allowed)
                raise Invalid(
                    f"{{{wrong}}} cannot stand in the attribute {name[:40]!r}; only links can, in href."
                )

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that ends itself is checked alike."""
        self.handle_starttag(tag, attrs)
        self._raw = ""

    def handle_endtag(self, tag: str) -> None:
        """A script or style ends."""
        if tag == self._raw:
            self._raw = ""

    def handle_data(self, data: str) -> None:
        """Look into scripts and styles."""
        if self._raw and (found := placeholders(data)):
            raise Invalid(f"{{{found[0]}}} cannot stand in a <{self._raw}>; put it into the text.")


@lru_cache(maxsize=64)
def compiled(subject: str, content: str) -> Compiled:
    """A template in pieces; its text part is made once, here."""
    return Compiled(_pieces(subject), _pieces(content), _pieces(text_of_html(content)))


def _pieces(text: str) -> Pieces:
    found = _PLACE.split(text)
    return tuple(piece if n % 2 == 0 or piece in KNOWN else f"{{{piece}}}" for n, piece in enumerate(found))


def fill(pieces: Pieces, values: Mapping[str, str], *, escaped: bool = False) -> str:
    """The text with the values in place; `escaped` — for HTML. What is not known is left out."""
    found = []
    for n, piece in enumerate(pieces):
        value = piece if n % 2 == 0 else values.get(piece, "" if piece in KNOWN else piece)
        found.append(html.escape(value) if n % 2 and escaped else value)
    return "".join(found)
