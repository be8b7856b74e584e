"""Automatic answers that carry no header to say so, and what an absence tells: the day of return, whom to ask meanwhile."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from outreach.mail import absence_words as words
from outreach.mail.decoding import tidy

# Machines are brief. A person who mentions an absence in a letter writes more, or encloses something.
_LONGEST = 1500
_BRIEF = 700
_NEAR = 60
_ADDRESS = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_MONTH = "|".join(sorted(map(re.escape, words.MONTHS), key=len, reverse=True))
_DATES = re.compile(
    rf"(?P<iso>\b20\d\d)[-/.](?P<isom>\d{{1,2}})[-/.](?P<isod>\d{{1,2}})\b"
    rf"|(?:(?P<cjky>20\d\d) ?年 ?)?(?P<cjkm>\d{{1,2}}) ?月 ?(?P<cjkd>\d{{1,2}}) ?[日号號]"
    rf"|\b(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|º|ª|\.)? (?:of |de )?(?P<m>{_MONTH})\b\.?(?:,? (?:de |del )?(?P<y>20\d\d))?"
    rf"|\b(?P<m2>{_MONTH})\.? (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,? (?P<y2>20\d\d))?"
    rf"|\b(?P<nd>\d{{1,2}})(?P<sep>[./-])(?P<nm>\d{{1,2}})(?:(?P=sep)(?P<ny>20\d\d|\d\d)\b|\.(?!\d)|(?![\d./:-]))"
)
_END_OF_NAME = re.compile(
    r"[,;:(<\[{\n。，、؛]|\.\s|\.$|\b(?:at|on|under|via|for|if|by|in|who|during|unter|per|für|sous|au|pour|par"
    r"|via|en|para|por|al|em|pelo|no|по|на|или)\b|@|…",
    re.IGNORECASE,
)
_TITLES = re.compile(r"(?:mr|mrs|ms|dr|prof|h\.e|sr|sra|dra|m|mme|ing|st)$", re.IGNORECASE)


def is_automatic(subject: str, own: str, *, has_files: bool) -> str:
    """Say why a message without telling headers was written by a machine, or give "".

    `subject` is the bare one (see `Opened.bare_subject`), `own` are its own words.
    """
    if words.AUTOMATIC_SUBJECT.match(subject):
        return "an automatic answer by its subject"
    folded = _folded(own[: _LONGEST + 1])
    if has_files or len(own) > _LONGEST:
        return ""
    if words.SAYS_AUTOMATIC.search(folded):
        return "an automatic answer by its words"
    start = words.AWAY.search(folded[:300])
    if start and len(own) <= _BRIEF and _names_a_return(folded) and words.DEPUTY.search(folded):
        return "an absence by its words"
    return ""


def _names_a_return(folded: str) -> bool:
    return _DATES.search(folded) is not None and bool(words.UNTIL.search(folded) or words.BACK.search(folded))


def _folded(text: str) -> str:
    digits = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    return " ".join(digits.casefold().replace("’", "'").split())


def is_receipt(subject: str, text: str) -> bool:
    """Whether a message without telling headers says that another was read."""
    match = words.RECEIPT_SUBJECT.match(subject)
    if not match:
        return False
    return bool(match["sure"]) or (len(text) < _LONGEST and words.RECEIPT_WORDS.search(_folded(text)) is not None)


def returns_on(text: str, today: date | None) -> date | None:
    """Read the day on which somebody is back: the one said to be so, else the last day of the absence; None when none is named.

    `today` is the day of the message: a day without a year is the first such day from then on.
    """
    folded = _folded(text[:4000])
    found = [(match.start(), match.end(), day) for match in _DATES.finditer(folded) if (day := _day(match, today))]
    if not found:
        return None
    for wanted in (words.BACK, words.UNTIL):
        for start, end, day in reversed(found):
            before = folded[max(0, start - _NEAR) : start]
            after = folded[end : end + 6]
            near = list(wanted.finditer(before))
            if (near and not re.search(r"[.!?。]\s", before[near[-1].end() :])) or (wanted is words.UNTIL and "まで" in after):
                return day
    later = [day for _, _, day in found if today is None or day >= today]
    return max(later, default=None)


def _day(match: re.Match[str], today: date | None) -> date | None:
    part = match.groupdict()
    if part["nd"]:
        return _numeric(int(part["nd"]), int(part["nm"]), part["ny"], today, part["sep"])
    month = part["isom"] or part["cjkm"] or str(words.MONTHS.get(part["m"] or part["m2"] or "", 0))
    day = part["isod"] or part["cjkd"] or part["d"] or part["d2"]
    return _dated(part["iso"] or part["cjky"] or part["y"] or part["y2"], int(month), int(day), today)


def _numeric(first: int, second: int, year: str | None, today: date | None, sign: str) -> date | None:
    """Read "05/03/2025": the day first, as most of the world writes it, unless only the other order gives a day to come."""
    by_day, by_month = _dated(year, second, first, today), _dated(year, first, second, today)
    if sign == "." or by_month is None or (by_day and (today is None or by_day >= today)):
        return by_day
    return by_month if today is None or by_month >= today or not by_day else by_day


def _dated(year: str | None, month: int, day: int, today: date | None) -> date | None:
    try:
        if year:
            return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
        if today is None:
            return None
        this = date(today.year, month, day)
        return this if this >= today else date(today.year + 1, month, day)
    except ValueError:
        return None


def deputy(text: str) -> str:
    """Read whom an absence names to write to meanwhile, as "Jane Doe", "jane@icc.example" or both; "" when it names nobody."""
    flat = " ".join(text[:4000].split())
    for found in _named(flat):
        address = _ADDRESS.search(found)
        name = _name(found[: address.start()] if address else found)
        if address or (name and name[0].isupper()) or (name and not name.isascii()):
            return (
                f"{name} <{address[0].rstrip('.')}>".strip()
                if address and name
                else address[0].rstrip(".")
                if address
                else name
            )
    return ""


def _named(flat: str) -> Iterator[str]:
    for match in words.DEPUTY_BEFORE.finditer(flat):
        yield match["who"] or match["cn"]
    for match in words.DEPUTY.finditer(flat):
        yield match["who"]


def _name(words_of: str) -> str:
    """Cut a name off the words that follow it; a full stop after a title does not end it."""
    start = 0
    while match := _END_OF_NAME.search(words_of, start):
        if match[0].startswith(".") and _TITLES.search(words_of[: match.start()].split(" ")[-1]):
            start = match.end()
            continue
        words_of = words_of[: match.start()]
        break
    return tidy(words_of).strip(" .-–'\"<(")[:80]
