"""Find out where a name leads, once, and refuse it when any of its addresses is one to keep away from."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address

from rejoinder.model.addresses import Address, Target, refusal

Lookup = Callable[[str, int], Awaitable[list[str]]]
"""The addresses of a name, as texts."""
THREADS = 32
"""Lookups at a time; those of one name share one, so that a slow name server holds up its own names only."""


class Refused(Exception):
    """No connection may or can be made; the sentence says why."""


class Resolver:
    """Resolves targets. Belongs to one event loop.

    Parameters: `allow_private` — one's own machine and network count as places to send to; `lookup` — asks
    the system when left out.
    """

    def __init__(self, *, allow_private: bool = False, lookup: Lookup | None = None) -> None:
        self._allow_private = allow_private
        self._lookup = lookup or self._system
        self._running: dict[tuple[str, int], asyncio.Task[list[str]]] = {}
        self._threads: ThreadPoolExecutor | None = None

    async def resolve(self, target: Target) -> list[Address]:
        """Every address of a target, in the order in which to try them.

        Raises Refused when there is none, and when a single one of them must not be connected to: a name that
        leads inside and outside is not one to trust.
        """
        found = [target.address] if target.address else [_address(text) for text in await self._ask(target)]
        if not found:
            raise Refused(f"The name {target.host} has no address.")
        for address in found:
            if why := refusal(address, allow_private=self._allow_private):
                raise Refused(f"{target.host} leads to {address}: {why}.")
        return found

    def close(self) -> None:
        """End the threads; lookups that hang are left behind."""
        if self._threads:
            self._threads.shutdown(wait=False, cancel_futures=True)

    async def _ask(self, target: Target) -> list[str]:
        key = (target.host, target.port)
        task = self._running.get(key)
        if task is None:
            task = self._running[key] = asyncio.create_task(self._one(*key))
            task.add_done_callback(lambda done: self._end(key, done))
        return await asyncio.shield(task)

    def _end(self, key: tuple[str, int], task: asyncio.Task[list[str]]) -> None:
        self._running.pop(key, None)
        if not task.cancelled():
            task.exception()  # whoever still waits is told; if nobody does, nobody needs to be

    async def _one(self, host: str, port: int) -> list[str]:
        try:
            return await self._lookup(host, port)
        except (OSError, UnicodeError):
            raise Refused(f"The name {host} cannot be resolved.") from None

    async def _system(self, host: str, port: int) -> list[str]:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(THREADS, "resolver")
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _getaddrinfo, host, port)
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _getaddrinfo(host: str, port: int) -> list[tuple[int, int, int, str, tuple[object, ...]]]:
    found: list[tuple[int, int, int, str, tuple[object, ...]]] = []
    found += socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return found


def _address(text: str) -> Address:
    try:
        return ip_address(text)
    except ValueError:
        raise Refused(f"{text[:60]!r} is not an address.") from None
