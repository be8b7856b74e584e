"""What a message is, decided before anything counts as an answer: values shared by the rules that decide it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from outreach.mail.addressing import Correspondent
from outreach.mail.quoting import own_words
from outreach.mail.splitting import Headers, Leaf

_FARTHEST = 20_000


class MailClass(StrEnum):
    """Who or what speaks in a message. Only `HUMAN` may be an answer."""

    BOUNCE = "bounce"
    DELAY = "delay"
    AUTO_REPLY = "auto-reply"
    RECEIPT = "receipt"
    LIST = "list"
    SPAM = "spam"
    HUMAN = "human"


# Written by machines. Mail of a list or marked as spam was written by somebody, and waits for a person all the same.
AUTOMATIC = frozenset({MailClass.BOUNCE, MailClass.DELAY, MailClass.AUTO_REPLY, MailClass.RECEIPT})


@dataclass(frozen=True)
class FailedRecipient:
    """An address that a message did not reach, or not yet.

    `status` is the enhanced code such as "5.1.1" (RFC 3463), else the three digits of the server, else "". `permanent` is False
    when a later try may succeed, also when the server has given this one up; `reason` is what it said, in one line.
    """

    address: str
    status: str = ""
    permanent: bool = True
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The class of a message and why. What it reports on stands beside it: addresses, the message, the days of an absence.

    `original_message_id` is that of the message that this one reports on or answers by itself, in angle brackets, or "".
    """

    kind: MailClass
    why: str
    failed: tuple[FailedRecipient, ...] = ()
    original_message_id: str = ""
    returns_on: date | None = None
    deputy: str = ""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What the rules look at: a message taken apart, with its text read."""

    headers: Headers
    content_type: str
    leaves: tuple[Leaf, ...]
    sender: Correspondent
    recipients: frozenset[str]  # its own, in lower case: of a bounce, ourselves
    subject: str
    text: str
    sent_on: date | None = None
    answered_id: str = ""  # the message that it says it replies to

    @cached_property
    def own(self) -> str:
        """What of the text is not quoted, as far as the rules look."""
        text = self.text[:_FARTHEST]
        return "\n".join(text[start:end] for start, end in own_words(text))

    @property
    def bare_subject(self) -> str:
        """The subject folded in case, without the marks and "[tags]" that stand before it."""
        subject = self.subject[:300].casefold()
        while subject and not subject[0].isalnum():
            end = subject.find("]", 0, 60) if subject[0] == "[" else 0
            subject = subject[max(end, 0) + 1 :]
        return subject

    @property
    def kinds(self) -> list[str]:
        """The content types of the message and of all its leaves."""
        return [self.content_type, *(leaf.content_type for leaf in self.leaves)]

    def answered(self) -> bool:
        """Whether the message says that it replies to another."""
        return bool(self.headers.first("in-reply-to") or self.headers.first("references"))
