"""What mail is fetched from: one contract for a mailbox on a server and for mail that lies in files.

A source gives its mail in lots that are small enough to hold and to keep one after another. Whoever fetches remembers the
`Position` after each lot, so that a fetch that was cut off goes on where the last lot ended.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

# A lot is held in memory, so it ends early when its messages are large.
MOST_MESSAGES = 200
MOST_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Position:
    """How far one has come in a folder: its UIDVALIDITY, and the highest UID fetched (RFC 3501, section 2.3.1.1).

    Files have no such numbers: there both stay 0, and what was fetched is known by its bytes alone.
    """

    validity: int = 0
    last: int = 0


@dataclass(frozen=True)
class Arrived:
    """A message as it lies there: where, in words, and its bytes."""

    where: str
    raw: bytes = field(repr=False)


@dataclass(frozen=True)
class Missed:
    """A message that could not be had: `key` names it within its folder, `why` says what happened."""

    key: str
    where: str
    why: str


@dataclass(frozen=True)
class Lot:
    """What was fetched together, and the position after it."""

    after: Position
    arrived: tuple[Arrived, ...] = ()
    missed: tuple[Missed, ...] = ()


class Source(Protocol):
    """A mailbox of whatever kind. Nothing in it is marked, moved or deleted, unless the settings want it (`settles`)."""

    name: str

    @property
    def settles(self) -> bool:
        """Whether the settings want anything done with what was fetched."""
        ...

    def folders(self) -> Sequence[str]:
        """The folders that answers come to; a single nameless one where there are none."""
        ...

    def lots(self, folder: str, since: Position, again: Collection[str] = ()) -> Iterator[Lot]:
        """What came into `folder` since then, and what was missed before under the keys in `again`.

        Everything is new when the folder's UIDVALIDITY is another than that of `since`. What cannot be had is among `missed`,
        and the rest goes on. Raises Refused or NotFound in words when the whole cannot be reached.
        """
        ...

    def settle(self, folder: str, first: int, last: int, but: Collection[str] = ()) -> None:
        """Do with the messages `first` to `last` what the settings say, except for those with the keys in `but`."""
        ...

    def wait(self, folder: str, since: Position, seconds: float) -> bool:
        """Return when something has come into `folder` since then, or after so many seconds; False when it cannot wait."""
        ...

    def close(self) -> None:
        """Take leave."""
        ...
