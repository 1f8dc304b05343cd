"""Changes of the counts of respondents and responses per block of respids."""

from __future__ import annotations

from collections.abc import Sequence

from rejoinder.store.hot import LEVELS, BlockCount


def _runs(respids: range, respondents: int, responses: Sequence[int]) -> list[tuple[int, int, int]]:
    """(block, respondents, responses) of respids in a row, one for each block of the finest level."""
    found = []
    start, stop = respids[0], respids[-1] + 1
    for block in range(start >> LEVELS[-1], (stop - 1 >> LEVELS[-1]) + 1):
        low = max(start, block << LEVELS[-1])
        high = min(stop, block + 1 << LEVELS[-1])
        found.append((block, (high - low) * respondents, sum(responses[low - start : high - start])))
    return found


def block_changes(respids: Sequence[int], respondents: int, responses: Sequence[int]) -> list[BlockCount]:
    """Changes of the counts, added up per block: `respondents` for each respid, one of `responses` each."""
    finest = LEVELS[-1]
    if isinstance(respids, range) and len(respids) > 1:
        counts = _runs(respids, respondents, responses)
    else:
        counts = [(n >> finest, respondents, one) for n, one in zip(respids, responses, strict=True)]
    found: list[BlockCount] = []
    done = finest
    for level in reversed(LEVELS):
        added: dict[int, tuple[int, int]] = {}
        for number, one, answered in counts:
            block = number >> level - done
            people, answers = added.get(block, (0, 0))
            added[block] = (people + one, answers + answered)
        counts = [(block, *added[block]) for block in sorted(added)]
        found += [BlockCount(level, *count) for count in counts]
        done = level
    return found
