"""The plain text of an HTML mail, for readers and filters that want one."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = re.compile(
    "address|article|aside|blockquote|body|center|d[dlt]|div|fieldset|figure|footer|form|h[1-6]|header|hr|main|"
    "nav|[ou]l|p|pre|section|table|tr"
)
_HIDDEN = frozenset(("head", "script", "style", "template", "title"))
_SPACES = re.compile(r"[ \t\r\n\f]+")


class _Reader(HTMLParser):
    """Gathers text; blocks begin new lines, links keep their address."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin what an element begins."""
        given = {name: value or "" for name, value in attrs}
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in ("td", "th"):
            self.parts.append(" ")
        elif _BLOCKS.fullmatch(tag):
            self.parts.append("\n\n")
        elif tag == "img" and not self._hidden:
            self.parts.append(given.get("alt", ""))
        elif tag == "a":
            self._links.append((given.get("href", "").strip(), len(self.parts)))

    def handle_endtag(self, tag: str) -> None:
        """End it."""
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif _BLOCKS.fullmatch(tag):
            self.parts.append("\n\n")
        elif tag == "a" and self._links:
            address, start = self._links.pop()
            shown = _SPACES.sub(" ", "".join(self.parts[start:])).strip()
            if address and address != shown and not self._hidden:
                self.parts.append(f" ({address})" if shown else address)

    def handle_data(self, data: str) -> None:
        """Keep text, its spaces as a browser shows them."""
        if not self._hidden:
            self.parts.append(_SPACES.sub(" ", data))


def text_of_html(html: str) -> str:
    """The text of an HTML document or fragment, links in parentheses behind their text."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = [" ".join(line.split(" ")).strip() for line in "".join(reader.parts).split("\n")]
    lines = [re.sub(r" {2,}", " ", line) for line in lines]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
