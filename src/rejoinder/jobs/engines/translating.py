"""Have comments translated by the operator's own service (`docs/text-engines.md`): `translated_feedback`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

import msgspec

from rejoinder.jobs.engines.asking import Failed, Service

_LOG = logging.getLogger(__name__)


class Translator(Protocol):
    """Translates texts in batches."""

    @property
    def language(self) -> str:
        """The language into which it translates, an ISO 639-1 code."""
        ...

    def translate(self, texts: Sequence[str], langs: Sequence[str | None]) -> list[str | None]:
        """Translate a batch; gives a translation or None for each text, in order.

        None means that there is none now: `translated_feedback` stays null, and all else is as it would be.
        `langs`: the language of each text, None where it is not known. Texts that are in `language` already
        are not sent, and get None.
        """
        ...


class _Answer(msgspec.Struct, frozen=True):
    translations: list[str | None]


_decoder = msgspec.json.Decoder(_Answer)


class RemoteTranslator:
    """Has texts translated by a service, in requests of at most `batch` texts."""

    def __init__(self, service: Service, language: str = "en", batch: int = 64) -> None:
        self._service, self._batch = service, batch
        self.language = language

    def translate(self, texts: Sequence[str], langs: Sequence[str | None]) -> list[str | None]:
        """Translate a batch, as `Translator` says. Raises nothing: what fails is None and in the log."""
        found: list[str | None] = [None] * len(texts)
        wanted = [n for n, lang in enumerate(langs) if lang != self.language and texts[n].strip()]
        for first in range(0, len(wanted), self._batch):
            part = wanted[first : first + self._batch]
            question = {
                "texts": [texts[n] for n in part],
                "langs": [langs[n] for n in part],
                "target": self.language,
            }
            try:
                translations = self._service.ask(question, lambda answer: _read(answer, len(part)))  # noqa: B023
            except Failed as failure:
                _LOG.warning("The translator could not be used: %s", failure)
                continue
            for n, translation in zip(part, translations, strict=True):
                found[n] = translation or None
        return found


def _read(answer: bytes, count: int) -> list[str | None]:
    try:
        found = _decoder.decode(answer).translations
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Failed(f"Its answer cannot be read: {error}.") from None
    if len(found) != count:
        raise Failed(f"It gave {len(found)} translations for {count} texts.")
    if any(text and "\0" in text for text in found):
        raise Failed("A translation has a NUL character in it, which no database keeps.")
    return found
