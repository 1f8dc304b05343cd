"""The form of a patch, read quickly: it holds some fields for each of up to twenty thousand respondents.

Fields that look as the document's own JavaScript and cURL make them are read here; whatever else is there
goes the way of every form, and decides then for the whole. Both ways give the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote_to_bytes

from rejoinder.dialects.webankieta.parameters import Fields, fields_of, is_json
from rejoinder.dialects.webankieta.wire import parse_entries
from rejoinder.kernel.call import Call
from rejoinder.kernel.forms import FEW, check_count
from rejoinder.model.panel import MAX_LABELS, Entry

_FORMS = ("application/x-www-form-urlencoded", "")
_NUMBER = rb"(0|[1-9]\d{0,6})"
_OPEN, _CLOSE = rb"(?:\[|%5[Bb])", rb"(?:\]|%5[Dd])"
_FIELD = re.compile(
    rb"(?<![^&])respondents" + _OPEN + _NUMBER + _CLOSE + _OPEN
    + rb"(?:email|labels" + _CLOSE + _OPEN + _NUMBER + rb")" + _CLOSE + rb"=([^&]*)"
)  # fmt: skip
_BETWEEN = b"\xff"
"""Stands between values while they are decoded together: UTF-8 has no such byte."""


def patch_fields(call: Call) -> tuple[Fields, list[Entry]]:
    """The parameters of a patch, and its respondents. Raises Unreadable, Invalid, NotAcceptable."""
    if call.content_type in _FORMS and not is_json(call):
        quick = _respondents(call.body)
        if quick is not None:
            whole, call.body = call.body, quick[0]
            try:
                return fields_of(call), quick[1]
            finally:
                call.body = whole
    fields = fields_of(call)
    return fields, parse_entries(fields.get("respondents"))


def _respondents(body: bytes) -> tuple[bytes, list[Entry]] | None:
    """The other fields, and the respondents; None where not all of them have the simple form.

    The fields of respondents are found together and decoded together: one by one would take twice as long.
    """
    matches = [*_FIELD.finditer(body)]
    if not matches:
        return None
    start, end, fields = matches[0].start(), matches[-1].end(), body.count(b"&") + 1
    check_count(fields)
    rest = body[:start] + body[end + 1 :]
    if body.count(b"&", start, end) != len(matches) - 1 or b"respondents" in unquote_to_bytes(rest):
        return None
    numbers, labels, raw = zip(*(match.groups() for match in matches), strict=True)
    values = unquote_to_bytes(_BETWEEN.join(raw).replace(b"+", b" ")).split(_BETWEEN)
    if len(values) != len(matches):
        return None  # not UTF-8: the other way says so
    found = _together(numbers, labels, values, max(fields, FEW))
    return None if found is None else (rest, found)


def _together(
    numbers: Sequence[bytes], labels: Sequence[bytes | None], values: Sequence[bytes], limit: int
) -> list[Entry] | None:
    """Respondents in the order of their numbers; None for a field that comes twice, or anything to refuse."""
    emails: dict[int, str] = {}
    texts: dict[int, dict[int, str]] = {}
    for digits, label, raw in zip(numbers, labels, values, strict=True):
        number = int(digits)
        try:
            value = raw.decode()
        except UnicodeDecodeError:
            return None
        if label is None:
            if number in emails:
                return None
            emails[number] = value
            continue
        place, mine = int(label) + 1, texts.setdefault(number, {})
        if place in mine or place > MAX_LABELS:
            return None
        mine[place] = value
    found = sorted({*emails, *texts})
    if found[-1] > limit:
        return None
    return [Entry(emails.get(number, ""), texts.get(number, {})) for number in found]
