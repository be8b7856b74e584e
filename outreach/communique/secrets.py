"""Who may not be named, and every word that would name them: names, organisations, domains, addresses."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from outreach.campaigns.models import Campaign
from outreach.communique.gathering import NAMED, Contribution, Material, person_of
from outreach.contacts.models import Address, Holder, Organisation, Person, Post
from outreach.inputs.models import AttributionLevel
from outreach.letters.models import Letter
from outreach.responses.models import IncomingMail, Response, ResponseAuthor, ResponseKind, ResponseLetter

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
# Scripts that write words without spaces between them, or join particles to them: there a name is found anywhere.
_SPACED = re.compile(r"[ -~\u00a0-\u058f\u1c80-\u1c8f\u1e00-\u1fff\u2000-\u206f\u2c60-\u2dff\ua640-\ua69f]*")


def folded(text: str, *, case: bool = False) -> str:
    """`text` as it is compared: without accents, invisible characters, line ends and (unless `case`) capitals."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", _UNSEEN.sub("", text)) if not unicodedata.combining(c))
    return " ".join((bare if case else bare.casefold()).split())


@dataclass(frozen=True)
class Haystack:
    """A text to look for words in, folded once."""

    text: str

    @cached_property
    def low(self) -> str:
        """Without capitals."""
        return folded(self.text)

    @cached_property
    def high(self) -> str:
        """With its capitals, for acronyms: "WHO" is not "who"."""
        return folded(self.text, case=True)


@dataclass(frozen=True)
class Secret:
    """A word or phrase that would name the author of `response`."""

    word: str
    response: int
    acronym: bool = False

    @cached_property
    def needle(self) -> str:
        """What is looked for."""
        return folded(self.word, case=self.acronym)

    def stands_in(self, haystack: Haystack) -> bool:
        """Whether the word occurs, as a word where its script parts words."""
        text = haystack.high if self.acronym else haystack.low
        if self.needle not in text:
            return False
        if not _SPACED.fullmatch(self.needle):
            return True
        return re.search(rf"(?<!\w){re.escape(self.needle)}(?!\w)", text) is not None


def secrets(session: Session, campaigns: Sequence[Campaign], material: Material) -> list[Secret]:
    """Every word that would name somebody who answered and may not be named; seven queries.

    An answer that was withdrawn, superseded or set aside names nobody either. What also names somebody who may be named is
    no secret.
    """
    responses = _responses(session, campaigns)
    allowed = _Allowed.by(material)
    authors = [(author, response.id) for response in responses for author in response.authors]
    organisations = {one.id: (one, n) for author, n in authors if (one := author.organisation) is not None}
    persons = {person.id: (person, n) for author, n in authors if (person := person_of(author)) is not None}
    organisations = {number: one for number, one in organisations.items() if number not in allowed.organisations}
    persons = {number: one for number, one in persons.items() if number not in allowed.persons}
    found = [
        *(secret for one, number in organisations.values() for secret in _of_organisation(one, number)),
        *(Secret(word, number) for one, number in persons.values() for word in _of_person(one)),
        *_addresses(session, {n: r for n, (_, r) in organisations.items()}, {n: r for n, (_, r) in persons.items()}),
        *(secret for response in responses for secret in _as_written(response, allowed)),
        *_senders(session, [response.id for response in responses if response.id not in allowed.attributed]),
    ]
    return list({(one.needle, one.acronym): one for one in found if _matters(one, allowed)}.values())


@dataclass(frozen=True)
class _Allowed:
    """What may be told, by numbers and by folded words."""

    organisations: frozenset[int]
    persons: frozenset[int]
    named: frozenset[int]
    attributed: frozenset[int]
    words: frozenset[str]

    @classmethod
    def by(cls, material: Material) -> "_Allowed":
        levels = [(one, one.level) for one in material.used]
        levels += [(one.contribution, one.level) for one in material.extracts]
        named = [one for one, level in levels if level in NAMED]
        attributed = [one for one, level in levels if level is AttributionLevel.ATTRIBUTED]
        organisations = {one.id: one for contribution in named for one in contribution.organisations}
        persons = {one.id: one for contribution in attributed for one in _persons(contribution)}
        words = [word for one in organisations.values() for word in (one.acronym, one.domain, *_names(one))]
        words += [word for one in persons.values() for word in _of_person(one)]
        return cls(
            frozenset(organisations),
            frozenset(persons),
            frozenset(one.number for one in named),
            frozenset(one.number for one in attributed),
            frozenset(folded(word) for word in words),
        )


def _persons(contribution: Contribution) -> list[Person]:
    return [person for author in contribution.response.authors if (person := person_of(author))]


def _matters(secret: Secret, allowed: _Allowed) -> bool:
    return len(secret.needle) > 1 and folded(secret.word) not in allowed.words


def _responses(session: Session, campaigns: Sequence[Campaign]) -> Sequence[Response]:
    of_campaigns = (
        select(ResponseLetter.response_id)
        .join(Letter, Letter.id == ResponseLetter.letter_id)
        .where(Letter.campaign_id.in_([campaign.id for campaign in campaigns]))
    )
    authors = selectinload(Response.authors)
    return session.scalars(
        select(Response)
        .where(Response.id.in_(of_campaigns), Response.kind == ResponseKind.SUBSTANTIVE)
        .options(authors.joinedload(ResponseAuthor.organisation).selectinload(Organisation.names))
        .options(authors.joinedload(ResponseAuthor.person))
        .order_by(Response.id)
    ).all()


def _of_organisation(organisation: Organisation, response: int) -> Iterator[Secret]:
    yield Secret(organisation.acronym, response, acronym=True)
    for word in (organisation.domain, *_names(organisation)):
        yield Secret(word, response)


def _names(organisation: Organisation) -> Iterator[str]:
    yield organisation.name
    for name in organisation.names:
        yield from (name.short, name.formal, name.running)


def _of_person(person: Person) -> Iterator[str]:
    yield person.full_name
    given, family = person.given_name.strip(), person.family_name.strip()
    if given and family:
        yield from (f"{given} {family}", f"{family} {given}", f"{family}, {given}")
    if family:
        yield from (f"{title} {family}" for title in ("Mr.", "Ms.", "Mrs.", "Mr", "Ms", "Mrs", "Dr", "Dr.", "M.", "Mme"))


def _addresses(session: Session, organisations: Mapping[int, int], persons: Mapping[int, int]) -> Iterator[Secret]:
    """E-mail and postal addresses and telephones of these organisations' posts and of these persons (each with a response)."""
    rows = session.execute(
        select(Address.value, Post.organisation_id, Holder.person_id)
        .join(Post, Post.id == Address.post_id)
        .outerjoin(Holder, Holder.id == Address.holder_id)
        .where(or_(Post.organisation_id.in_(organisations), Holder.person_id.in_(persons)))
    )
    for value, organisation, person in rows:
        yield Secret(value, organisations.get(organisation) or persons[person or 0])


def _as_written(response: Response, allowed: _Allowed) -> Iterator[Secret]:
    """The author and the group spoken for as they stand on what came."""
    if response.id not in allowed.named:
        yield Secret(response.on_behalf_of, response.id)
    if response.id not in allowed.attributed:
        yield from (Secret(author.name, response.id) for author in response.authors)


def _senders(session: Session, responses: Sequence[int]) -> Iterator[Secret]:
    rows = session.execute(
        select(IncomingMail.sender_address, IncomingMail.sender_name, IncomingMail.response_id).where(
            IncomingMail.response_id.in_(responses)
        )
    )
    for address, name, response in rows:
        yield Secret(address, response or 0)
        # A single word is as often a function ("Secretariat") as a name, and would be found in any text.
        if len(name.split()) > 1:
            yield Secret(name, response or 0)
