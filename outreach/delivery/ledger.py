"""The delivery ledger, streamed or page by page, and the letters whose outcome is in doubt."""

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from outreach.campaigns.models import Campaign
from outreach.delivery.models import Attempt, Outcome
from outreach.letters.models import Letter, LetterState

IN_DOUBT = (LetterState.LEAVING, LetterState.UNKNOWN)
PLACED = (LetterState.PLACED,)


def attempts(session: Session, *, campaign: Campaign | None = None, offset: int, limit: int) -> Sequence[Attempt]:
    """Attempts with their letters and outcomes, latest first; of one campaign, or of all."""
    query = select(Attempt).options(joinedload(Attempt.letter), selectinload(Attempt.outcomes)).order_by(Attempt.id.desc())
    if campaign is not None:
        query = query.join(Letter, Letter.id == Attempt.letter_id).where(Letter.campaign_id == campaign.id)
    return session.scalars(query.offset(offset).limit(limit)).all()


def of_letter(session: Session, letter: Letter) -> Sequence[Attempt]:
    """Every attempt to let this letter leave, oldest first, with its outcomes."""
    query = select(Attempt).filter_by(letter_id=letter.id).options(selectinload(Attempt.outcomes))
    return session.scalars(query.order_by(Attempt.id)).all()


def in_doubt(session: Session, *, offset: int, limit: int) -> Sequence[Letter]:
    """Letters of which nobody can say whether they left, by number: a sender died, or is at work just now."""
    return _in_state(session, IN_DOUBT, offset, limit)


def count_in_doubt(session: Session) -> int:
    """How many letters are in doubt."""
    return _count(session, IN_DOUBT)


def placed(session: Session, *, offset: int, limit: int) -> Sequence[Letter]:
    """Letters that lie among the drafts of the mailbox for a person to send, as far as is known, by number."""
    return _in_state(session, PLACED, offset, limit)


def count_placed(session: Session) -> int:
    """How many letters lie among the drafts of the mailbox, as far as is known."""
    return _count(session, PLACED)


def _in_state(session: Session, states: Sequence[LetterState], offset: int, limit: int) -> Sequence[Letter]:
    query = select(Letter).where(Letter.state.in_(states)).options(joinedload(Letter.campaign)).order_by(Letter.id)
    return session.scalars(query.offset(offset).limit(limit)).all()


def _count(session: Session, states: Sequence[LetterState]) -> int:
    return session.scalar(select(func.count()).select_from(Letter).where(Letter.state.in_(states))) or 0


def entries(session: Session, reference: str | None = None) -> Iterator[dict[str, object]]:
    """Every attempt with every outcome, oldest first, streamed."""
    query = (
        select(Attempt, Letter.reference, Outcome)
        .join(Letter, Letter.id == Attempt.letter_id)
        .outerjoin(Outcome, Outcome.attempt_id == Attempt.id)
        .order_by(Attempt.id, Outcome.id)
    )
    if reference:
        query = query.where(Letter.reference == reference)
    for attempt, letter_reference, outcome in session.execute(query, execution_options={"yield_per": 1000}):
        yield {
            "reference": letter_reference,
            "outbox": attempt.outbox,
            "channel": attempt.channel.value,
            "started_at": attempt.started_at.isoformat(timespec="seconds"),
            "started_by": attempt.started_by,
            "ended_at": attempt.ended_at.isoformat(timespec="seconds") if attempt.ended_at else None,
            "dispatched_on": attempt.dispatched_on,
            "rehearsal": attempt.rehearsal,
            "recipient": outcome.recipient if outcome else None,
            "result": outcome.result.value if outcome else (attempt.result.value if attempt.result else "open"),
            "reply": outcome.reply if outcome else attempt.detail,
        }
