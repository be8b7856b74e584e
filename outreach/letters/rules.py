"""What is wrong with one letter, or to be looked at: its words, its files, its recipients, and the record of its addressees."""

from collections.abc import Iterator

from outreach.contacts import emails
from outreach.letters import heading, noting, routing, scanning
from outreach.letters.cases import Case
from outreach.letters.comparing import folded
from outreach.letters.findings import Finding, doubt
from outreach.protocol.forms import date_line


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
    yield from map(doubt, heading.doubt(case.layout))
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
        found = (gap for one in scanning.scan(text) for gap in one.gaps) if name == "text" else scanning.gaps(text)
        for gap in found:
            yield Finding("blank", f"The {name} has a gap at “{gap}”.")


def _left_over(case: Case) -> Iterator[Finding]:
    around = ((case.subject, *case.address_block, case.salutation), (case.close,))
    above, below = (tuple(what for text in texts for what in scanning.left_over(text)) for texts in around)
    within = (what for one in scanning.scan(case.body) for what in one.left_over)
    for what in dict.fromkeys((*above, *within, *below)):
        yield Finding("placeholder", f"“{what}” was left to be filled in.")
    for what in scanning.left_over("\n".join(case.furniture)):
        says = f"“{what}” stands in what surrounds the text; fill it in in outreach.toml, then draft the letter anew."
        yield Finding("placeholder", says)


def _enclosures(case: Case) -> Iterator[Finding]:
    named, files = case.layout["enclosures"], case.files
    if len(named) != len(files):
        listed = ", ".join(named) or "nothing"
        says = f"The page names {len(named)} ({listed}), and {len(files)} go with it; enclose what is missing, then draft anew."
        yield Finding("enclosures", says)
    for says, count in (found for one in scanning.scan(case.body) for found in one.counted):
        if count != len(files):
            yield Finding("enclosures", f"The text says “{says}”, and {len(files)} files go with it.")
    missing = [title for title, sha256 in case.campaign_files if sha256 not in {digest for _title, digest in files}]
    if missing:
        yield Finding("not-enclosed", f"The campaign encloses {', '.join(missing)}, and this letter does not; draft it anew.")
    if not files and not named and scanning.speaks_of_enclosures(case.body, case.language):
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
