"""`/console/assets/…`: what the console loads. Names hold a hash of the content, so browsers keep it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec

from rejoinder.kernel.call import Call
from rejoinder.kernel.negotiation import admits
from rejoinder.kernel.reply import Headers, Reply
from rejoinder.model.problems import NotFound, Unavailable

TYPES = {
    "js": b"text/javascript; charset=utf-8",
    "css": b"text/css; charset=utf-8",
    "woff2": b"font/woff2",
}
PACKED = (("br", "br"), ("gzip", "gz"))
KEPT: Headers = (
    (b"cache-control", b"public, max-age=31536000, immutable"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


@cache
def manifest() -> dict[str, str]:
    """Source name → built name, such as `console.css`. Raises Unavailable when nothing was built."""
    try:
        text = (_folder() / "manifest.json").read_bytes()
    except FileNotFoundError:
        raise Unavailable("The console has not been built; run: make setup.") from None
    return msgspec.json.decode(text, type=dict[str, str])


def serve(call: Call) -> Reply:
    """Answer with a built file, in the smallest form that the browser takes. Raises NotFound."""
    name = call.params["name"]
    if name not in manifest().values():
        raise NotFound(f"There is no file {name[:100]!r}.")
    plain, packed = _asset(name)
    kind = TYPES[name.rpartition(".")[2]]
    accepts = call.header("accept-encoding") or ""
    for coding, body in packed.items():
        if admits(accepts, coding):
            return Reply(200, body, kind, (*KEPT, (b"content-encoding", coding.encode())))
    return Reply(200, plain, kind, KEPT)


@cache
def _asset(name: str) -> tuple[bytes, dict[str, bytes]]:
    """A file of the manifest as it is, and packed; read once."""
    folder = _folder()
    packs = {} if name.endswith(".woff2") else dict(PACKED)
    packed = {coding: (folder / f"{name}.{suffix}").read_bytes() for coding, suffix in packs.items()}
    return (folder / name).read_bytes(), packed


def _folder() -> Traversable:
    return files("rejoinder.console") / "built"
