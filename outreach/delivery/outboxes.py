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
    """The contract: `deliver` returns a report for each recipient; `holds` says whether the parcel went out before."""

    name: str
    channel: Channel
    needs_address: bool

    def deliver(self, parcel: Parcel) -> Sequence[Report]:
        """Let the parcel leave; whatever it raises leaves the outcome unknown."""
        ...

    def holds(self, parcel: Parcel) -> bool | None:
        """Whether this parcel left by this outbox: yes, no, or None when it cannot tell."""
        ...


class FolderOutbox:
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


class PrintOutbox:
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
