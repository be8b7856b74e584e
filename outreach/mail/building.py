"""Building MIME: one frozen message in, the same bytes out, every time.

The headers are put together from checked values and the bodies are always encoded, so nothing in them can look like
a boundary or a header; the tests hold every message against the standard library's parser. Bcc does not exist here:
who else gets a copy is a matter of the envelope.
"""

import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime

from outreach.errors import Invalid
from outreach.mail import headers

_IDENTIFIER = re.compile(r"<[!-;=?-~]{1,900}>")
_OWN_IDENTIFIER = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,200}@[A-Za-z0-9.-]{1,253}>")
_CONTENT_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_DATE_LINE = re.compile(rb"(?mi)^Date: [^\r\n]*")
_EXTRA_HEADER = re.compile(r"X-[A-Za-z0-9-]{1,60}", re.IGNORECASE)


@dataclass(frozen=True)
class Mailbox:
    """Someone to write to or from: an address, and the name shown beside it.

    Raises Invalid when either holds a line break or control character, or the address is none.
    """

    address: str
    name: str = ""

    def __post_init__(self) -> None:
        headers.checked_address("The address", self.address)
        headers.checked(f"The name beside {self.address}", self.name)

    @property
    def needs_smtputf8(self) -> bool:
        """Whether the sending server must offer SMTPUTF8: only for a local part beyond ASCII (RFC 6531)."""
        return not self.address.rpartition("@")[0].isascii()


@dataclass(frozen=True)
class Part:
    """One attachment: the name it is saved under, its type (``application/pdf``, no parameters), its bytes.

    Raises Invalid when the name has a path or a control character, or the type is none or a container's.
    """

    filename: str
    content_type: str
    content: bytes

    def __post_init__(self) -> None:
        headers.checked("The name of an attachment", self.filename)
        if not self.filename.strip(" .") or "/" in self.filename or "\\" in self.filename:
            raise Invalid(f"The attachment's name {self.filename!r} is no plain file name; leave out folders.")
        if not _CONTENT_TYPE.fullmatch(self.content_type) or self.content_type.lower().startswith(("multipart/", "message/")):
            raise Invalid(
                f"The type {self.content_type!r} of {self.filename} cannot be attached; give one like application/pdf."
            )


@dataclass(frozen=True, kw_only=True)
class OutgoingMessage:
    """All that a message says, frozen; whoever can make one can build it.

    `sent` is aware. `message_id`, `in_reply_to` and `references` stand in angle brackets. `unsent` adds ``X-Unsent: 1``, with
    which Outlook opens the file as a draft; only then may `to` be empty. `headers` takes extra ``X-`` headers only.
    `enclosed` are whole messages (CRLF), each with the name it is saved under; they go as they are.
    Raises Invalid that names the field when a value cannot stand in a header.
    """

    message_id: str
    sent: datetime
    sender: Mailbox
    reply_to: Mailbox | None = None
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...] = ()
    subject: str
    text: str
    html: str | None = None
    attachments: tuple[Part, ...] = ()
    enclosed: tuple[tuple[str, bytes], ...] = ()
    language: str = "en"
    unsent: bool = False
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._check_addressing()
        headers.checked("The subject", self.subject)
        for name, value in self.headers.items():
            _check_extra(name, value)
        for name, body in (("text", self.text), ("html", self.html or "")):
            _check_body(name, body)

    @property
    def needs_smtputf8(self) -> bool:
        """Whether any mailbox in the headers asks for SMTPUTF8."""
        reply_to = (self.reply_to,) if self.reply_to else ()
        return any(mailbox.needs_smtputf8 for mailbox in (self.sender, *reply_to, *self.to, *self.cc))

    def _check_addressing(self) -> None:
        if not self.to and not self.unsent:
            raise Invalid("The message has nobody in To; only a draft that is opened in a mail program may go without.")
        if self.sent.utcoffset() is None:
            raise Invalid("The time of sending has no time zone; give an aware datetime.")
        if not _OWN_IDENTIFIER.fullmatch(self.message_id):
            raise Invalid(f"The message_id {self.message_id!r} is not of the form <token@domain>.")
        for identifier in (*filter(None, [self.in_reply_to]), *self.references):
            if not _IDENTIFIER.fullmatch(identifier):
                raise Invalid(f"In in_reply_to or references {identifier!r} is no message identifier in angle brackets.")
        if not _LANGUAGE.fullmatch(self.language):
            raise Invalid(f"The language {self.language!r} is no language tag; give one like fr or zh-Hans.")


def build(message: OutgoingMessage) -> bytes:
    """Write the message as it goes over SMTP (CRLF, lines of at most 998 bytes); the same message gives the same bytes."""
    return _head(message).encode() + _content(message)


def as_unsent(raw: bytes) -> bytes:
    """Put ``X-Unsent: 1`` before a frozen message, so that Outlook opens it as a draft; all other bytes stay as they are."""
    head = b"\r\n" + raw.partition(b"\r\n\r\n")[0].lower()
    return raw if b"\r\nx-unsent:" in head else b"X-Unsent: 1\r\n" + raw


def redated(raw: bytes, sent: datetime) -> bytes:
    """The frozen message with the instant at which it leaves as its Date; all other bytes stay as they are.

    Raises Invalid when `raw` has no Date of its own.
    """
    head, end, body = raw.partition(b"\r\n\r\n")
    dated, count = _DATE_LINE.subn(f"Date: {format_datetime(sent)}".encode(), head, count=1)
    if not count:
        raise Invalid("The message has no Date; it was not made here.")
    return dated + end + body


def message_id(token: str, domain: str) -> str:
    """Make the identifier ``<token@domain>``; raise Invalid when either could not stand in one."""
    identifier = f"<{token}@{domain}>"
    if not _OWN_IDENTIFIER.fullmatch(identifier):
        raise Invalid(f"No message identifier can be made of {token!r} and {domain!r}; use ASCII letters, digits, - and dots.")
    return identifier


def _check_extra(name: str, value: str) -> None:
    if not _EXTRA_HEADER.fullmatch(name) or name.lower() == "x-unsent":
        raise Invalid(f"The extra header {name!r} is not allowed; only X- headers are, and X-Unsent is a field of its own.")
    headers.checked(f"The header {name}", value)


def _check_body(name: str, body: str) -> None:
    try:
        body.encode()
    except UnicodeEncodeError as error:
        raise Invalid(f"The {name} holds half a character at position {error.start + 1}; type it again.") from error


def _head(message: OutgoingMessage) -> str:
    lines = ["X-Unsent: 1\r\n"] if message.unsent else []
    lines += [
        f"Date: {format_datetime(message.sent)}\r\n",
        f"Message-ID: {message.message_id}\r\n",
        _addressed("From", [message.sender]),
        _addressed("Reply-To", [message.reply_to] if message.reply_to else []),
        _addressed("To", message.to),
        _addressed("Cc", message.cc),
        headers.unstructured("Subject", message.subject),
        f"In-Reply-To: {message.in_reply_to}\r\n" if message.in_reply_to else "",
        headers.listed("References", message.references, "") if message.references else "",
        f"Content-Language: {message.language}\r\n",
    ]
    lines += [headers.unstructured(name, value) for name, value in message.headers.items()]
    return "".join(lines) + "MIME-Version: 1.0\r\n"


def _addressed(name: str, mailboxes: Sequence[Mailbox]) -> str:
    return headers.listed(name, [headers.mailbox(each.name, each.address) for each in mailboxes]) if mailboxes else ""


def _content(message: OutgoingMessage) -> bytes:
    content = _text("plain", message.text)
    if message.html is not None:
        content = _multipart("alternative", [content, _text("html", message.html)])
    if message.attachments or message.enclosed:
        enclosed = [_enclosed(name, raw) for name, raw in message.enclosed]
        content = _multipart("mixed", [content, *map(_attached, message.attachments), *enclosed])
    return content


def _text(subtype: str, text: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    data = (lines if lines.endswith("\n") else lines + "\n").replace("\n", "\r\n").encode()
    encoding, body = "quoted-printable", binascii.b2a_qp(data, istext=True)
    if len(body) > len(data) * 4 // 3 + 80:
        encoding, body = "base64", _base64(data)
    return f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + body


def _attached(part: Part) -> bytes:
    name = headers.parameter("filename", part.filename)
    head = (
        f"Content-Type: {part.content_type}\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment;{name}\r\n\r\n"
    )
    return head.encode() + _base64(part.content)


def _enclosed(name: str, raw: bytes) -> bytes:
    # A message within another is never encoded (RFC 2046, section 5.2.1).
    encoding = "7bit" if raw.isascii() else "8bit"
    filename = headers.parameter("filename", headers.checked("The name of an enclosed message", name))
    head = (
        f"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: {encoding}\r\n"
        f"Content-Disposition: attachment;{filename}\r\n\r\n"
    )
    return head.encode() + raw


def _base64(data: bytes) -> bytes:
    text = binascii.b2a_base64(data, newline=False)
    return b"".join([text[start : start + 76] + b"\r\n" for start in range(0, len(text), 76)])


def _multipart(subtype: str, children: Sequence[bytes]) -> bytes:
    # "=_" occurs in no base64 and no quoted-printable line, so a boundary can never stand in a body; taking the
    # rest from the content keeps the bytes the same from run to run.
    boundary = f"=_{hashlib.sha256(b''.join(children)).hexdigest()[:32]}"
    delimiter = f"--{boundary}\r\n".encode()
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'.encode()
    return head + b"".join([delimiter + child + b"\r\n" for child in children]) + f"--{boundary}--\r\n".encode()
