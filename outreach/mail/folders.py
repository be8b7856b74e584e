"""What is done in the folders of a mailbox: which is which, finding a message by its Message-ID, placing a draft."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from imap_tools import AND, OR, H
from imap_tools.message import MailMessage
from imap_tools.query import LogicOperator

from outreach.errors import NotFound
from outreach.mail.imap import Mailbox

INBOX = "INBOX"
_IDENTIFIER = re.compile(r"<[^\s<>\"\\]{1,998}>")


class Use(StrEnum):
    """What a folder is for, as a server marks it (RFC 6154, section 2)."""

    INBOX = "\\Inbox"
    DRAFTS = "\\Drafts"
    SENT = "\\Sent"


@dataclass(frozen=True)
class Copy:
    """A message found in a folder; `dated` is its own Date, None when it bears none that can be read."""

    folder: str
    dated: datetime | None


def folders_for(mailbox: Mailbox, use: Use, named: str = "") -> tuple[str, ...]:
    """The folder `named` in the settings, else those that the server marks for this use.

    Raises NotFound, naming the folders that there are, when there is none.
    """
    with mailbox.talking() as box:
        there = box.folder.list()
    names = [folder.name for folder in there]
    if named:
        # INBOX alone is the same in any case (RFC 3501, section 5.1).
        if named not in names and named.upper() != INBOX:
            raise NotFound(f"{mailbox.server} has no folder {named!r}; it has: {', '.join(names)}.")
        return (named,)
    marked = tuple(folder.name for folder in there if use.casefold() in (flag.casefold() for flag in folder.flags))
    if not marked:
        entry = use.name.lower()
        raise NotFound(
            f"{mailbox.server} does not say which folder is for {entry}; name it as `{entry}` in {mailbox.server.settings}. "
            f"It has: {', '.join(names)}."
        )
    return marked


def find(mailbox: Mailbox, folder: str, message_id: str) -> Copy | None:
    """The message with exactly this Message-ID in the folder; None when it is not there."""
    for message in _searched(mailbox, folder, AND(header=H("Message-ID", _checked(message_id)))):
        # A server looks for a part of the header's words.
        if message_id in str(message.obj["Message-ID"]).split():
            return Copy(folder, _dated(message))
    return None


def find_answer(mailbox: Mailbox, folder: str, message_id: str) -> Copy | None:
    """A message in the folder that says it answers this Message-ID (RFC 5322, section 3.6.4); None when there is none."""
    wanted = _checked(message_id)
    query = OR(AND(header=H("In-Reply-To", wanted)), AND(header=H("References", wanted)))
    for message in _searched(mailbox, folder, query):
        if wanted in f"{message.obj['In-Reply-To']} {message.obj['References']}".split():
            return Copy(folder, _dated(message))
    return None


def place_draft(mailbox: Mailbox, folder: str, message: bytes) -> None:
    """Put `message` (CRLF) into the folder as a draft that has been seen; all its bytes stay as they are."""
    with mailbox.talking() as box:
        box.append(message, folder, flag_set=("\\Draft", "\\Seen"))


def _searched(mailbox: Mailbox, folder: str, query: LogicOperator) -> list[MailMessage]:
    with mailbox.talking() as box:
        # Read-only, so that looking marks nothing as read.
        box.folder.set(folder, readonly=True)
        return list(box.fetch(query, mark_seen=False, headers_only=True, bulk=True))


def _checked(message_id: str) -> str:
    # It is our own; were it anything else, it must not become a part of a command.
    if not _IDENTIFIER.fullmatch(message_id):
        raise NotFound(f"{message_id!r} is no message identifier that can be looked for.")
    return message_id


def _dated(message: MailMessage) -> datetime | None:
    if not message.date_str:
        return None
    # The library gives a Date that it cannot read as 1 January 1900.
    dated = message.date if message.date.tzinfo else message.date.replace(tzinfo=UTC)
    return dated if dated.year > 1900 else None
