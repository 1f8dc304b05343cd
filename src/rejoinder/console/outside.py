"""What the console has the house do: things that need the network, and what it tells of its APIs.

The console knows neither jobs nor dialects; the server, which knows both, gives it these.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rejoinder.core.mail.message import Letter
from rejoinder.kernel.endpoint import Dialect
from rejoinder.settings import Settings


@dataclass(frozen=True, slots=True)
class Told:
    """How one test of a webhook went. `status` is None when no reply came: then `error` says why."""

    number: int
    good: bool
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str
    status: int | None
    error: str | None
    reply: str
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Outside:
    """What the house does for the console.

    Fields:
      settings: the server's.
      dialects: the APIs it serves, our own last.
      check_address: resolves a webhook's address as a delivery would. Raises Invalid.
      try_webhook: (workspace, webhook) → sends a test event now. Raises NotFound, Broken.
      send_mail: sends one test mail to an address; gives the server's words. Raises Invalid, Unavailable.
      send_letter: sends one letter now to an address, whatever its own, in the same way.
      about: the page of a dialect's own about itself, in Markdown; empty where it has none.
    """

    settings: Settings
    dialects: tuple[Dialect, ...]
    check_address: Callable[[str], None]
    try_webhook: Callable[[int, int], Told]
    send_mail: Callable[[str], str]
    send_letter: Callable[[str, Letter], str]
    about: Callable[[str], str]
