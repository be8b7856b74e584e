"""Which of many things are worth comparing: those that share something rare, never each with each.

Every thing says by which keys it may be found; a key that too many share tells nothing and pairs nobody. Keys stand as numbers
in arrays, and pairs come out piece by piece, so that memory stays flat.
"""

from array import array
from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
# A key that more share than this is common: their rarer keys pair those of them that belong together.
COMMON = 24
_PIECE = 500_000


def candidates(keys: Iterable[Iterable[str]]) -> Iterator[tuple[Numbers, Numbers]]:
    """Pairs of places (from 0) whose things share a key, each with the lower place first; a pair may come more than once.

    `keys` gives each thing's keys, in order.
    """
    hashes, owners = array("q"), array("q")
    for place, its in enumerate(keys):
        mine = set(map(hash, its))
        hashes.extend(mine)
        owners.extend([place] * len(mine))
    yield from _within_groups(np.frombuffer(hashes, np.int64), np.frombuffer(owners, np.int64))


def _within_groups(hashes: Numbers, owners: Numbers) -> Iterator[tuple[Numbers, Numbers]]:
    # Stable, so that the owners of a key stay in order.
    order = np.argsort(hashes, kind="stable")
    hashes, owners = hashes[order], owners[order]
    starts = np.flatnonzero(np.append(True, hashes[1:] != hashes[:-1])) if len(hashes) else np.empty(0, np.int64)
    sizes = np.diff(np.append(starts, len(hashes)))
    for size in range(2, COMMON + 1):
        groups = starts[sizes == size]
        ones, others = np.triu_indices(size, 1)
        step = max(1, _PIECE // len(ones))
        for begin in range(0, len(groups), step):
            some = groups[begin : begin + step, None]
            yield owners[some + ones].ravel(), owners[some + others].ravel()
