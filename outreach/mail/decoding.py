"""Bytes of a mail made text: charsets that are wrong or odd, RFC 2047 words, RFC 2231 parameters, transfer encodings.

Nothing here raises on bad input and everything is linear in its length: mail comes from anybody.
"""

import binascii
import codecs
import quopri
import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from outreach.mail.guessing import guessed

# What senders write, and the codec that reads it. Where a label is used for more than it says (gb2312, iso-8859-1),
# the superset that browsers read it as stands here (WHATWG Encoding Standard, section 4.2).
_ALIASES = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "8bit": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "big-5": "big5hkscs",
    "x-big5": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "x-euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp_ext",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "windows-874": "cp874",
    "tis-620": "cp874",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
}
# Codecs that Python counts as text but that no mail is written in; punycode takes quadratic time.
_NO_CHARSETS = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
# Every byte sequence but a few reads as something in these, so valid UTF-8 under such a label is a wrong label.
_READS_ANYTHING = frozenset({"cp1252", "iso8859-15", "cp1254"})

_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,20})?\?([BbQq])\?([^?]*)\?=")
_PARAMETER = re.compile(r';\s*+([^\s=;"]++)\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)"?|([^;]*+))', re.DOTALL)
_SECTION = re.compile(r"([^*]+)(?:\*(\d{1,4}))?(\*)?")
# C0 without tab and newline, DEL, C1, the byte order mark, and halves of surrogate pairs.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ud800-\udfff]")
# Marks that turn the direction of what follows: in a name they can make it read as another.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")


@lru_cache(maxsize=256)
def codec_of(label: str) -> str | None:
    """Name the Python codec for a charset label as mails carry it, or None when there is none."""
    plain = label.strip(" \t\r\n\"'").lower()[:60]
    names = (plain, plain.removeprefix("x-"), plain.replace("cp-", "cp"))
    return next(filter(None, map(_charset, names)), None)


def _charset(name: str) -> str | None:
    try:
        codec = codecs.lookup(_ALIASES.get(name, name)).name
    except (LookupError, ValueError):
        return None
    return codec if _is_charset(codec) else None


def _is_charset(codec: str) -> bool:
    """Tell charsets from codecs such as "hex" or "zlib", which refuse to decode text with a LookupError."""
    try:
        b"aa".decode(codec)
    except UnicodeError:
        pass  # "aa" is no text in it, but it is a charset
    except LookupError:
        return False
    return codec.replace("-", "_") not in _NO_CHARSETS


def decoded(data: bytes, label: str = "") -> str:
    """Decode bytes as their label says, else as UTF-8, else as what they read as; what fits nowhere becomes U+FFFD.

    A label of a Western charset on bytes that read as words of another script is wrong as well.
    """
    if (
        b"\x1b" not in data
        and b"~{" not in data
        and data.isascii()
        and (not label or codec_of(label) in {"cp1252", "utf-8", None})
    ):
        return data.decode("ascii")
    codec = codec_of(label) if label else None
    if (codec in _READS_ANYTHING or codec in {None, "utf-8"}) and not _is_utf8(data):
        codec = guessed(data) or codec
    first = ["utf-8", codec] if codec in _READS_ANYTHING else [codec, "utf-8"]
    for name in filter(None, first):
        try:
            return data.decode(name)
        except ValueError:
            continue
    return _mended(data, codec or "utf-8")


def _is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8 beyond doubt; the escapes of the 7-bit charsets of East Asia are, and say otherwise."""
    if b"\x1b" in data or b"~{" in data:
        return False
    try:
        data.decode()
    except ValueError:
        return False
    return True


def _mended(data: bytes, codec: str) -> str:
    """Decode damaged bytes: by their own charset when only few of them are bad, else as windows-1252."""
    text = data.decode(codec, "replace")
    beyond_ascii = sum(map(text.count, {character for character in text if character > "\x7f"}))
    if text.count("\ufffd") * 10 <= beyond_ascii:
        return text
    return data.decode("cp1252", "replace")


def tidy(value: str) -> str:
    """Make a header value one line of visible text: no control characters, no marks that turn the reading direction."""
    return " ".join(_TURNS.sub("", _CONTROLS.sub("", value)).split())


def visible(text: str) -> str:
    """Give text with ``\\n`` line ends and without control characters, which could steer a terminal.

    Direction marks stay: a text in Arabic with Latin names in it may need them, and is reproduced as received.
    """
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def header_text(value: str) -> str:
    """Decode the RFC 2047 words of a raw header value and make it one line.

    Neighbouring words of one charset are joined before decoding, since many senders cut characters in two.
    """
    if "=?" not in value:
        return tidy(value)
    pieces, run, charset, position = [], b"", "", 0
    for match in _WORD.finditer(value):
        between = value[position : match.start()]
        if between.strip() or match[1].lower() != charset:
            pieces += [decoded(run, charset), "" if run and not between.strip() else between]
            run, charset = b"", match[1].lower()
        run += _word_bytes(match[2], match[3])
        position = match.end()
    return tidy("".join([*pieces, decoded(run, charset), value[position:]]))


def _word_bytes(encoding: str, payload: str) -> bytes:
    data = payload.encode("utf-8", "replace")
    if encoding in "Bb":
        return from_base64(data)[0]
    return quopri.decodestring(data.replace(b"\r", b"").replace(b"\n", b""), header=True)


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """Split a header such as Content-Type into its lower-case value and its parameters (RFC 2231 and 2047 decoded)."""
    head, separator, rest = value.partition(";")
    head = "".join(tidy(head).lower().split(" ")[:1])
    sections: dict[str, dict[int, tuple[bool, str]]] = {}
    for match in _PARAMETER.finditer(separator + rest):
        plain = re.sub(r"\\(.)", r"\1", match[2], flags=re.DOTALL) if match[2] is not None else match[3].strip()
        named = _SECTION.fullmatch(match[1].lower())
        if named:
            # A bare name comes last: where a sender gives both, name* is the one that is right.
            number = -1 if named[2] is None and not named[3] else int(named[2] or 0)
            sections.setdefault(named[1], {}).setdefault(number, (bool(named[3]), plain))
    return head, {name: _assembled(found) for name, found in sections.items()}


def _assembled(sections: dict[int, tuple[bool, str]]) -> str:
    ordered = [sections[number] for number in sorted(sections) if number >= 0]
    if not ordered:
        return header_text(sections[-1][1])
    charset, data = "utf-8", b""
    for index, (is_encoded, value) in enumerate(ordered):
        if is_encoded and index == 0 and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        literal = value.encode("utf-8", "replace")
        data += unquote_to_bytes(literal) if is_encoded else literal
    return tidy(decoded(data, charset))


def from_base64(data: bytes) -> tuple[bytes, str]:
    """Decode base64, skipping what is none of its characters; also give what was wrong, or an empty string."""
    for candidate in _padded(data):
        try:
            return binascii.a2b_base64(candidate), "" if candidate is data else "its base64 ends in the middle"
        except binascii.Error:
            continue
    return b"", "its base64 cannot be read"


def _padded(data: bytes) -> Iterator[bytes]:
    yield data
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    yield letters + b"=" * (-len(letters) % 4)
    yield letters[: len(letters) // 4 * 4]


def transferred(data: bytes, encoding: str) -> tuple[bytes, str]:
    """Undo a Content-Transfer-Encoding; also give what was wrong, or an empty string."""
    name = tidy(encoding).lower()
    if name == "base64":
        return from_base64(data)
    if name == "quoted-printable":
        return quopri.decodestring(data), ""
    if name in {"", "7bit", "8bit", "binary"}:
        return data, ""
    return data, f"its transfer encoding {name[:40]!r} is unknown"


def unflowed(text: str, *, delsp: bool) -> str:
    """Join the soft line breaks of format=flowed text (RFC 3676), keeping the depth of quotation."""
    lines: list[str] = []
    open_depth = -1
    for raw in text.split("\n"):
        unquoted = raw.lstrip(">")
        depth, line = len(raw) - len(unquoted), unquoted.removeprefix(" ")
        soft = line.endswith(" ") and line != "-- "
        kept = line[:-1] if soft and delsp else line
        if depth == open_depth and line != "-- ":
            lines.append(kept)
        else:
            lines.append(("\n" if lines else "") + (">" * depth + " " if depth else "") + kept)
        open_depth = depth if soft else -1
    return "".join(lines)
