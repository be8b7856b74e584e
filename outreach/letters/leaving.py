"""What letters themselves say against their leaving, asked again just before each claim."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from outreach.contacts.models import Holder, Organisation, Person, Post
from outreach.letters.addressed import HOLDER_CHANGED, changed_among
from outreach.letters.models import (
    AT_HOME,
    Letter,
    LetterAddressee,
    LetterRelation,
    LetterState,
    LetterVersion,
    RecipientKind,
)

CHUNK = 500
NO_ADDRESS = "it has no e-mail address: print it, or record an address and draft it again"


def reasons_to_stay(session: Session, letters: Sequence[Letter], *, needs_address: bool) -> Mapping[int, str]:
    """Why letters may not leave as things stand now, in words by letter id; those with nothing against them are left out.

    Three queries for every 500 letters.
    """
    reasons: dict[int, str] = {}
    if needs_address:
        reasons |= {letter.id: NO_ADDRESS for letter in letters if not _has_address(letter)}
    for start in range(0, len(letters), CHUNK):
        chunk = letters[start : start + CHUNK]
        numbers = [letter.id for letter in chunk]
        # Of several reasons the one that stands last here is said.
        reasons |= _written_twice(session, numbers)
        reasons |= dict.fromkeys(changed_among(session, numbers), HOLDER_CHANGED)
        reasons |= {letter.id: f"held: {letter.held_because}" for letter in chunk if letter.held_because}
        wishes = _do_not_contact(session, numbers)
        reasons |= {number: f"not to be contacted: {wish}" for number, wish in wishes.items()}
    return reasons


def of_another_day(letters: Sequence[Letter], today: date) -> Mapping[int, str]:
    """Why letters that bear another date than today's may not leave, by letter id: a letter's date is the day it leaves."""
    return {
        letter.id: f"it is dated {letter.version_now.dated:%d %B %Y}; redate it, and have it approved again"
        for letter in letters
        if letter.version_now.dated != today
    }


def _has_address(letter: Letter) -> bool:
    return any(one.kind is RecipientKind.TO for one in letter.version_now.recipients)


def _do_not_contact(session: Session, letter_ids: Sequence[int]) -> dict[int, str]:
    dated = LetterVersion.dated
    rows = session.execute(
        select(Letter.id, Organisation.do_not_contact, Post.do_not_contact, Person.do_not_contact)
        .join(LetterVersion, (LetterVersion.letter_id == Letter.id) & (LetterVersion.number == Letter.current))
        .join(LetterAddressee, LetterAddressee.letter_id == Letter.id)
        .join(Post, Post.id == LetterAddressee.post_id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .outerjoin(
            Holder,
            (Holder.post_id == Post.id)
            & or_(Holder.from_date.is_(None), Holder.from_date <= dated)
            & or_(Holder.to_date.is_(None), Holder.to_date >= dated),
        )
        .outerjoin(Person, Person.id == Holder.person_id)
        .where(Letter.id.in_(letter_ids))
    )
    return {number: wish for number, *wishes in rows for wish in wishes if wish}


def _written_twice(session: Session, letter_ids: Sequence[int]) -> dict[int, str]:
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
        .where(Letter.id.in_(letter_ids), other.state != LetterState.CANCELLED, first, ~exists().where(or_(pair, turned)))
        .order_by(Letter.id, other.id)
    )
    return {number: f"{reference} of this campaign goes to the same post; cancel one of them" for number, reference in rows}
