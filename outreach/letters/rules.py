"""What is wrong with one letter, or to be looked at: its words, its files, its recipients, and the record of its addressees."""

import re
from collections.abc import Iterator
from functools import lru_cache

from outreach.contacts import emails
from outreach.letters import noting, routing
from outreach.letters.cases import Case
from outreach.letters.comparing import folded
from outreach.letters.findings import Finding, doubt
from outreach.letters.wording import unescaped
from outreach.protocol.forms import date_line

# What templates and mail merges leave behind. A note such as [sic], a figure [1] or an omission [...] is no such thing.
_PLACEHOLDER = re.compile(
    r"\{\{.*?\}\}|\{\{|\}\}|\{%.*?%\}|\{%"
    r"|(?<![A-Za-z])X{3,}(?![A-Za-z])|\b(?i:TBD|TBC|Lorem ipsum)\b|\?{3,}"
    r"|«\s*»|«[A-Za-z]+(?:_\w+)+»|«[A-Z][a-z]+[A-Z]\w*»"
    r"|\[(?!(?:sic|\.\.\.|…)\])[^\W\d_][^\[\]\n]{2,80}\](?!\()"
    r"|\[\s*(?i:name|nom|nombre|title|titre|date|fecha|insert)\b(?![^\[\]\n]*\]\()"
)
_BLANK = re.compile(r"[^\S\n],(?=\s|$)|\*\*\s*\*\*|\(\s*\)|“\s*”")
# Words that speak of something enclosed, by language.
_SPEAKS = {
    "en": re.compile(r"\b(?:enclosed|attached)\b|\benclosures?\b", re.IGNORECASE),
    "fr": re.compile(r"\bci-joint\w*|\bpièces? jointes?\b", re.IGNORECASE),
    "es": re.compile(r"\badjunt[oa]s?\b", re.IGNORECASE),
    "ru": re.compile(r"\bприлага\w+|\bв приложении\b", re.IGNORECASE),
    "zh": re.compile("附上|附件|随函附"),
    "ar": re.compile("مرفق|طيه"),
}
# “Supporting documents may be attached” speaks of the answer, not of this letter.
_OF_THE_ANSWER = re.compile(
    r"\b(?:may|can|could|should|puede|podrá|peuvent|pourront)\b[^.]{0,30}?(?:attached|enclosed|joint\w*|adjunt\w+)",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\b(?:Enclosures|Pièces jointes|Anexos|Приложения|附件|مرفقات) ?\((\d+)\)")


def of_case(case: Case, inbox: str) -> Iterator[Finding]:
    """What is found in the letter by itself; `inbox` is the monitored address of the office."""
    yield from _blank(case)
    yield from _left_over(case)
    yield from _enclosures(case)
    yield from _recipients(case, inbox)
    yield from _record(case)
    yield from (Finding("third-person", says) for says in noting.personal(case.layout, case.body, case.language))
    # What was noted when it was drafted is asked of the record anew, but for what only that hand knew.
    yield from (finding for finding in map(doubt, case.noted) if finding.kind == "other")
    if case.language != case.recorded_language:
        says = f"The letter is in {case.language}, and {case.posts[0].key} is recorded for {case.recorded_language}."
        yield Finding("language", says)
    if case.layout.get("translation") and not case.template_sha256:
        says = (
            "The courtesy translation says what the letter said before it was changed by hand; take it out, or draft it anew."
        )
        yield Finding("translation", says)
    if case.deadline and case.deadline <= case.dated:
        yield Finding("deadline", f"The deadline, {date_line(case.deadline, 'en')}, is not after the letter's date.")


def _blank(case: Case) -> Iterator[Finding]:
    greeted = case.found is None or bool(case.found.salutation)
    parts = {"subject": case.subject, "text": case.body, "close": case.close, "address": "".join(case.address_block)}
    for name, text in (parts | ({"salutation": case.salutation} if greeted else {})).items():
        if not text.strip():
            yield Finding("blank", f"The {name} is blank.")
    whole = {"salutation": case.salutation, **parts, "address": "\n".join(case.address_block)}
    for name, text in whole.items():
        for found in _BLANK.finditer(text):
            yield Finding("blank", f"The {name} has a gap at “{_around(text, found.start(), found.end())}”.")


def _around(text: str, start: int, end: int) -> str:
    """What stands in the same line near a place, for people to find it by."""
    before, after = text[:start].rpartition("\n")[2], text[end:].partition("\n")[0]
    return f"{before[-20:]}{text[start:end]}{after[:20]}".strip()


def _left_over(case: Case) -> Iterator[Finding]:
    written = (case.subject, *case.address_block, case.salutation, unescaped(case.body), case.close)
    for what in dict.fromkeys(found for text in written for found in _placeholders(text)):
        yield Finding("placeholder", f"“{what}” was left to be filled in.")
    for what in _placeholders("\n".join(case.furniture)):
        says = f"“{what}” stands in what surrounds the text; fill it in in outreach.toml, then draft the letter anew."
        yield Finding("placeholder", says)


# The same for all letters of a sender.
@lru_cache(maxsize=1024)
def _placeholders(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found[0].strip() for found in _PLACEHOLDER.finditer(text)))


def _enclosures(case: Case) -> Iterator[Finding]:
    named, files = case.layout["enclosures"], case.files
    if len(named) != len(files):
        listed = ", ".join(named) or "nothing"
        says = f"The page names {len(named)} ({listed}), and {len(files)} go with it; enclose what is missing, then draft anew."
        yield Finding("enclosures", says)
    for found in _COUNTED.finditer(case.body):
        if int(found[1]) != len(files):
            yield Finding("enclosures", f"The text says “{found[0]}”, and {len(files)} files go with it.")
    missing = [title for title, sha256 in case.campaign_files if sha256 not in {digest for _title, digest in files}]
    if missing:
        yield Finding("not-enclosed", f"The campaign encloses {', '.join(missing)}, and this letter does not; draft it anew.")
    speaks = _SPEAKS.get(case.language)
    if speaks and not files and not named and speaks.search(_OF_THE_ANSWER.sub("", case.body)):
        yield Finding("enclosure-mentioned", "The text speaks of something enclosed, and nothing is.")


def _recipients(case: Case, inbox: str) -> Iterator[Finding]:
    for address in (*case.to, *case.copies):
        if _is_same(address, inbox):
            yield Finding("inbox", f"{address} is the office's own inbox and cannot be a recipient; answers would loop.")
    if not case.to:
        yield Finding("no-address", f"No e-mail address, the letter can leave on paper only: {_keys(case)}.")


def _is_same(address: str, other: str) -> bool:
    # Reading an address takes as long as all the rest: only what begins alike is read.
    begin = address.partition("@")[0].casefold() == other.partition("@")[0].casefold()
    return begin and emails.normalised(address) == emails.normalised(other)


def _keys(case: Case) -> str:
    return " and ".join(post.key for post in case.posts)


def _record(case: Case) -> Iterator[Finding]:
    """What the record says now: protocol's doubts, and where the letter says something else."""
    if case.found is None:
        yield Finding("record", case.trouble)
        return
    yield from map(doubt, case.found.warnings)
    for post in case.posts:
        if post.language_assumed:
            yield Finding("language-assumed", f"The language is assumed, not confirmed: {post.key}.")
    yield from map(doubt, routing.doubts(case.posts))
    yield from _changed(case)


def _changed(case: Case) -> Iterator[Finding]:
    now = case.found
    assert now is not None
    pairs = (
        ("salutation", case.salutation, now.salutation),
        ("close", case.close, now.close),
        ("address", " / ".join(case.address_block), " / ".join(now.block)),
        ("recipients", ", ".join(case.to), ", ".join(dict.fromkeys(one for post in case.posts for one in post.emails))),
        ("list of copies", ", ".join(case.copies), ", ".join(routing.copies(case.posts, case.standing_copies))),
    )
    for name, says, recorded in pairs:
        if folded(says) != folded(recorded):
            yield Finding("record", f"The {name} says “{says}”, and by the record it is “{recorded}” now; draft it anew.")
