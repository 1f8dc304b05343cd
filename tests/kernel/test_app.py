"""The kernel over a real socket."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import httpx
import pytest

from kernel.wire import House, dialect, running
from rejoinder.kernel.call import Call
from rejoinder.kernel.endpoint import Endpoint, Where
from rejoinder.kernel.reply import Reply, json_reply
from rejoinder.model.problems import Unavailable

BIG = b'{"text":"' + b"x" * 100_000 + b'"}'
OWNER = {"Authorization": "Bearer owner"}


def show(call: Call) -> Reply:
    return json_reply({"params": call.params, "query": call.query, "caller": call.caller})


def place(call: Call) -> Reply:
    unit = call.unit
    return json_reply({"kind": unit.kind, "thread": unit.thread, "prepared": call.prepared})


def crash(_: Call) -> Reply:
    raise RuntimeError("secret detail")


def unavailable(_: Call) -> Reply:
    raise Unavailable("The database is away.")


def add(call: Call) -> Reply:
    return json_reply({"sum": sum(call.json(list[int]))}, 201)


def prepare(call: Call) -> object:
    return {"sum": sum(call.json(list[int])), "thread": call.unit.thread}


def get(path: str, handler: object, **facts: object) -> Endpoint:
    return Endpoint(**({"method": "GET", "path": path, "handler": handler, "scope": None} | facts))  # type: ignore[arg-type]


TOY = dialect(
    "toy",
    get("/toy/show/{id}", show),
    get("/toy/mine", show, scope="read"),
    get("/toy/inline", place, where=Where.INLINE, scope="read"),
    get("/toy/reader", place, where=Where.READER, scope="read"),
    get("/toy/writing", place, where=Where.WRITER, scope="write"),
    get("/toy/crash", crash),
    get("/toy/crash-inline", crash, where=Where.INLINE),
    get("/toy/crash-writer", crash, where=Where.WRITER),
    get("/toy/away", unavailable),
    get("/toy/big", lambda _: Reply(200, BIG)),
    get("/toy/small", lambda _: Reply(200, b"{}"), where=Where.INLINE),
    get("/toy/picture", lambda _: Reply(200, BIG, b"image/png")),
    get("/toy/empty", lambda _: Reply(204, b"", None)),
    get("/toy/refused", None, refused="Mail is not sent here."),
    get("/toy/free", lambda _: Reply(200, b"{}"), database=False),
    get("/toy/cached", lambda _: Reply(headers=((b"cache-control", b"max-age=60"),)), scope="read"),
    get("/toy/accept", lambda call: json_reply(call.accept("application/json", "application/x-ndjson"))),
    Endpoint(method="POST", path="/toy/add", handler=add, where=Where.WRITER, scope="write"),
    Endpoint(method="POST", path="/toy/prepared", handler=place, where=Where.WRITER, prepare=prepare),
    Endpoint(method="POST", path="/toy/form", handler=lambda call: json_reply(call.form()), scope=None),
)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with running(TOY) as house:
        yield house


@pytest.fixture(scope="module")
def client(house: House) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=house.url) as client:
        yield client


def test_parameters_and_query(client: httpx.Client) -> None:
    answer = client.get("/toy/show/a%2Fb%20c/?x=1+2&x=%2B").json()
    assert answer["params"] == {"id": "a/b c"}
    assert answer["query"] == [["x", "1 2"], ["x", "+"]]


@pytest.mark.parametrize(
    ("path", "kind", "thread"),
    [("inline", "read", "server"), ("reader", "read", "reader"), ("writing", "write", "writer")],
)
def test_handlers_run_where_they_say(client: httpx.Client, path: str, kind: str, thread: str) -> None:
    answer = client.get(f"/toy/{path}", headers=OWNER).json()
    assert answer["kind"] == kind
    assert answer["thread"].startswith(thread)


def test_inline_reads_move_to_a_thread_when_the_database_wants_it() -> None:
    with running(TOY, inline_reads=False) as house:
        answer = httpx.get(f"{house.url}/toy/inline", headers=OWNER).json()
        assert answer["thread"].startswith("reader")


def test_preparation_runs_outside_the_writer(client: httpx.Client) -> None:
    answer = client.post("/toy/prepared", json=[1, 2], headers=OWNER).json()
    assert answer["prepared"]["sum"] == 3
    assert answer["prepared"]["thread"].startswith("reader")
    assert answer["thread"] == "writer"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer nobody"}, 401),
        ({"Authorization": "Bearer reader"}, 403),
        (OWNER, 201),
    ],
)
def test_writing_needs_a_token_with_the_scope(
    client: httpx.Client, headers: dict[str, str], status: int
) -> None:
    assert client.post("/toy/add", json=[1, 2], headers=headers).status_code == status


@pytest.mark.parametrize(
    ("method", "path", "status", "owner"),
    [
        ("GET", "/toy/nothing", 404, "toy"),
        ("GET", "/nothing", 404, "native"),
        ("GET", "/toy//mine", 404, "toy"),
        ("DELETE", "/toy/mine", 405, "toy"),
        ("GET", "/toy/show/%FF", 400, "toy"),
        ("GET", "/toy/show/1?a=%FF", 400, "toy"),
        ("GET", "/toy/refused", 405, "toy"),
        ("GET", "/toy/crash", 500, "toy"),
        ("GET", "/toy/crash-inline", 500, "toy"),
        ("GET", "/toy/crash-writer", 500, "toy"),
        ("GET", "/toy/away", 503, "toy"),
    ],
)
def test_errors_have_their_dialects_shape(
    client: httpx.Client, method: str, path: str, status: int, owner: str
) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()["dialect"]) == (status, owner)
    assert "secret" not in answer.text
    assert answer.headers["x-request-id"]


def test_headers_that_explain(client: httpx.Client) -> None:
    assert client.delete("/toy/mine").headers["allow"] == "GET, HEAD, OPTIONS"
    assert client.get("/toy/away").headers["retry-after"] == "5"
    limited = client.get("/toy/mine", headers={"Authorization": "Bearer hasty"})
    assert limited.status_code == 429
    assert limited.headers["retry-after"] == "7"
    assert (limited.headers["x-rate-limit-limit"], limited.headers["x-rate-limit-remaining"]) == ("6000", "0")


def test_a_database_that_is_away_is_said_so(house: House, client: httpx.Client) -> None:
    house.database.down = True
    try:
        assert client.get("/toy/mine", headers=OWNER).status_code == 503
        assert client.get("/toy/free").status_code == 200
    finally:
        house.database.down = False


def test_headers_of_authenticated_replies(client: httpx.Client) -> None:
    headers = client.get("/toy/mine", headers=OWNER).headers
    assert (headers["x-rate-limit-limit"], headers["x-rate-limit-remaining"]) == ("100", "99")
    assert int(headers["x-rate-limit-reset"]) > 1_700_000_000
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert client.get("/toy/cached", headers=OWNER).headers.get_list("cache-control") == ["max-age=60"]
    assert "cache-control" not in client.get("/toy/small").headers


@pytest.mark.parametrize(("sent", "kept"), [("abc-1.2_3", True), ("x" * 65, False), ("a b", False)])
def test_request_ids(client: httpx.Client, sent: str, kept: bool) -> None:
    answer = client.get("/toy/small", headers={"X-Request-Id": sent})
    assert (answer.headers["x-request-id"] == sent) is kept


@pytest.mark.parametrize("path", ["/toy/small", "/toy/big", "/toy/nothing"])
def test_head_is_get_without_the_body(client: httpx.Client, path: str) -> None:
    get, head = client.get(path), client.head(path)
    assert head.status_code == get.status_code
    assert head.content == b""
    for name in ("content-length", "content-type"):
        assert head.headers[name] == get.headers[name]


def test_head_never_writes(client: httpx.Client) -> None:
    answer = client.head("/toy/writing", headers=OWNER)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, OPTIONS")


def test_options_without_cors(client: httpx.Client) -> None:
    preflight = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
    answer = client.options("/toy/add", headers=preflight)
    assert (answer.status_code, answer.headers["allow"]) == (204, "OPTIONS, POST")
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert client.options("/toy/nothing").status_code == 404


def test_cors_for_listed_origins() -> None:
    with (
        running(TOY, cors_origins=("https://a.example",)) as house,
        httpx.Client(base_url=house.url) as client,
    ):
        preflight = {
            "Origin": "https://a.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        }
        answer = client.options("/toy/add", headers=preflight)
        assert answer.headers["access-control-allow-origin"] == "https://a.example"
        assert answer.headers["access-control-allow-methods"] == "OPTIONS, POST"
        assert answer.headers["access-control-allow-headers"] == "authorization,content-type"
        assert answer.headers["access-control-max-age"] == "600"
        stranger = client.get("/toy/small", headers={"Origin": "https://b.example"})
        assert "access-control-allow-origin" not in stranger.headers
        assert stranger.headers["vary"] == "Origin"
        failing = client.get("/toy/nothing", headers={"Origin": "https://a.example"})
        assert failing.headers["access-control-allow-origin"] == "https://a.example"


def test_cors_for_anyone() -> None:
    with running(TOY, cors_origins=("*",)) as house:
        answer = httpx.get(f"{house.url}/toy/small", headers={"Origin": "https://b.example"})
        assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("path", "accepts", "packed"),
    [
        ("/toy/big", "gzip", True),
        ("/toy/big", "br, *", False),
        ("/toy/big", "gzip;q=0", False),
        ("/toy/big", "", False),
        ("/toy/small", "gzip", False),
        ("/toy/picture", "gzip", False),
    ],
)
def test_compression_where_it_pays(client: httpx.Client, path: str, accepts: str, packed: bool) -> None:
    with client.stream("GET", path, headers={"Accept-Encoding": accepts}) as answer:
        raw = b"".join(answer.iter_raw())
    assert (answer.headers.get("content-encoding") == "gzip") is packed
    assert int(answer.headers["content-length"]) == len(raw)
    if packed:
        assert gzip.decompress(raw) == BIG
    assert ("accept-encoding" in answer.headers.get("vary", "").lower()) is (path == "/toy/big")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("*/*", "application/json"),
        ("application/x-ndjson", "application/x-ndjson"),
        ("application/json;q=0.2, application/x-ndjson;q=0.8", "application/x-ndjson"),
        ("application/*", "application/json"),
        ("text/html, */*;q=0.1", "application/json"),
        ("application/json;q=0, */*", "application/x-ndjson"),
        ("text/html", None),
        ("application/json;q=0", None),
        ("application/json;q=bad", None),
    ],
)
def test_negotiation(client: httpx.Client, accept: str, chosen: str | None) -> None:
    answer = client.get("/toy/accept", headers={"Accept": accept})
    assert answer.status_code == (200 if chosen else 406)
    assert not chosen or answer.json() == chosen


def test_no_body_has_no_length(client: httpx.Client) -> None:
    answer = client.get("/toy/empty")
    assert answer.status_code == 204
    assert "content-length" not in answer.headers
    assert "content-type" not in answer.headers


@pytest.mark.parametrize(
    ("body", "words"),
    [(b"", "empty"), (b"[1,", "JSON"), (b'["a"]', "$[0]"), (b"[" * 100_000, "fit"), (b'[1,"\xff"]', "")],
)
def test_bad_json_says_where(client: httpx.Client, body: bytes, words: str) -> None:
    answer = client.post("/toy/add", content=body, headers=OWNER)
    assert answer.status_code == 400
    assert words in answer.json()["toy"]


def test_a_byte_order_mark_is_forgiven(client: httpx.Client) -> None:
    assert client.post("/toy/add", content=b"\xef\xbb\xbf[1]", headers=OWNER).json() == {"sum": 1}


def test_forms_in_both_encodings(client: httpx.Client) -> None:
    assert client.post("/toy/form", data={"a[b][]": ["1", "2"]}).json() == {"a": {"b": ["1", "2"]}}
    parts = {"a[x]": (None, "é"), "a[y]": (None, "2")}
    assert client.post("/toy/form", files=parts).json() == {"a": {"x": "é", "y": "2"}}
    assert client.post("/toy/form").json() == {}


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/x-www-form-urlencoded; charset=iso-8859-1", "multipart/form-data"],
)
def test_forms_that_are_none(client: httpx.Client, content_type: str) -> None:
    answer = client.post("/toy/form", content=b"a=1", headers={"Content-Type": content_type})
    assert answer.status_code == 400
