"""Under which address a request reached us, and from where."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from typing import Any

from rejoinder.model.problems import Unreadable

HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?")
KNOWN_HOSTS = 256

Header = Callable[[str], "str | None"]


class Origin:
    """Answers for the links we print.

    Parameters: `public_url` — the configured address, which wins over any header; `trusted_proxies` —
    networks whose `X-Forwarded-For`, `-Proto` and `-Host` count. Everybody else's are ignored.
    """

    def __init__(self, public_url: str | None, trusted_proxies: Sequence[str] = ()) -> None:
        self._public_url = public_url
        self._trusted = tuple(ipaddress.ip_network(network, strict=False) for network in trusted_proxies)
        self._known: dict[tuple[str, str], str] = {}

    def base_url(self, scope: dict[str, Any], header: Header) -> str:
        """Scheme and host without a trailing slash. Raises Unreadable when `Host` is no host name."""
        if self._public_url:
            return self._public_url
        scheme, host = scope["scheme"], header("host")
        if self._trusted and self._trusts(_peer(scope)):
            proto = _last(header("x-forwarded-proto"))
            scheme = proto if proto in ("http", "https") else scheme
            host = _last(header("x-forwarded-host")) or host
        if host is None:
            name, port = scope.get("server") or ("localhost", None)
            host = name if port is None else f"{name}:{port}"
        return self._known.get((scheme, host)) or self._learn(scheme, host)

    def client_ip(self, scope: dict[str, Any], header: Header) -> str:
        """The address of the client: behind trusted proxies, the last one that none of them vouches for."""
        address = _peer(scope)
        if not self._trusted or not self._trusts(address):
            return address
        for hop in reversed((header("x-forwarded-for") or "").split(",")):
            if not _is_address(hop.strip()):
                break
            address = hop.strip()
            if not self._trusts(address):
                break
        return address

    def _learn(self, scheme: str, host: str) -> str:
        if not HOST.fullmatch(host):
            raise Unreadable("The Host header is not a host name.")
        url = f"{scheme}://{host}"
        if len(self._known) < KNOWN_HOSTS:
            self._known[scheme, host] = url
        return url

    def _trusts(self, address: str) -> bool:
        if not _is_address(address):
            return False
        ip = ipaddress.ip_address(address)
        return any(ip in network for network in self._trusted)


def _peer(scope: dict[str, Any]) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def _last(value: str | None) -> str:
    return (value or "").rpartition(",")[2].strip()


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
