"""Query parameters as SurveyKiwi's callers write them (003, "Paginado", "Campaign").

The document's `curl` puts `where[]={"type":…}` into the address as it stands, without encoding. So
percent-encoding is undone where it makes sense and left alone elsewhere (`%abierto%` of a LIKE), and a `&`
inside of an object that is still open belongs to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote_to_bytes

from rejoinder.kernel.call import Call
from rejoinder.model.problems import Invalid, Unreadable

MAX_PARAMETERS = 200
MAX_LIMIT, DEFAULT_LIMIT, MAX_OFFSET = 100, 10, 2**53
LISTS = frozenset({"where", "order_by"})
"""Parameters that may be given several times: `where`, `where[]`, `where[0]`."""
_LIST = re.compile(r"(where|order_by)(?:\[\d{0,6}\])?")
_NAMES = frozenset(
    b"access_token campaign_url status answers show_questions show_options "
    b"offset limit order_by where id".split()
)
_ESCAPES = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")


class Parameters:
    """The parameters of one request.

    Parameters: `known` — the names that the resource takes. Raises Invalid for another one, and for one that
    is given twice; Unreadable for what is not UTF-8.
    """

    def __init__(self, call: Call, known: Iterable[str]) -> None:
        self._texts: dict[str, str] = {}
        self._lists: dict[str, list[str]] = {}
        names = {"access_token", *known}
        for written, value in _pairs(call.scope["query_string"]):
            name = _name(written)
            if name not in names:
                shown = ", ".join(sorted(names))
                raise Invalid(f'Parámetro desconocido: "{written[:60]}". Los parámetros son: {shown}.')
            if name in LISTS:
                self._lists.setdefault(name, []).append(value)
            elif name in self._texts:
                raise Invalid(f'El parámetro "{name}" está repetido; envíalo una sola vez.')
            else:
                self._texts[name] = value

    def text(self, name: str) -> str:
        """A parameter's text without blanks around it, empty when it is missing."""
        return self._texts.get(name, "").strip()

    def texts(self, name: str) -> list[str]:
        """All values of a parameter that may be repeated."""
        return self._lists.get(name, [])

    def needed(self, name: str) -> str:
        """A parameter that must be there. Raises Invalid."""
        found = self.text(name)
        if not found:
            raise Invalid(f'Falta el parámetro obligatorio "{name}".')
        return found

    def flag(self, name: str) -> bool:
        """0 (also when missing) or 1. Raises Invalid."""
        return self.choice(name, ("0", "1")) == "1"

    def choice(self, name: str, words: tuple[str, ...]) -> str:
        """One of some words in any case, the first of them when it is missing. Raises Invalid."""
        found = self.text(name).lower() or words[0]
        if found not in words:
            raise Invalid(f'"{name}" admite {", ".join(words)}; no "{found[:40]}".')
        return found

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number. Raises Invalid."""
        found = self.text(name)
        if not found:
            return default
        whole = found.isascii() and found.isdecimal() and len(found) <= 16
        if not whole or not least <= int(found) <= most:
            raise Invalid(f'"{name}" debe ser un número entero entre {least} y {most}; no "{found[:40]}".')
        return int(found)

    def paging(self) -> tuple[int, int]:
        """(offset, limit) (003, "Paginado")."""
        offset = self.number("offset", 0, 0, MAX_OFFSET)
        return offset, self.number("limit", DEFAULT_LIMIT, 1, MAX_LIMIT)


def first(call: Call, name: str) -> str | None:
    """The first value of a parameter, however bad the rest of the query is."""
    try:
        return next((value for written, value in _pairs(call.scope["query_string"]) if written == name), None)
    except (Invalid, Unreadable):
        return None


def _name(written: str) -> str:
    found = _LIST.fullmatch(written)
    return found[1] if found else written


def _pairs(query: bytes) -> Iterator[tuple[str, str]]:
    if query.count(b"&") >= MAX_PARAMETERS:
        raise Invalid(f"Hay más de {MAX_PARAMETERS} parámetros.")
    waiting: list[bytes] = []
    for part in query.split(b"&"):
        if waiting and not _begins(part):
            waiting.append(part)
            if not part.rstrip().endswith((b"}", b"]", b"'")):
                continue
            part, waiting = b"&".join(waiting), []
        elif waiting:
            yield _pair(b"&".join(waiting))
            waiting = []
        if _is_open(part):
            waiting = [part]
        elif part:
            yield _pair(part)
    if waiting:
        yield _pair(b"&".join(waiting))


def _is_open(part: bytes) -> bool:
    """Whether a part is the beginning of an object that was sent as it stands."""
    value = part.partition(b"=")[2].lstrip(b"' ")
    return value.startswith((b"{", b"[")) and not value.rstrip(b"' ").endswith((b"}", b"]"))


def _begins(part: bytes) -> bool:
    """Whether a part is a parameter of its own, and not the rest of an object."""
    name, equals, _ = part.partition(b"=")
    return bool(equals) and name.partition(b"[")[0] in _NAMES


def _pair(part: bytes) -> tuple[str, str]:
    name, _, value = part.partition(b"=")
    return _decoded(name), _decoded(value)


def _decoded(raw: bytes) -> str:
    """Text of a query: `+` is a blank; escapes that make no UTF-8 stay as they are written."""
    raw = raw.replace(b"+", b" ")
    try:
        return (unquote_to_bytes(raw) if b"%" in raw else raw).decode()
    except UnicodeDecodeError:
        pass
    try:
        return _ESCAPES.sub(_kept, raw).decode()
    except UnicodeDecodeError:
        raise Unreadable("Los parámetros deben estar en UTF-8.") from None


def _kept(escapes: re.Match[bytes]) -> bytes:
    found = unquote_to_bytes(escapes[0])
    try:
        found.decode()
    except UnicodeDecodeError:
        return escapes[0]
    return found
