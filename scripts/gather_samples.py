"""Gather the samples that the API reference shows, of the exchanges that tests hold true.

python scripts/gather_samples.py          write src/rejoinder/console/reference/samples.json
python scripts/gather_samples.py --check  say whether it would change, and fail if so
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "src/rejoinder/console/reference/samples.json"
MOST_ITEMS = 2
MOST_DEPTH = 8
_ADDRESS = re.compile(r"https?://[^\s\"'\\]+")
_METHOD = re.compile(r"-X\s+([A-Z]+)")
_FORM = re.compile(r"(?:-F|-d|--data(?:-urlencode)?|--form)\s+(\"[^\"]*\"|'[^']*'|\S+)")


def gather() -> list[dict[str, Any]]:
    """Every sample: dialect, method, path, what is sent, and the reply."""
    found = []
    for file in sorted((ROOT / "tests/dialects").glob("*/exchanges/*.json")):
        exchange = json.loads(file.read_text(encoding="utf-8"))
        reply = exchange.get("checked", {})
        sent = _sent(exchange)
        if sent is None or "status" not in reply or reply.get("body") is None:
            continue
        method, target, body = sent
        found.append(
            {
                "dialect": file.parent.parent.name,
                "method": method,
                "path": urlsplit(target).path,
                "query": urlsplit(target).query,
                "sent": body,
                "status": reply["status"],
                "body": _short(reply["body"]),
            }
        )
    return found


def _sent(exchange: dict[str, Any]) -> tuple[str, str, Any] | None:
    sent = exchange.get("sent")
    if sent:
        body = sent.get("json", sent.get("body"))
        form = sent.get("form")
        if form and sent["method"] == "GET":
            return "GET", f"{sent['target']}?{'&'.join(f'{k}={v}' for k, v in form.items())}", None
        lines = [f"{name}={value}" for name, value in form.items()] if form else None
        return sent["method"], sent["target"], body if body is not None else lines
    return _documented("\n".join(exchange.get("documented", {}).get("request", [])))


def _documented(text: str) -> tuple[str, str, Any] | None:
    """The request of a `curl` command or a bare address as documents print them."""
    address = _ADDRESS.search(text)
    if address is None:
        return None
    form = [value.strip("\"'") for value in _FORM.findall(text)]
    method = _METHOD.search(text) or re.search(r"\b(GET|POST|PUT|DELETE)\b", text)
    return (method[1] if method else "POST" if form else "GET"), address[0], form or None


def _short(body: Any, depth: int = 0) -> Any:
    """A body with lists cut, so that a page can show it."""
    if isinstance(body, list):
        return [_short(one, depth + 1) for one in body[:MOST_ITEMS]]
    if isinstance(body, dict):
        kept: Iterator[tuple[str, Any]] = iter(body.items())
        return {name: _short(value, depth + 1) for name, value in kept} if depth < MOST_DEPTH else {}
    return body


def main() -> int:
    """Write the file, or compare it."""
    text = json.dumps(gather(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if "--check" in sys.argv[1:]:
        same = SAMPLES.is_file() and SAMPLES.read_text(encoding="utf-8") == text
        print("the samples are up to date" if same else "run: python scripts/gather_samples.py")  # noqa: T201
        return 0 if same else 1
    SAMPLES.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
