"""Where a server is reached on this machine."""

from __future__ import annotations


def address(host: str, port: int) -> str:
    """The URL of a host that is listened on, and a port there."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  compared, not bound
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
