"""One database connection in use by one thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Executable

from rejoinder.store.gathering import Gathering
from rejoinder.store.telling import Marking, Telling, freeze

if TYPE_CHECKING:
    from rejoinder.store.hot import Hot


class Session:
    """A connection with the hot statements of its engine.

    `run` and `rows` execute SQLAlchemy Core statements; `hot` holds the hand-written ones; `raw` is the
    driver's connection and is for the store's own files only. Transactions belong to `Database`; a verb
    that needs several statements to see one state opens `snapshot()`. `cache` belongs to the database and is
    shared by its sessions: for what is compiled from rows that never change under the same key. `gathering`
    is there while a transaction stores single rows together. `listening` holds, for surveys locked in this
    transaction, which events somebody wants; `rings` says that events were written, and whoever delivers them
    is to be woken after the commit.
    """

    __slots__ = (
        "_in_snapshot",
        "_marked",
        "_sa",
        "_told",
        "busy",
        "cache",
        "engine",
        "gathering",
        "hot",
        "listening",
        "raw",
        "rings",
        "writing",
    )

    def __init__(self, engine: str, sa: Connection, raw: Any, hot: Hot, cache: dict[Any, Any]) -> None:
        self.engine = engine
        self.cache = cache
        self.raw = raw
        self.hot = hot
        self.writing = False
        self.busy = False
        self.gathering: Gathering | None = None
        self.listening: dict[int, int] = {}
        self.rings = False
        self._told: list[Telling] = []
        self._marked: list[Marking] = []
        self._sa = sa
        self._in_snapshot = False

    def run(self, statement: Executable, rows: Sequence[dict[str, Any]] | None = None) -> int:
        """Execute a statement, once or for each of `rows`; gives the number of rows it touched."""
        self.settle()
        # SQLAlchemy forgets what PostgreSQL says of inserts, unless it is asked to keep it.
        return self._sa.execute(statement, rows, execution_options={"preserve_rowcount": True}).rowcount

    def rows(self, statement: Executable) -> list[Any]:
        """All result rows, as named tuples."""
        self.settle()
        return list(self._sa.execute(statement).all())

    def row(self, statement: Executable) -> Any | None:
        """The first result row, or None."""
        self.settle()
        return self._sa.execute(statement).first()

    def each(self, statement: Executable, size: int = 1000) -> Iterator[Sequence[Any]]:
        """Result rows in lists of up to `size`, read as they are needed."""
        self.settle()
        yield from self._sa.execute(statement, execution_options={"yield_per": size}).partitions()

    def settle(self) -> None:
        """Store what was gathered, before anything looks at it."""
        if self.gathering is not None and self.gathering.taken:
            gathering, self.gathering = self.gathering, Gathering()
            gathering.store(self)

    def tell(self, telling: Telling) -> None:
        """Let rows be frozen as they are when the running write ends."""
        self._told.append(telling)

    def freeze(self) -> None:
        """Write the events that were told so far."""
        if self._told:
            told, self._told = self._told, []
            self.settle()
            for telling in told:
                freeze(self, telling)
            self.rings = True

    def mark(self, marking: Marking) -> None:
        """Let rows be noted as feedback, as they are when the running write ends."""
        self._marked.append(marking)

    def end_write(self) -> None:
        """Write what hangs on the rows of the write that ends: events, and what is noted as feedback."""
        self.freeze()
        if self._marked:
            from rejoinder.store.feedback.marking import mark  # which itself needs sessions

            marked, self._marked = self._marked, []
            self.settle()
            for marking in marked:
                mark(self, marking)

    def forget_told(self) -> None:
        """Begin anew, for a new transaction or after a write that was rolled back."""
        self._told, self._marked, self.listening = [], [], {}

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let several reads see one state. Inside a write, and when nested, it adds nothing."""
        if self.writing or self._in_snapshot:
            yield
            return
        self.hot.begin_read(self.raw)
        self._in_snapshot = True
        try:
            yield
        finally:
            self._in_snapshot = False
            self.hot.end_read(self.raw)

    def close(self) -> None:
        """Close the connection, also one that the server has dropped: that is nobody's error any more."""
        self._sa.invalidate()
        self._sa.close()
