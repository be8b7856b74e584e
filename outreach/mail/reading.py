"""Reading MIME: whatever arrives becomes one frozen message, with what was wrong with it beside it."""

import hashlib
import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from outreach.mail import hypertext
from outreach.mail.addressing import Correspondent, correspondents
from outreach.mail.archives import messages_in
from outreach.mail.classes import AUTOMATIC, FailedRecipient, MailClass, Opened, Verdict
from outreach.mail.classing import classed
from outreach.mail.decoding import decoded, header_text, tidy, unflowed, visible
from outreach.mail.filenames import safe_filename
from outreach.mail.outlook import taken_apart
from outreach.mail.quoting import own_words
from outreach.mail.splitting import Headers, Leaf, Split, head_of

__all__ = [
    "Attachment",
    "Correspondent",
    "FailedRecipient",
    "IncomingMessage",
    "MailClass",
    "messages_in",
    "opened",
    "own_words",
    "read",
    "safe_filename",
]

_log = logging.getLogger(__name__)
_META = re.compile(rb"<meta[^>]{1,300}charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_IDENTIFIER = re.compile(r"<([^<>]{1,990})>")
# Where servers note whom a mail was for: Postfix and Gmail, qmail and Postfix, Exim.
_DELIVERED = ("delivered-to", "x-original-to", "envelope-to")
_ENCRYPTED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})


@dataclass(frozen=True)
class Attachment:
    """One file that came with a message; the name is a label made safe, the type what the sender says.

    `is_inline` marks what the HTML shows in its text, such as the logo of a signature.
    """

    filename: str
    content_type: str
    content: bytes
    is_inline: bool = False


@dataclass(frozen=True, kw_only=True)
class IncomingMessage:
    """A message as it was received.

    `delivered_to` are the addresses that servers on the way brought it to, whatever To says.
    `text` holds everything that was written, from the plain parts or else from the HTML; `html` the sanitised HTML or "".
    Identifiers stand in angle brackets. `date` is aware and in UTC. `verdict` says what it is: only a human may answer.
    `defects` are sentences for the office.
    """

    raw_sha256: str
    message_id: str
    sender: Correspondent
    reply_to: tuple[Correspondent, ...]
    to: tuple[Correspondent, ...]
    cc: tuple[Correspondent, ...]
    subject: str
    date: datetime | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    verdict: Verdict
    language: str
    defects: tuple[str, ...]
    delivered_to: tuple[Correspondent, ...] = ()

    @property
    def kind(self) -> MailClass:
        """The class of the message."""
        return self.verdict.kind

    @property
    def automatic(self) -> str:
        """Why no person wrote this, or ""."""
        return self.verdict.why if self.kind in AUTOMATIC else ""


def read(raw: bytes) -> IncomingMessage:
    """Read a message; never raises for what stands in it: what cannot be read is left out and named in `defects`."""
    parts = taken_apart(raw)
    headers, defects = parts.headers, parts.defects
    text, html = _body([leaf for leaf in parts.leaves if _is_body(leaf)], defects)
    identifiers = _identifiers(headers.first("message-id"))
    sender, date = _sender(headers, defects), _date(headers.first("date"), defects)
    to, cc, subject = _named(headers, "to"), _named(headers, "cc"), header_text(headers.first("subject"))
    in_reply_to, references = _identifiers(headers.first("in-reply-to")), _identifiers(headers.first("references"))
    opened = Opened(
        headers=headers,
        content_type=parts.content_type,
        leaves=tuple(parts.leaves),
        sender=sender,
        recipients=frozenset(each.address.lower() for each in (*to, *cc)),
        subject=subject,
        text=text,
        sent_on=date.date() if date else None,
        answered_id=next(iter((*in_reply_to, *reversed(references))), ""),
    )
    return IncomingMessage(
        raw_sha256=hashlib.sha256(raw).hexdigest(),
        message_id=identifiers[0] if identifiers else "",
        sender=sender,
        reply_to=_named(headers, "reply-to"),
        to=to,
        cc=cc,
        subject=subject,
        date=date,
        in_reply_to=in_reply_to,
        references=references,
        text=text,
        html=html,
        attachments=_attachments(parts),
        verdict=classed(opened, raw),
        language=tidy(headers.first("content-language").partition(",")[0]),
        defects=tuple(dict.fromkeys([*defects, *_omissions(parts, identifiers)])),
        delivered_to=tuple(each for name in _DELIVERED for each in _named(headers, name)),
    )


def opened(raw: bytes) -> IncomingMessage:
    """Read a message; one that the reader stumbles over is given as it came, with what happened among its defects.

    A single message must not keep the others of a mailbox from the office.
    """
    try:
        return read(raw)
    except Exception as error:  # noqa: BLE001 - whatever a message does to the reader, the next one is read
        _log.exception("A message of %d bytes could not be read.", len(raw))
        return _closed(raw, f"It could not be read ({type(error).__name__}); it is kept as it came.")


def _closed(raw: bytes, why: str) -> IncomingMessage:
    return IncomingMessage(
        raw_sha256=hashlib.sha256(raw).hexdigest(),
        message_id="",
        sender=Correspondent("", ""),
        reply_to=(),
        to=(),
        cc=(),
        subject="",
        date=None,
        in_reply_to=(),
        references=(),
        text="",
        html="",
        attachments=(),
        verdict=Verdict(kind=MailClass.HUMAN, why="it could not be read"),
        language="",
        defects=(why,),
    )


def _omissions(parts: Split, identifiers: tuple[str, ...]) -> list[str]:
    found = []
    if not identifiers:
        found.append("It has no Message-ID.")
    if any(leaf.content_type in _ENCRYPTED for leaf in parts.leaves):
        found.append("It is signed or encrypted as a whole; open it in a mail program that holds the key.")
    return found


def _named(headers: Headers, name: str) -> tuple[Correspondent, ...]:
    return tuple(each for value in headers.all(name) for each in correspondents(value))


def _sender(headers: Headers, defects: list[str]) -> Correspondent:
    senders = _named(headers, "from") or _named(headers, "sender")
    if not senders or not senders[0].address:
        defects.append("Its From header gives no address.")
    elif len(headers.all("from")) > 1:
        defects.append("It has more than one From header; the first was taken.")
    return senders[0] if senders else Correspondent("", "")


def _date(value: str, defects: list[str]) -> datetime | None:
    try:
        date = parsedate_to_datetime(tidy(value)[:200])
        # "-0000" is UTC of which the sender's own zone is unknown (RFC 5322, section 3.3); Python reads it as naive.
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        defects.append("Its Date cannot be read." if value else "It has no Date.")
        return None


def _identifiers(value: str) -> tuple[str, ...]:
    """Read message identifiers; a lone one without angle brackets gets them, and folds inside one are taken out."""
    found = ["".join(tidy(each).split()) for each in _IDENTIFIER.findall(value)]
    if not found:
        found = [each for each in tidy(value).split() if "@" in each and len(each) <= 990 and not set("<>") & set(each)]
    return tuple(dict.fromkeys(f"<{each}>" for each in found if each))


def _is_body(leaf: Leaf) -> bool:
    return leaf.content_type in {"text/plain", "text/html"} and leaf.disposition != "attachment" and not leaf.filename


def _body(leaves: list[Leaf], defects: list[str]) -> tuple[str, str]:
    """Give the whole text and the whole sanitised HTML of the parts that are meant to be read."""
    texts: list[str] = []
    pages: list[str] = []
    written = {leaf.alternative for leaf in leaves if leaf.content_type == "text/plain" and leaf.content.strip()}
    for leaf in leaves:
        if leaf.content_type == "text/plain":
            texts.append(_plain(leaf))
            continue
        source = visible(decoded(leaf.content, leaf.charset or _declared(leaf.content)))
        page = _page(source, defects)
        pages.append(page or "")
        if not leaf.alternative or leaf.alternative not in written:
            texts.append(visible(hypertext.bare_text(source)) if page is None else hypertext.text_of(page))
    return "\n\n".join(filter(None, (each.strip("\n") for each in texts))), "\n".join(filter(None, map(str.strip, pages)))


def _declared(content: bytes) -> str:
    """Give the charset that HTML declares within itself, or an empty string."""
    match = _META.search(content[:4000])
    return match[1].decode() if match else ""


def _plain(leaf: Leaf) -> str:
    text = visible(decoded(leaf.content, leaf.charset))
    return unflowed(text, delsp=leaf.delsp) if leaf.flowed else text


def _page(source: str, defects: list[str]) -> str | None:
    page = hypertext.sanitised(source)
    if page is None:
        defects.append("Its HTML is too large or too deeply nested to show; only the words in it were kept.")
    return page


def _attachments(parts: Split) -> tuple[Attachment, ...]:
    found: list[Attachment] = []
    for leaf in parts.leaves:
        if not _is_body(leaf):
            name = safe_filename(leaf.filename or _subject_of(leaf), leaf.content_type, f"attachment-{len(found) + 1}")
            found.append(Attachment(name, leaf.content_type, leaf.content, _is_inline(leaf)))
    return tuple(found)


def _is_inline(leaf: Leaf) -> bool:
    return (
        leaf.disposition != "attachment" and leaf.content_type.startswith("image/") and bool(leaf.headers.first("content-id"))
    )


def _subject_of(leaf: Leaf) -> str:
    """Name a forwarded message after its subject; mail programs give it no file name."""
    if leaf.content_type != "message/rfc822":
        return ""
    subject = header_text(head_of(leaf.content)[0].first("subject"))
    return subject.replace("/", "_").replace("\\", "_")[:100] + ".eml" if subject else ""
