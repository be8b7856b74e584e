"""Reports of mail servers on delivery as RFC 3464 and RFC 6533 lay them out, and the codes of RFC 3463 within any words."""

import re
from collections.abc import Iterator

from outreach.mail.bounce_words import TRANSIENT
from outreach.mail.classes import FailedRecipient
from outreach.mail.decoding import header_text

_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,60})[ \t]{0,10}:(.*)")
_BARE = re.compile(r"[^\s<>()\[\],;:\"@]{1,64}@[\w.-]{1,190}\w")
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
_BASIC = re.compile(r"(?<![\w.@-])([45][0-57]\d)(?=[ -]+[^\d\s]|[ ]*#|:|\)|$)")
_UNICODE = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
# These say no more than that something went wrong (RFC 3463, section 3.1).
_VAGUE = frozenset({"", "5.0.0", "4.0.0"})
_LONGEST_REASON = 300
Group = dict[str, str]


def groups(text: str) -> Iterator[Group]:
    """Give the groups of fields in a report, names in lower case; a field that comes again begins a new group."""
    found: Group = {}
    last = ""
    for line in text.split("\n"):
        match = _FIELD.match(line.lstrip("> "))
        if line[:1] in {" ", "\t"} and last and line.strip():
            found[last] += " " + line.strip()
        elif match:
            last = match[1].lower()
            if last in found:
                yield found
                found = {}
            found[last] = match[2].strip()
        elif not line.strip() and found:
            yield found
            found, last = {}, ""
    if found:
        yield found


def recipients(text: str) -> list[tuple[str, FailedRecipient]]:
    """Give (action, recipient) for each recipient that a report names; the address is the one that was written to.

    Servers that expand aliases give both: Original-Recipient is what we know the recipient by.
    """
    found = []
    for group in groups(text):
        address = address_in(group.get("original-recipient", "")) or address_in(group.get("final-recipient", ""))
        action = group.get("action", "").split("(")[0].strip().lower()
        if address or (action and "final-recipient" in group):
            found.append((action, _recipient(address, group)))
    return found


def _recipient(address: str, group: Group) -> FailedRecipient:
    said = header_text(group.get("diagnostic-code", "").partition(";")[2] or group.get("diagnostic-code", ""))
    status, permanent = judged(group.get("status", ""), said)
    return FailedRecipient(address, status, permanent, said[:_LONGEST_REASON])


def address_in(value: str) -> str:
    """Read the address of a field such as "rfc822; <jane@icc.example>"; "" when it holds none."""
    kind, _, rest = value.partition(";")
    said = rest if rest and "@" not in kind else value
    decoded = _UNICODE.sub(lambda match: chr(min(int(match[1], 16), 0x10FFFF)), said)
    match = _BARE.search(header_text(decoded))
    return match[0].strip("'") if match else ""


def judged(status: str, reason: str) -> tuple[str, bool]:
    """Give the code that says most, and whether it is permanent; `status` is the report's own, `reason` what was said."""
    own = next(iter(_ENHANCED.findall(status)), "")
    said = code_in(reason)
    code = said if own in _VAGUE and said and (not own or said[0] == own[0] or own in _VAGUE) else own or said
    if not code:
        return "", not TRANSIENT.search(reason.casefold())
    return code, code[0] == "5"


def code_in(text: str) -> str:
    """Find an enhanced code in words, else the three digits of a server, else ""."""
    found = _ENHANCED.findall(text)
    telling = [each for each in found if each not in _VAGUE and each[0] != "2"]
    if telling:
        return str(telling[0])
    basic = _BASIC.search(text)
    return basic[1] if basic else next((str(each) for each in found if each[0] != "2"), "")
