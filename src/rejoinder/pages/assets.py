"""`/assets/…`: what the pages load. Names hold a hash of the content, so browsers keep it for good."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

import msgspec

from rejoinder.kernel.call import Call
from rejoinder.kernel.negotiation import admits
from rejoinder.kernel.reply import Headers, Reply
from rejoinder.model.problems import NotFound, Unavailable

TYPES = {"js": b"text/javascript; charset=utf-8", "css": b"text/css; charset=utf-8"}
PACKED = (("br", "br"), ("gzip", "gz"))
"""How a file may be packed, the smaller first: the coding's name, and how its file's name ends."""
KEPT: Headers = (
    (b"cache-control", b"public, max-age=31536000, immutable"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class Manifest(msgspec.Struct, frozen=True):
    """What was built: the script, the style sheet, what the script needs at once, and a file per language."""

    script: str
    style: str
    needs: tuple[str, ...]
    languages: dict[str, str]

    def names(self) -> frozenset[str]:
        """Every file."""
        return frozenset({self.script, self.style, *self.needs, *self.languages.values()})


class Asset(NamedTuple):
    """One file: as it is, and packed (coding → bytes)."""

    content_type: bytes
    plain: bytes
    packed: dict[str, bytes]


@cache
def manifest() -> Manifest:
    """What was built. Raises Unavailable when nothing was: then the checkout was not set up."""
    try:
        text = (_folder() / "manifest.json").read_bytes()
    except FileNotFoundError:
        raise Unavailable("The survey pages have not been built; run: make setup.") from None
    return msgspec.json.decode(text, type=Manifest)


def serve(call: Call) -> Reply:
    """Answer with a built file, in the smallest form that the browser takes. Raises NotFound."""
    name = call.params["name"]
    if name not in manifest().names():
        raise NotFound(f"There is no file {name[:100]!r}.")
    asset = _asset(name)
    accepts = call.header("accept-encoding") or ""
    for coding, body in asset.packed.items():
        if admits(accepts, coding):
            headers = (*KEPT, (b"content-encoding", coding.encode()))
            return Reply(200, body, asset.content_type, headers)
    return Reply(200, asset.plain, asset.content_type, KEPT)


@cache
def _asset(name: str) -> Asset:
    """A file of the manifest, read once."""
    folder = _folder()
    packed = {coding: (folder / f"{name}.{suffix}").read_bytes() for coding, suffix in PACKED}
    return Asset(TYPES[name.rpartition(".")[2]], (folder / name).read_bytes(), packed)


def _folder() -> Traversable:
    return files("rejoinder.pages") / "built"
