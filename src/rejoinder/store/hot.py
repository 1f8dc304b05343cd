"""The dozen hot statements: what each engine module offers, by hand, under one test suite.

All of them take the driver's connection first and the workspace second, and see only that workspace.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from rejoinder.model.respondent import UNMARKED, Marks

LEVELS = (18, 13, 8)
"""Respondents are counted per block of 2^18, of 2^13 and of 2^8 respids: a total is the sum of some rows, and
a deep page is found in three short steps, without OFFSET or COUNT."""


class TokenRow(NamedTuple):
    """An access token and the client behind it; times in µs."""

    workspace_id: int
    client_id: int
    user_id: int | None
    client_name: str
    dialect: str
    scopes: str
    expires_at: int
    revoked_at: int | None
    client_revoked_at: int | None


class SurveyRow(NamedTuple):
    """What every request on a survey needs to know of it."""

    id: int
    schema_version: int
    status: str
    name: str
    created_at: int
    updated_at: int
    shuffled: int
    """1 when the ids of its respondents may go another way than their respids."""


class Reserved(NamedTuple):
    """Numbers taken under a survey's lock, and what now cannot change: the version of its schema, and the
    events that somebody wants to be told of (bits of `model.event.EventKind`)."""

    first_respid: int
    first_id: int
    schema_version: int
    listening: int


class NewRespondent(NamedTuple):
    """One row to insert; times in µs, `state` as in `model.respondent.State`, `doc` canonical JSON text."""

    respid: int
    id: int
    state: int
    created_at: int
    updated_at: int
    opened_at: int | None
    completed_at: int | None
    language: str | None
    token: str | None
    manual: int
    finish_reason: int | None
    doc: str


class StoredRespondent(NamedTuple):
    """One row as it stands."""

    respid: int
    state: int
    opened_at: int | None
    completed_at: int | None
    doc: str


class MatchedRespondent(NamedTuple):
    """One row as it stands, and the key value by which it was found."""

    respid: int
    state: int
    opened_at: int | None
    completed_at: int | None
    doc: str
    key: str


class ChangedRespondent(NamedTuple):
    """The new state of one row."""

    doc: str
    state: int
    opened_at: int | None
    completed_at: int | None
    updated_at: int
    respid: int


class BlockCount(NamedTuple):
    """Rows in one block of respids, or the change of it; block `b` of level `n` begins at respid `b << n`."""

    level: int
    block: int
    respondents: int
    responses: int


class Chunk(NamedTuple):
    """Records joined into one text: UTF-8 bytes, the last respid among them, how many."""

    data: bytes
    last: int
    size: int


KEEP_REPLIES = 24 * 3600 * 1_000_000
"""Microseconds for which a reply is given again to a request that comes again."""


class KeptReply(NamedTuple):
    """A reply under an idempotency key; `created_at` in µs."""

    workspace_id: int
    scope: str
    key: str
    body_hash: str
    status: int
    reply: str
    created_at: int


class Narrowing(NamedTuple):
    """A condition in the engine's SQL over `respondent r`, and its parameters."""

    sql: str
    parameters: tuple[Any, ...]


class Hot(Protocol):
    """One engine's hand-written statements."""

    mark: str
    """The driver's placeholder."""

    def begin_read(self, raw: Any) -> None: ...
    def end_read(self, raw: Any) -> None: ...
    def begin_write(self, raw: Any) -> None: ...
    def abandon(self, raw: Any) -> None: ...
    def changes(self, raw: Any) -> int | None:
        """A number that grows with each changed row; None where the engine does not count."""
        ...

    def token(self, raw: Any, token_hash: str) -> TokenRow | None:
        """An access token by its hash, whatever its state."""
        ...

    def take_rate(self, raw: Any, workspace: int, client: int, dialect: str, window: int, wanted: int) -> int:
        """Add `wanted` calls to a window's count, atomically; gives the count with them."""
        ...

    def survey(self, raw: Any, workspace: int, reference: str) -> SurveyRow | None:
        """A survey by its alias, or by its number when the reference is all digits."""
        ...

    def reserve(
        self, raw: Any, workspace: int, survey: int, respids: int, ids: int, now: int
    ) -> Reserved | None:
        """Lock the survey for key writes and take `count` respids and ids; None where there is none."""
        ...

    def one(self, raw: Any, workspace: int, survey: int, respid: int) -> tuple[str, int] | None:
        """A record and its state."""
        ...

    def blocks(
        self, raw: Any, workspace: int, survey: int, level: int, first: int = 0, last: int = 1 << 32
    ) -> Iterator[tuple[int, int, int]]:
        """(block, respondents, responses) of the blocks of one level, in order, read as they are needed."""
        ...

    def chunk(
        self,
        raw: Any,
        workspace: int,
        survey: int,
        after: int,
        limit: int,
        *,
        skip: int = 0,
        responses: bool = False,
        separator: str = "\n",
    ) -> Chunk | None:
        """Whole records after a respid, joined by the engine; responses lead with `responseid`."""
        ...

    def span(
        self,
        raw: Any,
        workspace: int,
        survey: int,
        after: int,
        upto: int,
        *,
        responses: bool = False,
        separator: str = "\n",
    ) -> bytes | None:
        """The whole records with respids above `after` up to `upto`, joined by the engine; None for none.

        It counts nothing and stops nowhere, and so is the quickest way through many records.
        """
        ...

    def following(self, raw: Any, workspace: int, survey: int, after: int) -> int | None:
        """The lowest respid above `after`, None behind the last."""
        ...

    def records(
        self,
        raw: Any,
        workspace: int,
        survey: int,
        after: int,
        limit: int,
        *,
        responses: bool = False,
        narrowing: Narrowing | None = None,
    ) -> Sequence[tuple[int, str]]:
        """(respid, record) after a respid, in order, of the rows that pass the narrowing."""
        ...

    def stored(self, raw: Any, workspace: int, survey: int, respids: Sequence[int]) -> list[StoredRespondent]:
        """The rows with these respids, in any order."""
        ...

    def match_keys(
        self, raw: Any, workspace: int, survey: int, lookup: int, values: Sequence[str], limit: int
    ) -> list[MatchedRespondent]:
        """The rows that have one of these values, at most `limit` of them."""
        ...

    def repeated_keys(
        self, raw: Any, workspace: int, survey: int, lookup: int, values: Sequence[str]
    ) -> list[str]:
        """Those of the values that several rows have."""
        ...

    def count_keys(
        self, raw: Any, workspace: int, survey: int, lookup: int, values: Sequence[str], *, responses: bool
    ) -> int:
        """How many rows have one of these values."""
        ...

    def page_of_keys(
        self,
        raw: Any,
        workspace: int,
        survey: int,
        lookup: int,
        values: Sequence[str],
        skip: int,
        limit: int,
        *,
        responses: bool,
    ) -> list[int]:
        """Respids, in order, of the rows that have one of these values."""
        ...

    def insert(
        self,
        raw: Any,
        workspace: int,
        survey: int,
        rows: Sequence[tuple[Any, ...]],
        keys: Sequence[tuple[int, str, int]],
        counts: Sequence[BlockCount],
        marks: Marks = UNMARKED,
    ) -> None:
        """Insert rows (the fields of `NewRespondent`, as tuples) with their (lookup, value, respid) entries
        and the change of their blocks; `marks` are the same for all of them."""
        ...

    def insert_blocks(
        self, raw: Any, workspace: int, survey: int, blocks: Iterable[Sequence[tuple[Any, ...]]]
    ) -> None:
        """Insert many rows (as `insert`), block after block, each as soon as it is there; their keys and
        counts are left to the caller. Nothing else may run on the connection while `blocks` is read."""
        ...

    def keep_replies(self, raw: Any, rows: Sequence[KeptReply]) -> bool:
        """Keep replies (each key once); False when one of the keys is another's, younger than a day or not
        committed yet."""
        ...

    def update(self, raw: Any, workspace: int, survey: int, rows: Sequence[tuple[Any, ...]]) -> None:
        """Replace rows (the fields of `ChangedRespondent`, as tuples)."""
        ...

    def delete(self, raw: Any, workspace: int, survey: int, respids: Sequence[int]) -> None: ...
    def add_keys(self, raw: Any, workspace: int, survey: int, keys: Iterable[tuple[int, str, int]]) -> None:
        """Add (lookup, value, respid) entries."""
        ...

    def drop_keys(
        self, raw: Any, workspace: int, survey: int, keys: Iterable[tuple[int, str, int]]
    ) -> None: ...
    def count_blocks(self, raw: Any, workspace: int, survey: int, changes: Iterable[BlockCount]) -> None:
        """Add the changes to the counts of their blocks."""
        ...
