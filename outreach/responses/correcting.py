"""Who got what of a correction: on one page for the Chair, with what was answered meanwhile."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign
from outreach.contacts.models import Organisation, Post
from outreach.delivery.models import Attempt
from outreach.letters.correcting import Affected, Correction
from outreach.letters.models import AT_HOME, Letter, LetterAddressee
from outreach.protocol.forms import date_line
from outreach.responses.closing import IN_FORCE, pieces
from outreach.responses.models import Response, ResponseLetter
from outreach.typesetting.pdf import to_pdf
from outreach.typesetting.style import Style
from outreach.typesetting.tree import Block, Cell, Document, Heading, Paragraph, Table, Text


@dataclass(frozen=True)
class Got:
    """One letter of a correction, to whom it is, and what became of it.

    `left_on` is the day on which it left with what was wrong, None while it is here; `corrected_by` the letter that follows it,
    with its state. `answered` are responses in force to it: their number, kind and day.
    """

    number: int
    reference: str
    to: str
    state: str
    left_on: date | None
    corrected_by: str = ""
    corrected_state: str = ""
    answered: tuple[tuple[int, str, date], ...] = ()

    @property
    def answers(self) -> str:
        """The answers in words."""
        return ", ".join(f"{kind} {number} of {day}" for number, kind, day in self.answered)


def before(session: Session, found: Affected) -> list[Got]:
    """What became until now of the letters that a change is about: those here, then those that left."""
    return _got(session, {**dict.fromkeys(found.here, ""), **dict.fromkeys(found.left, "")})


def after(session: Session, correction: Correction) -> list[Got]:
    """Who got what of a correction that was made; of a letter that could not be followed nothing more is said."""
    followed = dict(correction.left)
    wanted = [*correction.here, *followed]
    numbers: dict[int, str] = {}
    for piece in pieces(wanted):
        query = select(Letter.id, Letter.reference).where(Letter.reference.in_(piece)).order_by(Letter.id)
        numbers |= {number: followed.get(reference, "") for number, reference in session.execute(query)}
    return _got(session, numbers)


def _got(session: Session, numbers: Mapping[int, str]) -> list[Got]:
    rows = _by_letter(session, numbers, _letters)
    left = _by_letter(session, numbers, _dispatched)
    answers = _by_letter(session, numbers, _answers)
    states: dict[str, str] = {}
    for piece in pieces([reference for reference in numbers.values() if reference]):
        query = select(Letter.reference, Letter.state).where(Letter.reference.in_(piece))
        states |= {reference: state.value for reference, state in session.execute(query)}
    return [_one(number, rows[number], left, answers, numbers[number], states) for number in numbers]


def _one(
    number: int,
    rows: Sequence[Any],
    left: Mapping[int, Sequence[Any]],
    answers: Mapping[int, Sequence[Any]],
    follows: str,
    states: Mapping[str, str],
) -> Got:
    first = rows[0]
    gone = left.get(number) if first.state not in AT_HOME else None
    return Got(
        number=number,
        reference=first.reference,
        to=", ".join(dict.fromkeys(row.name for row in rows)),
        state=first.state.value,
        left_on=gone[0].day if gone else None,
        corrected_by=follows,
        corrected_state=states.get(follows, ""),
        answered=tuple((row.id, row.kind.value, row.received_on) for row in answers.get(number, ())),
    )


def _by_letter(session: Session, numbers: Iterable[int], query: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for piece in pieces(list(numbers)):
        for row in session.execute(query(piece)):
            found.setdefault(row[0], []).append(row)
    return found


def _letters(numbers: Sequence[int]) -> Any:
    return (
        select(Letter.id, Letter.reference, Letter.state, Organisation.name)
        .join(LetterAddressee, LetterAddressee.letter_id == Letter.id)
        .join(Post, Post.id == LetterAddressee.post_id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .where(Letter.id.in_(numbers))
        .order_by(Letter.id, LetterAddressee.position)
    )


def _dispatched(numbers: Sequence[int]) -> Any:
    days = func.min(Attempt.dispatched_on).label("day")
    return select(Attempt.letter_id, days).where(Attempt.letter_id.in_(numbers)).group_by(Attempt.letter_id)


def _answers(numbers: Sequence[int]) -> Any:
    return (
        select(ResponseLetter.letter_id, Response.id, Response.kind, Response.received_on)
        .join(Response, Response.id == ResponseLetter.response_id)
        .where(ResponseLetter.letter_id.in_(numbers), Response.state.in_(IN_FORCE))
        .order_by(ResponseLetter.letter_id, Response.received_on, Response.id)
    )


def page(campaign: Campaign, correction: Correction, got: Sequence[Got]) -> bytes:
    """The page for the Chair as PDF."""
    document = Document(language="en", title=f"Correction in {campaign.title}", blocks=tuple(_blocks(correction, got)))
    # A day alone: the page says the same whenever it is made again from the same record.
    style = Style(timestamp=datetime.combine(correction.at.date(), datetime.min.time(), tzinfo=UTC))
    return to_pdf(document, style)


def _blocks(correction: Correction, got: Sequence[Got]) -> Iterator[Block]:
    what = "The enclosure" if correction.sha256 else "The text"
    day = date_line(correction.at.date(), "en")
    yield _paragraph(f"{what} “{correction.wrong}” was replaced by “{correction.right}” on {day} by {correction.by}.")
    left, here = ([one for one in got if bool(one.corrected_by) is gone] for gone in (True, False))
    answered = [one for one in got if one.answered]
    yield _paragraph(
        f"{len(left)} letters had left and are followed by a correction, {len(here)} were still here and were written anew,"
        f" {len(answered)} were answered meanwhile; {len(correction.refused)} could not be followed."
    )
    if left:
        yield Heading(1, (Text("Left with what was wrong"),))
        yield _table(("Letter", "To", "Left", "Followed by", "Answered"), map(_followed, left), (4, 5, 3, 4, 4))
    if here:
        yield Heading(1, (Text("Written anew before they left"),))
        yield _table(("Letter", "To", "Now"), ((one.reference, one.to, one.state) for one in here), (2, 4, 2))
    if correction.refused:
        yield Heading(1, (Text("Could not be followed"),))
        yield from map(_paragraph, correction.refused)


def _followed(one: Got) -> tuple[str, ...]:
    return one.reference, one.to, str(one.left_on or one.state), f"{one.corrected_by}, {one.corrected_state}", one.answers


def _paragraph(text: str) -> Paragraph:
    return Paragraph((Text(text),))


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], shares: tuple[float, ...]) -> Table:
    return Table(_cells(heads), tuple(_cells(row) for row in rows), shares)


def _cells(texts: Sequence[str]) -> tuple[Cell, ...]:
    return tuple((Text(text),) for text in texts)
