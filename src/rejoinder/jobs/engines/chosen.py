"""Which text engine and which translator the settings ask for."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from rejoinder.jobs.engines.apart import ApartEngine
from rejoinder.jobs.engines.asking import Service
from rejoinder.jobs.engines.remote import RemoteEngine
from rejoinder.jobs.engines.translating import RemoteTranslator, Translator
from rejoinder.model.problems import Invalid
from rejoinder.settings import Settings
from rejoinder.text.engine import ENGINES, TextEngine, choose

NAMES = (*sorted(ENGINES), "http", "onnx")


def engine_of(settings: Settings, name: str | None = None) -> TextEngine:
    """The engine of a name, or the one of the settings; it is made once in a process.

    Raises NotFound for a name that no engine has and for files that do not fit, NotOffered for packages that
    are missing, Invalid for settings that are.
    """
    name = name or settings.text_engine
    if name == "http":
        if not settings.text_url:
            raise Invalid("The engine http needs the address of your service in REJOINDER_TEXT_URL.")
        return _remote(
            settings.text_url,
            settings.text_token,
            settings.text_timeout,
            settings.text_version,
            settings.text_batch,
        )
    if name == "onnx":
        if not settings.text_model:
            raise Invalid("The engine onnx needs the directory of your model in REJOINDER_TEXT_MODEL.")
        return _model(settings.text_model, settings.text_tokens, settings.text_batch, settings.text_threads)
    return choose(name)


def reader_of(settings: Settings) -> TextEngine:
    """The engine of the settings for work beside a server: our own reads in a process of its own.

    Raises what `engine_of` raises.
    """
    return _apart(settings.text_engine) if settings.text_engine in ENGINES else engine_of(settings)


def rest() -> None:
    """End the processes that read; the next batch starts them again."""
    for name in ENGINES:
        _apart(name).close()


def translator_of(settings: Settings) -> Translator | None:
    """The translator of the settings, None without one. Raises Invalid for an address that cannot be used."""
    if not settings.translator_url:
        return None
    return _translator(
        settings.translator_url,
        settings.translator_token,
        settings.text_timeout,
        settings.translator_language,
        settings.text_batch,
    )


@cache
def _apart(name: str) -> ApartEngine:
    return ApartEngine(name)


@cache
def _remote(url: str, token: str | None, timeout: float, version: str, batch: int) -> TextEngine:
    return RemoteEngine(Service(url, token, timeout), choose(), version, batch)


@cache
def _model(folder: str, tokens: int, batch: int, threads: int) -> TextEngine:
    from rejoinder.text.onnx_model import OnnxEngine  # here, because it brings numpy along

    return OnnxEngine(Path(folder), choose(), most_tokens=tokens, batch=batch, threads=threads)


@cache
def _translator(url: str, token: str | None, timeout: float, language: str, batch: int) -> Translator:
    return RemoteTranslator(Service(url, token, timeout), language, batch)
