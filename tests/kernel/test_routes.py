from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.wire import dialect
from rejoinder.kernel.endpoint import Endpoint, Where
from rejoinder.kernel.reply import Reply
from rejoinder.kernel.routes import Routes, allowed_methods, choose
from rejoinder.model.problems import NotOffered, Unreadable

NATIVE = dialect("native")


def endpoint(path: str, method: str = "GET", **facts: object) -> Endpoint:
    return Endpoint(method=method, path=path, handler=lambda _: Reply(), **facts)  # type: ignore[arg-type]


def table(*paths: str) -> Routes:
    return Routes([dialect("toy", *(endpoint(path) for path in paths))], NATIVE)


SEGMENT = st.sampled_from(["a", "b", "c", "{x}"])
PATHS = st.lists(st.lists(SEGMENT, min_size=1, max_size=4).map(lambda s: "/" + "/".join(s)), unique=True)
ASKED = st.lists(st.sampled_from(["a", "b", "c", "d", ""]), max_size=5).map(lambda s: "/" + "/".join(s))


def naive(paths: list[str], asked: str) -> str | None:
    """The best of all patterns that fit: at the first difference, static beats parameter."""
    segments = asked.split("/")[1:]
    if segments[-1] == "":
        segments.pop()
    fitting = []
    for path in paths:
        pattern = path.split("/")[1:]
        pairs = list(zip(pattern, segments, strict=False))
        if len(pattern) == len(segments) and all(p == s or (p == "{x}" and s) for p, s in pairs):
            fitting.append(([p == "{x}" for p in pattern], path))
    return min(fitting)[1] if fitting else None


@given(PATHS, ASKED)
def test_the_trie_agrees_with_naive_matching(paths: list[str], asked: str) -> None:
    found = table(*paths).find(asked)
    expected = naive(paths, asked)
    assert (found and found[0].routes["GET"].endpoint.path) == expected
    if found:
        wanted = [s for p, s in zip(expected.split("/"), asked.split("/"), strict=False) if p == "{x}"]
        assert found[1] == wanted


@given(st.text(min_size=1, alphabet=st.characters(blacklist_categories=["Cs"])))
def test_a_parameter_may_hold_anything_percent_encoded(value: str) -> None:
    encoded = "".join(f"%{byte:02X}" for byte in value.encode())
    found = table("/surveys/{id}/data").find(f"/surveys/{encoded}/data")
    assert found is not None
    assert found[1] == [value]


def test_letters_are_matched_with_case() -> None:
    assert table("/oAuth2/token").find("/oauth2/token") is None


def test_percent_encoded_letters_are_the_same_path() -> None:
    assert table("/surveys").find("/s%75rveys") is not None


def test_invalid_utf8_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        table("/surveys/{id}").find("/surveys/%FF")


@pytest.mark.parametrize("path", ["//", "/a//b", "//a", "/a/b//"])
def test_empty_segments_match_nothing(path: str) -> None:
    assert table("/a/b", "/a/{x}/b", "/{x}").find(path) is None


def test_an_unknown_path_belongs_to_the_dialect_that_alone_owns_its_prefix() -> None:
    toy = dialect("toy", endpoint("/v1/surveys/{id}/data"))
    other = dialect("other", endpoint("/v1/campaigns"))
    routes = Routes([toy, other], NATIVE)
    assert routes.owner("/v1/surveys/7/nothing") is toy
    assert routes.owner("/v1/surveys") is toy
    assert routes.owner("/v1/campaigns/7") is other
    assert routes.owner("/v1/else") is NATIVE
    assert routes.owner("/else") is NATIVE


def test_head_is_get_but_never_writes() -> None:
    routes = Routes(
        [dialect("toy", endpoint("/read"), endpoint("/add", where=Where.WRITER))],
        NATIVE,
    )
    read, add = (routes.find(path) for path in ("/read", "/add"))
    assert read is not None
    assert add is not None
    assert choose(read[0], "HEAD").endpoint.path == "/read"
    assert allowed_methods(read[0]) == ["GET", "HEAD", "OPTIONS"]
    with pytest.raises(NotOffered) as refusal:
        choose(add[0], "HEAD")
    assert refusal.value.allowed == ("GET", "OPTIONS")


def test_a_path_is_mounted_once() -> None:
    with pytest.raises(ValueError, match="mounted twice"):
        table("/a/{x}", "/a/{y}")


def test_an_endpoint_without_the_database_cannot_ask_for_a_token() -> None:
    with pytest.raises(ValueError, match="needs the database"):
        Routes([dialect("toy", endpoint("/a", database=False))], NATIVE)
