"""`rejoinder audit`."""

from __future__ import annotations

from .conftest import Shell


def test_what_was_done_is_listed_and_proven(store: Shell) -> None:
    store("client", "create", "-w", "acme", "--name", "nightly")
    listed = store("audit", "list", "-w", "acme", "--json").json["entries"]
    assert [entry["action"] for entry in listed] == ["client.create"]
    told = store("audit", "list", "-w", "acme").out
    assert "name nightly; scopes cxi:read, " in told
    verified = store("audit", "verify", "-w", "acme", "--json")
    assert (verified.code, verified.json["entries"], verified.json["fault"]) == (0, 1, None)
    assert verified.json["tip"] in store("audit", "verify", "-w", "acme").out


def test_a_tip_that_is_not_there_ends_with_1(store: Shell) -> None:
    verified = store("audit", "verify", "-w", "acme", "--tip", "ab" * 32)
    assert verified.code == 1
    assert "The audit log was changed" in verified.out
