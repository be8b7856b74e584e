"""Finding responses, letters that may be answered, and who is meant by a name."""

from collections.abc import Collection, Sequence

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from outreach.campaigns.models import Campaign
from outreach.contacts import finding
from outreach.contacts.models import Organisation, Post
from outreach.errors import NotFound, Refused
from outreach.letters.models import Letter, LetterAddressee, LetterRecipient, LetterState, LetterVersion
from outreach.responses.closing import MAY_BE_ANSWERED, pieces
from outreach.responses.models import Response, ResponseAuthor, ResponseLetter

# What a response is shown with, in as many queries whatever the number of responses.
WHOLE = (
    selectinload(Response.authors).joinedload(ResponseAuthor.organisation),
    selectinload(Response.authors).joinedload(ResponseAuthor.person),
    selectinload(Response.answers).joinedload(ResponseLetter.letter),
    selectinload(Response.files),
)


def get(session: Session, number: int) -> Response:
    """The response with this number, its authors, letters and files read with it; raises NotFound."""
    found = session.get(Response, number, options=WHOLE)
    if found is None:
        raise NotFound(
            f"There is no response {number}; look it up in the list.", to_type="`outreach responses list` shows them."
        )
    return found


def listing(session: Session, campaign: str | None = None) -> Sequence[Response]:
    """All responses by number, or those to a campaign's letters; raises NotFound when there is no such campaign."""
    query = select(Response).options(*WHOLE).order_by(Response.id)
    if campaign is not None:
        answers = ResponseLetter.response_id == Response.id
        its_own = Letter.campaign_id == campaign_id(session, campaign)
        query = query.where(exists().where(answers, ResponseLetter.letter_id == Letter.id, its_own))
    return session.scalars(query).all()


def campaign_id(session: Session, slug: str) -> int:
    """The number of the campaign with this slug; raises NotFound."""
    found = session.scalar(select(Campaign.id).where(Campaign.slug == slug))
    if found is None:
        raise NotFound(
            f"There is no campaign {slug!r}; look it up in the list.", to_type="`outreach campaigns list` shows them."
        )
    return found


def answerable(session: Session, references: Sequence[str]) -> list[Letter]:
    """The letters with these references, in their order.

    Raises NotFound for one that does not exist, Refused for one that never left: nothing can answer it.
    """
    wanted = list(dict.fromkeys(references))
    found = {letter.reference: letter for letter in session.scalars(select(Letter).where(Letter.reference.in_(wanted)))}
    for reference in wanted:
        if reference not in found:
            raise NotFound(
                f"There is no letter {reference}; look it up in the list.", to_type="`outreach letters list` shows them."
            )
        if found[reference].state not in MAY_BE_ANSWERED:
            raise Refused(never_left(reference, found[reference].state))
    return [found[reference] for reference in wanted]


def never_left(reference: str, state: LetterState) -> str:
    """Say why nothing can answer this letter."""
    what = {LetterState.CANCELLED: "was cancelled", LetterState.APPROVED: "is approved but has not left"}
    said = what.get(state, "is a draft")
    return f"Letter {reference} {said}, so nothing can answer it; check the reference."


def organisations_of(session: Session, letter_ids: Collection[int]) -> dict[int, list[int]]:
    """The organisations that each of these letters is addressed to, in its order."""
    found: dict[int, list[int]] = {number: [] for number in letter_ids}
    for piece in pieces(letter_ids):
        query = (
            select(LetterAddressee.letter_id, Post.organisation_id)
            .join(Post, Post.id == LetterAddressee.post_id)
            .where(LetterAddressee.letter_id.in_(piece))
            .order_by(LetterAddressee.letter_id, LetterAddressee.position)
        )
        for letter_id, organisation_id in session.execute(query):
            if organisation_id not in found[letter_id]:
                found[letter_id].append(organisation_id)
    return found


def organisations_named(session: Session, names: Sequence[str]) -> list[Organisation]:
    """The organisations with these keys, acronyms or names, in their order.

    Raises NotFound for one that is not in the directory, Refused for one that fits several.
    """
    return [_organisation(session, name) for name in dict.fromkeys(names)]


def _organisation(session: Session, name: str) -> Organisation:
    by_key = session.scalar(select(Organisation).where(Organisation.key == name))
    if by_key is not None:
        return finding.living(session, by_key)
    lower = name.lower()
    named = or_(func.lower(Organisation.name) == lower, func.lower(Organisation.acronym) == lower)
    living = Organisation.merged_into_id.is_(None)
    found = session.scalars(select(Organisation).where(named, living).order_by(Organisation.key)).all()
    if not found:
        raise NotFound(f"No organisation {name!r} is in the directory; add it, or give the author as a name only.")
    if len(found) > 1:
        keys = ", ".join(each.key for each in found)
        raise Refused(f"{name!r} fits several organisations; name one by its key: {keys}.")
    return found[0]


def author_names(response: Response) -> list[str]:
    """Who speaks, as the office names them."""
    return [_author_name(author) for author in response.authors]


def _author_name(author: ResponseAuthor) -> str:
    organisation = author.organisation.name if author.organisation else ""
    person = author.person.full_name if author.person else author.name
    return ", ".join(filter(None, [person, organisation]))


def sent_to(session: Session, addresses: Collection[str]) -> Sequence[Letter]:
    """The letters that may have gone to one of these e-mail addresses (lower case), the latest first."""
    went = (
        select(LetterVersion.letter_id)
        .join(LetterRecipient, LetterRecipient.letter_version_id == LetterVersion.id)
        .where(func.lower(LetterRecipient.address).in_(addresses))
    )
    query = select(Letter).where(Letter.id.in_(went), Letter.state.in_(MAY_BE_ANSWERED)).order_by(Letter.id.desc())
    return session.scalars(query).all()
