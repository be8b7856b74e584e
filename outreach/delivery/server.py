"""The outbox that hands letters to a mail server."""

from collections.abc import Callable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from outreach.contacts.models import Channel
from outreach.delivery.mailbox import Copies
from outreach.delivery.models import Result
from outreach.delivery.outboxes import Found, Outbox, Parcel, Report
from outreach.mail.building import redated
from outreach.mail.connecting import Secret, Server
from outreach.mail.submitting import Answer, Submission


class SmtpOutbox:
    """Hands each message to a server; the server's answer about each recipient is the outcome.

    `sender` is the address that bounces go to; `now` gives the instant that stands as Date in the message; `copies` is where
    the server or whoever got the letter leaves a trace of it.
    """

    name = "smtp"
    channel = Channel.EMAIL
    needs_address = True
    leaves_at_once = True
    redirects_to = ""

    def __init__(
        self,
        server: Server,
        sender: str,
        secret: Callable[[], Secret] | None = None,
        *,
        now: Callable[[], datetime],
        connections: int = 1,
        copies: Copies | None = None,
    ) -> None:
        self.server, self.sender, self._secret, self._now, self._connections = server, sender, secret, now, connections
        self._line, self._copies = Submission(server, secret), copies

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def lines(self) -> Sequence[Outbox]:
        """As many outboxes as connections may be open at once, each with its own."""
        others = (SmtpOutbox(self.server, self.sender, self._secret, now=self._now) for _ in range(1, self._connections))
        return (self, *others)

    def ready(self) -> None:
        """Connect and sign in unless that is done; raises CannotConnect, and then nothing was said of any letter."""
        if not self._line.is_open:
            self._line.open()

    @property
    def is_ready(self) -> bool:
        """Whether a letter can be handed over at once."""
        return self._line.is_open

    def deliver(self, parcel: Parcel) -> Sequence[Report]:
        """Hand the message in for all recipients, or for none."""
        return _reports(self._line.submit(self.sender, parcel.recipients, redated(parcel.message, self._now())))

    def rehearse(self, recipients: Sequence[str], size: int) -> Sequence[Report]:
        """What the server would say, asked up to the message and no further."""
        return _reports(self._line.rehearse(self.sender, recipients, size))

    def find(self, parcel: Parcel) -> Found | None:
        """What the mailbox shows of it. That it shows nothing proves nothing: many servers keep no copy of what they took."""
        return self._copies.find(parcel) if self._copies else None

    def close(self) -> None:
        """Take leave of the server, and of the mailbox if it was asked."""
        self._line.close()
        if self._copies:
            self._copies.close()


def _reports(answers: Sequence[Answer]) -> list[Report]:
    return [Report(one.recipient, Result(one.fate.value), one.reply) for one in answers]
