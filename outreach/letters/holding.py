"""Letters that must wait for a reason of the office's own, and addressees that a campaign does not write to after all."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.campaigns import planning
from outreach.campaigns.models import Campaign
from outreach.contacts.models import Post
from outreach.errors import Refused
from outreach.journal import Actor, Role
from outreach.letters import editing
from outreach.letters.models import Letter, LetterAddressee, LetterState


def hold(session: Session, letter: Letter, because: str, *, by: Actor, at: datetime) -> None:
    """Keep the letter from leaving until it is released; its approval stands.

    Raises Refused without a reason, and once it has left.
    """
    by.must_be(Role.DRAFTER, "hold letters")
    letter.hold(because)
    session.flush()
    journal.record(session, by, "held", f"letter {letter.reference}", at=at, because=letter.held_because)


def release(session: Session, letter: Letter, *, by: Actor, at: datetime) -> None:
    """Let the letter leave again, if nothing else keeps it; raises Refused when it is not held."""
    by.must_be(Role.DRAFTER, "release letters")
    was = letter.release()
    session.flush()
    journal.record(session, by, "released", f"letter {letter.reference}", at=at, held_because=was)


def leave_out(session: Session, campaign: Campaign, post: Post, because: str, *, by: Actor, at: datetime) -> Letter | None:
    """Do not write to `post` in this campaign after all; a letter to it that has not left is cancelled, and given.

    Raises NotFound when the campaign does not write to it; Refused without a reason, once its letter has left, and when that
    letter is to others as well.
    """
    row = planning.addressee(session, campaign, post)
    letter = _letter_to(session, campaign, post)
    if letter is not None:
        letter.must_be_at_home(f"left out of {campaign.slug}")
        if len(letter.addressees) > 1:
            raise Refused(
                f"{letter.reference} is to others as well, jointly with {post.key}; cancel it, then leave {post.key} out."
            )
    planning.leave_out(session, row, because, by=by, at=at)
    if letter is not None:
        editing.cancel(session, letter, f"{post.key} is left out of {campaign.slug}: {row.left_out}", by=by, at=at)
    return letter


def _letter_to(session: Session, campaign: Campaign, post: Post) -> Letter | None:
    query = (
        select(Letter)
        .join(LetterAddressee, LetterAddressee.letter_id == Letter.id)
        .where(LetterAddressee.post_id == post.id, Letter.campaign_id == campaign.id, Letter.state != LetterState.CANCELLED)
        .order_by(Letter.id.desc())
    )
    return session.scalars(query.limit(1)).first()
