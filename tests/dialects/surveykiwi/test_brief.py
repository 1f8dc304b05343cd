"""Which pages of answers are as short as point reads, and so may run where they hold up everybody else."""

from __future__ import annotations

import pytest

from rejoinder.dialects.surveykiwi.campaigns import is_brief
from rejoinder.kernel.call import Call
from rejoinder.kernel.origin import Origin


def asked(query: str) -> Call:
    """A call as the kernel makes it."""
    return Call(
        {"method": "GET", "raw_path": b"/x", "headers": [], "query_string": query.encode()}, Origin(None)
    )


@pytest.mark.parametrize(
    "query", ["", "campaign_url=x", "campaign_url=x&status=active&limit=100&answers=show"]
)
def test_a_page_is(query: str) -> None:
    assert is_brief(asked(query))


@pytest.mark.parametrize(
    "query", ["where[]={}", "where=x", "wher%65=x", "order_by[]=id", "order%5Fby=id", "x=" + "y" * 600]
)
def test_what_filters_or_sorts_is_not(query: str) -> None:
    assert not is_brief(asked(query))
