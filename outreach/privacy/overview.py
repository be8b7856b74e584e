"""A person at a glance: posts held over time, own addresses, and the letters and answers that are about them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from outreach.contacts.models import Address, Holder, Person
from outreach.letters import lines as letter_lines
from outreach.letters.lines import LetterLine
from outreach.letters.models import Letter
from outreach.privacy import scope
from outreach.privacy.scope import Scope
from outreach.responses import lines as response_lines
from outreach.responses.lines import ResponseLine
from outreach.responses.models import Response

LAST = 20


@dataclass(frozen=True)
class Overview:
    """What a page about a person shows; `letters` and `answers` are the newest, of as many as `its` numbers.

    The holdings are the youngest first, with their posts and organisations. `merged` are the numbers of records that became
    this one.
    """

    person: Person
    its: Scope
    holdings: Sequence[Holder]
    letters: Sequence[LetterLine]
    answers: Sequence[ResponseLine]

    @property
    def addresses(self) -> Sequence[Address]:
        """The addresses that are the person's own."""
        return self.its.addresses

    @property
    def merged(self) -> list[int]:
        """The numbers of records that were merged into this one."""
        return [number for number in self.its.numbers if number != self.person.id]


def of(session: Session, person: Person, *, last: int = LAST) -> Overview:
    """Look up what is about `person`, with the `last` letters and answers: some ten queries, whatever their number."""
    its = scope.of(session, person)
    letters = letter_lines.latest(session, Letter.id.in_(its.letters), limit=last)
    answers = response_lines.latest(session, Response.id.in_(its.responses), limit=last)
    holdings = sorted(its.holders, key=lambda one: (str(one.from_date or ""), one.id), reverse=True)
    return Overview(person, its, holdings, letters, answers)
