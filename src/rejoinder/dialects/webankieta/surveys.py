"""Surveys in Webankieta's calls: by number or alias; another account's number is 401."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from rejoinder.core.surveys import belongs_elsewhere
from rejoinder.kernel.call import Call
from rejoinder.model.problems import NotAuthenticated, NotFound

T = TypeVar("T")


def in_survey(call: Call, reference: str, work: Callable[[], T]) -> T:
    """The result of `work` on a survey. Raises NotAuthenticated where the number is another workspace's.

    002: "401 Unauthorized – Jeżeli użytkownik odwołuje się do obcego zasobu".
    """
    try:
        return work()
    except NotFound:
        if belongs_elsewhere(call.unit, reference):
            raise NotAuthenticated(f"Survey {reference} belongs to another account.") from None
        raise
