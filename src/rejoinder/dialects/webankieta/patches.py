"""The form of a patch, read quickly: it holds some fields for each of up to twenty thousand respondents.

Fields that look as the document's own JavaScript and cURL make them are read here; whatever else is there
goes the way of every form, and decides then for the whole. Both ways give the same.
"""

from __future__ import annotations

import re
from typing import Any

from rejoinder.dialects.webankieta.parameters import Fields, fields_of, is_json
from rejoinder.kernel.call import Call
from rejoinder.kernel.forms import FEW, check_count, decode

_FORMS = ("application/x-www-form-urlencoded", "")
_NUMBER = rb"(0|[1-9]\d{0,6})"
_OPEN, _CLOSE = rb"(?:\[|%5[Bb])", rb"(?:\]|%5[Dd])"
_FIELD = re.compile(
    rb"respondents" + _OPEN + _NUMBER + _CLOSE + _OPEN
    + rb"(?:email|labels" + _CLOSE + _OPEN + _NUMBER + rb")" + _CLOSE + rb"=(.*)",
    re.DOTALL,
)  # fmt: skip


def patch_fields(call: Call) -> Fields:
    """The parameters of a patch. Raises Unreadable."""
    if call.content_type in _FORMS and not is_json(call):
        quick = _respondents(call.body)
        if quick is not None:
            rest, respondents = quick
            whole, call.body = call.body, rest
            try:
                return {**fields_of(call), "respondents": respondents}
            finally:
                call.body = whole
    return fields_of(call)


def _respondents(body: bytes) -> tuple[bytes, dict[int, dict[str, Any]]] | None:
    """The other fields, and the respondents by number; None where not all of them have the simple form."""
    parts = body.split(b"&")
    check_count(len(parts))
    limit = max(len(parts), FEW)
    rest, found = [], dict[int, dict[str, Any]]()
    for part in parts:
        field = _FIELD.fullmatch(part)
        if field is None:
            if b"respondents" in decode(part.partition(b"=")[0]).encode():
                return None
            rest.append(part)
            continue
        number, label, value = field.groups()
        if int(number) > limit or (label and int(label) > limit):
            return None
        one = found.setdefault(int(number), {})
        if label is None:
            name: Any = "email"
        else:
            name, one = int(label), one.setdefault("labels", {})
        if name in one:
            return None  # twice: the other way says so
        one[name] = decode(value.replace(b"+", b" "))
    if not found:
        return None
    return b"&".join(rest), dict(sorted(found.items()))
