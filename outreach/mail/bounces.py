"""Telling reports that a letter did not arrive, or not yet: as RFC 3464 has them, and the many that follow no rule."""

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from email import message_from_bytes, policy

from flufl.bounce import all_failures

from outreach.mail import bounce_words as words
from outreach.mail.addressing import correspondents
from outreach.mail.classes import FailedRecipient, MailClass, Opened, Verdict
from outreach.mail.decoding import decoded, tidy, visible
from outreach.mail.delivery_status import code_in, judged, recipients
from outreach.mail.splitting import Leaf, head_of, split

# Reports are short; what follows is the letter that comes back.
_FARTHEST = 12_000
_MOST = 200
_MOST_NESTED = 12
_MOST_LINES = 6
_LONGEST_LEAD = 120
_LONGEST_LINE = 500
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'@=*|/\\]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_MESSAGE_ID = re.compile(r"^[> \t|]{0,20}(?:x-)?(?:original-)?message-id:\s*(<[^<>\s]{1,990}>)", re.IGNORECASE | re.MULTILINE)
_REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED = frozenset(
    {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers", "message/rfc822-headers"}
)
_DONE = frozenset({"delivered", "relayed", "expanded"})
# flufl.bounce logs every detector that it runs, and each that fails on broken mail; the next evidence is asked then.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)


def bounce(mail: Opened, raw: bytes) -> Verdict | None:
    """Say what a report on delivery reports, or None when the message is none."""
    suspect = is_suspect(mail)
    leaves = [*mail.leaves, *_enclosed(mail)] if suspect else mail.leaves
    reports = [leaf for leaf in leaves if leaf.content_type in _REPORTS]
    if reports:
        found = _from_reports(mail, reports)
        if found:
            return found
    if not reports and not suspect:
        return None
    return _from_words(mail, raw, is_report=bool(reports))


def _enclosed(mail: Opened) -> Iterator[Leaf]:
    """Give the parts of a report that a filter on the way has wrapped into a message of its own."""
    for leaf in mail.leaves[:5]:
        if leaf.content_type == "message/rfc822" and b"multipart/report" in leaf.content[:_FARTHEST].lower():
            yield from split(leaf.content[: 50 * _FARTHEST]).leaves


def is_suspect(mail: Opened) -> bool:
    """Whether a message looks like a report from its outside; only then its words are judged."""
    if mail.headers.first("x-failed-recipients"):
        return True
    local = mail.sender.address.partition("@")[0].lower()
    if words.DAEMONS.fullmatch(local) or words.DAEMON_NAMES.search(mail.sender.name.casefold()):
        return not _is_answer(mail)
    return _has_no_return(mail) or bool(words.SUBJECTS.match(mail.bare_subject))


def _is_answer(mail: Opened) -> bool:
    """A person who keeps a postmaster's mailbox answers with a subject that says so."""
    return mail.bare_subject.startswith(("re:", "fwd:", "fw:", "aw:", "wg:", "tr:", "rv:", "回复", "转发", "отв:"))


def _has_no_return(mail: Opened) -> bool:
    path = "".join(mail.headers.first("return-path").split()).lower()
    return path == "<>" or path.startswith("<mailer-daemon")


def _from_reports(mail: Opened, reports: Iterable[Leaf]) -> Verdict | None:
    named = [each for leaf in reports for each in recipients(visible(decoded(leaf.content, leaf.charset)))]
    failed = _distinct(each for action, each in named if action.startswith(("fail", "error")))
    late = _distinct(each for action, each in named if action.startswith("delay"))
    if failed or late:
        kind = MailClass.BOUNCE if failed else MailClass.DELAY
        found = failed or tuple(replace(each, permanent=False) for each in late)
        if all(each.address for each in found):
            return _verdict(mail, kind, "a delivery report (RFC 3464)", found)
        return None
    if named and all(action in _DONE for action, _ in named):
        return _verdict(mail, MailClass.RECEIPT, "a report that it was delivered (RFC 3464)", ())
    return None


def _from_words(mail: Opened, raw: bytes, *, is_report: bool) -> Verdict | None:
    notice, returned = _notice(mail)
    folded = " ".join(f"{mail.bare_subject} {notice}".casefold().split())
    kind = _kind(folded, mail.bare_subject)
    speaks = _speaks_for_itself(mail)
    if kind is None and not is_report and not speaks:
        return None
    found = _addresses(mail, notice, returned, raw)
    if not found and not is_report and not speaks:
        return None
    kind = kind or MailClass.BOUNCE
    if kind is MailClass.DELAY:
        found = tuple(replace(each, permanent=False) for each in found)
    return _verdict(mail, kind, "a delivery report (RFC 3464)" if is_report else "it says so in its words", found)


def _speaks_for_itself(mail: Opened) -> bool:
    """Whether a report that names no address is one all the same: a machine sent it, and its subject says what it is."""
    local = mail.sender.address.partition("@")[0].lower()
    is_machine = words.DAEMONS.fullmatch(local) or _has_no_return(mail) or not mail.sender.address
    return bool(is_machine) and bool(words.SUBJECTS.match(mail.bare_subject))


def _kind(folded: str, subject: str) -> MailClass | None:
    is_late = words.DELAYED.search(folded) is not None
    if is_late and not words.GAVE_UP.search(folded):
        return MailClass.DELAY
    if is_late and words.DELAYED.search(subject) and not words.GAVE_UP.search(subject):
        return MailClass.DELAY
    return MailClass.BOUNCE if words.FAILED.search(folded) else None


def _notice(mail: Opened) -> tuple[str, str]:
    """Give what the machine says, and the head of what comes back, wherever it stands."""
    text = mail.text[:_FARTHEST]
    cut = words.RETURNED.search(text)
    notice, rest = (text[: cut.start()], text[cut.start() :]) if cut and cut.start() else (text, "")
    parts = [leaf for leaf in mail.leaves if leaf.content_type in _RETURNED]
    heads = [visible(decoded(leaf.content[:_FARTHEST], "utf-8")) for leaf in parts]
    return notice, "\n".join([*heads, rest])


def _addresses(mail: Opened, notice: str, returned: str, raw: bytes) -> tuple[FailedRecipient, ...]:
    """Give the addresses of a report that follows no rule, the surest evidence first."""
    in_fields = [each for action, each in recipients(notice) if each.address and action not in _DONE]
    if in_fields:
        return _distinct(in_fields)
    told = [each.address for each in correspondents(mail.headers.first("x-failed-recipients")) if each.address]
    if told:
        return _with_reasons(told, notice)
    sure, other = _mentioned(mail, notice)
    written_to = _written_to(returned)
    choice = (
        [each for each in sure if each.lower() in written_to]
        or sure
        or _by_flufl(mail, raw)
        or [each for each in other if each.lower() in written_to]
        or _only(other)
        or _only(written_to.values())
    )
    return _with_reasons(choice, notice)


def _only(addresses: Iterable[str]) -> list[str]:
    """Give the one address that there is; of several none can be chosen."""
    found = {each.lower(): each for each in addresses}
    return list(found.values()) if len(found) == 1 else []


def _mentioned(mail: Opened, notice: str) -> tuple[list[str], list[str]]:
    """Give the addresses in a notice: those that stand where a failed one does, and others."""
    sure, other = list[str](), list[str]()
    for line in notice.split("\n"):
        for match in _ADDRESS.finditer(line):
            address = match[0].strip(".'")
            lead = line[max(0, match.start() - _LONGEST_LEAD) : match.start()].casefold().strip(" \t<>*[](){}'\"•·|-–—")
            if address.partition("@")[0].lower() in words.NOT_RECIPIENTS or address.lower() in mail.recipients:
                continue
            if lead.endswith("expanded from:") and sure:
                # The address that we wrote to stands behind the one that its server passed the letter on to.
                sure[-1] = address
            elif not lead or words.BEFORE_FAILED.fullmatch(lead):
                sure.append(address)
            elif not words.BEFORE_OTHERS.fullmatch(lead.rpartition(" ")[2]) and address.lower() != mail.sender.address.lower():
                other.append(address)
    return sure[:_MOST], other[:_MOST]


def _written_to(returned: str) -> dict[str, str]:
    """Give the addressees of the message that comes back, by their lower case."""
    start = re.search(r"(?mi)^[> \t|]*(?:from|to|subject|received|message-id|date):", returned)
    head = (
        head_of("\n".join(line.lstrip("> ") for line in returned[start.start() :].split("\n")).encode())[0] if start else None
    )
    values = [value for name in ("to", "cc", "x-failed-recipients") for value in head.all(name)] if head else []
    found = [each.address for value in values for each in correspondents(value) if each.address]
    return {address.lower(): address for address in found[:_MOST]}


def _by_flufl(mail: Opened, raw: bytes) -> list[str]:
    """Ask flufl.bounce, which knows formats of single providers that no general rule reads."""
    # Its patterns take quadratic time on a line, which no report makes long.
    head = b"\n".join(line[:_LONGEST_LINE] for line in raw[: 5 * _FARTHEST].split(b"\n"))
    # The standard library looks for every open boundary on every line: what is nested to keep it busy is not asked about.
    if head.lower().count(b"multipart/") > _MOST_NESTED:
        return []
    try:
        late, failed = all_failures(message_from_bytes(head, policy=policy.compat32))
    except Exception:  # noqa: BLE001 - its detectors parse strangers' mail with the standard library, which may raise anything
        return []
    found = sorted(each.decode("ascii", "replace") for each in {*late, *failed})
    return [each for each in found if "@" in each and each.lower() not in mail.recipients][:_MOST]


def _with_reasons(addresses: Iterable[str], notice: str) -> tuple[FailedRecipient, ...]:
    """Put beside each address what the notice says after it."""
    lines = notice.split("\n")
    overall = code_in(" ".join(lines))
    # What no code says of the address itself is judged by the whole notice.
    whole = judged(overall, "") if overall else judged("", notice)
    found = []
    for address in addresses:
        reason = tidy(" ".join(_after(address, lines)))[:300]
        status, permanent = judged("", reason)
        if not status:
            status, permanent = whole
        found.append(FailedRecipient(address, status, permanent, reason))
    return _distinct(found)


def _after(address: str, lines: list[str]) -> Iterator[str]:
    """Give what is said of an address: the rest of its line and the few lines below it, to the next address."""
    wanted = address.lower()
    number = next((place for place, line in enumerate(lines) if wanted in line.lower()), len(lines))
    if number < len(lines):
        yield lines[number][lines[number].lower().find(wanted) + len(wanted) :].lstrip(">:;,)] .")
    said = False
    for line in lines[number + 1 : number + 1 + _MOST_LINES]:
        if (said and not line.strip()) or (_ADDRESS.match(line.strip(" \t<")) and wanted not in line.lower()):
            return
        said = said or bool(line.strip())
        yield line


def _distinct(found: Iterable[FailedRecipient]) -> tuple[FailedRecipient, ...]:
    return tuple({each.address.lower(): each for each in reversed(list(found))}.values())[::-1][:_MOST]


def original_id(mail: Opened) -> str:
    """Find the Message-ID of the message that comes back with a report, or that it says it answers; "" when there is none."""
    for leaf in mail.leaves:
        if leaf.content_type in _RETURNED or leaf.content_type in _REPORTS:
            match = _MESSAGE_ID.search(visible(decoded(leaf.content[:_FARTHEST], "utf-8").replace("\n ", " ")))
            if match:
                return match[1]
    match = _MESSAGE_ID.search(mail.text)
    return match[1] if match else ""


def _verdict(mail: Opened, kind: MailClass, why: str, failed: tuple[FailedRecipient, ...]) -> Verdict:
    said = [why, *(f"{each.address} {each.status} {each.reason}".strip() for each in failed[:3])]
    return Verdict(kind=kind, why="; ".join(said)[:1000], failed=failed, original_message_id=original_id(mail))
