"""The mailbox of the office on its server: where letters are placed as drafts, and where traces of letters are found.

A person sends a draft from there with the mail program. Most programs keep the Message-ID then and it is found again among
what was sent; some write a new one (the classic Outlook does), and then only a person can say that the letter left.
"""

from collections.abc import Sequence

from outreach.contacts.models import Channel
from outreach.delivery.models import Result
from outreach.delivery.outboxes import Found, Outbox, Parcel, Place, Report
from outreach.errors import OutreachError
from outreach.mail import folders
from outreach.mail.folders import Copy, Use
from outreach.mail.imap import LostLine, Mailbox


class Copies:
    """Looks for letters in a mailbox: in the folder of what was sent, and in the inbox, where an answer proves that it left.

    `sent` names the folder; empty, it is the one that the server marks.
    """

    def __init__(self, mailbox: Mailbox, *, sent: str = "", inbox: str = folders.INBOX) -> None:
        self.mailbox, self._sent, self.inbox = mailbox, sent, inbox
        self._sent_folders: tuple[str, ...] = ()

    def close(self) -> None:
        """Take leave of the mailbox."""
        self.mailbox.close()

    def find(self, parcel: Parcel) -> Found | None:
        """The trace of a letter that left; None when there is none, which proves nothing."""
        if left := self.sent(parcel):
            return left
        if copy := folders.find(self.mailbox, self.inbox, parcel.message_id):
            return _left(copy, f"it lies in {self.inbox}", dated=True)
        if answer := folders.find_answer(self.mailbox, self.inbox, parcel.message_id):
            return _left(answer, f"an answer to it lies in {self.inbox}", dated=False)
        return None

    def folders(self) -> tuple[str, ...]:
        """The folders of what was sent, and that the inbox is there; asked for once."""
        if not self._sent_folders:
            folders.folders_for(self.mailbox, Use.INBOX, self.inbox)
            self._sent_folders = folders.folders_for(self.mailbox, Use.SENT, self._sent)
        return self._sent_folders

    def sent(self, parcel: Parcel) -> Found | None:
        """The letter as it lies among what was sent; None when it does not."""
        for folder in self.folders():
            if copy := folders.find(self.mailbox, folder, parcel.message_id):
                return _left(copy, f"it lies in {folder}", dated=True)
        return None


class DraftsOutbox:
    """Places each message among the drafts of a mailbox, once by its Message-ID; a person sends it from there.

    `drafts` names the folder; empty, it is the one that the server marks.
    """

    name = "drafts"
    channel = Channel.EMAIL
    needs_address = True
    leaves_at_once = False
    redirects_to = ""

    def __init__(self, mailbox: Mailbox, copies: Copies, *, drafts: str = "") -> None:
        self.mailbox, self._copies, self._drafts = mailbox, copies, drafts
        self._folder = ""

    def lines(self) -> Sequence[Outbox]:
        """Itself alone."""
        return (self,)

    @property
    def is_ready(self) -> bool:
        """Whether a draft can be placed at once."""
        return self.mailbox.is_open and bool(self._folder)

    def ready(self) -> None:
        """Come to the mailbox and find the folder; raises CannotConnect or NotFound in words."""
        if not self.mailbox.is_open:
            self.mailbox.open()
        try:
            self._folder = folders.folders_for(self.mailbox, Use.DRAFTS, self._drafts)[0]
        except OSError as error:
            raise OutreachError(f"The drafts cannot be looked at: {error}; try again later.") from error

    def close(self) -> None:
        """Take leave of the mailbox."""
        self.mailbox.close()

    def look_around(self) -> str:
        """Which folders would be used, in words; raises what `ready` raises, and NotFound when a folder is missing."""
        self.ready()
        sent = self._copies.folders()
        return f"Drafts lie in {self._folder}, what was sent in {' and '.join(sent)}, and mail comes to {self._copies.inbox}."

    def deliver(self, parcel: Parcel) -> Sequence[Report]:
        """Place the message unless it lies there already; of an append whose answer was lost nobody knows what became."""
        try:
            found = self._placed(parcel) or self._copies.sent(parcel)
        except (OutreachError, OSError) as error:
            return _all(parcel, Result.DEFERRED, f"it was not placed: {error}")
        if found:
            return _all(parcel, Result.ACCEPTED if found.place is Place.LEFT else Result.PLACED, f"{found.how} already")
        try:
            folders.place_draft(self.mailbox, self._folder, parcel.message)
        except LostLine as error:
            return _all(parcel, Result.UNKNOWN, f"{error}, while the draft was on its way")
        except OutreachError as error:
            return _all(parcel, Result.DEFERRED, str(error))
        return _all(parcel, Result.PLACED, f"placed in {self._folder}, for a person to send")

    def rehearse(self, recipients: Sequence[str], size: int) -> Sequence[Report]:
        """A mailbox is asked nothing about recipients."""
        return ()

    def find(self, parcel: Parcel) -> Found | None:
        """Whether it was sent, lies among the drafts, or neither. What was placed and is gone, a person alone can explain."""
        if not self.is_ready:
            self.ready()
        absent = Found(Place.ABSENT, f"it lies neither in {self._folder} nor among what was sent")
        return self._copies.find(parcel) or self._placed(parcel) or absent

    def _placed(self, parcel: Parcel) -> Found | None:
        copy = folders.find(self.mailbox, self._folder, parcel.message_id)
        return Found(Place.PLACED, f"it lies in {self._folder}") if copy else None


def _left(copy: Copy, how: str, *, dated: bool) -> Found:
    # The day of an answer says nothing of the day on which the letter left.
    return Found(Place.LEFT, how, copy.dated.date() if dated and copy.dated else None)


def _all(parcel: Parcel, result: Result, reply: str) -> list[Report]:
    return [Report(recipient, result, reply) for recipient in parcel.recipients]
