"""Ways out of the office behind one contract: an outbox takes a parcel and says what became of each recipient.

An outbox never renders and never decides whether a letter may leave; it is handed frozen bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Report:
    """What became of one recipient, in the outbox's words."""

    recipient: str
    result: Result
    reply: str


class Outbox(Protocol):
    """The contract: `deliver` returns a report for each recipient; `holds` says whether the parcel went out before.

    `ready` is called before a letter is claimed, so that an outbox that cannot be reached claims none.
    `leaves_at_once`: what is delivered has left; otherwise a person sends it later.
    """

    name: str
    channel: Channel
    needs_address: bool
    leaves_at_once: bool

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

    def holds(self, parcel: Parcel) -> bool | None:
        """Whether this parcel left by this outbox: yes, no, or None when it cannot tell."""
        ...


class AtHand:
    """What needs no connection: always ready, one line, nobody to ask beforehand."""

    is_ready = True
    leaves_at_once = False

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

    def holds(self, parcel: Parcel) -> bool | None:
        """Whether exactly this message lies in the folder."""
        path = self.path(parcel)
        return path.exists() and path.read_bytes() == as_unsent(parcel.message)


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

    def holds(self, parcel: Parcel) -> bool | None:
        """Whether exactly this page lies in the folder."""
        path = self.path(parcel)
        return path.exists() and path.read_bytes() == parcel.page
