"""Checking letters before they are approved.

A result is made anew each time it is asked for, from the versions as they stand and the record as it is: it takes a fraction
of a millisecond a letter, and none can be out of date. Approval asks for it in its own transaction.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.config import Settings
from outreach.letters import doubling, likeness, paging, rules, traffic, vocatives
from outreach.letters.cases import CHUNK, Case, cases
from outreach.letters.findings import KINDS, Finding
from outreach.letters.freezing import Press
from outreach.letters.models import Letter
from outreach.letters.vocatives import Spoken
from outreach.letters.vouching import Signed, awaited, nobody
from outreach.protocol import forms as protocol

_ORDER = {kind: place for place, kind in enumerate(KINDS)}


@dataclass(frozen=True)
class Checks:
    """What letters are held against: the settings, the press, and by language or template the forms of address, the page limit,
    and what readers have signed off.
    """

    settings: Settings
    press: Press
    forms: Callable[[str], protocol.Forms]
    page_limit: paging.Limit
    signed: Signed = nobody

    def once(self) -> "Checks":
        """The same, each looked up once: for a check, during which nothing of it changes."""
        return replace(self, forms=cache(self.forms), page_limit=cache(self.page_limit), signed=cache(self.signed))


@dataclass(frozen=True, slots=True)
class Checked:
    """A letter and what was found in it, the gravest first; `apart` is how many words differ from the typical text."""

    case: Case
    findings: tuple[Finding, ...]
    apart: int = 0

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What blocks its approval."""
        return tuple(one for one in self.findings if one.is_error)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What is to be confirmed by whoever approves it."""
        return tuple(one for one in self.findings if not one.is_error)


def check(
    session: Session, numbers: Sequence[int], checks: Checks, *, step: Callable[[], None] = lambda: None
) -> Iterator[Checked]:
    """What is found in each of these letters, in their order; a dozen queries for every 500, and memory stays flat.

    Where two letters clash (the same post, person or address twice in a campaign), both have the finding.
    """
    checks, spoken = checks.once(), cache(lambda language: Spoken.of(checks.forms(language)))
    outlines = likeness.outlines(session, numbers)
    typical = likeness.typical(session, outlines)
    too_long = paging.too_long(session, outlines, checks.page_limit, checks.press)
    twice = doubling.twice(session, _campaigns(session, numbers))
    for start in range(0, len(numbers), CHUNK):
        chunk = numbers[start : start + CHUNK]
        before = doubling.sent_before(session, chunk)
        near = traffic.findings(session, chunk, days=checks.settings.office.traffic_days)
        stale_after = checks.settings.office.stale_after_days
        for case in cases(session, chunk, stale_after=stale_after, forms=checks.forms):
            number = case.letter_id
            elsewhere = (*twice.get(number, ()), *before.get(number, ()), *near.get(number, ()))
            around = (*elsewhere, *([too_long[number]] if number in too_long else []))
            findings = sorted((*_of_itself(case, checks, spoken(case.language)), *around), key=lambda one: _ORDER[one.kind])
            yield Checked(case, tuple(findings), likeness.apart(case.body, typical[case.template, case.language]))
            step()


def _of_itself(case: Case, checks: Checks, spoken: Spoken) -> Iterator[Finding]:
    yield from vocatives.of_case(case, spoken)
    yield from rules.of_case(case, checks.settings.mail.inbox)
    if says := awaited(case.wording, case.language, checks.signed):
        yield Finding("unread", says)


def _campaigns(session: Session, numbers: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for start in range(0, len(numbers), 20 * CHUNK):
        query = select(Letter.campaign_id).distinct().where(Letter.id.in_(numbers[start : start + 20 * CHUNK]))
        found.update(number for number in session.scalars(query) if number is not None)
    return found
