"""A rehearsal with everything real but the recipients: each frozen message goes, enclosed whole, to one address of the office.

The letter stays what it is, approved and not sent; the ledger keeps the attempt as a rehearsal.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from outreach.delivery.outboxes import Found, Outbox, Parcel, Report
from outreach.letters.register import file_stem
from outreach.mail import building
from outreach.mail.building import Mailbox, OutgoingMessage

# What an enclosing message is longer than the letter in it, generously; a server is asked about the size beforehand.
_AROUND = 4096


class Redirected:
    """An outbox whose messages all go to one address; its pages are made as ever, in whatever folder it was given."""

    def __init__(self, outbox: Outbox, redirects_to: str, sender: Mailbox, domain: str, now: Callable[[], datetime]) -> None:
        self._outbox, self.redirects_to, self._sender, self._domain, self._now = outbox, redirects_to, sender, domain, now
        self.name, self.channel = outbox.name, outbox.channel
        self.needs_address, self.leaves_at_once = outbox.needs_address, outbox.leaves_at_once

    def lines(self) -> Sequence[Outbox]:
        """As many as the outbox has, each redirected."""
        others = self._outbox.lines()[1:]
        return (self, *(Redirected(one, self.redirects_to, self._sender, self._domain, self._now) for one in others))

    @property
    def is_ready(self) -> bool:
        """Whether the outbox is."""
        return self._outbox.is_ready

    def ready(self) -> None:
        """Make the outbox ready."""
        self._outbox.ready()

    def close(self) -> None:
        """Let go of what the outbox took."""
        self._outbox.close()

    def deliver(self, parcel: Parcel) -> Sequence[Report]:
        """Bring the letter, enclosed, to the one address."""
        message_id = self._message_id(parcel)
        message = self._enclosing(parcel, message_id)
        return self._outbox.deliver(replace(parcel, message=message, message_id=message_id, recipients=(self.redirects_to,)))

    def rehearse(self, recipients: Sequence[str], size: int) -> Sequence[Report]:
        """Nobody is asked about but the one address."""
        return self._outbox.rehearse((self.redirects_to,), size + _AROUND)

    def find(self, parcel: Parcel) -> Found | None:
        """What was rehearsed is looked for nowhere: the letter has not left."""
        return None

    def _message_id(self, parcel: Parcel) -> str:
        # Never the letter's own, by which it would be found as sent; and another each time, so that it may be rehearsed again.
        token = hashlib.sha256(f"{parcel.message_id} {self._now().isoformat()}".encode()).hexdigest()[:32]
        return building.message_id(f"rehearsal.{token}", self._domain)

    def _enclosing(self, parcel: Parcel, message_id: str) -> bytes:
        to = "".join(f"  {address}\n" for address in parcel.recipients) or "  nobody by e-mail\n"
        return building.build(
            OutgoingMessage(
                message_id=message_id,
                sent=self._now(),
                sender=self._sender,
                to=(Mailbox(self.redirects_to),),
                subject=f"Rehearsal of {parcel.reference}",
                text=f"This is a rehearsal. The enclosed letter would go to:\n\n{to}\nNobody was written to but you.\n",
                enclosed=((f"{file_stem(parcel.reference)}.eml", parcel.message),),
            )
        )
