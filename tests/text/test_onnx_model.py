"""The engine `onnx`, with a real model that is made here: it counts good and bad words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rejoinder.model.problems import NotFound, NotOffered
from rejoinder.text.engine import choose
from rejoinder.text.tagset import TagSet

WORDS = ["[PAD]", "[UNK]", "good", "bad", "ok"]
LABELS = ["Negative", "neutral", "positive", "positive"]
TAGS = TagSet(("PRICE",))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a model: each word has a row of logits, and a text the mean of its words' rows."""
    reason = "needs the packages of requirements/dev.txt"
    onnx = pytest.importorskip("onnx", reason=reason)
    pytest.importorskip("onnxruntime", reason=reason)
    tokenizers = pytest.importorskip("tokenizers", reason=reason)
    place = tmp_path_factory.mktemp("model")
    make, numbers = onnx.helper, onnx.TensorProto
    good, bad, ok = [-9.0, 0.0, 3.0, 3.0], [5.0, 0.0, -9.0, -9.0], [0.0, 5.0, 0.0, 0.0]
    rows = [[0.0] * 4, [0.0, 1.0, 0.0, -9.0], good, bad, ok]
    weights = make.make_tensor("rows", numbers.FLOAT, [5, 4], [value for row in rows for value in row])
    nodes = [
        make.make_node("Gather", ["rows", "input_ids"], ["read"]),
        make.make_node("Cast", ["attention_mask"], ["mask"], to=numbers.FLOAT),
        make.make_node("Unsqueeze", ["mask", "last"], ["column"]),
        make.make_node("Mul", ["read", "column"], ["kept"]),
        make.make_node("ReduceSum", ["kept", "middle"], ["logits"], keepdims=0),
    ]
    axes = [make.make_tensor(name, numbers.INT64, [1], [axis]) for name, axis in (("last", 2), ("middle", 1))]
    inputs = [
        make.make_tensor_value_info(name, numbers.INT64, ["texts", "tokens"])
        for name in ("input_ids", "attention_mask")
    ]
    outputs = [make.make_tensor_value_info("logits", numbers.FLOAT, ["texts", 4])]
    graph = make.make_graph(nodes, "counter", inputs, outputs, [weights, *axes])
    model = make.make_model(graph, opset_imports=[make.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    onnx.save(model, place / "model.onnx")
    words = tokenizers.models.WordLevel({word: n for n, word in enumerate(WORDS)}, "[UNK]")
    tokenizer = tokenizers.Tokenizer(words)
    tokenizer.normalizer = tokenizers.normalizers.Lowercase()
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer.save(str(place / "tokenizer.json"))
    (place / "labels.json").write_text(json.dumps(LABELS))
    return place


def engine(folder: Path, **settings: Any) -> Any:
    from rejoinder.text.onnx_model import OnnxEngine

    return OnnxEngine(folder, choose("lexicon"), **settings)


def changed(folder: Path, tmp_path: Path, **files: bytes | None) -> Path:
    """The directory with some files others, or gone."""
    for file in folder.iterdir():
        content = files.get(file.stem, file.read_bytes())
        if content is not None:
            (tmp_path / file.name).write_bytes(content)
    return tmp_path


def test_the_model_says_the_sentiment_and_the_other_engine_all_else(folder: Path) -> None:
    texts = ["Good price", "bad bad good price", "", "ok", "Something else entirely, said at some length"]
    model, lexicon = engine(folder), choose("lexicon")
    found = model.analyse(texts, ["en"] * 5, TAGS)
    assert [one.sentiment for one in found] == ["positive", "negative", None, "neutral", "neutral"]
    for one in found:
        assert one.sentiment is None or sum(one.scores) == pytest.approx(1, abs=0.001)
    others = lexicon.analyse(texts, ["en"] * 5, TAGS)
    assert [(one.lang, one.tags) for one in found] == [(one.lang, one.tags) for one in others]
    assert model.name == "onnx"


def test_batches_and_padding_change_nothing(folder: Path) -> None:
    texts = ["good", "bad ok bad", "x y z " * 20, "ok", "good bad"] * 7
    at_once = engine(folder, batch=100).analyse(texts, [None] * 35, TAGS)
    assert engine(folder, batch=1).analyse(texts, [None] * 35, TAGS) == at_once
    assert engine(folder, batch=3, threads=2).analyse(texts, [None] * 35, TAGS) == at_once


def test_long_texts_are_cut(folder: Path) -> None:
    text = "good " + "bad " * 50
    assert engine(folder).analyse([text], ["en"], TAGS)[0].sentiment == "negative"
    assert engine(folder, most_tokens=1).analyse([text], ["en"], TAGS)[0].sentiment == "positive"


def test_the_version_tells_models_apart(folder: Path, tmp_path: Path) -> None:
    labels = json.dumps(["neutral", "neutral", "positive", "negative"]).encode()
    assert engine(folder).version == engine(folder).version
    assert engine(folder).version != engine(changed(folder, tmp_path, labels=labels)).version


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"model": None}, "There is no model.onnx in"),
        ({"tokenizer": None}, "There is no tokenizer.json in"),
        ({"labels": None}, "There is no labels.json in"),
        ({"model": b"x"}, "model.onnx cannot be used"),
        ({"tokenizer": b"{}"}, "tokenizer.json cannot be read"),
        ({"labels": b"{}"}, "must be a list such as"),
        ({"labels": b"\xff"}, "must be a list such as"),
        ({"labels": b'["LABEL_0", "LABEL_1"]'}, "'LABEL_0' is none of negative, neutral, positive"),
        ({"labels": b'["negative"]'}, "fewer than two"),
        ({"labels": b'["negative", "positive"]'}, "names 2 outputs"),
    ],
)
def test_what_does_not_fit_is_told(
    folder: Path, tmp_path: Path, files: dict[str, bytes | None], sentence: str
) -> None:
    with pytest.raises(NotFound, match=sentence):
        engine(changed(folder, tmp_path, **files))


def test_without_the_packages_it_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rejoinder.text.onnx_model.import_module", lambda name: __import__("not_there"))
    with pytest.raises(NotOffered, match=r"pip install 'rejoinder\[onnx\]'"):
        engine(folder)
