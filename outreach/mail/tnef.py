"""Unpacking winmail.dat (MS-OXTNEF): what Outlook and Exchange wrap a message's formatted text and its files into.

Only what an answer may hold is read: the text, the HTML, the compressed RTF, and the files. Anything broken ends the reading;
what was found before it is kept.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from outreach.mail.decoding import codec_of, decoded

SIGNATURE = b"\x78\x9f\x3e\x22"
_ATTRIBUTE = struct.Struct("<BII")
_DEEPEST = 4
_MOST_FILES = 500
_MOST_VALUES = 10_000

_SUBJECT, _BODY, _PROPERTIES = 0x8004, 0x800C, 0x9003
_FILE_BEGINS, _FILE_TITLE, _FILE_DATA, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_CODEPAGE = 0x9007

# Property identifiers (MS-OXPROPS).
_PID_SUBJECT, _PID_BODY, _PID_RTF, _PID_HTML = 0x0037, 0x1000, 0x1009, 0x1013
_PID_DATA, _PID_SHORT_NAME, _PID_LONG_NAME, _PID_TYPE, _PID_CONTENT_ID = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712
_FIXED = {0x02: 2, 0x0B: 2, 0x03: 4, 0x04: 4, 0x0A: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x14: 8, 0x40: 8, 0x48: 16}
_STRING, _UNICODE, _BINARY, _OBJECT = 0x1E, 0x1F, 0x102, 0x0D


@dataclass(frozen=True)
class PackedFile:
    """A file out of a winmail.dat; `content_id` is set for what the HTML shows in its text."""

    name: str
    content_type: str
    content: bytes
    content_id: str = ""


@dataclass(frozen=True)
class Unpacked:
    """What a winmail.dat holds; `rtf` is decompressed."""

    subject: str = ""
    text: str = ""
    html: bytes = b""
    rtf: bytes = b""
    charset: str = "cp1252"
    files: tuple[PackedFile, ...] = ()


@dataclass
class _File:
    title: str = ""
    data: bytes = b""
    properties: dict[int, bytes | str] = field(default_factory=dict)


def unpacked(data: bytes, depth: int = 0) -> Unpacked:
    """Unpack a winmail.dat; data that is none, or breaks off, gives what can be read. Never raises for what stands in it."""
    charset, found, files = "cp1252", Unpacked(), list[_File]()
    for name, value in _attributes(data):
        if name == _CODEPAGE and len(value) >= 4:
            charset = codec_of(f"cp{struct.unpack_from('<I', value)[0]}") or charset
        elif name == _SUBJECT:
            found = replace(found, subject=_string(value, charset))
        elif name == _BODY:
            found = replace(found, text=_string(value, charset))
        elif name == _PROPERTIES:
            found = _with_properties(found, dict(_properties(value, charset)))
        elif name == _FILE_BEGINS and len(files) < _MOST_FILES:
            files.append(_File())
        elif files:
            _put(files[-1], name, value, charset)
    return replace(found, charset=charset, files=tuple(each for file in files for each in _packed(file, depth)))


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    position = len(SIGNATURE) + 2
    while data.startswith(SIGNATURE) and position + _ATTRIBUTE.size <= len(data):
        _level, tag, length = _ATTRIBUTE.unpack_from(data, position)
        position += _ATTRIBUTE.size
        if position + length > len(data):
            return
        yield tag & 0xFFFF, data[position : position + length]
        position += length + 2  # the checksum, which several programs write wrongly


def _put(file: _File, name: int, value: bytes, charset: str) -> None:
    if name == _FILE_TITLE:
        file.title = _string(value, charset)
    elif name == _FILE_DATA:
        file.data = value
    elif name == _FILE_PROPERTIES:
        file.properties = dict(_properties(value, charset))


def _packed(file: _File, depth: int) -> Iterator[PackedFile]:
    held = file.properties.get(_PID_DATA)
    content = file.data or (held if isinstance(held, bytes) else b"")
    # An object carries the sixteen bytes of its interface first; a message within the message is a winmail.dat again.
    if content[16:20] == SIGNATURE and depth < _DEEPEST:
        inner = unpacked(content[16:], depth + 1)
        if inner.text:
            yield PackedFile(f"{inner.subject or 'message'}.txt", "text/plain", inner.text.encode())
        yield from inner.files
        return
    names = (file.properties.get(each) for each in (_PID_LONG_NAME, _PID_SHORT_NAME))
    name = next((each for each in names if isinstance(each, str) and each), file.title)
    yield PackedFile(name, _said(file, _PID_TYPE) or "application/octet-stream", content, _said(file, _PID_CONTENT_ID))


def _said(file: _File, number: int) -> str:
    value = file.properties.get(number, "")
    return value if isinstance(value, str) else ""


def _with_properties(found: Unpacked, properties: dict[int, bytes | str]) -> Unpacked:
    subject, text = properties.get(_PID_SUBJECT), properties.get(_PID_BODY)
    html, rtf = properties.get(_PID_HTML), properties.get(_PID_RTF)
    return replace(
        found,
        subject=subject if isinstance(subject, str) and subject else found.subject,
        text=text if isinstance(text, str) and text else found.text,
        html=html.encode() if isinstance(html, str) else html or found.html,
        rtf=decompressed_rtf(rtf) if isinstance(rtf, bytes) else found.rtf,
    )


def _properties(data: bytes, charset: str) -> Iterator[tuple[int, bytes | str]]:
    """Give the values of a property list that are strings or bytes; the others are stepped over."""
    try:
        yield from _read_properties(data, charset)
    except (struct.error, IndexError):
        return


def _read_properties(data: bytes, charset: str) -> Iterator[tuple[int, bytes | str]]:
    (count,) = struct.unpack_from("<I", data)
    position = 4
    for _ in range(min(count, _MOST_VALUES)):
        kind, number = struct.unpack_from("<HH", data, position)
        position += 4
        if number >= 0x8000:
            position = _after_name(data, position)
        several, kind = kind & 0x1000, kind & ~0x1000
        if kind in _FIXED and not several:
            position += max(4, _FIXED[kind])
            continue
        (values,) = struct.unpack_from("<I", data, position)
        position += 4
        if kind in _FIXED:
            position += _padded(_FIXED[kind] * values)
            continue
        for _ in range(min(values, _MOST_VALUES)):
            (length,) = struct.unpack_from("<I", data, position)
            value = data[position + 4 : position + 4 + length]
            position += 4 + _padded(length)
            yield number, _valued(kind, value, charset)


def _after_name(data: bytes, position: int) -> int:
    """Step over the name of a named property: a GUID, then a number or a string."""
    (kind, length) = struct.unpack_from("<II", data, position + 16)
    return position + 24 + (_padded(length) if kind == 1 else 0)


def _padded(length: int) -> int:
    return (length + 3) // 4 * 4


def _valued(kind: int, value: bytes, charset: str) -> bytes | str:
    if kind == _UNICODE:
        return value.decode("utf-16-le", "replace").rstrip("\0")
    return _string(value, charset) if kind == _STRING else value


def _string(value: bytes, charset: str) -> str:
    return decoded(value.rstrip(b"\0"), charset)


_RTF_START = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier"
    b"{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_MOST_RTF = 20 * 2**20


def decompressed_rtf(data: bytes) -> bytes:
    """Undo the compression of RTF within messages (MS-OXRTFCP); broken data gives what can be read, at most 20 MiB."""
    if len(data) < 16:
        return b""
    size, kind = struct.unpack_from("<4xII", data)
    if kind == 0x414C454D:  # "MELA": not compressed
        return data[16 : 16 + size]
    ring, place = bytearray(_RTF_START.ljust(4096, b"\0")), len(_RTF_START)
    out, position = bytearray(), 16
    while position < len(data) and len(out) < _MOST_RTF:
        flags = data[position]
        position += 1
        for bit in range(8):
            if position >= len(data):
                return bytes(out)
            if not flags >> bit & 1:
                run = data[position : position + 1]
                position += 1
            else:
                reference = int.from_bytes(data[position : position + 2], "big")
                position += 2
                start, length = reference >> 4, (reference & 15) + 2
                if start == place:
                    return bytes(out)
                run = b""
                for step in range(length):
                    run += ring[(start + step) % 4096 : (start + step) % 4096 + 1] or b"\0"
                    ring[(place + step) % 4096] = run[-1]
            for sign in run:
                ring[place] = sign
                place = (place + 1) % 4096
            out += run
    return bytes(out)
