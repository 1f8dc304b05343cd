"""What a text engine is, and how one is chosen by its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import Any, Protocol, runtime_checkable

from rejoinder.model.analysis import Analysis
from rejoinder.model.problems import NotFound
from rejoinder.text.tagset import TagSet

ENGINES = {"embedded": "embedded:embedded", "lexicon": "lexicon:lexicon"}
"""Name → module of this package and the function there that makes the engine; imported when it is chosen."""


@runtime_checkable
class TextEngine(Protocol):
    """Reads texts in batches: language, sentiment, smart tags. The same batch always gives the same result.

    `name` and `version` are kept with each result, so that it can be told what made it.
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def languages(self) -> frozenset[str]: ...

    def analyse(
        self,
        texts: Sequence[str],
        langs: Sequence[str | None],
        tagset: TagSet,
        scores: Sequence[float | None] | None = None,
    ) -> list[Analysis]:
        """Analyse a batch; gives one Analysis for each text, in order.

        Parameters:
          texts: as they came; spans count their characters.
          langs: the language of each text as it is known from elsewhere; None has it found out.
          tagset: the smart tags that may be found.
          scores: the score given beside each text, 0 (worst) to 1 (best), or None. NPS / 10, (CSAT - 1) / 4.
        """
        ...


@cache
def choose(name: str = "embedded") -> TextEngine:
    """Give the engine of a name; it is made once in a process.

    Raises NotFound for a name that no engine has.
    """
    if name not in ENGINES:
        raise NotFound(f"There is no text engine {name!r}. Use one of: {', '.join(sorted(ENGINES))}.")
    module, _, function = ENGINES[name].partition(":")
    make: Callable[[], Any] = getattr(import_module(f"rejoinder.text.{module}"), function)
    engine: TextEngine = make()
    return engine
