"""Everything that can go wrong, named without HTTP.

A verb raises one of these; each dialect spells them in its vendor's own shape, in exactly one
function (`dialects/<vendor>/errors.py`). Every message is for the user: what was wrong, where,
what to do. No message ever holds SQL, a secret or a stack trace.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rejoinder.model.reports import Report


class Problem(Exception):
    """Something that the caller can be told about.

    Parameters: `message` — one sentence for the user.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(Problem):
    """The thing named does not exist, or not in this workspace.

    `guessed`: a secret was named that there is not (a personal token, the key of a file); such requests
    count more heavily against their address.
    """

    def __init__(self, message: str, *, guessed: bool = False) -> None:
        super().__init__(message)
        self.guessed = guessed


class AlreadyExists(Problem):
    """A thing of that name or identity exists.

    `in_flight`: it is the very same request, which is being done right now; it may be sent again.
    """

    def __init__(self, message: str, *, in_flight: bool = False) -> None:
        super().__init__(message)
        self.in_flight = in_flight


class Invalid(Problem):
    """The request was read but breaks a rule.

    Parameters:
      message: the sentence.
      fields: parameter name → what is wrong with it (query and form parameters).
      report: bulk operations only — messages row by row.
      counters: bulk operations only — the verb's counters, when the vendor shows them beside a refusal.
    """

    def __init__(
        self,
        message: str,
        *,
        fields: Mapping[str, str] | None = None,
        report: Report | None = None,
        counters: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.fields = dict(fields or {})
        self.report = report
        self.counters = dict(counters or {})


class NotAuthenticated(Problem):
    """No credential, or one that is unknown."""


class Expired(Problem):
    """A credential that was good once: expired, rotated away or revoked."""


class NotGranted(Problem):
    """A token request that is refused. `code`: the error of RFC 6749, section 5.2."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class NotAllowed(Problem):
    """The caller is known, but its scopes or role do not cover this; or the thing does not allow it now.

    `state`: of a survey that takes no answers from this caller, why (`model.collecting.PageState`).
    """

    def __init__(self, message: str, *, state: str | None = None) -> None:
        super().__init__(message)
        self.state = state


class NotOnPlan(Problem):
    """The workspace lacks the feature that this needs."""


class NotOnboarded(Problem):
    """The workspace has not completed the onboarding flow that feedback needs (004, "Onboarding")."""


class Stale(Problem):
    """The thing changed since the caller read it."""


class TooLarge(Problem):
    """A body or file over its limit."""


class TooMany(Problem):
    """The rate limit. `retry_after`: seconds until the window ends; `limit`: requests a minute, where it is
    another one than the dialect's own."""

    def __init__(self, message: str, retry_after: int, limit: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.limit = limit


class NotOffered(Problem):
    """A thing this server knows of but does not do here: wrong method, refused operation.

    `allowed`: the methods that would work on this path.
    """

    def __init__(self, message: str, allowed: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.allowed = tuple(allowed)


class NotAcceptable(Problem):
    """No representation that the request's `Accept` header admits."""


class Unreadable(Problem):
    """A body, header or address that cannot be decoded: bad JSON, bad UTF-8, bad form."""


class Unavailable(Problem):
    """The store cannot be reached now, or the server is shutting down; trying again later may work."""


class Broken(Problem):
    """Our own fault. The cause is in the log under the request id, never in the reply."""
