"""As much of Markdown as dialects' pages use: headings, paragraphs, lists, tables, code, stress, links."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

_CODE = re.compile(r"`([^`]+)`")
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_EM = re.compile(r"(?<![\w*])\*([^*\s](?:[^*]*[^*\s])?)\*(?![\w*])")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_ITEM = re.compile(r"[-*] |\d+\. ")


def html_of(text: str, top: int = 3) -> Markup:
    """A page without its title as HTML; `top` — the level of its first headings."""
    lines = text.split("\n")
    if lines and lines[0].startswith("# "):
        lines = lines[1:]
    return Markup("\n".join(_blocks(lines, top)))  # noqa: S704  every piece is escaped


def _blocks(lines: list[str], top: int) -> Iterator[str]:
    place = 0
    while place < len(lines):
        line = lines[place]
        if not line.strip():
            place += 1
        elif line.startswith("#"):
            level = len(line) - len(line.lstrip("#")) - 2 + top
            yield f"<h{level}>{_inline(line.lstrip('# '))}</h{level}>"
            place += 1
        elif line.startswith("```"):
            end = next((n for n in range(place + 1, len(lines)) if lines[n].startswith("```")), len(lines))
            yield f'<pre tabindex="0"><code>{escape(chr(10).join(lines[place + 1 : end]))}</code></pre>'
            place = end + 1
        else:
            end = _end(lines, place)
            yield _block(lines[place:end])
            place = end


def _end(lines: list[str], place: int) -> int:
    """Where a block of lines ends: at a blank line that no indented one follows, or at a heading."""
    for n in range(place + 1, len(lines)):
        if lines[n].startswith(("#", "```")):
            return n
        if not lines[n].strip() and not (n + 1 < len(lines) and lines[n + 1].startswith("  ")):
            return n
    return len(lines)


def _block(lines: list[str]) -> str:
    if lines[0].startswith("|"):
        return _table(lines)
    if lines[0].startswith("    "):
        return f'<pre tabindex="0"><code>{escape(chr(10).join(line[4:] for line in lines))}</code></pre>'
    if _ITEM.match(lines[0]):
        return _list(lines)
    return f"<p>{_inline(' '.join(line.strip() for line in lines))}</p>"


def _list(lines: list[str]) -> str:
    items: list[str] = []
    for line in lines:
        text = line.strip()
        if _ITEM.match(text):
            items.append(_ITEM.sub("", text, count=1))
        elif items:
            items[-1] += f" {text}"
    return "<ul>" + "".join(f"<li>{_inline(item)}</li>" for item in items) + "</ul>"


def _table(lines: list[str]) -> str:
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))] for line in lines]
    head, body = rows[0], [row for row in rows[1:] if not all(re.fullmatch(r":?-*:?", cell) for cell in row)]
    top = ""
    if any(head):
        top = (
            "<thead><tr>"
            + "".join(f'<th scope="col">{_inline(cell)}</th>' for cell in head)
            + "</tr></thead>"
        )
    inner = "".join("<tr>" + "".join(f"<td>{_inline(cell)}</td>" for cell in row) + "</tr>" for row in body)
    return (
        f'<div class="table-frame" role="region" tabindex="0" aria-label="{escape(_label(head))}">'
        f"<table>{top}<tbody>{inner}</tbody></table></div>"
    )


def _label(head: list[str]) -> str:
    """What a table is called by those who hear it: its columns, without marks."""
    return re.sub(r"[`*]", "", ", ".join(filter(None, head)))[:60] or "…"


def _inline(text: str) -> str:
    """Code, bold and links of other sites; links within the project are shown as words."""
    pieces = _CODE.split(text.replace("\\|", "|"))
    found = []
    for n, piece in enumerate(pieces):
        if n % 2:
            found.append(f"<code>{escape(piece)}</code>")
            continue
        plain = str(escape(piece))
        plain = _BOLD.sub(r"<strong>\1</strong>", plain)
        plain = _EM.sub(r"<em>\1</em>", plain)
        found.append(_LINK.sub(_anchor, plain))
    return "".join(found)


def _anchor(found: re.Match[str]) -> str:
    words, address = found[1], found[2]
    if address.startswith(("https://", "http://")):
        return f'<a href="{address}" rel="noopener noreferrer">{words}</a>'
    return words
