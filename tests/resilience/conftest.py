"""Servers that many tests share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from servers import rejoinder
from servers.rejoinder import Server


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One running application on each engine for a whole module; tests make workspaces of their own."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        copy = shutil.copy(template, tmp_path_factory.mktemp("house") / "rejoinder.db")
        with rejoinder.running(f"sqlite:///{copy}") as server:
            yield server
    else:
        cluster, template = (request.getfixturevalue(f"postgres_{name}") for name in ("server", "template"))
        name = cluster.create(template)
        with rejoinder.running(cluster.url(name)) as server:
            yield server
        cluster.drop(name)
