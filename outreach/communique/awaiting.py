"""What a version before its reviewers still waits for: their word until the hour, and decisions on what they proposed."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from outreach.communique.models import CommuniqueVersion
from outreach.communique.reviews import Outcome, Proposal, Review, Reviewer, Word
from outreach.errors import Refused


def standing(one: Reviewer, review: Review, at: datetime) -> str:
    """How a reviewer stands at an instant: by their word, or by their silence once the time is over."""
    if one.word is Word.NO_WORD:
        return "agrees by silence" if at > review.until else "no word"
    return str(one.word.value)


def open_proposals(session: Session, review: Review) -> int:
    """How many proposals of a review nobody has decided on."""
    of_review = select(Reviewer.id).where(Reviewer.review_id == review.id)
    query = (
        select(func.count()).select_from(Proposal).where(Proposal.reviewer_id.in_(of_review), Proposal.outcome == Outcome.OPEN)
    )
    return session.scalar(query) or 0


def must_be_over(session: Session, version: CommuniqueVersion, at: datetime) -> None:
    """Raise Refused while a review of this version still runs, or a proposal of it waits for a decision."""
    review = session.scalar(select(Review).filter_by(version_id=version.id).options(selectinload(Review.reviewers)))
    if review is None:
        return
    waiting = [one for one in review.reviewers if standing(one, review, at) == "no word"]
    if waiting:
        raise Refused(
            f"{len(waiting)} of {len(review.reviewers)} reviewers have said nothing yet, and the review ends on "
            f"{review.until:%d %B %Y, %H:%M} UTC; wait for them, or record their word."
        )
    if undecided := open_proposals(session, review):
        raise Refused(f"{undecided} proposals of reviewers wait for a decision; accept or decline each first.")
