"""No webhook leads this server to an address that it must keep away from, however it is spelt.

A real listener waits on this machine's addresses; names are answered by a resolver of ours, which says the
worst; and every connection that is begun is written down. None may be.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.core.webhooks import check_target, create_webhook
from rejoinder.jobs import sender as sender_module
from rejoinder.jobs.dispatcher import Dispatcher
from rejoinder.jobs.resolver import Resolver
from rejoinder.jobs.sender import Outcome, Sender
from rejoinder.jobs.trial import check_where_it_leads
from rejoinder.model.addresses import Address, parse_target, refusal
from rejoinder.model.delivering import Policy
from rejoinder.model.problems import Invalid
from rejoinder.store.engine import Database
from servers.listening import Listening
from servers.receiver import Reaction, Receiver, receiving

WRITTEN = (Path(__file__).parent / "hostile_urls.txt").read_text(encoding="utf-8").splitlines()
TLS = ssl.create_default_context()
NAT64 = ip_network("64:ff9b::/96")
PUBLIC = "93.184.215.14"
FORBIDDEN_4 = (
    "0.0.0.0", "0.255.255.255", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "127.0.0.1",
    "127.255.255.254", "168.63.129.16", "169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255",
    "192.0.0.8", "192.0.0.192", "192.0.2.1", "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.168.0.1",
    "192.175.48.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "225.0.0.1",
    "239.255.255.255", "240.0.0.1", "241.1.1.1", "254.1.1.1", "255.255.255.255",
)  # fmt: skip
FORBIDDEN_6 = (
    "::", "::1", "::2", "100::1", "64:ff9b:1::808:808", "2001::1", "2001:2::1", "2001:10::1", "2001:20::1",
    "2001:1ff::1", "2001:db8::1", "2002:808:808::1", "2620:4f:8000::1", "3ffe::1", "3fff::1", "4000::1",
    "5f00::1", "fc00::1", "fdff::1", "fe00::1", "fe80::1", "fe90::1", "febf::1", "fec0::1", "ff02::1",
    "ff0e::1",
)  # fmt: skip
ALLOWED = (PUBLIC, "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
           "128.0.0.1", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255",
           "198.17.255.255", "198.20.0.0", "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::1",
           "64:ff9b::808:808")  # fmt: skip


def spellings(text: str) -> Iterator[str]:
    """Ways to write an IPv4 address that some program takes for it."""
    number, parts = int(IPv4Address(text)), [int(part) for part in text.split(".")]
    a, b, c, d = parts
    yield text
    yield str(number)
    yield hex(number)
    yield f"0{number:o}"
    yield f"{a}.{(b << 16) + (c << 8) + d}"
    yield f"{a}.{b}.{(c << 8) + d}"
    yield ".".join(hex(part) for part in parts)
    yield ".".join(f"0{part:o}" for part in parts)
    yield ".".join(f"{part:03d}" for part in parts)
    yield f"{hex(a)}.{b}.0{c:o}.{d}"
    yield text + "."
    yield text.replace(".", "。")
    yield text.translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    yield text.translate({ord("0") + n: 0x1D7CE + n for n in range(10)})
    yield f"{PUBLIC}@{text}"
    yield text.replace(".", "%2e")
    high, low = number >> 16, number & 0xFFFF
    for prefix in ("::ffff:", "::", "64:ff9b::", "64:ff9b:1::", "::ffff:0:"):
        yield f"[{prefix}{text}]"
        yield f"[{prefix}{high:x}:{low:x}]"
    yield f"[0:0:0:0:0:FFFF:{high:04X}:{low:04X}]"
    yield f"[2002:{high:x}:{low:x}::1]"
    yield f"[2001:0:{high:x}:{low:x}::1]"


def generated() -> list[str]:
    """Every forbidden address in every spelling, each with the listener's port."""
    hosts = [host for text in FORBIDDEN_4 for host in spellings(text)]
    hosts += [f"[{text}]" for text in FORBIDDEN_6] + [
        f"[{IPv6Address(text).exploded}]" for text in FORBIDDEN_6
    ]
    return [f"http://{host}:{{port}}/" for host in hosts]


def corpus() -> list[str]:
    unescaped = [line.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t") for line in WRITTEN]
    return [line for line in unescaped if line and not line.startswith("#")] + generated()


class Watched:
    """Connections that were begun, by address; to allowed ones too, which here lead nowhere."""

    def __init__(self) -> None:
        self.begun: list[Address] = []

    async def connected(self, address: Address, port: int) -> socket.socket:
        self.begun.append(address)
        raise OSError(101, "no network in this test")


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    watch = Watched()
    monkeypatch.setattr(sender_module, "_connected", watch.connected)
    return watch


@pytest.fixture
def listener() -> Iterator[Receiver]:
    with receiving(host="0.0.0.0") as running:
        yield running


def post(
    url: str, answers: dict[str, list[list[str]]] | None = None, *, default: str = "127.0.0.1"
) -> Outcome:
    """Try a URL; names have the given answers, one for each time they are asked for, others the default."""

    async def lookup(host: str, port: int) -> list[str]:
        told = (answers or {}).get(host)
        return [default] if told is None else told.pop(0)

    async def run() -> Outcome:
        resolver = Resolver(lookup=lookup)
        try:
            return await Sender(resolver, 2.0, tls=TLS).post(parse_target(url), [], b"{}")
        finally:
            resolver.close()

    return asyncio.run(run())


def test_the_corpus_is_large() -> None:
    assert len(set(corpus())) >= 300
    assert len(WRITTEN) > 180


def test_no_hostile_url_makes_a_connection(watched: Watched, listener: Receiver) -> None:
    reached, refused = [], 0
    for line in corpus():
        url = line.replace("{port}", str(listener.port))
        try:
            check_target(url, allow_private=False)
        except Invalid:
            refused += 1
        try:
            outcome = post(url)
        except Invalid:
            continue
        if outcome.status is not None or watched.begun:
            reached.append((url, watched.begun[:]))
            watched.begun.clear()
        assert outcome.error
    assert reached == []
    assert refused > 300, "what names an address is refused as soon as it is created"
    assert listener.connections == 0


def test_without_the_watch_the_listener_is_not_reached_either(listener: Receiver) -> None:
    """The same with real sockets, for all that names this machine."""
    for line in corpus():
        if "{port}" in line and (
            "127" in line or "::" in line or "local" in line.lower() or "7f" in line.lower()
        ):
            try:
                assert post(line.replace("{port}", str(listener.port))).status is None
            except Invalid:
                continue
    assert listener.connections == 0


@pytest.mark.parametrize("address", [*FORBIDDEN_4, *FORBIDDEN_6])
def test_names_that_lead_there(watched: Watched, address: str) -> None:
    """Alone, or beside a public address, in either order: no connection, not even to the public one."""
    for told in ([address], [PUBLIC, address], [address, PUBLIC]):
        outcome = post("http://hooks.example.org/", {"hooks.example.org": [told]})
        assert address in (outcome.error or "")
    assert watched.begun == []


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1"])
def test_a_name_that_changes_its_mind_is_asked_once(watched: Watched, address: str) -> None:
    """Rebinding: the first answer is public, every later one is not. The connection goes to the first."""
    answers = [[PUBLIC], [address], [address]]
    outcome = post("http://rebind.example.org/", {"rebind.example.org": answers})
    assert outcome.error == "The connection failed: Network is unreachable."
    assert watched.begun == [ip_address(PUBLIC)]
    assert len(answers) == 2
    watched.begun.clear()
    refused = post("http://rebind.example.org/", {"rebind.example.org": answers}).error
    assert str(ip_address(address)) in (refused or "")
    assert watched.begun == []


@pytest.mark.parametrize("address", ALLOWED)
def test_public_addresses_may_be_used(watched: Watched, address: str) -> None:
    assert refusal(ip_address(address)) is None
    host = f"[{address}]" if ":" in address else address
    post(f"https://{host}:8443/hook")
    post("http://hooks.example.org/", {"hooks.example.org": [[address]]})
    assert watched.begun == [ip_address(address)] * 2


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "172.20.0.1", "192.168.1.1", "127.0.0.1", "100.64.0.1", "::1", "fd00::1"]
)
def test_the_operator_can_open_the_own_network(address: str) -> None:
    assert refusal(ip_address(address), allow_private=True) is None


@pytest.mark.parametrize(
    "address",
    ["0.0.0.0", "169.254.169.254", "169.254.1.1", "100.100.100.200", "168.63.129.16", "192.0.0.192",
     "224.0.0.1", "255.255.255.255", "fe80::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::"],
)  # fmt: skip
def test_but_never_these(address: str) -> None:
    assert refusal(ip_address(address), allow_private=True)


@given(st.ip_addresses())
def test_whatever_python_calls_private_is_refused(address: Any) -> None:
    odd = not address.is_global or address.is_multicast or address.is_reserved or address.is_link_local
    if odd and address not in NAT64:  # which is judged by what is inside
        assert refusal(address)


@given(st.ip_addresses(v=4), st.sampled_from(["::ffff:", "::", "2002:", "64:ff9b::"]))
def test_addresses_inside_addresses(inner: IPv4Address, prefix: str) -> None:
    number = int(inner)
    text = f"{number >> 16:x}:{number & 0xFFFF:x}"
    outer = IPv6Address(f"2002:{text}::1" if prefix == "2002:" else prefix + text)
    if prefix == "64:ff9b::":
        assert refusal(outer) == refusal(inner)
    else:
        assert refusal(outer)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for url in (text, f"http://{text}/", f"http://a.example/{text}", f"http://a.example:{text}/"):
        try:
            target = parse_target(url)
        except Invalid:
            continue
        assert target.host.isascii()
        assert target.path.startswith("/")
        assert not set(target.path + target.authority) & set(" \r\n\t\0\\#@")


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
def test_redirects_are_not_followed(sqlite_url: str, status: int) -> None:
    database = Database(sqlite_url)
    house = Listening.make(database)
    with receiving() as inside:
        headers = {"Location": inside.url, "Refresh": f"0; url={inside.url}", "Content-Location": inside.url}
        with receiving(lambda request: Reaction(status, headers)) as outside:
            house.listen(outside.url)
            house.answer("oslo")
            Dispatcher(database, Policy((5.0,), 2.0, 4, 1e6, allow_private=True)).run_due()
            assert (outside.connections, inside.connections) == (1, 0)
    assert [one.tries[0].status for one in house.deliveries()] == [status]
    database.close()


def test_a_delivery_is_checked_again_at_each_try(sqlite_url: str, listener: Receiver) -> None:
    """What was allowed when it was created is not, once the operator has closed it again."""
    database = Database(sqlite_url)
    house = Listening.make(database)
    house.listen(f"http://127.0.0.1:{listener.port}/")
    house.listen(f"http://localhost:{listener.port}/")
    house.answer("oslo")
    Dispatcher(database, Policy((5.0,), 2.0, 4, 1e6)).run_due()
    assert listener.connections == 0
    assert all("private network" in (one.tries[0].error or "") for one in house.deliveries())
    database.close()


def test_creating_resolves_and_refuses(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    house = Listening.make(database)
    closed = Policy((), 2.0, 1, 1.0)
    for url in ("http://localhost/", "http://127.0.0.1/", "http://[::1]/"):
        with pytest.raises(Invalid):
            check_where_it_leads(url, closed)
    with pytest.raises(Invalid):
        house.write(lambda unit: create_webhook(unit, "http://127.0.0.1/"))
    database.close()


def test_the_environments_proxy_is_not_used(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, listener: Receiver
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{listener.port}")
    database = Database(sqlite_url)
    house = Listening.make(database)
    with receiving() as receiver:
        house.listen(receiver.url)
        house.answer("oslo")
        Dispatcher(database, Policy((5.0,), 2.0, 4, 1e6, allow_private=True)).run_due()
        assert (receiver.connections, listener.connections) == (1, 0)
    database.close()
