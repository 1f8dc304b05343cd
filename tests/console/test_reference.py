"""The API reference: public to read, tried with tokens that never do more than their owner."""

from __future__ import annotations

import subprocess
import sys

from console.conftest import House
from rejoinder.console.reference.markdown import html_of
from rejoinder.console.reference.operations import groups
from rejoinder.dialects.native.dialect import native
from rejoinder.dialects.register import VENDORS


def test_anybody_reads_every_api(house: House) -> None:
    nobody = house.server.client()
    index = nobody.get("/docs").text
    for dialect in (*VENDORS, native()):
        assert f"/docs/{dialect.name}" in index
        page = nobody.get(f"/docs/{dialect.name}")
        assert page.status_code == 200
        assert "data-get-token" not in page.text
        assert " style=" not in page.text
    assert nobody.get("/docs/nothing").status_code == 404


def test_every_operation_is_there_once() -> None:
    for dialect in (*VENDORS, native()):
        shown = [one for group in groups(dialect, "http://x") for one in group.operations]
        anchors = [one.anchor for one in shown]
        assert len(anchors) == len(set(anchors))
        paths = {(one.method, path) for one in shown for path in (one.path, *one.others)}
        served = {(one.method, one.path) for one in dialect.endpoints if one.refused is None}
        assert paths == served


def test_samples_are_up_to_date() -> None:
    done = subprocess.run([sys.executable, "scripts/gather_samples.py", "--check"], check=False)
    assert done.returncode == 0, "run: python scripts/gather_samples.py"


def test_tokens_do_what_the_role_may(house: House) -> None:
    house.tenant.survey("visits")
    assert house.viewer.post("/docs/token", api="forsta", right="write").status_code == 403
    assert house.viewer.post("/docs/token", api="nothing").status_code == 404
    read = house.viewer.post("/docs/token", api="forsta", right="read").json()["token"]
    write = house.editor.post("/docs/token", api="forsta", right="write").json()["token"]
    http = house.server.client()
    path = "/v1/surveys/visits/respondents/data"
    rows = {"data": [{"email": "a@example.org"}]}
    seen = {}
    for name, token in (("read", read), ("write", write)):
        headers = {"Authorization": f"Bearer {token}"}
        seen[name] = (
            http.get(path + "?page=1&pageSize=1", headers=headers).status_code,
            http.post(path, json=rows, headers=headers).status_code,
        )
    assert seen == {"read": (200, 403), "write": (200, 200)}
    other = house.server.client().get("/v1.0/campaign/list", params={"access_token": read})
    assert other.status_code in (401, 403), "a token is for one API"


def test_viewers_see_no_personal_links(house: House) -> None:
    refused = house.viewer.post("/docs/token", api="webankieta", right="read")
    assert refused.status_code == 403
    assert "personal links" in refused.text
    assert house.editor.post("/docs/token", api="webankieta", right="read").status_code == 200
    for person, shown in ((house.viewer, False), (house.editor, True)):
        page = person.http.get("/docs/webankieta").text
        assert ("data-get-token" in page) is shown
        assert ("which viewers do not see" in page) is not shown


def test_only_ones_own_token_is_revoked(house: House) -> None:
    house.tenant.survey("visits")
    token = house.owner.post("/docs/token", api="forsta", right="read").json()["token"]
    assert house.editor.post("/docs/token/revoke", token=token).status_code == 404
    assert house.stranger.post("/docs/token/revoke", token=token).status_code == 404
    assert house.owner.post("/docs/token/revoke", token=token).json() == {"revoked": True}
    reply = house.server.client().get("/v1/surveys", headers={"Authorization": f"Bearer {token}"})
    assert reply.status_code == 401


def test_markdown_is_escaped() -> None:
    text = "# T\n\n<script>x</script> `<b>` [a](https://x.org) [b](other.md)\n\n- one\n  more\n- two"
    html = html_of(text)
    assert "<script>" not in html
    assert "<code>&lt;b&gt;</code>" in html
    assert '<a href="https://x.org"' in html
    assert "other.md" not in html
    assert "<ul><li>one more</li><li>two</li></ul>" in html
