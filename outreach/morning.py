"""The morning note: on one page what came, what waits for somebody, and what is due."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import Session, selectinload

from outreach.database import Base
from outreach.delivery import ledger
from outreach.inputs import attribution
from outreach.letters import addressed
from outreach.responses import deadlines, overdue, shelf, standing
from outreach.responses.closing import IN_FORCE
from outreach.responses.deadlines import Due
from outreach.responses.models import IncomingMail, MailState, Response, ResponseAuthor, ResponseKind, ResponseLetter
from outreach.responses.overdue import Part, Sort
from outreach.responses.standing import Standing, Tally
from outreach.typesetting.pdf import to_pdf
from outreach.typesetting.plain import to_text
from outreach.typesetting.style import Style
from outreach.typesetting.tree import Block, BulletList, Document, Heading, Paragraph, Text

# So much fits on one page.
MOST_CAME = 12
MOST_DUE = 8
MOST_PARTS = 5
AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class Waits:
    """What waits for a person, in numbers."""

    drafts: int
    approved: int
    placed: int
    in_doubt: int
    unread: int
    questions: int
    mails: int
    open_names: int
    misaddressed: int

    def lines(self) -> Iterator[str]:
        """What there is of each, in words."""
        for number, one, many in (
            (self.mails, "mail waits for a decision", "mails wait for a decision"),
            (self.unread, "answer nobody has read", "answers nobody has read"),
            (self.questions, "letter answered with a question of theirs", "letters answered with a question of theirs"),
            (self.open_names, "answer does not say who may be named", "answers do not say who may be named"),
            (self.drafts, "draft to approve", "drafts to approve"),
            (self.approved, "approved letter has not left", "approved letters have not left"),
            (self.placed, "letter lies among the drafts of the mailbox", "letters lie among the drafts of the mailbox"),
            (self.in_doubt, "letter in doubt: did it leave?", "letters in doubt: did they leave?"),
            (self.misaddressed, "letter must be addressed anew", "letters must be addressed anew"),
        ):
            if number:
                yield f"{number} {one if number == 1 else many}"


@dataclass(frozen=True)
class Came:
    """An answer that came since: its number and in a line what it is."""

    number: int
    line: str


@dataclass(frozen=True)
class Note:
    """All of a morning note. `answers` and `mails` count everything since, of which `came` shows the latest."""

    day: date
    since: date
    answers: int
    mails: int
    came: Sequence[Came]
    waits: Waits
    due: Sequence[Due]
    more_due: int
    late: Sequence[Part]

    @property
    def late_letters(self) -> int:
        """How many letters are past their deadline."""
        return sum(part.letters for part in self.late)


def note(session: Session, *, today: date, since: date, zone: tzinfo) -> Note:
    """The note for the morning of `today` on what came from the day `since` on; a fixed number of queries."""
    begins = datetime.combine(since, time(), tzinfo=zone).astimezone(UTC)
    new = Response.logged_at >= begins
    answers, mails = session.execute(
        select(_number(Response, new), _number(IncomingMail, IncomingMail.taken_in_at >= begins))
    ).one()
    total = standing.together(one.total for one in standing.standings(session, today=today, parts=False))
    due = deadlines.upcoming(session, since=today, until=today + AHEAD)
    return Note(
        day=today,
        since=since,
        answers=answers,
        mails=mails,
        came=[Came(one.id, _line(one)) for one in _latest(session, new)],
        waits=waits(session, total),
        due=due[:MOST_DUE],
        more_due=max(len(due) - MOST_DUE, 0),
        late=overdue.parts(session, Sort.CAMPAIGN, today=today),
    )


def waits(session: Session, total: Tally) -> Waits:
    """What waits for a person; `total` are the numbers of all campaigns together."""
    unread = _number(Response, Response.kind == ResponseKind.UNREAD, Response.state.in_(IN_FORCE))
    mails = _number(IncomingMail, IncomingMail.state == MailState.WAITING)
    numbers = session.execute(select(unread, mails, _number(Response, attribution.is_open()))).one()
    return Waits(
        drafts=total.of(Standing.DRAFT),
        approved=total.of(Standing.APPROVED),
        placed=total.of(Standing.PLACED),
        in_doubt=ledger.count_in_doubt(session),
        unread=numbers[0],
        questions=total.of(Standing.QUESTION),
        mails=numbers[1],
        open_names=numbers[2],
        misaddressed=addressed.count_misaddressed(session),
    )


def _number(kind: type[Base], *fits: ColumnElement[bool]) -> ScalarSelect[int]:
    """How many there are, as a part of a query: one question for several numbers."""
    return select(func.count()).select_from(kind).where(*fits).scalar_subquery()


def _latest(session: Session, fits: ColumnElement[bool]) -> Sequence[Response]:
    authors = selectinload(Response.authors)
    shown = (
        authors.joinedload(ResponseAuthor.organisation),
        authors.joinedload(ResponseAuthor.person),
        selectinload(Response.answers).joinedload(ResponseLetter.letter),
    )
    order = (Response.received_on.desc(), Response.id.desc())
    return session.scalars(select(Response).where(fits).options(*shown).order_by(*order).limit(MOST_CAME)).all()


def _line(response: Response) -> str:
    letters = ", ".join(answer.letter.reference for answer in response.answers) or "no letter"
    late = ", late" if response.state.value == "late" else ""
    return f"{'; '.join(shelf.author_names(response))}: {response.kind.value}{late}, to {letters}"


def blocks(note: Note) -> list[Block]:
    """The note as a document."""
    return [
        Heading(1, (Text("What came"),)),
        _paragraph(f"Since {_day(note.since)}: {_count(note.answers, 'answer')}, {_count(note.mails, 'message')} taken in."),
        *_list([one.line for one in note.came], note.answers - len(note.came)),
        Heading(1, (Text("What waits"),)),
        *(_list(list(note.waits.lines()), 0) or [_paragraph("Nothing.")]),
        Heading(1, (Text("What is due"),)),
        *(_list([_due(one) for one in note.due], note.more_due) or [_paragraph("Nothing in the next two weeks.")]),
        *_late(note),
    ]


def _late(note: Note) -> list[Block]:
    if not note.late:
        return [_paragraph("No letter is past its deadline.")]
    parts = [f"{part.name}: {part.letters}, the first since {_day(part.since)}" for part in note.late[:MOST_PARTS]]
    said = f"{_count(note.late_letters, 'letter')} past the deadline without an answer:"
    return [_paragraph(said), *_list(parts, len(note.late) - MOST_PARTS)]


def _due(one: Due) -> str:
    opened = f", {one.open} open" if one.open else ""
    return f"{_day(one.day)}: {one.what}{opened}"


def _list(lines: Sequence[str], more: int) -> list[Block]:
    shown = [*lines, f"and {more} more"] if more > 0 else lines
    return [BulletList(tuple((_paragraph(line),) for line in shown))] if shown else []


def _paragraph(text: str) -> Paragraph:
    return Paragraph((Text(text),))


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def title(note: Note) -> str:
    """The heading of the note."""
    return f"Morning note, {note.day:%A} {_day(note.day)}"


def as_text(note: Note) -> str:
    """The note as plain text, for a mail or a terminal."""
    return f"{title(note).upper()}\n\n{to_text(blocks(note), width=100)}"


def as_pdf(note: Note, office: str) -> bytes:
    """The note as a page of PDF; the same note gives the same bytes."""
    style = Style(
        timestamp=datetime.combine(note.day, time(), tzinfo=UTC), masthead=(office,), footer="For the office only", body_size=10
    )
    return to_pdf(Document(language="en", title=title(note), blocks=tuple(blocks(note))), style)
