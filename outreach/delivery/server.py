"""The outbox that hands letters to a mail server."""

from collections.abc import Callable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from outreach.contacts.models import Channel
from outreach.delivery.models import Result
from outreach.delivery.outboxes import Outbox, Parcel, Report
from outreach.mail.building import redated
from outreach.mail.connecting import Secret, Server
from outreach.mail.submitting import Answer, Submission


class SmtpOutbox:
    """Hands each message to a server; the server's answer about each recipient is the outcome.

    `sender` is the address that bounces go to; `now` gives the instant that stands as Date in the message.
    """

    name = "smtp"
    channel = Channel.EMAIL
    needs_address = True
    leaves_at_once = True

    def __init__(
        self,
        server: Server,
        sender: str,
        secret: Callable[[], Secret] | None = None,
        *,
        now: Callable[[], datetime],
        connections: int = 1,
    ) -> None:
        self.server, self.sender, self._secret, self._now, self._connections = server, sender, secret, now, connections
        self._line = Submission(server, secret)

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

    def holds(self, parcel: Parcel) -> bool | None:
        """A server that was handed a letter keeps no record that can be asked."""
        return None

    def close(self) -> None:
        """Take leave of the server."""
        self._line.close()


def _reports(answers: Sequence[Answer]) -> list[Report]:
    return [Report(one.recipient, Result(one.fate.value), one.reply) for one in answers]
