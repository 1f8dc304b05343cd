"""`multipart/form-data` bodies (RFC 7578), decoded into the same pairs as urlencoded ones."""

from __future__ import annotations

from python_multipart import multipart as wire
from python_multipart.exceptions import FormParserError

from rejoinder.kernel.forms import Pairs, UploadedFile, check_count
from rejoinder.model.problems import Unreadable

MAX_PART_HEADERS = 8192
MAX_FILES = 1000


def read_multipart(body: bytes, content_type: str) -> Pairs:
    """Decode a multipart body.

    Parameters: `content_type` — the whole header, with its boundary.
    Raises Unreadable: no boundary, broken or unfinished body, not UTF-8, too many parts.
    """
    _, options = wire.parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if not boundary:
        raise Unreadable("The Content-Type multipart/form-data lacks its boundary.")
    parts = _Parts()
    try:
        parser = wire.MultipartParser(boundary, parts.callbacks())
        parser.write(body)
        parser.finalize()
    except FormParserError as error:
        raise Unreadable(f"The multipart body cannot be read: {error}.") from None
    if not parts.ended:
        raise Unreadable("The multipart body ends before its closing boundary.")
    return parts.pairs


class _Parts:
    """Collects the parser's events."""

    def __init__(self) -> None:
        self.pairs: Pairs = []
        self.ended = False
        self._files = 0

    def callbacks(self) -> wire.MultipartCallbacks:
        return {
            "on_part_begin": self._begin,
            "on_part_data": self._data,
            "on_part_end": self._finish,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        check_count(len(self.pairs) + 1)
        self._headers: dict[bytes, bytes] = {}
        self._size = 0
        self._chunks: list[bytes] = []
        self._field = self._value = b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._grow(end - start)
        self._field += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._grow(end - start)
        self._value += data[start:end]

    def _grow(self, size: int) -> None:
        self._size += size
        if self._size > MAX_PART_HEADERS:
            raise Unreadable(f"A part of the multipart body has headers of over {MAX_PART_HEADERS} bytes.")

    def _header_end(self) -> None:
        self._headers[self._field.lower()] = self._value
        self._field = self._value = b""

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._chunks.append(data[start:end])

    def _finish(self) -> None:
        disposition, options = wire.parse_options_header(self._headers.get(b"content-disposition"))
        name = options.get(b"name")
        if disposition != b"form-data" or name is None:
            raise Unreadable("A part of the multipart body lacks a Content-Disposition with a name.")
        filename = options.get(b"filename")
        body = b"".join(self._chunks)
        if filename is None:
            self.pairs.append((_text(name), _text(body)))
        else:
            self._keep_file(_text(name), _text(filename), body)

    def _keep_file(self, name: str, filename: str, body: bytes) -> None:
        self._files += 1
        if self._files > MAX_FILES:
            raise Unreadable(f"The multipart body holds more than {MAX_FILES} files.")
        content_type = self._headers.get(b"content-type", b"application/octet-stream").decode("latin-1")
        self.pairs.append((name, UploadedFile(filename, content_type, body)))

    def _end(self) -> None:
        self.ended = True


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise Unreadable(f"The multipart text {raw[:40]!r} is not UTF-8; send UTF-8.") from None
