"""What becomes of a letter at each step of its delivery, over a real mail server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from rejoinder.core.mail.outcomes import How, Outcome
from rejoinder.jobs import postman as module
from rejoinder.jobs.postman import Postman
from rejoinder.model.mailbox import Address
from rejoinder.model.problems import Invalid, Unavailable
from rejoinder.model.smtp import parse_smtp_url
from servers import smtp

SENDER = Address("surveys", "example.org")
LETTER = b"Subject: Hello\r\n\r\nOne\n.two\r\n..three\r\n"
LOGIN = f"{quote(smtp.USER, safe='')}:{quote(smtp.PASSWORD, safe='')}@"


def man(url: str, timeout: float = 10) -> Postman:
    return Postman(parse_smtp_url(url), timeout)


def send(postman: Postman, local: str = "a", domain: str = "example.org") -> Outcome:
    return postman.deliver(SENDER, Address(local, domain), lambda utf8: LETTER)


@pytest.fixture
def server() -> Iterator[smtp.Server]:
    with smtp.running() as found:
        yield found


def test_many_letters_go_over_one_connection(server: smtp.Server) -> None:
    postman = man(server.url())
    assert [send(postman, f"p{n}").how for n in range(20)] == [How.SENT] * 20
    postman.close()
    assert {letter.connection for letter in server.taken} == {1}
    assert server.taken[0].data == b"Subject: Hello\r\n\r\nOne\r\n.two\r\n..three\r\n"
    assert server.taken[0].sender == "surveys@example.org"


def test_a_refusal_is_of_one_letter(server: smtp.Server) -> None:
    server.refuse = {"late@example.org": "450 4.2.1 Later", "gone@example.org": "550 5.1.1 No such user"}
    server.refuse_data = {"spam@example.org": "554 5.7.1 Spam", "full@example.org": "452 4.2.2 Full"}
    postman = man(server.url())
    found = [send(postman, name) for name in ("late", "gone", "spam", "full", "ok")]
    postman.close()
    assert [one.how for one in found] == [How.LATER, How.BOUNCED, How.BOUNCED, How.LATER, How.SENT]
    assert found[1].words == "550 5.1.1 No such user"
    assert server.connections == 1


@pytest.mark.parametrize(
    ("stage", "how"),
    [("rcpt", How.LATER), ("data", How.DOUBTFUL), ("end", How.DOUBTFUL), ("stall", How.DOUBTFUL)],
)
def test_where_the_connection_breaks_decides(server: smtp.Server, stage: str, how: How) -> None:
    """aiosmtpd calls its handler behind the end of a letter: what breaks there may have been taken."""
    server.stages = {"bad@example.org": stage}
    postman = man(server.url(), timeout=1.5 if stage == "stall" else 20)
    assert send(postman, "ok").how is How.SENT
    assert send(postman, "bad").how is how
    assert send(postman, "ok").how is How.SENT, "the next letter goes over a new connection"
    postman.close()
    assert server.connections == 2


def talk(script: list[bytes | None]) -> tuple[int, threading.Thread, list[bytes]]:
    """A server that reads a line and says what the script says next; None drops the connection."""
    listener, heard = socket.create_server(("127.0.0.1", 0)), []

    def serve() -> None:
        with listener, listener.accept()[0] as peer, peer.makefile("rb") as lines:
            for number, words in enumerate(script):
                if number:
                    heard.append(lines.readline())
                    while heard[-1:] != [b""] and script[number - 1][:3] == b"354" and heard[-1] != b".\r\n":  # type: ignore[index]
                        heard.append(lines.readline())
                if words is None:
                    return
                peer.sendall(words)

    thread = threading.Thread(target=serve)
    thread.start()
    return listener.getsockname()[1], thread, heard


HELLO = [b"220 hi\r\n", b"250 hi\r\n"]


@pytest.mark.parametrize(
    ("script", "how"),
    [
        ([*HELLO, b"250 ok\r\n", b"250 ok\r\n", None], How.LATER),
        ([*HELLO, b"250 ok\r\n", b"250 ok\r\n", b"451 no\r\n", b"250 reset\r\n"], How.LATER),
        ([*HELLO, b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", None], How.DOUBTFUL),
        ([*HELLO, b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b"nonsense\r\n"], How.DOUBTFUL),
        ([*HELLO, b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b"354 go on\r\n"], How.DOUBTFUL),
        ([*HELLO, b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b"421 bye\r\n"], How.LATER),
        ([*HELLO, b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b"250 yes\r\n"], How.SENT),
    ],
)
def test_each_reply_means_one_thing(script: list[bytes | None], how: How) -> None:
    port, thread, _ = talk(script)
    postman = man(f"smtp://127.0.0.1:{port}")
    assert send(postman).how is how
    postman.close()
    thread.join(20)


@pytest.mark.parametrize(
    ("script", "problem", "words"),
    [
        ([b"554 not you\r\n"], Unavailable, "554 not you"),
        ([None], Unavailable, "takes no mail now"),
        ([*HELLO, b"421 busy\r\n"], Unavailable, "421 busy"),
        ([*HELLO, b"451 slow down\r\n"], Unavailable, "451 slow down"),
        ([*HELLO, None], Unavailable, "takes no mail now"),
        ([*HELLO, b"550 sender unknown\r\n"], Invalid, "REJOINDER_MAIL_FROM"),
    ],
)
def test_what_is_about_us_is_no_letters_fault(
    script: list[bytes | None], problem: type[Exception], words: str
) -> None:
    port, thread, _ = talk(script)
    postman = man(f"smtp://127.0.0.1:{port}")
    with pytest.raises(problem, match=words):
        send(postman)
    postman.close()
    thread.join(20)


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(Unavailable):
        send(man(f"smtp://127.0.0.1:{port}"))


def test_a_server_that_keeps_talking_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST", 0.5)
    listener, over = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def serve() -> None:
        with listener, listener.accept()[0] as peer:
            while not over.wait(0.02):
                try:
                    peer.sendall(b"220-still here\r\n")
                except OSError:
                    return

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with pytest.raises(Unavailable):
            send(man(f"smtp://127.0.0.1:{listener.getsockname()[1]}"))
    finally:
        over.set()
        thread.join(20)


def test_starttls_and_login(tmp_path: Path) -> None:
    with smtp.running(tmp_path, starttls=True, login=True) as server:
        postman = man(server.url(user=LOGIN, query=f"?starttls=required&ca={tmp_path / 'ca.pem'}"))
        told = postman.greet()
        assert "encrypted (TLS" in told[0]
        assert smtp.PASSWORD not in str(told)
        assert send(postman).how is How.SENT
        postman.close()
        assert server.taken[0].encrypted
        wrong = man(server.url(user="x:wrong-secret@", query=f"?ca={tmp_path / 'ca.pem'}"))
        with pytest.raises(Invalid, match="refuses the login") as caught:
            send(wrong)
        assert "wrong-secret" not in str(caught.value)


def test_encrypted_from_the_first_byte(tmp_path: Path) -> None:
    with smtp.running(tmp_path, implicit=True) as server:
        postman = man(server.url("smtps", query=f"?ca={tmp_path / 'ca.pem'}"))
        assert send(postman).how is How.SENT
        postman.close()


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_an_unknown_authority_is_not_trusted_unless_told(tmp_path: Path, scheme: str) -> None:
    with smtp.running(tmp_path, starttls=scheme == "smtp", implicit=scheme == "smtps") as server:
        with pytest.raises(Invalid, match=r"cannot be trusted.*\?ca="):
            send(man(server.url(scheme)))
        postman = man(server.url(scheme, query="?verify=off"))
        assert send(postman).how is How.SENT
        postman.close()


def test_no_encryption_no_password(server: smtp.Server) -> None:
    with pytest.raises(Invalid, match="offers no encryption"):
        send(man(server.url(user="u:p@")))
    with pytest.raises(Invalid, match="does not offer STARTTLS"):
        send(man(server.url(query="?starttls=required")))
    with smtp.running(login=True) as plain:
        postman = man(plain.url(user=LOGIN, query="?starttls=off"))
        assert send(postman).how is How.SENT
        postman.close()


def test_addresses_beyond_ascii(server: smtp.Server) -> None:
    postman = man(server.url())
    assert send(postman, "żółw").how is How.SENT
    postman.close()
    assert server.taken[0].recipient == "żółw@example.org"
    with smtp.running(utf8=False) as old:
        postman = man(old.url())
        assert send(postman, "żółw").how is How.BOUNCED
        assert send(postman, "ok").how is How.SENT
        postman.close()
