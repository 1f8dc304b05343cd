"""Mail addresses: which ones can be written to, and how they are compared."""

from __future__ import annotations

import re
from typing import NamedTuple

import idna

from rejoinder.model.filters.text import fold

_LOCAL = re.compile(r'[^\s"(),:;<>@\[\\\]\x00-\x1f\x7f]+')
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NOBODY = "invalid"
"""The reserved top-level domain (RFC 2606): addresses there reach nobody."""


class Address(NamedTuple):
    """An address that mail can be sent to; the domain in ASCII, as it stands on the wire."""

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"


def parse_address(text: str) -> Address | None:
    """The address in a text, None for what no mail can be sent to. International domains become ASCII."""
    local, at, domain = text.strip().rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or not local.isprintable():
        return None
    if len(local.encode("utf-8", "replace")) > 64 or local.startswith(".") or local.endswith("."):
        return None
    ascii_domain = _domain(domain)
    return None if ascii_domain is None or ".." in local else Address(local, ascii_domain)


def reaches_nobody(address: Address) -> bool:
    """Whether an address is at a domain that cannot exist: what stands in place of an erased one."""
    return address.domain.rpartition(".")[2] == _NOBODY


def folded_address(text: str) -> str:
    """An address as it is compared: without case, the domain in ASCII."""
    found = parse_address(text)
    return fold(str(found)) if found else fold(text.strip())


def _domain(text: str) -> str | None:
    try:
        found = text.lower() if text.isascii() else idna.encode(text, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return None
    labels = found.split(".")
    sound = len(found) <= 253 and all(_LABEL.fullmatch(label) for label in labels)
    return found if sound else None


class Mailbox(NamedTuple):
    """Who a letter comes from: a name, perhaps empty, and an address."""

    name: str
    address: Address


def parse_mailbox(text: str) -> Mailbox | None:
    """`Name <local@domain>` or an address alone; None for anything else."""
    name, opened, rest = text.strip().rpartition("<")
    found = parse_address(rest.removesuffix(">") if opened else text)
    name = name.strip().strip('"').strip()
    if found is None or not name.isprintable() or len(name) > 200 or (opened and not rest.endswith(">")):
        return None
    return Mailbox(name, found)
