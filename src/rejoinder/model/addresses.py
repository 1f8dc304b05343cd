"""Which addresses of receivers may be used: what a URL names, and where a connection must never go.

Whoever registers a webhook chooses where this server sends requests to, from inside its own network. So a
URL is read by one strict rule, the name is resolved once, each address found is judged here, and the
connection is made to the judged address and to no other.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple

import idna

from rejoinder.model.problems import Invalid

Address = IPv4Address | IPv6Address
MAX_URL = 2000
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[^\s/?#\\@:\[\]%]+)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[!-\"$->@-\[\]-~]*)?(?P<query>\?[!-\"$-\[\]-~]*)?",
    re.IGNORECASE | re.ASCII,
)
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PORTS = {"http": 80, "https": 443}


class Target(NamedTuple):
    """Where a request goes. `host` is in ASCII, lower case; `address` is set when the URL named one."""

    scheme: str
    host: str
    port: int
    path: str
    address: Address | None

    @property
    def authority(self) -> str:
        """The `Host` header."""
        host = f"[{self.host}]" if isinstance(self.address, IPv6Address) else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def parse_target(url: str) -> Target:
    """Read a receiver's URL. Raises Invalid: what is wrong with it, and what may be written."""
    found = _URL.fullmatch(url) if len(url) <= MAX_URL else None
    if found is None:
        raise _bad(
            url,
            "write http:// or https://, a host, if need be a port and a path, without user, "
            f"spaces, backslashes and fragment, at most {MAX_URL} characters",
        )
    scheme = found["scheme"].lower()
    port = int(found["port"]) if found["port"] else _PORTS[scheme]
    if not 1 <= port <= 65535:
        raise _bad(url, "a port is a number from 1 to 65535")
    path = (found["path"] or "/") + (found["query"] or "")
    if found["host"].startswith("["):
        address = _ipv6(url, found["host"][1:-1])
        return Target(scheme, address.compressed, port, path, address)
    host = _ascii(url, found["host"])
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        return Target(scheme, host, port, path, _ipv4(url, host))
    return Target(scheme, host, port, path, None)


def _bad(url: str, why: str) -> Invalid:
    return Invalid(f"{url[:100]!r} cannot be a webhook's address: {why}.", fields={"url": why})


def _ascii(url: str, host: str) -> str:
    """A host's name as resolvers take it (IDN by UTS 46)."""
    try:
        plain = host.lower() if host.isascii() else idna.encode(host, uts46=True, std3_rules=True).decode()
    except (idna.IDNAError, UnicodeError):
        plain = ""
    if not _HOST.fullmatch(plain):
        raise _bad(url, "its host is not a name such as hooks.example.org")
    return plain


def _ipv4(url: str, host: str) -> IPv4Address:
    """Four decimal numbers; the other spellings that some programs take are refused."""
    try:
        return IPv4Address(host)
    except ValueError:
        raise _bad(url, "its host looks like a number; write an IPv4 address as 192.0.2.1") from None


def _ipv6(url: str, host: str) -> IPv6Address:
    try:
        return IPv6Address(host)
    except ValueError:
        raise _bad(url, "its host is not an IPv6 address") from None


def _networks4(*texts: str) -> tuple[IPv4Network, ...]:
    return tuple(IPv4Network(text) for text in texts)


def _networks6(*texts: str) -> tuple[IPv6Network, ...]:
    return tuple(IPv6Network(text) for text in texts)


_INSIDE_4 = _networks4("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
_INSIDE_6 = _networks6("::1/128", "fc00::/7")
"""What `REJOINDER_WEBHOOK_ALLOW_PRIVATE` opens: one's own machine and network."""

_METADATA: frozenset[Address] = frozenset(
    map(
        ip_address,
        (
            "169.254.169.254",  # most clouds
            "169.254.170.2",  # containers' credentials
            "169.254.170.23",
            "100.100.100.200",
            "192.0.0.192",
            "168.63.129.16",  # a public address that answers inside one cloud only
            "fd00:ec2::254",
            "fd00:ec2::23",
            "fd20:ce::254",
            "fd00:c1::a9fe:a9fe",
        ),
    )
)
"""Where clouds answer their machines, with credentials too: never opened."""

_NEVER_4 = _networks4(
    "0.0.0.0/8",  # this network
    "169.254.0.0/16",  # link-local
    "192.0.0.0/24",  # protocol assignments
    "192.0.2.0/24",  # documentation
    "192.31.196.0/24",  # AS112
    "192.52.193.0/24",  # AMT
    "192.88.99.0/24",  # 6to4 relays
    "192.175.48.0/24",  # AS112
    "198.18.0.0/15",  # benchmarking
    "198.51.100.0/24",  # documentation
    "203.0.113.0/24",  # documentation
    "224.0.0.0/4",  # multicast
    "240.0.0.0/4",  # reserved, and broadcast
)
_UNICAST_6 = IPv6Network("2000::/3")
"""All that is given out as global unicast; what lies outside is mapped, local, multicast or not in use."""
_NAT64 = IPv6Network("64:ff9b::/96")
_NEVER_6 = _networks6(
    "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID
    "2001:db8::/32",  # documentation
    "2002::/16",  # 6to4: reaches the IPv4 address inside
    "2620:4f:8000::/48",  # AS112
    "3ffe::/16",  # the old test network
    "3fff::/20",  # documentation
)


def refusal(address: Address, *, allow_private: bool = False) -> str | None:
    """Why no connection may be made to an address; None when it may.

    Parameters: `allow_private` — one's own machine and network count as places to send to.
    """
    if isinstance(address, IPv6Address) and address in _NAT64:
        return refusal(IPv4Address(int(address) & 0xFFFFFFFF), allow_private=allow_private)
    if address in _METADATA:
        return "it is where a cloud answers its own machines"
    if isinstance(address, IPv4Address):
        inside, never = any(address in net for net in _INSIDE_4), any(address in net for net in _NEVER_4)
    else:
        inside = not address.scope_id and any(address in net for net in _INSIDE_6)
        never = not inside and (
            bool(address.scope_id) or address not in _UNICAST_6 or any(address in net for net in _NEVER_6)
        )
    if never:
        return "it is reserved, and not an address of the internet"
    if inside and not allow_private:
        return "it lies inside a private network"
    # What registries will have reserved by then, as far as this Python knows.
    return "it is not an address of the internet" if not inside and not address.is_global else None
