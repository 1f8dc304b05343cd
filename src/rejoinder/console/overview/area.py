"""The overview of a workspace."""

from __future__ import annotations

from rejoinder.console.area import Area, Page
from rejoinder.console.overview.overview import overview
from rejoinder.console.speech import mark

OVERVIEW = Area(
    name="overview",
    title=mark("Overview"),
    icon="home",
    path="/overview",
    pages=(Page(path="/overview", show=overview, summary="A workspace at a glance"),),
)
