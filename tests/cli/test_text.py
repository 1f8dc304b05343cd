"""`rejoinder text …`: lines in, lines out; what is known against what is found."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from cli.conftest import Shell
from core.feedback.rig import Rig
from rejoinder.core.feedback.corrections import set_sentiment
from rejoinder.model.feedback import Sentiment


@pytest.fixture
def running() -> Iterator[subprocess.Popen[bytes]]:
    """`rejoinder text analyse` with pipes at both ends."""
    command = [sys.executable, "-m", "rejoinder.cli.main", "text", "analyse", "--category", "12"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    yield process
    process.kill()
    process.communicate()


def said(process: subprocess.Popen[bytes], data: bytes) -> tuple[list[Any], int]:
    """Everything at once; gives the lines that came back and the exit code."""
    out, _ = process.communicate(data, timeout=60)
    return [json.loads(line) for line in out.splitlines()], process.returncode


def pipe(end: IO[bytes] | None) -> IO[bytes]:
    assert end is not None
    return end


def test_each_line_is_answered_in_order(running: subprocess.Popen[bytes]) -> None:
    lines = [json.dumps({"text": f"Rude staff, delicious food {n}", "lang": "en"}) for n in range(300)]
    found, code = said(running, "\n".join(lines).encode())
    assert (len(found), code) == (300, 0)
    tags = {tag["name"]: tag for tag in found[0]["tags"]}
    assert found[0]["lang"] == "en"
    assert sum(found[0]["scores"]) == pytest.approx(1, abs=0.001)
    assert (tags["PEOPLE"]["sentiment"], tags["FOOD"]["sentiment"]) == ("negative", "positive")
    assert tags["FOOD"]["spans"][-1] == [22, 26]


def test_a_slow_pipe_gets_its_line_at_once(running: subprocess.Popen[bytes]) -> None:
    for text in ("good", "bad"):
        pipe(running.stdin).write(json.dumps({"text": text, "lang": "en"}).encode() + b"\n")
        pipe(running.stdin).flush()
        assert json.loads(pipe(running.stdout).readline())["lang"] == "en"
    assert said(running, b"")[1] == 0


def test_bad_lines_are_named_and_the_rest_is_answered(running: subprocess.Popen[bytes]) -> None:
    long = b'{"text": "' + b"x" * (1 << 21) + b'"}'
    lines = [
        b'{"text": "fine"}',
        b"nonsense",
        b"",
        b'{"text": 5}',
        b'{"text": "x", "score": 7}',
        b"\xff",
        long,
    ]
    found, code = said(running, b"\n".join([*lines, b'{"text": "last"}', b""]))
    assert code == 1
    assert [one.get("error", "")[:7] for one in found] == [
        *("", "Line 2:", "Line 4:", "Line 5:", "Line 6:", "Line 7 ", "")
    ]


def test_an_unknown_category_is_refused_with_those_there_are(shell: Shell) -> None:
    ended = shell("text", "analyse", "--category", "Spaceships")
    assert ended.code == 1
    assert "12 Online Food Delivery" in ended.err


def test_what_is_found_is_compared_with_what_is_known(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "known.tsv"
    rows = [
        ("en", "The food was great, but the waiter was rude", "dish:positive|PEOPLE:negative"),
        ("en", "I love it, it is excellent", "positive"),
        ("de", "Furchtbar, ich bin sehr enttäuscht", "positive"),
    ]
    file.write_text("\n".join("\t".join(row) for row in [("lang", "text", "label"), *rows]), encoding="utf-8")
    found = shell("--json", "text", "evaluate", "known.tsv", "--rename", "dish=FOOD", "--category", "12").json
    english, german = found["languages"]["en"], found["languages"]["de"]
    assert (english["texts"], english["accuracy"], english["tags_micro_f1"]) == (2, 1.0, 1.0)
    assert english["tags_sentiment_accuracy"] == 1.0
    assert german["confusion"] == [{"right": "positive", "given": "negative", "count": 1}]
    table = shell("text", "evaluate", "known.tsv").out
    assert "macro-F1" in table
    assert "en: tag" in table


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("text\tlabel\n", "Line 1: the header must be lang, text, label"),
        ("lang\ttext\tlabel\nen\tx\n", "Line 2: there are 2 cells"),
        ("lang\ttext\tlabel\nen\tx\tpositive\nen\tx\tFOOD:great", "Line 3: 'FOOD:great' is neither"),
        ("lang\ttext\tlabel\n", "has no texts"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    shell: Shell, tmp_path: Path, content: str, sentence: str
) -> None:
    (tmp_path / "bad.tsv").write_text(content)
    ended = shell("text", "evaluate", "bad.tsv")
    assert ended.code == 1
    assert sentence in ended.err


def test_a_tag_that_is_not_ours_cannot_be_renamed_to(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "known.tsv").write_text("lang\ttext\tlabel\nen\tx\tpositive\n")
    assert "there is no tag 'MOOD'" in shell("text", "evaluate", "known.tsv", "--rename", "a=MOOD").err


def test_training_says_what_was_learnt(
    shell: Shell, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = Rig(sqlite_url)
    words = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
    for said, sentiment in (("wicked", Sentiment.POSITIVE), ("glacial", Sentiment.NEGATIVE)):
        comments = [f"The {one} was {said}, the {two} too" for one in words for two in words][:30]
        respids = set(rig.write([{"score": 5, "why": comment} for comment in comments]))
        rig.work()
        for number in [one.id for one in rig.all() if one.respid in respids]:
            rig.do(lambda u, number=number, sentiment=sentiment: set_sentiment(u, number, sentiment))
    rig.database.close()
    monkeypatch.setenv("REJOINDER_DATABASE", sqlite_url)
    command = ("text", "train", "-w", "Here", "--engine", "lexicon")
    ended = shell(*command)
    assert (ended.code, ended.err.count("reanalyse")) == (0, 1)
    assert "sentiment" in ended.out
    found = shell(*command, "--json").json
    assert (found["corrected"], found["uncorrected"]) == (60, 0)
    (quality,) = found["heads"]
    assert (quality["name"], quality["examples"], quality["used"]) == ("sentiment", 60, True)
    assert quality["after"] > 0.9 > quality["before"]


def test_training_needs_feedback(lite: Shell) -> None:
    ended = lite("text", "train", "-w", "acme")
    assert ended.code == 1
    assert "onboarding" in ended.err
