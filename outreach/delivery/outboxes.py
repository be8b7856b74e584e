"""Ways out of the office behind one contract: an outbox takes a parcel and says what became of each recipient.

Here stand the contract and the ways that need no connection; `server` hands letters in, `mailbox` places them as drafts.

An outbox never renders and never decides whether a letter may leave; it is handed frozen bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from outreach.archive import write_durably
from outreach.contacts.models import Channel
from outreach.delivery.models import Result
from outreach.letters.register import file_stem
from outreach.mail.building import as_unsent


@dataclass(frozen=True)
class Parcel:
    """A letter about to leave: its reference, the frozen message and page, and who it goes to."""

    reference: str
    message: bytes
    page: bytes
    recipients: tuple[str, ...]
    address_block: tuple[str, ...] = ()
    message_id: str = ""


@dataclass(frozen=True)
class Report:
    """What became of one recipient, in the outbox's words."""

    recipient: str
    result: Result
    reply: str


class Place(StrEnum):
    """Where a parcel is: it left, it lies where a person sends it from, or it is not there."""

    LEFT = "left"
    PLACED = "placed"
    ABSENT = "absent"


@dataclass(frozen=True)
class Found:
    """What an outbox saw when it looked for a parcel, in its words; `on` is the day on which it left, where that is known."""

    place: Place
    how: str
    on: date | None = None


class Outbox(Protocol):
    """The contract: `deliver` returns a report for each recipient; `find` looks what became of a parcel brought before.

    `ready` is called before a letter is claimed, so that an outbox that cannot be reached claims none.
    `leaves_at_once`: what is delivered has left; otherwise a person sends it later. `redirects_to`: the one address to which
    all goes in a rehearsal, and then nothing has left; else empty.
    """

    name: str
    channel: Channel
    needs_address: bool
    leaves_at_once: bool
    redirects_to: str

    def lines(self) -> "Sequence[Outbox]":
        """The outboxes that may work side by side, itself first."""
        ...

    @property
    def is_ready(self) -> bool:
        """Whether `ready` has nothing left to do."""
        ...

    def ready(self) -> None:
        """Make ready to deliver; raises OutreachError when that cannot be done now."""
        ...

    def close(self) -> None:
        """Let go of what `ready` took; it may be made ready again."""
        ...

    def deliver(self, parcel: Parcel) -> Sequence[Report]:
        """Let the parcel leave; whatever it raises leaves the outcome unknown."""
        ...

    def rehearse(self, recipients: Sequence[str], size: int) -> Sequence[Report]:
        """What would become of each recipient of a message of `size` bytes, as far as can be asked; empty if nobody is."""
        ...

    def find(self, parcel: Parcel) -> Found | None:
        """Where this parcel is, or None when the outbox cannot tell; raises OutreachError or OSError when not to be asked."""
        ...


class AtHand:
    """What needs no connection: always ready, one line, nobody to ask beforehand."""

    is_ready = True
    leaves_at_once = False
    redirects_to = ""

    def lines(self) -> Sequence["Outbox"]:
        """Itself alone."""
        return (self,)  # type: ignore[return-value]  # only its children are outboxes

    def ready(self) -> None:
        """Nothing is to do."""

    def rehearse(self, recipients: Sequence[str], size: int) -> Sequence[Report]:
        """Nobody is asked before a file is written."""
        return ()

    def close(self) -> None:
        """Nothing is held."""


class FolderOutbox(AtHand):
    """Writes each message as an `.eml` that a mail program opens as a draft; a person sends it from there."""

    name = "folder"
    channel = Channel.EMAIL
    needs_address = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, parcel: Parcel) -> Path:
        """Where the parcel's file lies."""
        return self.folder / f"{file_stem(parcel.reference)}.eml"

    def deliver(self, parcel: Parcel) -> Sequence[Report]:
        """Write the file so that it is whole or not there."""
        path = self.path(parcel)
        write_durably(path, as_unsent(parcel.message))
        return [Report(address, Result.ACCEPTED, f"written to {path.name}") for address in parcel.recipients]

    def find(self, parcel: Parcel) -> Found | None:
        """Whether exactly this message lies in the folder."""
        return _file_found(self.path(parcel), as_unsent(parcel.message))


class PrintOutbox(AtHand):
    """Writes each page as a PDF for the mail room."""

    name = "print"
    channel = Channel.POST
    needs_address = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, parcel: Parcel) -> Path:
        """Where the parcel's page lies."""
        return self.folder / f"{file_stem(parcel.reference)}.pdf"

    def deliver(self, parcel: Parcel) -> Sequence[Report]:
        """Write the page so that it is whole or not there."""
        path = self.path(parcel)
        write_durably(path, parcel.page)
        addressee = " ".join(parcel.address_block) or parcel.reference
        return [Report(addressee[:320], Result.ACCEPTED, f"printed to {path.name}")]

    def find(self, parcel: Parcel) -> Found | None:
        """Whether exactly this page lies in the folder."""
        return _file_found(self.path(parcel), parcel.page)


def _file_found(path: Path, content: bytes) -> Found:
    if path.exists() and path.read_bytes() == content:
        return Found(Place.LEFT, f"{path.name} lies in the folder")
    return Found(Place.ABSENT, f"{path.name} does not lie in the folder as it would")


@dataclass
class MemoryOutbox(AtHand):
    """Keeps each parcel in memory, by reference: for trying things out. Nothing leaves the process."""

    name = "memory"
    channel = Channel.EMAIL
    needs_address = True
    parcels: dict[str, Parcel] = field(default_factory=dict)

    def deliver(self, parcel: Parcel) -> Sequence[Report]:
        """Keep it."""
        self.parcels[parcel.reference] = parcel
        return [Report(address, Result.ACCEPTED, "kept in memory") for address in parcel.recipients]

    def find(self, parcel: Parcel) -> Found | None:
        """Whether exactly this parcel was kept."""
        if self.parcels.get(parcel.reference) == parcel:
            return Found(Place.LEFT, "it is kept in memory")
        return Found(Place.ABSENT, "it is not kept in memory")
