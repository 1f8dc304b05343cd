"""A text engine with the operator's own sentiment model, in ONNX (`docs/text-engines.md`).

Language, tags and the sentiment of tags are the embedded engine's; the sentiment of a text is the model's.
Needs `pip install rejoinder[onnx]`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec import structs

from rejoinder.model.analysis import LANGUAGES, SENTIMENTS, Analysis
from rejoinder.model.problems import NotFound, NotOffered
from rejoinder.text.engine import TextEngine
from rejoinder.text.heads import shares
from rejoinder.text.tagset import TagSet

FILES = ("model.onnx", "tokenizer.json", "labels.json")
_INPUTS = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}


class OnnxEngine:
    """Reads texts with a model.

    Parameters: `folder` — holds `model.onnx`, `tokenizer.json` and `labels.json`, a list that names the
    sentiment (`negative`, `neutral`, `positive`) of each output; several outputs of one sentiment are summed.
    `others` — the engine for all that is not the sentiment; `most_tokens` — longer texts are cut; `batch` —
    texts that the model reads together; `threads` — of the model, for one batch.

    Raises NotOffered without the packages, NotFound for files that are missing or do not fit.
    """

    name = "onnx"
    languages = frozenset(LANGUAGES)

    def __init__(
        self,
        folder: Path,
        others: TextEngine,
        *,
        most_tokens: int = 256,
        batch: int = 32,
        threads: int = 1,
    ) -> None:
        self._others, self._batch = others, batch
        self._labels = _labels(folder)
        self._tokenizer = _tokenizer(folder, most_tokens)
        self._session = _session(folder, threads)
        self._inputs = [asked.name for asked in self._session.get_inputs()]
        if unknown := set(self._inputs) - _INPUTS.keys():
            raise NotFound(
                f"The model asks for the input {min(unknown)!r}; it may ask for {', '.join(_INPUTS)}."
            )
        self.version = f"{_digest(folder)}-{others.name}/{others.version}"
        self._logits(["a"])  # tells now rather than at the first text whether the outputs fit

    def analyse(
        self,
        texts: Sequence[str],
        langs: Sequence[str | None],
        tagset: TagSet,
        scores: Sequence[float | None] | None = None,
    ) -> list[Analysis]:
        """Analyse a batch, as `text.engine.TextEngine` says."""
        found = self._others.analyse(texts, langs, tagset, scores)
        asked = [n for n, analysis in enumerate(found) if analysis.sentiment is not None]
        asked.sort(key=lambda n: (len(texts[n]), n))  # texts of one length need the least padding
        for first in range(0, len(asked), self._batch):
            part = asked[first : first + self._batch]
            for n, each in zip(part, self._shares([texts[n] for n in part]), strict=True):
                best = max(range(3), key=lambda place: each[place])
                found[n] = structs.replace(
                    found[n], sentiment=SENTIMENTS[best], scores=(each[0], each[1], each[2])
                )
        return found

    def _shares(self, texts: list[str]) -> list[list[float]]:
        found = np.zeros((len(texts), 3))
        np.add.at(found.T, self._labels, shares(self._logits(texts)).T)
        return [[float(share) for share in row] for row in np.round(found, 4)]

    def _logits(self, texts: list[str]) -> Any:
        encoded = self._tokenizer.encode_batch(texts)
        inputs = {
            name: np.array([getattr(one, _INPUTS[name]) for one in encoded], dtype=np.int64)
            for name in self._inputs
        }
        logits = np.asarray(self._session.run(None, inputs)[0], dtype=np.float64)
        if logits.shape != (len(texts), len(self._labels)) or not np.isfinite(logits).all():
            raise NotFound(
                f"The model's first output has the shape {logits.shape} for {len(texts)} texts; "
                f"labels.json names {len(self._labels)} outputs for each."
            )
        return logits


def _package(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise NotOffered(
            f"The engine onnx needs the package {name}. Install it with: pip install 'rejoinder[onnx]'"
        ) from None


def _file(folder: Path, name: str) -> Path:
    if not (folder / name).is_file():
        raise NotFound(f"There is no {name} in {folder}; the engine onnx needs {', '.join(FILES)} there.")
    return folder / name


def _labels(folder: Path) -> list[int]:
    """For each output of the model the place of its sentiment."""
    try:
        labels = msgspec.json.decode(_file(folder, "labels.json").read_bytes(), type=list[str])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotFound(
            f'{folder / "labels.json"} must be a list such as ["negative", "neutral", "positive"]: {error}.'
        ) from None
    known: dict[str, int] = {word: place for place, word in enumerate(SENTIMENTS)}
    for label in labels:
        if label.lower() not in known:
            raise NotFound(f"{folder / 'labels.json'}: {label[:60]!r} is none of {', '.join(SENTIMENTS)}.")
    if len(labels) < 2:
        raise NotFound(f"{folder / 'labels.json'} names fewer than two outputs.")
    return [known[label.lower()] for label in labels]


def _tokenizer(folder: Path, most_tokens: int) -> Any:
    path = _file(folder, "tokenizer.json")
    try:
        tokenizer = _package("tokenizers").Tokenizer.from_file(str(path))
    except NotOffered:
        raise
    except Exception as error:
        raise NotFound(f"{path} cannot be read: {error}.") from None
    padding = tokenizer.padding or {}
    tokenizer.enable_truncation(most_tokens)
    tokenizer.enable_padding(
        pad_id=padding.get("pad_id") or tokenizer.token_to_id("[PAD]") or tokenizer.token_to_id("<pad>") or 0
    )
    return tokenizer


def _session(folder: Path, threads: int) -> Any:
    runtime, path = _package("onnxruntime"), _file(folder, "model.onnx")
    options = runtime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    try:
        return runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise NotFound(f"{path} cannot be used: {error}.") from None


def _digest(folder: Path) -> str:
    """What tells this model from others."""
    found = hashlib.sha256()
    for name in FILES:
        with (folder / name).open("rb") as file:
            found.update(hashlib.file_digest(file, "sha256").digest())
    return found.hexdigest()[:12]
