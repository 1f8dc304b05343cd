from __future__ import annotations

import json
import logging
import sys

import httpx
import pytest

from kernel.wire import dialect, running
from rejoinder.kernel.endpoint import Endpoint
from rejoinder.kernel.logs import JsonLines, TextLines, redact
from rejoinder.kernel.reply import Reply


@pytest.mark.parametrize(
    "text",
    [
        "GET /x?access_token=hunter2-secret&a=1",
        '{"client_secret": "hunter2-secret"}',
        "password=hunter2-secret",
        "Authorization: Bearer hunter2-secret",
        "authorization=Basic hunter2-secret=",
        "sent bearer hunter2-secret to",
        "refresh_token: 'hunter2-secret'",
        "?account_token=hunter2-secret",
    ],
)
def test_secrets_are_blacked_out(text: str) -> None:
    assert "hunter2" not in redact(text)


def test_other_text_stays() -> None:
    text = "passwords and tokens are hashed; bearer of news"
    assert redact(text) == text


def record(message: str, error: BaseException | None = None, **extra: object) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("rejoinder.kernel", logging.ERROR, "", 0, message, (), info)
    vars(made).update(extra)
    return made


def test_a_json_line() -> None:
    try:
        raise ValueError("password=hunter2")
    except ValueError as caught:
        error = caught
    text = JsonLines().format(record("broke\nhere", error, request_id="r1", status=500, odd=object))
    line = json.loads(text)
    assert "\n" not in text
    assert (line["level"], line["event"], line["request_id"]) == ("error", "broke\nhere", "r1")
    assert line["status"] == 500
    assert "ValueError" in line["traceback"]
    assert "hunter2" not in text


def test_a_text_line_cannot_be_forged() -> None:
    text = TextLines().format(record("x\n2026 ERROR forged", path="/a\nb"))
    assert "\n" not in text
    assert "path=/a" in text


def crash(_: object) -> Reply:
    raise RuntimeError("the detail")


def test_a_crash_is_logged_with_its_request_id(caplog: pytest.LogCaptureFixture) -> None:
    toy = dialect("toy", Endpoint(method="GET", path="/toy", handler=crash, scope=None))
    with running(toy, access_log=True) as house, caplog.at_level(logging.INFO, "rejoinder"):
        httpx.get(f"{house.url}/toy?access_token=hunter2", headers={"X-Request-Id": "r-42"})
        house.settle()
    records = [found for found in caplog.records if found.name.startswith("rejoinder")]
    failed, access = records
    assert vars(failed)["request_id"] == vars(access)["request_id"] == "r-42"
    assert "the detail" in JsonLines().format(failed)
    assert vars(access)["status"] == 500
    assert all("hunter2" not in JsonLines().format(found) for found in records)


def test_the_token_of_a_personal_link_is_never_logged(caplog: pytest.LogCaptureFixture) -> None:
    toy = dialect("toy", Endpoint(method="GET", path="/toy/{alias}/{token}", handler=crash, scope=None))
    with running(toy, access_log=True) as house, caplog.at_level(logging.INFO, "rejoinder"):
        for path in ("/toy/a/hunter2", "/toy/a/hunter2/", "/toy/a/hunter%32"):
            httpx.get(house.url + path)
        httpx.post(f"{house.url}/toy/a/hunter2")
        httpx.options(f"{house.url}/toy/a/hunter2")
        house.settle()
    records = [found for found in caplog.records if found.name.startswith("rejoinder")]
    assert len(records) == 8
    paths = [vars(found)["path"] for found in records]
    assert {path.rstrip("/") for path in paths} == {"/toy/a/***"}


def test_a_path_that_nobody_serves_is_logged_without_what_may_be_a_token(
    caplog: pytest.LogCaptureFixture,
) -> None:
    toy = dialect("toy", Endpoint(method="GET", path="/toy/{alias}/{token}", handler=crash, scope=None))
    with running(toy, access_log=True) as house, caplog.at_level(logging.INFO, "rejoinder"):
        httpx.get(f"{house.url}/toy/a/hunter2hunter2hunter2/more")
        house.settle()
    paths = [vars(found)["path"] for found in caplog.records if hasattr(found, "path")]
    assert paths == ["/toy/a/***/more"]


def test_configure_writes_to_standard_error(monkeypatch: pytest.MonkeyPatch, capsys: object) -> None:
    from rejoinder.kernel.logs import configure

    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    try:
        configure("warning", "json")
        assert root.handlers[0].stream is sys.stderr  # type: ignore[attr-defined]
        assert isinstance(root.handlers[0].formatter, JsonLines)
        assert root.level == logging.WARNING
    finally:
        root.handlers, root.level = handlers, level
