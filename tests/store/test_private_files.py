"""Files that hold respondents are their owner's alone."""

from __future__ import annotations

import stat
from pathlib import Path

from rejoinder.store.engine import Database
from rejoinder.store.migrate import migrate
from rejoinder.store.rates import Rates


def test_nobody_else_may_read_the_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store/rejoinder.db"
    migrate(url)
    database, rates = Database(url), Rates(url)
    database.write(lambda session: session.raw.execute("UPDATE counter SET value = value"))
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "store").iterdir()}
    database.close()
    rates.close()
    assert {"rejoinder.db", "rejoinder.db-wal", "rejoinder.db-rates"} <= modes.keys()
    assert set(modes.values()) == {0o600}
