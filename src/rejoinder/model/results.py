"""The answers of a survey counted, question by question."""

from __future__ import annotations

import msgspec


class Asked(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whose answers: those that a filter expression lets through, and that came by a collector."""

    filter: str = ""
    collector: int | None = None


class Numbers(msgspec.Struct, frozen=True):
    """Numbers: how many, their sum and sum of squares, the least and the greatest; `bins` — how many there
    are from `start * width` to `(start + 1) * width`, by `start`."""

    count: int = 0
    total: float = 0
    squares: float = 0
    least: float = 0
    greatest: float = 0
    width: float = 1
    bins: dict[int, int] = {}

    @property
    def mean(self) -> float:
        """The average; 0 of nothing."""
        return self.total / self.count if self.count else 0.0

    @property
    def deviation(self) -> float:
        """The standard deviation."""
        return max(0.0, self.squares / self.count - self.mean**2) ** 0.5 if self.count else 0.0


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """One question. `base`: how many answered it.

    `counts` — of each code (days for dates, words for texts); `rows` — the same for each row of a compound
    one, a ranking's by rank; `numbers` — of a number, `row_numbers` of several; `whole` — texts were so
    few and short that they were counted themselves, not their words.
    """

    base: int = 0
    counts: dict[str, int] = {}
    rows: dict[str, dict[str, int]] = {}
    numbers: Numbers | None = None
    row_numbers: dict[str, Numbers] = {}
    whole: bool = False


class Results(msgspec.Struct, frozen=True):
    """All questions. `responses`: how many were counted; `days` — how many completed on each day."""

    responses: int = 0
    days: dict[str, int] = {}
    questions: dict[str, Question] = {}


class Progress(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far the counting is; `began_at` in µs, `total` what there is to look at."""

    done: int = 0
    total: int = 0
    began_at: int = 0


class Standing(msgspec.Struct, frozen=True):
    """Where the results of one filter stand.

    `status` — idle, waiting, running, stopped or failed; `results` — the last ones, of `as_of` (µs);
    `stale` — answers came since, long enough ago that it is worth while to count anew.
    """

    status: str = "idle"
    results: Results | None = None
    as_of: int | None = None
    progress: Progress = Progress()
    error: str = ""
    stale: bool = True
    id: int = 0
    run: int = 0

    @property
    def busy(self) -> bool:
        """Whether it is being counted."""
        return self.status in ("waiting", "running")
