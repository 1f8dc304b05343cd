"""What POST, PUT, PATCH and DELETE mean, in plain Python: a dictionary of rows and the document's rules.

Read beside the document (001) and the design's "Forsta (001)"; nothing of the product is used.
"""

from __future__ import annotations

from typing import Any

ABORTED = "Change survey data operation is aborted. No data was changed."
COUNTERS = {
    "POST": ("insertedRecords", "insertedIds"),
    "PUT": ("updatedRecords",),
    "PATCH": ("insertedRecords", "insertedIds", "updatedRecords"),
    "DELETE": ("deletedRecords",),
}
ORDER = ("email", "city", "age", "q1", "label1")
"""Of a record's members; labels are made when they are used, so they come last."""
ANSWERS = frozenset({"q1"})
IGNORED = frozenset({"respid", "responseid", "createddate", "status"})

Row = dict[str, Any]
Answer = tuple[int, dict[str, Any]]


class WrongValue(Exception):
    """The message of an invalid datapoint."""


def canonical(name: str, value: Any) -> Any:
    """What a value becomes; None for a blank."""
    if value is None or value == "":
        return None
    if name in ("age", "respid"):
        return _number(value, 999 if name == "age" else 2**63)
    if name == "q1":
        if isinstance(value, bool) or str(value) not in ("1", "2"):
            raise WrongValue("Invalid Code.")
        return str(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise WrongValue("Invalid Text.")
    value = str(value)
    if name == "city" and len(value) > 10:
        raise WrongValue("Text is too long.")
    return value


def _number(value: Any, top: int) -> int:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise WrongValue("Invalid Numeric.") from None
    if isinstance(value, bool) or number != int(number) or abs(number) > top:
        raise WrongValue("Invalid Numeric.")
    return int(number)


class Refused(Exception):
    """A reply that leaves everything as it was."""

    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__(body)
        self.body = body


class Reference:
    """The rows of one survey by respid, who of them has a response, and the next respid."""

    def __init__(self) -> None:
        self.rows: dict[int, Row] = {}
        self.responses: set[int] = set()
        self.next = 1

    def read(self, level: str) -> list[Row]:
        """Every record of a level, in order."""
        found = []
        for respid in sorted(self.rows):
            if level == "respondent" or respid in self.responses:
                head = (
                    {"respid": respid} if level == "respondent" else {"responseid": respid, "respid": respid}
                )
                found.append(head | {n: self.rows[respid][n] for n in ORDER if n in self.rows[respid]})
        return found

    def write(
        self, method: str, level: str, data: list[Row], keys: list[str] | None, names: list[str] | None
    ) -> Answer:
        """One request: status and body."""
        optional = level == "response" and keys is None and any(r.get("respid") is not None for r in data)
        keys = ["respid"] if optional else keys or []
        request = _Request(method, level, keys)
        try:
            rows = request.parse(
                data, None if names is None and method == "POST" else [*keys, *(names or ())]
            )
            values = request.keys_of(rows, optional) if keys else [None] * len(rows)
            matched = self._match(request, values)
        except Refused as refused:
            return 400, refused.body
        return 200, self._act(request, rows, values, matched, names)

    def _match(self, request: _Request, values: list[Any]) -> list[int | None]:
        """The respid that each row's key finds."""
        found = {}
        for value in values:
            if value is not None:
                found[value] = [n for n in self.rows if request.key_of(self.rows[n] | {"respid": n}) == value]
        repeated = [i for i, value in enumerate(values) if len(found.get(value, ())) > 1]
        request.abort(repeated, "KeyValue is not unique.", counted=True)
        return [next(iter(found.get(value, ())), None) for value in values]

    def _act(
        self, request: _Request, rows: list[Row], values: list[Any], matched: list[int | None], names: Any
    ) -> dict[str, Any]:
        ids: dict[int, int] = {}
        known, fresh, report = 0, [], []
        for i, (row, respid) in enumerate(zip(rows, matched, strict=True)):
            there = respid is not None and (request.level == "respondent" or respid in self.responses)
            lost = respid is None and request.keys == ["respid"]
            if request.method == "POST" and there:
                report.append((i, "KeyValue already exists."))
            elif not there and (request.method in ("PUT", "DELETE") or (lost and request.method == "PATCH")):
                report.append((i, "KeyValue could not be found."))
            elif respid is None:
                fresh.append(i)
            elif request.method == "DELETE":
                known += 1
                self._delete(respid, request.level)
            else:
                known += there
                ids |= {} if there else {i: respid}
                self._change(respid, row, names, request)
        ids |= self._insert(request, rows, values, fresh)
        counts = {"insertedIds": [ids[i] for i in sorted(ids)], "insertedRecords": len(ids)}
        counts |= {"updatedRecords": known, "deletedRecords": known}
        body = {name: counts[name] for name in COUNTERS[request.method]}
        return body | request.report(report)

    def _insert(
        self, request: _Request, rows: list[Row], values: list[Any], fresh: list[int]
    ) -> dict[int, int]:
        """Rows with a respid of their own first; the others follow behind all numbers."""
        own = {i: values[i] for i in fresh if request.keys == ["respid"] and values[i] is not None}
        self.next = max([self.next, *(respid + 1 for respid in own.values())])
        ids = own | {i: self.next + n for n, i in enumerate(i for i in fresh if i not in own)}
        self.next = max([self.next, *(respid + 1 for respid in ids.values())])
        for i, respid in ids.items():
            self.rows[respid] = {n: v for n, v in rows[i].items() if v is not None and n != "respid"}
            self._open(respid, request.level)
        return ids

    def _change(self, respid: int, row: Row, names: list[str] | None, request: _Request) -> None:
        for name, value in row.items():
            if name == "respid" or (names is not None and name not in names):
                continue  # a key only finds
            if value is not None:
                self.rows[respid][name] = value
            elif request.method != "POST":
                self.rows[respid].pop(name, None)
        self._open(respid, request.level)

    def _open(self, respid: int, level: str) -> None:
        if level == "response" or ANSWERS & self.rows[respid].keys():
            self.responses.add(respid)

    def _delete(self, respid: int, level: str) -> None:
        self.responses.discard(respid)
        if level == "respondent":
            del self.rows[respid]
        else:
            self.rows[respid] = {n: v for n, v in self.rows[respid].items() if n not in ANSWERS}


class _Request:
    """What a request's messages need to know."""

    def __init__(self, method: str, level: str, keys: list[str]) -> None:
        self.method, self.level, self.keys = method, level, keys
        self.shown: list[Row] = []

    def parse(self, data: list[Row], names: list[str] | None) -> list[Row]:
        """Canonical rows of the datapoints that count; all invalid ones are reported."""
        results: list[dict[str, Any]] = []
        for number, row in enumerate(data, 1):
            good, messages = {}, []
            for name, value in row.items():
                if (names is None and name in IGNORED - {*self.keys}) or (
                    names is not None and name not in names
                ):
                    continue
                try:
                    if name not in (*ORDER, "respid"):
                        raise WrongValue("Unknown variable.")
                    good[name] = canonical(name, value)
                except WrongValue as wrong:
                    messages.append(_message([name], str(wrong), value))
            self.shown.append(good)
            results += [{"rowNumber": number, "messages": messages}] if messages else []
        if results:
            raise Refused({"message": ABORTED} | self._messages(results))
        return self.shown

    def keys_of(self, rows: list[Row], optional: bool) -> list[Any]:
        """Each row's key, which must be there and different from all others."""
        values = [self.key_of(row) for row in rows]
        if not optional:
            self.abort([i for i, value in enumerate(values) if value is None], "KeyValue is missing.")
        twice = [i for i, value in enumerate(values) if value is not None and value in values[:i]]
        self.abort(twice, "KeyValue is not unique.", counted=True)
        return values

    def key_of(self, row: Row) -> Any:
        """Comparable key of a row; None when a part is blank."""
        parts = [row.get(name) for name in self.keys]
        if None in parts or not parts:
            return None
        folded = tuple(part.casefold() if isinstance(part, str) else part for part in parts)
        return folded[0] if self.keys == ["respid"] else folded

    def abort(self, indexes: list[int], message: str, *, counted: bool = False) -> None:
        """Refuse the request when there are such rows."""
        if indexes:
            zero: dict[str, Any] = {
                name: [] if name == "insertedIds" else 0 for name in COUNTERS[self.method]
            }
            head = zero if counted else {"message": ABORTED}
            raise Refused(head | self.report([(i, message) for i in indexes]))

    def report(self, found: list[tuple[int, str]]) -> dict[str, Any]:
        """`validationMessages` about keys."""
        results = []
        for i, message in found:
            parts = ["" if self.shown[i].get(n) is None else self.shown[i][n] for n in self.keys]
            value = parts[0] if len(parts) == 1 else ",".join(map(str, parts))
            results.append({"rowNumber": i + 1, "messages": [_message(self.keys, message, value)]})
        return self._messages(results) if results else {}

    def _messages(self, results: list[dict[str, Any]]) -> dict[str, Any]:
        return {"validationMessages": {"level": self.level, "rowResults": results}}


def _message(fields: list[str], message: str, value: Any) -> dict[str, Any]:
    return {"fields": fields, "message": message, "value": value, "severity": "Error"}
