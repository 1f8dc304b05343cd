"""The operator's own text service and translator: a real server that is slow, broken, wrong or gone."""

from __future__ import annotations

import json
import ssl
import time
from typing import Any

import pytest
import trustme

from rejoinder.jobs.engines import asking
from rejoinder.jobs.engines.asking import PAUSE, STRIKES, Failed, Service
from rejoinder.jobs.engines.chosen import engine_of, translator_of
from rejoinder.jobs.engines.remote import RemoteEngine, analyses
from rejoinder.jobs.engines.translating import RemoteTranslator
from rejoinder.model.analysis import Analysis, TagHit
from rejoinder.model.problems import Invalid
from rejoinder.settings import Settings
from rejoinder.text.engine import choose
from rejoinder.text.tagset import TagSet
from servers.receiver import Reaction, Received, receiving

TAGS = TagSet(("PRICE", "PEOPLE"))
TEXTS = ["The price is great", "", "Nobody answered"]
LANGS = ["en", None, None]


def good(request: Received) -> Reaction:
    """What a service answers: every text is positive, and its first word is the price."""
    results = [
        {
            "lang": "en" if text else None,
            "sentiment": "positive" if text else None,
            "scores": [0.1, 0.2, 0.7] if text else None,
            "tags": [{"tag": "PRICE", "sentiment": "neutral", "spans": [[0, 3]]}] if text else [],
        }
        for text in request.json["texts"]
    ]
    return Reaction(body=json.dumps({"results": results, "more": 1}).encode())


def remote(service: Service, **settings: Any) -> RemoteEngine:
    return RemoteEngine(service, choose("lexicon"), **settings)


def instead() -> list[Analysis]:
    """What the other engine finds."""
    return choose("lexicon").analyse(TEXTS, LANGS, TAGS)


def test_a_service_reads_texts() -> None:
    with receiving(good) as server:
        engine = remote(Service(server.url, "secret"), version="m7")
        found = engine.analyse(TEXTS, LANGS, TAGS, [0.9, None, 0.1])
    assert found[0] == Analysis(
        "en", 1.0, "positive", (0.1, 0.2, 0.7), (TagHit("PRICE", "neutral", 1.0, ((0, 3),)),)
    )
    assert (found[1].sentiment, found[1].scores, found[1].engine) == (None, (0.0, 0.0, 0.0), None)
    assert (engine.name, engine.version) == ("http", "m7")
    (request,) = server.requests
    assert request.headers["authorization"] == "Bearer secret"
    assert request.json == {
        "texts": TEXTS,
        "langs": LANGS,
        "tags": ["PRICE", "PEOPLE"],
        "scores": [0.9, None, 0.1],
    }


def test_batches_are_cut() -> None:
    with receiving(good) as server:
        found = remote(Service(server.url), batch=2).analyse(["a"] * 5, [None] * 5, TAGS)
    assert len(found) == 5
    assert [len(request.json["texts"]) for request in server.requests] == [2, 2, 1]
    assert "authorization" not in server.requests[0].headers


def answer(**result: Any) -> Reaction:
    """An answer with one odd result among good ones."""
    odd = {"sentiment": "neutral", **result}
    results = [odd, {"sentiment": None}, {"sentiment": "neutral"}]
    return Reaction(body=json.dumps({"results": results}).encode())


WRONG = {
    "no JSON": Reaction(),
    "empty": Reaction(body=b""),
    "not UTF-8": Reaction(body=b'{"results":[{"sentiment":"\xff"}]}'),
    "a list": Reaction(body=b"[]"),
    "too few": Reaction(body=b'{"results":[]}'),
    "a sentiment of its own": answer(sentiment="angry"),
    "no sentiment": answer(sentiment=None),
    "a language's name": answer(lang="English"),
    "two scores": answer(scores=[0.5, 0.5]),
    "scores over 1": answer(scores=[0.5, 0.5, 1.5]),
    "scores that do not sum": answer(scores=[0.1, 0.1, 0.1]),
    "a tag that was not asked for": answer(tags=[{"tag": "DELAYS"}]),
    "a tag twice": answer(tags=[{"tag": "PRICE"}, {"tag": "PRICE"}]),
    "a place outside": answer(tags=[{"tag": "PRICE", "spans": [[3, 99]]}]),
    "a place backwards": answer(tags=[{"tag": "PRICE", "spans": [[3, 1]]}]),
    "a refusal": Reaction(status=401),
    "a redirect": Reaction(status=302, headers={"Location": "http://127.0.0.1:1/"}),
    "nothing": Reaction(status=204, body=b""),
    "not HTTP": Reaction(mode="nonsense"),
    "half": Reaction(body=b'{"results":[]}', mode="half"),
    "reset": Reaction(mode="reset"),
    "silence": Reaction(mode="hang"),
    "drops": Reaction(mode="drip"),
    "heads in drops": Reaction(mode="drip head"),
}


@pytest.mark.parametrize("reaction", WRONG.values(), ids=WRONG)
def test_the_other_engine_reads_what_the_service_does_not(reaction: Reaction) -> None:
    with receiving(lambda request: reaction) as server:
        started = time.monotonic()
        found = remote(Service(server.url, timeout=0.4)).analyse(TEXTS, LANGS, TAGS)
        spent = time.monotonic() - started
    lexicon = choose("lexicon")
    assert {analysis.engine for analysis in found} == {f"lexicon/{lexicon.version}"}
    assert [(a.sentiment, a.tags) for a in found] == [(a.sentiment, a.tags) for a in instead()]
    assert spent < 10
    assert len(server.requests) <= 2


def test_what_may_pass_is_tried_once_more() -> None:
    answers = [Reaction(status=503), None, Reaction(mode="reset"), None]
    with receiving(lambda request: answers.pop(0) or good(request)) as server:
        engine = remote(Service(server.url))
        for _ in range(2):
            assert engine.analyse(TEXTS, LANGS, TAGS)[0].engine is None
    assert not answers


def test_a_refusal_is_not_tried_again() -> None:
    with receiving(lambda request: Reaction(status=400)) as server:
        remote(Service(server.url)).analyse(TEXTS, LANGS, TAGS)
    assert len(server.requests) == 1


def test_an_answer_that_is_too_long_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST_ANSWER", 1000)
    with (
        receiving(lambda request: Reaction(body=b" " * 1001)) as server,
        pytest.raises(Failed, match="longer than"),
    ):
        Service(server.url).ask({}, bytes)


def test_a_dead_service_is_left_alone_and_tried_again_later() -> None:
    now, well = [0.0], [False]
    with receiving(lambda request: good(request) if well[0] else Reaction(status=500)) as server:
        engine = remote(Service(server.url, clock=lambda: now[0]))

        def asked() -> int:
            before = len(server.requests)
            engine.analyse(TEXTS, LANGS, TAGS)
            return len(server.requests) - before

        assert [asked() for _ in range(STRIKES + 3)] == [2] * STRIKES + [0] * 3
        now[0] += PAUSE - 1
        assert asked() == 0
        now[0] += 2
        assert [asked(), asked()] == [2, 0], "one trial, and then nothing again"
        well[0] = True
        now[0] += PAUSE + 1
        assert [asked(), asked()] == [1, 1]
        assert engine.analyse(TEXTS, LANGS, TAGS)[0].engine is None


def test_a_service_that_is_not_there() -> None:
    with receiving(good) as server:
        url = server.url
    with pytest.raises(Failed, match="connection failed"):
        Service(url).ask({}, bytes)
    with pytest.raises(Failed, match="connection failed"):
        Service("http://nowhere.invalid/").ask({}, bytes)


def test_certificates_are_checked() -> None:
    authority = trustme.CA()
    served, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(served)
    authority.configure_trust(trusting)
    with receiving(good, tls=served) as server:
        with pytest.raises(Failed, match="certificate cannot be trusted"):
            Service(server.url).ask({"texts": []}, bytes)
        assert Service(server.url, tls=trusting).ask({"texts": []}, bytes).startswith(b'{"results"')


def test_messages_are_for_the_operator() -> None:
    for body, sentence in ((b"{}", "cannot be read"), (b'{"results":[]}', "0 results for 1 texts")):
        with pytest.raises(Failed, match=sentence):
            analyses(body, ["a"], TAGS)


def upper(request: Received) -> Reaction:
    texts = request.json["texts"]
    return Reaction(body=json.dumps({"translations": [text.upper() for text in texts]}).encode())


def test_a_translator_translates_what_is_in_another_language() -> None:
    with receiving(upper) as server:
        translator = RemoteTranslator(Service(server.url, "t"), "en", batch=2)
        found = translator.translate(["dobrze", "good", "", "gut", "bien"], ["pl", "en", "pl", None, "fr"])
    assert found == ["DOBRZE", None, None, "GUT", "BIEN"]
    assert [request.json for request in server.requests] == [
        {"texts": ["dobrze", "gut"], "langs": ["pl", None], "target": "en"},
        {"texts": ["bien"], "langs": ["fr"], "target": "en"},
    ]


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"translations":[]}', b'{"translations":[1]}', b'{"translations":["a\\u0000"]}']
)
def test_without_a_translation_there_is_none(body: bytes) -> None:
    with receiving(lambda request: Reaction(body=body)) as server:
        assert RemoteTranslator(Service(server.url)).translate(["dobrze"], ["pl"]) == [None]


def test_settings_choose() -> None:
    assert engine_of(Settings()) is choose("embedded")
    assert engine_of(Settings(text_engine="lexicon")) is choose("lexicon")
    assert translator_of(Settings()) is None
    with receiving(good) as server:
        settings = Settings(text_engine="http", text_url=server.url, text_version="3")
        assert engine_of(settings) is engine_of(settings)
        assert engine_of(settings).version == "3"
        assert engine_of(settings).analyse(["price"], [None], TAGS)[0].scores == (0.1, 0.2, 0.7)
    translator = translator_of(Settings(translator_url="http://t.example.org/x", translator_language="pl"))
    assert translator is not None
    assert translator.language == "pl"
    for settings in (Settings(text_engine="http"), Settings(text_engine="onnx")):
        with pytest.raises(Invalid, match="REJOINDER_TEXT_"):
            engine_of(settings)
    assert "secret" not in repr(Settings(text_token="secret", translator_token="secret"))
