"""The gate before everything but onboarding: an account that has not completed it gets 424 (004)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from rejoinder.core.feedback.onboarding import require_onboarded
from rejoinder.kernel.call import Call

T = TypeVar("T")


def onboarded(step: Callable[[Call], T]) -> Callable[[Call], T]:
    """A handler, or what prepares one, behind the gate: it comes before anything that was sent is read."""

    @wraps(step)
    def guarded(call: Call) -> T:
        require_onboarded(call.unit)
        return step(call)

    return guarded
