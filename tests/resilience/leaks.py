"""What no reply may ever show: SQL, names of tables, paths of files, tracebacks."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

import httpx

from rejoinder.store.tables.everything import metadata

SQL = re.compile(
    r"\b(SELECT .* FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM|ON CONFLICT|RETURNING|UNIQUE constraint|"
    r"PRAGMA|sqlite3?\.|psycopg|sqlalchemy|savepoint|duplicate key value|relation \")",
    re.IGNORECASE,
)
CODE = re.compile(
    r"Traceback|File \"|\.py\b|site-packages|/home/|/tmp/|/usr/|\bline \d+, in\b|object at 0x|msgspec"
)
TABLES = re.compile(r"\b(" + "|".join(name for name in metadata.tables if "_" in name) + r")\b")


def check(reply: httpx.Response) -> httpx.Response:
    """Fail when an error shows how the house is built, or is the house's own fault; gives the reply.

    What a caller sent may be told back to it, whatever it looks like.
    """
    assert reply.status_code != 500, f"{reply.request.method} {reply.url}: {reply.text[:500]}"
    if reply.status_code >= 400:
        sent = unquote_plus(str(reply.request.url)) + reply.request.content.decode(errors="replace")
        for pattern in (SQL, CODE, TABLES):
            shown = [found.group() for found in pattern.finditer(reply.text) if found.group() not in sent]
            assert not shown, f"{shown} in {reply.text[:500]}"
    return reply
