"""A call sheet: whom one speaks to, the last letters, what was said, what to ask; on one sheet before one telephones."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from outreach.campaigns.models import Question
from outreach.contacts import finding
from outreach.contacts.models import AddressKind, Organisation, Post
from outreach.letters.models import AT_HOME, Letter, LetterAddressee, LetterState
from outreach.responses import closing, engagements, lines, shelf
from outreach.responses.engagements import Wanted
from outreach.responses.lines import ResponseLine
from outreach.responses.models import Engagement, Response, ResponseAuthor

LAST = 5


@dataclass(frozen=True)
class Person:
    """Somebody to speak to: the post, who holds it, how to reach them."""

    post: str
    name: str
    reach: Sequence[str]


@dataclass(frozen=True)
class LetterLine:
    """A letter that left: what became of it, and by when its answer was asked for."""

    reference: str
    subject: str
    dated: date
    due: date | None
    closed: bool


@dataclass(frozen=True)
class CallSheet:
    """All of it; `ask` are the sentences to bring up."""

    organisation: str
    key: str
    people: Sequence[Person]
    letters: Sequence[LetterLine]
    came: Sequence[ResponseLine]
    said: Sequence[Engagement]
    ask: Sequence[str]


def brief(session: Session, name: str, *, today: date, language: str = "en") -> CallSheet:
    """The call sheet of the organisation with this key, acronym or name; raises NotFound when there is none."""
    found = finding.whole(session, shelf.organisations_named(session, [name])[0].key)
    letters = _letters(session, found)
    told = engagements.page(session, Wanted(organisation=found.id), limit=20)
    its_own = select(ResponseAuthor.response_id).where(ResponseAuthor.organisation_id == found.id)
    return CallSheet(
        organisation=found.name,
        key=found.key,
        people=[_person(post, today) for post in found.posts if post.merged_into_id is None],
        letters=letters,
        came=lines.latest(session, Response.id.in_(its_own), limit=LAST),
        said=told,
        ask=list(_ask(session, found, letters, told, today, language)),
    )


def _person(post: Post, today: date) -> Person:
    holder = finding.holder_on(post, today)
    theirs = (None, holder.id if holder else None)
    addresses = [one for one in post.addresses if one.holder_id in theirs]
    reach = [one.value for one in addresses if one.kind in (AddressKind.TELEPHONE, AddressKind.EMAIL)]
    title = ", ".join(filter(None, [post.title or post.kind.replace("-", " "), post.seat.replace("-", " ")]))
    return Person(title, holder.person.full_name if holder else "vacant", tuple(dict.fromkeys(reach)))


def _letters(session: Session, organisation: Organisation) -> list[LetterLine]:
    to_it = select(LetterAddressee.letter_id).join(Post, Post.id == LetterAddressee.post_id)
    query = select(Letter).where(Letter.id.in_(to_it.where(Post.organisation_id == organisation.id)))
    query = query.where(Letter.state.not_in([*AT_HOME, LetterState.CANCELLED]))
    whole = query.options(selectinload(Letter.versions)).order_by(Letter.id.desc())
    letters = session.scalars(whole.limit(LAST)).all()
    numbers = [letter.id for letter in letters]
    due, closed = closing.deadlines(session, numbers), closing.closed(session, numbers)
    return [
        LetterLine(
            letter.reference, letter.version_now.subject, letter.version_now.dated, due.get(letter.id), letter.id in closed
        )
        for letter in letters
    ]


def _ask(
    session: Session,
    organisation: Organisation,
    letters: Sequence[LetterLine],
    told: Sequence[Engagement],
    today: date,
    language: str,
) -> Iterator[str]:
    for one in told:
        if one.is_open:
            by = f", by {one.due}" if one.due else ""
            yield f"{one.owner}: {one.what}{by}"
    for letter in letters:
        if not letter.closed:
            late = f", which was due by {letter.due}" if letter.due and letter.due < today else ""
            yield f"The answer to {letter.reference}{late}."
    yield from _questions(session, [letter.reference for letter in letters if not letter.closed], language)


def _questions(session: Session, references: Sequence[str], language: str) -> Iterator[str]:
    of_these = select(Letter.campaign_id).where(Letter.reference.in_(references))
    query = select(Question).where(Question.campaign_id.in_(of_these)).order_by(Question.campaign_id, Question.position)
    for question in session.scalars(query):
        yield question.wordings.get(language) or next(iter(question.wordings.values()), question.code)


def in_words(sheet: CallSheet) -> str:
    """The sheet as plain text."""
    parts = [
        sheet.organisation.upper(),
        _part("Who", (f"{one.name}, {one.post}: {', '.join(one.reach) or 'no number or address'}" for one in sheet.people)),
        _part("Last letters", map(_letter, sheet.letters)),
        _part("What came", (f"{one.received_on}: {one.kind.value}, {one.subject or 'no subject'}" for one in sheet.came)),
        _part("What was said", map(_told, sheet.said)),
        _part("To ask", sheet.ask),
    ]
    return "\n\n".join(parts)


def _part(head: str, told: Iterable[str]) -> str:
    found = [f"  - {line}" for line in told]
    return "\n".join([head, "-" * len(head), *(found or ["  nothing"])])


def _letter(one: LetterLine) -> str:
    due = f", due {one.due}" if one.due else ""
    return f"{one.reference} of {one.dated}: {one.subject}{due}, {'answered' if one.closed else 'open'}"


def _told(one: Engagement) -> str:
    outcome = f" Outcome: {one.outcome}" if one.outcome else ""
    said = f" {one.said}" if one.said else ""
    who = f" with {one.with_whom}" if one.with_whom else ""
    return f"{one.on}, {one.kind.value.replace('-', ' ')}{who} ({one.owner}): {one.what}.{said}{outcome}"
