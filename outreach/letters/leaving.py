"""What letters themselves say against their leaving, asked again just before each claim."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session, aliased

from outreach.contacts import wishes
from outreach.contacts.models import Holder, Organisation, Person, Post
from outreach.letters.addressed import HOLDER_CHANGED, changed_among
from outreach.letters.models import (
    AT_HOME,
    Letter,
    LetterAddressee,
    LetterRecipient,
    LetterRelation,
    LetterState,
    LetterVersion,
    RecipientKind,
)

NO_ADDRESS = "it has no e-mail address: print it, or record an address and draft it again"
_IS_CURRENT = (LetterVersion.letter_id == Letter.id) & (LetterVersion.number == Letter.current)
# Letters by their numbers, or by a query of those: one letter before it is claimed, or all that wait in a campaign.
Numbers = Sequence[int] | Select[int]


def reasons_to_stay(session: Session, letters: Numbers, *, needs_address: bool) -> Mapping[int, str]:
    """Why letters may not leave as things stand now, in words by letter id; those with nothing against them are left out.

    Five queries, which give rows of letters that stay and of no others.
    """
    wishes = _do_not_contact(session, letters)
    # Of several reasons the one that stands last here is said.
    return {
        **(_without_address(session, letters) if needs_address else {}),
        **_written_twice(session, letters),
        **dict.fromkeys(changed_among(session, letters), HOLDER_CHANGED),
        **_held(session, letters),
        **{number: f"not to be contacted: {wish}" for number, wish in wishes.items()},
    }


def of_another_day(session: Session, letters: Numbers, today: date) -> Mapping[int, str]:
    """Why letters that bear another date than today's may not leave, by letter id: a letter's date is the day it leaves."""
    query = select(Letter.id, LetterVersion.dated).join(LetterVersion, _IS_CURRENT)
    return {
        number: f"it is dated {dated:%d %B %Y}; redate it, and have it approved again"
        for number, dated in session.execute(query.where(Letter.id.in_(letters), LetterVersion.dated != today))
    }


def _without_address(session: Session, letters: Numbers) -> dict[int, str]:
    to = exists().where(LetterRecipient.letter_version_id == LetterVersion.id, LetterRecipient.kind == RecipientKind.TO)
    query = select(Letter.id).join(LetterVersion, _IS_CURRENT).where(Letter.id.in_(letters), ~to)
    return dict.fromkeys(session.scalars(query), NO_ADDRESS)


def _held(session: Session, letters: Numbers) -> dict[int, str]:
    query = select(Letter.id, Letter.held_because).where(Letter.id.in_(letters), Letter.held_because != "")
    return {number: f"held: {reason}" for number, reason in session.execute(query)}


def _do_not_contact(session: Session, letters: Numbers) -> dict[int, str]:
    dated = LetterVersion.dated
    addressed = aliased(Post)
    rows = session.execute(
        select(Letter.id, Organisation.do_not_contact, Post.do_not_contact, Person.do_not_contact)
        .join(LetterVersion, _IS_CURRENT)
        .join(LetterAddressee, LetterAddressee.letter_id == Letter.id)
        .join(addressed, addressed.id == LetterAddressee.post_id)
        # What holds for the body that hands a letter on holds for the letter.
        .join(Post, Post.id.in_([addressed.id, addressed.through_id]))
        .join(Organisation, Organisation.id == Post.organisation_id)
        .outerjoin(
            Holder,
            (Holder.post_id == Post.id)
            & or_(Holder.from_date.is_(None), Holder.from_date <= dated)
            & or_(Holder.to_date.is_(None), Holder.to_date >= dated),
        )
        .outerjoin(Person, Person.id == Holder.person_id)
        .where(Letter.id.in_(letters))
        .where(LetterAddressee.post_id.in_(wishes.reached()))
    )
    return {number: wish for number, *wishes in rows for wish in wishes if wish}


def _written_twice(session: Session, letters: Numbers) -> dict[int, str]:
    """Letters whose post has another letter of the campaign: two contacts that were written to apart became one since.

    The earlier of two goes; a reminder or a correction is meant to follow.
    """
    other, theirs = aliased(Letter), aliased(LetterAddressee)
    pair = (LetterRelation.letter_id == Letter.id) & (LetterRelation.other_id == other.id)
    turned = (LetterRelation.letter_id == other.id) & (LetterRelation.other_id == Letter.id)
    first = other.state.not_in(AT_HOME) | ((other.state == LetterState.APPROVED) & (other.id < Letter.id))
    rows = session.execute(
        select(Letter.id, other.reference)
        .join(LetterAddressee, LetterAddressee.letter_id == Letter.id)
        .join(theirs, theirs.post_id == LetterAddressee.post_id)
        .join(other, (other.id == theirs.letter_id) & (other.campaign_id == Letter.campaign_id) & (other.id != Letter.id))
        .where(Letter.id.in_(letters), other.state != LetterState.CANCELLED, first, ~exists().where(or_(pair, turned)))
        .order_by(Letter.id, other.id)
    )
    return {number: f"{reference} of this campaign goes to the same post; cancel one of them" for number, reference in rows}
