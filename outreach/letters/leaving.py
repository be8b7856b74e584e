"""What a letter itself says against its leaving, asked again just before each claim."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from outreach.contacts.models import Holder, Organisation, Person, Post
from outreach.letters.models import Letter, LetterAddressee, RecipientKind


def reason_to_stay(session: Session, letter: Letter, *, needs_address: bool) -> str | None:
    """Why this letter may not leave as things stand now, in words; None when nothing is against it."""
    if needs_address and not any(one.kind is RecipientKind.TO for one in letter.version_now.recipients):
        return "it has no e-mail address: print it, or record an address and draft it again"
    wish = _do_not_contact(session, letter)
    return f"not to be contacted: {wish}" if wish else None


def _do_not_contact(session: Session, letter: Letter) -> str | None:
    dated = letter.version_now.dated
    rows = session.execute(
        select(Organisation.do_not_contact, Post.do_not_contact, Person.do_not_contact)
        .select_from(LetterAddressee)
        .join(Post, Post.id == LetterAddressee.post_id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .outerjoin(
            Holder,
            (Holder.post_id == Post.id)
            & or_(Holder.from_date.is_(None), Holder.from_date <= dated)
            & or_(Holder.to_date.is_(None), Holder.to_date >= dated),
        )
        .outerjoin(Person, Person.id == Holder.person_id)
        .where(LetterAddressee.letter_id == letter.id)
    )
    return next((wish for row in rows for wish in row if wish), None)
