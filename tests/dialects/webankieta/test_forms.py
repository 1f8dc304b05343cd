"""Patches in every encoding that clients use, and hostile ones: what is refused stores nothing."""

from __future__ import annotations

import json
import subprocess
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rejoinder.dialects.webankieta import patches
from rejoinder.dialects.webankieta.wire import parse_entries
from rejoinder.kernel.forms import nest, read_pairs
from rejoinder.model.panel import Entry

from .panel import URLENCODED, Panel, good, json_to_url_encoded, refused

PATCH = "/api/v2/respondents/patch"
PEOPLE = [
    {"email": "jan.kowalski@webankieta.pl", "labels": ["Warszawa", "Support"]},
    {"email": "tomasz.nowak@webankieta.pl", "labels": ["Łódź", "IT"]},
    {"email": "zenon.martyniuk@webankieta.pl", "labels": ["Warszawa", "IT"]},
]
LOADED = [(str(one["email"]), list(one["labels"])) for one in PEOPLE]


def pairs(batch: str) -> list[tuple[str, str]]:
    """The document's example as form fields."""
    found = [("batch_id", batch)]
    for n, one in enumerate(PEOPLE):
        found.append((f"respondents[{n}][email]", str(one["email"])))
        found += [(f"respondents[{n}][labels][{m}]", text) for m, text in enumerate(one["labels"])]
    return found


def as_javascript(batch: str) -> dict[str, Any]:
    return {"content": json_to_url_encoded({"batch_id": batch, "respondents": PEOPLE}), "headers": URLENCODED}


def as_percent_encoded(batch: str) -> dict[str, Any]:
    return {"content": urlencode(pairs(batch)), "headers": URLENCODED}


def as_appended(batch: str) -> dict[str, Any]:
    """Labels as `[]`, as PHP and many libraries write them."""
    text = urlencode(pairs(batch))
    for label in (0, 1):
        text = text.replace(f"%5Blabels%5D%5B{label}%5D", "%5Blabels%5D%5B%5D")
    return {"content": text, "headers": URLENCODED}


def as_multipart(batch: str) -> dict[str, Any]:
    return {"files": [(name, (None, value)) for name, value in pairs(batch)]}


def as_json(batch: str) -> dict[str, Any]:
    return {"json": {"batch_id": batch, "respondents": PEOPLE}}


def as_unnamed_json(batch: str) -> dict[str, Any]:
    return {"content": json.dumps(as_json(batch)["json"]), "headers": URLENCODED}


def as_query(batch: str) -> dict[str, Any]:
    return {"params": pairs(batch)}


def as_both(batch: str) -> dict[str, Any]:
    """The batch in the query, a wrong one too: the body wins."""
    return as_javascript(batch) | {"params": {"batch_id": "nonsense", "survey_id": "p1"}}


EVERY = (
    as_javascript,
    as_percent_encoded,
    as_appended,
    as_multipart,
    as_json,
    as_unnamed_json,
    as_query,
    as_both,
)


@pytest.mark.parametrize("way", EVERY, ids=lambda way: way.__name__)
def test_a_patch_in_every_encoding(panel: Panel, way: Any) -> None:
    good(panel.http.post(PATCH, **way(panel.batch())))
    assert panel.loaded() == LOADED


@pytest.mark.parametrize("prefix", ["/api", "/api/v2", "/api/v3"])
def test_every_prefix_means_the_same(panel: Panel, prefix: str) -> None:
    good(panel.http.post(f"{prefix}/respondents/patch/", **as_json(panel.batch())))
    assert good(panel.http.get(f"{prefix}/respondents/p1"))["total"] == "3"


def test_the_documents_curl(panel: Panel) -> None:
    """As printed, run by curl itself: the names come encoded, the values are encoded by curl."""
    batch = panel.batch()
    curl = [
        *(
            "curl",
            "--silent",
            "--location",
            f"{panel.tenant.server.url}{PATCH}?survey_id=p1&batch_id={batch}",
        ),
        *("--header", "Content-Type: application/x-www-form-urlencoded"),
        *("--header", f"Authorization: {panel.http.headers['Authorization']}"),
        *("--data-urlencode", "respondents%5B0%5D%5Bemail%5D=jan+kowalski@webankieta.pl"),
        *("--data-urlencode", "respondents%5B0%5D%5Blabels%5D%5B0%5D=hr"),
        *("--data-urlencode", "respondents%5B0%5D%5Blabels%5D%5B1%5D=wrocław"),
    ]
    done = subprocess.run(curl, capture_output=True, text=True, timeout=30, check=True)
    assert json.loads(done.stdout).keys() == {"patch_id"}
    assert panel.loaded() == [("jan+kowalski@webankieta.pl", ["hr", "wrocław"])]


def test_the_documents_javascript(panel: Panel) -> None:
    """Our words for the document's function make what the document prints."""
    printed = (
        "batch_id=example_batch_id&respondents[0][email]=jan.kowalski%40webankieta.pl&respondents[0][labels][0]=Warszawa"
        "&respondents[0][labels][1]=Support&respondents[1][email]=tomasz.nowak%40webankieta.pl"
        "&respondents[1][labels][0]=%C5%81%C3%B3d%C5%BA&respondents[1][labels][1]=IT"
        "&respondents[2][email]=zenon.martyniuk%40webankieta.pl&respondents[2][labels][0]=Warszawa"
        "&respondents[2][labels][1]=IT"
    )
    assert json_to_url_encoded({"batch_id": "example_batch_id", "respondents": PEOPLE}) == printed


people = st.lists(
    st.fixed_dictionaries(
        {"email": st.text(max_size=6) | st.none()},
        optional={
            "labels": st.lists(
                st.text(max_size=4) | st.none() | st.integers(0, 10**6) | st.booleans(), max_size=15
            )
        },
    ),
    min_size=1,
    max_size=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(people)
@example([{"email": "a", "labels": [None] * 14 + ["last"]}])
@example([{"email": None}, {"email": "a+b@c&d=e", "labels": ["%5B", "[0]"]}])
def test_a_form_means_what_json_means(sent: list[dict[str, Any]]) -> None:
    """Any respondents through the document's function are the same as through JSON, by either reader."""
    body = json_to_url_encoded({"respondents": sent, "batch_id": "b"}).encode()
    # What is blank in JSON leaves no field behind, and a respondent of nothing leaves no trace at all.
    wanted = [entry for entry, one in zip(parse_entries(sent), sent, strict=True) if json_to_url_encoded(one)]
    slow = nest(read_pairs(body), sparse=True)
    if not wanted:
        return
    assert parse_entries(slow["respondents"]) == wanted
    quick = patches._respondents(body)
    assert quick is not None
    unblank = [Entry(email, {n: text for n, text in labels.items() if text}) for email, labels in quick[1]]
    assert (quick[0], unblank) == (b"batch_id=b", wanted)


HOSTILE: dict[str, tuple[str, int]] = {
    "huge index": ("respondents[999999][email]=a@b.pl", 400),
    "absurd index": ("respondents[99999999999999999999][email]=a@b.pl", 400),
    "depth": ("respondents" + "[0]" * 9 + "=a@b.pl", 400),
    "unbalanced": ("respondents[0][email=a@b.pl", 400),
    "sixteen labels": (
        "respondents[0][email]=a@b.pl" + "".join(f"&respondents[0][labels][{n}]=x" for n in range(16)),
        400,
    ),
    "label far away": ("respondents[0][email]=a@b.pl&respondents[0][labels][15]=x", 400),
    "address twice": ("respondents[0][email]=a@b.pl&respondents[0][email]=c@d.pl", 400),
    "label twice": (
        "respondents[0][email]=a@b.pl&respondents[0][labels][0]=x&respondents[0][labels][0]=y",
        400,
    ),
    "value and group": ("respondents=x&respondents[0][email]=a@b.pl", 400),
    "label and labels": (
        "respondents[0][email]=a@b.pl&respondents[0][labels]=x&respondents[0][labels][0]=y",
        400,
    ),
    "not UTF-8": ("respondents[0][email]=a@b.pl&respondents[0][labels][0]=%ff%fe", 400),
    "no address": ("respondents[0][labels][0]=x", 400),
    "bad address": ("respondents[0][email]=nobody", 400),
    "one bad address": ("respondents[0][email]=a@b.pl&respondents[1][email]=nobody", 400),
    "nested label": ("respondents[0][email]=a@b.pl&respondents[0][labels][0][x]=y", 400),
    "named labels": ("respondents[0][email]=a@b.pl&respondents[0][labels][city]=y", 400),
    "names and numbers": ("respondents[0][email]=a@b.pl&respondents[x][email]=c@d.pl", 400),
    "no respondents": ("x=1", 406),
    "blank respondents": ("respondents=", 406),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_forms_store_nothing(panel: Panel, name: str) -> None:
    fields, status = HOSTILE[name]
    for batch in (panel.batch(), "00000000-0000-4000-8000-000000000000"):
        reply = panel.http.post(PATCH, content=f"batch_id={batch}&{fields}", headers=URLENCODED)
        refused(reply, status)
    assert panel.list() == []


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (
            "respondents[0][email]=a@b.pl".encode("utf-16"),
            "application/x-www-form-urlencoded; charset=utf-16",
        ),
        ("respondents[0][email]=ąę@b.pl".encode("iso-8859-2"), "application/x-www-form-urlencoded"),
        (b"respondents[0][email]=a@b.pl", "text/plain"),
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x"),
        (b'{"respondents":[{"email":"a@b.pl"}', "application/json"),
        (b'{"respondents":{"email":"a@b.pl"}}', "application/json"),
        (b'{"respondents":[["a@b.pl"]]}', "application/json"),
        (b'{"respondents":[{"email":["a@b.pl"]}]}', "application/json"),
        (b'{"respondents":[{"email":"a@b.pl","labels":"x"}]}', "application/json"),
        (b'{"respondents":[{"email":"a@b.pl","labels":[1.5]}]}', "application/json"),
        (b'{"respondents":[{"email":"a@b.pl","labels":["\xff"]}]}', "application/json"),
        (b'{"respondents":' + b"[" * 5000 + b"]" * 5000 + b"}", "application/json"),
        (b"[]", "application/json"),
    ],
)
def test_wrong_encodings_store_nothing(panel: Panel, content: bytes, kind: str) -> None:
    reply = panel.http.post(
        PATCH, content=content, headers={"Content-Type": kind}, params={"batch_id": panel.batch()}
    )
    refused(reply, 400)
    assert panel.list() == []


def test_twenty_thousand_in_one_patch(panel: Panel) -> None:
    sent = [{"email": f"u{n}@x.pl", "labels": [f"l{n % 9}"]} for n in range(20_000)]
    content = json_to_url_encoded({"batch_id": panel.batch(), "respondents": sent})
    made = good(panel.http.post(PATCH, content=content, headers=URLENCODED))
    shown = good(panel.http.get(PATCH, params=made))
    assert len(set(shown["respondents"])) == 20_000
    assert good(panel.http.get("/api/respondents/p1"))["total"] == "20000"
    tokens = {row["token"] for offset in range(0, 20_000, 1000) for row in panel.list(offset=offset)}
    assert len(tokens) == 20_000
    assert all(len(token) >= 16 for token in tokens)


def test_parameters_come_from_query_and_body_by_get_and_post(panel: Panel) -> None:
    panel.people("a@x.pl", "b@x.pl", "c@x.pl")
    wanted = ["b@x.pl"]

    def emails(reply: httpx.Response) -> list[str]:
        return [row["email"] for row in good(reply)["list"]]

    path = "/api/v2/respondents"
    for method in ("GET", "POST"):
        for base in (path, f"{path}/search"):
            for fields in ({"limit": "1", "offset": "1"}, {"limit": 1, "offset": 1}):
                ask = panel.http.request
                assert emails(ask(method, f"{base}/p1", params=fields)) == wanted
                assert emails(ask(method, f"{base}/p1", data=fields)) == wanted
                assert emails(ask(method, f"{base}/p1", json=fields)) == wanted
                assert emails(ask(method, base, params={"id_survey": "p1"}, data=fields)) == wanted
                both = {"params": {"limit": "3", "offset": "0"}, "data": fields}
                assert emails(ask(method, f"{base}/p1", **both)) == wanted, "the body wins"
