"""Which reads are as short as point reads, and so may run where they hold up everybody else."""

from __future__ import annotations

import pytest

from rejoinder.dialects.forsta.query import is_brief
from rejoinder.kernel.call import Call
from rejoinder.kernel.origin import Origin


def asked(query: str, accept: bytes = b"*/*") -> Call:
    """A call as the kernel makes it."""
    headers = [(b"accept", accept)]
    scope = {"method": "GET", "raw_path": b"/x", "headers": headers, "query_string": query.encode()}
    return Call(scope, Origin(None))


@pytest.mark.parametrize("query", ["", "pageSize=100", "page=7", "variables=q1%2Cq2", "filterexpression=x"])
def test_a_short_page_is(query: str) -> None:
    assert is_brief(asked(query))


@pytest.mark.parametrize(
    "query",
    [
        "filterExpression=:q1=1",
        "filter%45xpression=:q1=1",
        "%66ilterExpression=:q1=1",
        "pageSize=101",
        "page%53ize=10000",
        "variables=" + "q1," * 400,
    ],
)
def test_what_takes_longer_is_not(query: str) -> None:
    assert not is_brief(asked(query))
    assert not is_brief(asked("", b"application/x-ndjson"))


@pytest.mark.parametrize("query", ["pageSize=x", "pageSize=1&pageSize=2", "%ff=1"])
def test_what_is_wrong_is_left_to_the_handler(query: str) -> None:
    """It runs behind the door: whoever has no token shall be told that, and no more."""
    assert not is_brief(asked(query))
