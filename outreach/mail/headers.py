"""Header values as they stand on the wire: RFC 5322 folding, RFC 2047 words, RFC 2231 parameters, IDNA domains.

Every value is refused or encoded here, so that a name from a spreadsheet can never start a header of its own.
"""

import binascii
import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote

import idna

from outreach.errors import Invalid

# Line ends as any parser may see them (C0, DEL, C1 with NEL, U+2028/9), and halves of surrogate pairs, which have no bytes.
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_LOCAL = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}")
_DOMAIN = re.compile(r"[^\s@<>()\[\],;:\"\\/_]{1,253}")
_LINE = 76
# 39 bytes are 52 characters of base64; with "=?utf-8?B?", "?=" and "Reply-To: " that is within the 76 of RFC 2047, section 2.
_WORD_BYTES = 39
_SEGMENT = 54


def checked(field: str, value: str) -> str:
    """Give `value` back when it may stand in a header; raise Invalid that names `field` otherwise."""
    found = _FORBIDDEN.search(value)
    if found:
        raise Invalid(
            f"{field} holds a line break or control character (U+{ord(found[0]):04X}) at position {found.start() + 1}; "
            "take it out."
        )
    return value


def checked_address(field: str, address: str) -> str:
    """Give an e-mail address back when it can be written between < and >; raise Invalid that names `field` otherwise.

    Says nothing about whether the address is in use. Quoted local parts and address literals are refused: no mail
    system that an office writes to hands them out, and they are where injections hide.
    """
    local, at, domain = checked(field, address).rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise Invalid(f"{field} {address!r} is no e-mail address; write it as name@organisation.example.")
    wire_domain(domain)
    return address


def unstructured(name: str, value: str) -> str:
    """Write one header of free text, such as the subject, as whole lines ending in CRLF."""
    words = _folded(value, len(name) + 2) if _is_plain(value) else encoded_words(value)
    return f"{name}: {words}".rstrip(" ") + "\r\n"


def mailbox(name: str, address: str) -> str:
    """Write one mailbox: a phrase and an address in angle brackets, or the bare address when there is no name."""
    wire = wire_address(address)
    if not name:
        return wire
    if not _is_plain(name) or len(name) > _LINE:
        return f"{encoded_words(name)}\r\n <{wire}>"
    return f"{name if _ATOMS.fullmatch(name) else _quoted(name)} <{wire}>"


def listed(name: str, values: Iterable[str], separator: str = ",") -> str:
    """Write a header whose values each stand on a line of their own: mailboxes, or message identifiers."""
    return f"{name}: " + f"{separator}\r\n ".join(values) + "\r\n"


def parameter(name: str, value: str) -> str:
    """Write one parameter of a structured header, by RFC 2231 when it is not short ASCII, ready to follow a ``;``."""
    if value.isascii() and len(value) <= _SEGMENT and "=?" not in value:
        return f"\r\n {name}={_quoted(value)}"
    escaped = quote(value, safe="")
    if len(escaped) <= _SEGMENT:
        return f"\r\n {name}*=utf-8''{escaped}"
    segments = re.findall(rf"(?:%..|[^%]){{1,{_SEGMENT // 3}}}", escaped)
    segments[0] = "utf-8''" + segments[0]
    return ";".join(f"\r\n {name}*{number}*={segment}" for number, segment in enumerate(segments))


def wire_address(address: str) -> str:
    """Write an address with its domain in ASCII; a local part beyond ASCII stays as it is and needs SMTPUTF8 (RFC 6531)."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{wire_domain(domain)}"


def encoded_words(value: str) -> str:
    """Write text as RFC 2047 words in UTF-8, one a line, never cutting a character in two."""
    data, words, start = value.encode(), [], 0
    while start < len(data):
        end = min(start + _WORD_BYTES, len(data))
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end -= 1
        words.append(f"=?utf-8?B?{binascii.b2a_base64(data[start:end], newline=False).decode()}?=")
        start = end
    return "\r\n ".join(words)


@lru_cache(maxsize=4096)
def wire_domain(domain: str) -> str:
    """Write a domain in ASCII; raise Invalid when no registry could have given it."""
    try:
        return domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except idna.IDNAError as error:
        raise Invalid(f"The domain {domain!r} cannot be written for mail ({error}); check its spelling.") from error


def _is_plain(value: str) -> bool:
    """Say whether text can stand as it is, and comes back the same after folding at its single spaces."""
    return (
        value.isascii()
        and "=?" not in value
        and "  " not in value
        and value.strip(" ") == value
        and (len(value) <= _LINE or max(map(len, value.split(" "))) <= _LINE)
    )


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _folded(value: str, used: int) -> str:
    if used + len(value) <= _LINE:
        return value
    lines, line = [], ""
    for word in value.split(" "):
        if line and used + len(line) + 1 + len(word) > _LINE:
            lines.append(line)
            line, used = word, 1
        else:
            line = f"{line} {word}" if line else word
    return "\r\n ".join([*lines, line])
