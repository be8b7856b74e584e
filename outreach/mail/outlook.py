"""Messages as Outlook stores them: .msg files (MS-OXMSG), and what winmail.dat holds, taken apart as a MIME message is."""

import re
from collections.abc import Iterator
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from outreach.mail.archives import OLE, TNEF
from outreach.mail.decoding import codec_of
from outreach.mail.documents import of_rtf
from outreach.mail.splitting import Headers, Leaf, Split, head_of, split
from outreach.mail.tnef import Unpacked, decompressed_rtf, unpacked

if TYPE_CHECKING:
    from oxmsg import Message
    from oxmsg.attachment import Attachment

_LARGEST_HEADERS = 2**20
_DEEPEST = 4
# Properties that python-oxmsg has no name for (MS-OXPROPS).
_CONTENT_ID, _SHORT_NAME, _RTF, _MESSAGE_ID, _ANSWERED = 0x3712, 0x3704, 0x1009, 0x1035, 0x1042
_SENDER_NAME, _SENDER_ADDRESS, _SENDER_SMTP, _DISPLAY_TO = 0x0C1A, 0x0C1F, 0x5D01, 0x0E04
_RECIPIENT_NAME, _RECIPIENT_SMTP, _RECIPIENT_KIND = 0x3001, 0x39FE, 0x0C15


def taken_apart(raw: bytes) -> Split:
    """Take a message apart, whatever it is stored as; never raises for what stands in it."""
    if raw.startswith(OLE):
        return _from_msg(raw)
    if raw.startswith(TNEF):
        return _from_winmail(raw)
    # Files of old Macs end their lines with a carriage return alone.
    parts = split(raw.replace(b"\r", b"\n") if b"\n" not in raw else raw)
    if any(leaf.content.startswith(TNEF) for leaf in parts.leaves):
        parts.leaves = [each for leaf in parts.leaves for each in _opened(leaf, parts.leaves)]
    return parts


def _opened(leaf: Leaf, leaves: list[Leaf]) -> Iterator[Leaf]:
    """Give what a winmail.dat holds in its place: its files, and its text where the message has none of its own."""
    if not leaf.content.startswith(TNEF):
        yield leaf
        return
    packed = unpacked(leaf.content)
    has_text = any(each.content_type in {"text/plain", "text/html"} and each.content.strip() for each in leaves)
    found = [*(() if has_text else _texts(packed)), *_files(packed)]
    yield from found or [leaf]


def _from_winmail(raw: bytes) -> Split:
    packed = unpacked(raw)
    headers = Headers((("subject", packed.subject),))
    return Split(headers, "application/ms-tnef", [*_texts(packed), *_files(packed)])


def _texts(packed: Unpacked) -> Iterator[Leaf]:
    if packed.text.strip():
        yield _leaf("text/plain", packed.text.encode(), alternative=1)
    if packed.html.strip():
        yield _leaf("text/html", packed.html, charset="" if _is_utf8(packed.html) else packed.charset, alternative=1)
    elif packed.rtf and not packed.text.strip():
        yield _leaf("text/plain", _rtf_text(packed.rtf).encode())


def _rtf_text(rtf: bytes) -> str:
    try:
        return of_rtf(rtf)
    except Exception:  # noqa: BLE001 - a stranger's RTF may raise anything in the library; the message is read without it
        return ""


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except ValueError:
        return False
    return True


def _files(packed: Unpacked) -> Iterator[Leaf]:
    for file in packed.files:
        yield _leaf(file.content_type.lower(), file.content, filename=file.name, content_id=file.content_id)


def _leaf(
    content_type: str, content: bytes, *, charset: str = "utf-8", filename: str = "", content_id: str = "", alternative: int = 0
) -> Leaf:
    return Leaf(
        headers=Headers((("content-id", content_id),) if content_id else ()),
        content_type=content_type if "/" in content_type else "application/octet-stream",
        charset=charset,
        flowed=False,
        delsp=False,
        disposition="attachment" if filename and not content_id else "",
        filename=filename,
        content=content,
        alternative=alternative,
    )


def _from_msg(raw: bytes) -> Split:
    from oxmsg import Message

    try:
        return _of_message(Message.load(raw), 0)
    except Exception:  # noqa: BLE001 - a damaged compound file may raise anything in the libraries that read it
        return Split(Headers(()), "application/vnd.ms-outlook", defects=["It is an Outlook message that cannot be read."])


def _of_message(message: "Message", depth: int) -> Split:
    headers, content_type = _headers(message)
    leaves = list(_bodies(message))
    defects = []
    for number, file in enumerate(message.attachments, start=1):
        try:
            leaves += _attached(file, depth)
        except Exception:  # noqa: BLE001 - one broken file does not cost the others
            defects.append(f"Its attachment {number} cannot be read.")
    return Split(headers, content_type, leaves, defects)


def _bodies(message: "Message") -> Iterator[Leaf]:
    values = message.properties
    text = message.body or ""
    if text.strip():
        yield _leaf("text/plain", text.encode("utf-8", "replace"), alternative=1)
    html = values.binary_prop_value(0x1013)
    if html:
        charset = "" if _is_utf8(html) else codec_of(f"cp{values.int_prop_value(0x3FDE) or 1252}") or "cp1252"
        yield _leaf("text/html", html, charset=charset, alternative=1)
    elif not text.strip() and (rtf := values.binary_prop_value(_RTF)):
        yield _leaf("text/plain", _rtf_text(decompressed_rtf(rtf)).encode())


def _attached(file: "Attachment", depth: int) -> list[Leaf]:
    name = file.file_name or file.properties.str_prop_value(_SHORT_NAME) or ""
    content = file.file_bytes
    if content is None:
        return _embedded(file, depth)
    content_id = file.properties.str_prop_value(_CONTENT_ID) or ""
    return [_leaf((file.mime_type or "").lower(), content, filename=name, content_id=content_id)]


def _embedded(file: "Attachment", depth: int) -> list[Leaf]:
    """Give a message within the message as the text that it holds, and its files."""
    from oxmsg import Message

    storage: Any = file._storage
    inside = next((each for each in storage.storages if each.path.endswith("3701000D")), None)
    if inside is None or depth >= _DEEPEST:
        return []
    # A message within a message has a shorter head before its properties than the library expects.
    listed = inside._streams_by_name["__properties_version1.0"]
    listed.bytes_ = bytes(8) + listed.bytes_
    inner = _of_message(Message(inside), depth + 1)
    subject = inner.headers.first("subject") or "message"
    words = [leaf for leaf in inner.leaves if leaf.content_type == "text/plain" and not leaf.filename][:1]
    texts = [_leaf("text/plain", leaf.content, filename=f"{subject[:100]}.txt") for leaf in words]
    return [*texts, *(leaf for leaf in inner.leaves if leaf.filename)]


def _headers(message: "Message") -> tuple[Headers, str]:
    """Give the headers that the message came with, or, of one that never travelled, those that its properties make."""
    values = message.properties
    came = (values.str_prop_value(0x007D) or "")[:_LARGEST_HEADERS]
    start = re.search(r"(?m)^[!-9;-~]+:", came)
    if start:
        headers = head_of(came[start.start() :].encode("utf-8", "replace"))[0]
        kind = "multipart/report" if "multipart/report" in headers.first("content-type").lower() else "multipart/mixed"
        return headers, kind
    date = message.sent_date
    lines = {
        "subject": message.subject,
        "from": _person(values, _SENDER_NAME, _SENDER_SMTP, _SENDER_ADDRESS),
        "to": ", ".join(filter(None, (_recipient(each.properties) for each in message.recipients))),
        "date": format_datetime(date) if date else "",
        "message-id": values.str_prop_value(_MESSAGE_ID) or "",
        "in-reply-to": values.str_prop_value(_ANSWERED) or "",
    }
    return Headers(tuple((name, value) for name, value in lines.items() if value)), "multipart/mixed"


def _recipient(values: Any) -> str:
    """Give a recipient of the To line; 1 is its kind, 2 that of Cc."""
    if values.int_prop_value(_RECIPIENT_KIND) not in {None, 1}:
        return ""
    return _person(values, _RECIPIENT_NAME, _RECIPIENT_SMTP, 0x3003)


def _person(values: Any, name: int, *addresses: int) -> str:
    address = next((said for each in addresses if "@" in (said := values.str_prop_value(each) or "")), "")
    called = (values.str_prop_value(name) or "").replace('"', "'").replace("\\", "")
    return f'"{called}" <{address}>' if address else f'"{called}"'
