"""Batches: approved letters set for a time. What is due leaves by the word of whoever set it, and goes on where it was."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, insert, select
from sqlalchemy.orm import Session, joinedload, selectinload

from outreach import jobs, journal
from outreach.campaigns.models import Campaign
from outreach.delivery.claiming import MAY_BE_CLAIMED
from outreach.delivery.models import Attempt, Batch, BatchLetter, Result
from outreach.delivery.recording import Sent
from outreach.errors import Invalid, NotFound, Refused
from outreach.journal import Actor, Role
from outreach.letters import register
from outreach.letters.models import Letter, LetterState

# A batch that could not leave in this time is old news; whoever still wants it sets it anew.
OPEN_FOR = timedelta(days=7)


def instant(text: str, zone: ZoneInfo) -> datetime:
    """An instant as people write it: "2025-01-28 09:00" by the clock in `zone`, or with Z or an offset. Given in UTC.

    Raises Invalid when it cannot be read, and for a time that the clock there skips or shows twice.
    """
    try:
        said = datetime.fromisoformat(text.strip())
        if not 1945 <= said.year < 2200:
            raise ValueError(said.year)
    except ValueError:
        raise Invalid(f"{text!r} is no time; write 2025-01-28 09:00, or 2025-01-28T08:00Z for UTC.") from None
    if said.tzinfo is None:
        first, second = (said.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        if first != second:
            raise Invalid(
                f"The clock in {zone} changes at {text.strip()}; write the time in UTC, such as {first:%Y-%m-%dT%H:%MZ}."
            )
        return first
    return said.astimezone(UTC)


def told(at: datetime, zone: ZoneInfo) -> str:
    """An instant in words: by the clock in `zone`, and in UTC where that differs."""
    there = at.astimezone(zone)
    utc = "" if there.utcoffset() == timedelta(0) else f" ({at.astimezone(UTC):%d %B, %H:%M} UTC)"
    return f"{there:%d %B %Y, %H:%M} {zone.key.rpartition('/')[2].replace('_', ' ')}{utc}"


def set_for(
    session: Session, campaign: Campaign, letters: Collection[int], outbox: str, due: datetime, *, by: Actor, at: datetime
) -> Batch:
    """Set these approved letters of the campaign for `due`; one journal entry fixes which.

    Raises Refused unless `by` may send, the time is to come, there are letters and none of them is in another open batch.
    """
    if due <= at:
        raise Refused(f"{due:%d %B %Y, %H:%M} UTC is past; name a time to come, or send at once.")
    return _set(session, campaign, letters, outbox, due, "set for a time", by=by, at=at)


def set_going(session: Session, campaign: Campaign, letters: Collection[int], outbox: str, *, by: Actor, at: datetime) -> Batch:
    """The same for letters that are due at once: they leave while others do other things."""
    return _set(session, campaign, letters, outbox, at, "set going", by=by, at=at)


def _set(
    session: Session,
    campaign: Campaign,
    letters: Collection[int],
    outbox: str,
    due: datetime,
    verb: str,
    *,
    by: Actor,
    at: datetime,
) -> Batch:
    by.must_be(Role.APPROVER, "set letters for a time")
    if not letters:
        raise Refused(f"No letter of {campaign.slug} would leave then; what is held is listed with its reason.")
    query = (
        select(Letter.reference).where(Letter.id.in_(_open_letters()), Letter.campaign_id == campaign.id).order_by(Letter.id)
    )
    if taken := session.scalars(query.limit(1)).first():
        raise Refused(f"{taken} and perhaps more of {campaign.slug} are set for a time already; call that batch off first.")
    batch = Batch(campaign_id=campaign.id, outbox=outbox, due_at=due, set_by=by.name, set_at=at)
    session.add(batch)
    session.flush()
    rows = [{"batch_id": batch.id, "letter_id": number} for number in sorted(letters)]
    session.execute(insert(BatchLetter), rows)
    values = {"outbox": outbox, "due": due, "count": len(rows), "digest": journal.digest_of_rows(rows)}
    journal.record(session, by, verb, f"batch {batch.id} of campaign {campaign.slug}", at=at, **values)
    return batch


def _open_letters() -> Select[int]:
    return select(BatchLetter.letter_id).join(Batch, Batch.id == BatchLetter.batch_id).where(Batch.ended_at.is_(None))


def find(session: Session, number: int, *, to_end: bool = False) -> Batch:
    """The batch with this number, or NotFound; with `to_end` nobody else can end it before this transaction is over."""
    batch = session.get(Batch, number, with_for_update=to_end, options=[selectinload(Batch.campaign)])
    if batch is None:
        raise NotFound(f"There is no batch {number}; the list of batches shows those there are.")
    return batch


def listed(session: Session, *, campaign: Campaign | None = None, offset: int = 0, limit: int = 50) -> Sequence[Batch]:
    """Batches with their campaigns, open ones first, then latest first."""
    query = select(Batch).options(joinedload(Batch.campaign)).order_by(Batch.ended_at.is_not(None), Batch.id.desc())
    if campaign is not None:
        query = query.where(Batch.campaign_id == campaign.id)
    return session.scalars(query.offset(offset).limit(limit)).all()


def about(number: int) -> str:
    """What jobs for the batch with this number are about."""
    return f"batch {number}"


def due(session: Session, at: datetime) -> list[int]:
    """The numbers of open batches whose time has come, by time."""
    query = select(Batch.id).where(Batch.ended_at.is_(None), Batch.due_at <= at).order_by(Batch.due_at, Batch.id)
    return list(session.scalars(query))


def next_to_share(session: Session, number: int) -> Batch | None:
    """The batch, which nobody else shares out meanwhile; None when it has ended or somebody is at it."""
    query = select(Batch).where(Batch.id == number, Batch.ended_at.is_(None)).options(selectinload(Batch.campaign))
    return session.scalar(query.with_for_update(skip_locked=True))


def why_ended(session: Session, number: int) -> str:
    """Why the batch has ended, in words; empty while it is open."""
    because = session.scalar(select(Batch.ended_because).where(Batch.id == number, Batch.ended_at.is_not(None)))
    return f"batch {number} has ended: {because}" if because else ""


def letters_of(batch: Batch) -> Select[int]:
    """A query of the numbers of the batch's letters."""
    return select(BatchLetter.letter_id).where(BatchLetter.batch_id == batch.id)


def count_left(session: Session, batch: Batch) -> int:
    """How many of the batch's letters may still leave."""
    query = select(func.count()).select_from(Letter).where(Letter.id.in_(letters_of(batch)), Letter.state.in_(MAY_BE_CLAIMED))
    return session.scalar(query) or 0


def progress(session: Session, batches: Sequence[Batch]) -> Mapping[int, Mapping[LetterState, int]]:
    """How many letters of each batch are in each state; one query."""
    query = (
        select(BatchLetter.batch_id, Letter.state, func.count())
        .join(Letter, Letter.id == BatchLetter.letter_id)
        .where(BatchLetter.batch_id.in_([batch.id for batch in batches]))
        .group_by(BatchLetter.batch_id, Letter.state)
    )
    found: dict[int, dict[LetterState, int]] = {batch.id: {} for batch in batches}
    for number, state, count in session.execute(query):
        found[number][state] = count
    return found


def call_off(session: Session, batch: Batch, because: str, *, by: Actor, at: datetime) -> None:
    """End a batch before all of it has left; what has not is approved still. Whoever drafts may: it can only prevent harm."""
    by.must_be(Role.DRAFTER, "call a batch off")
    if not because.strip():
        raise Invalid("Say why the batch is called off; whoever set it will read it.")
    if batch.ended_at is not None:
        raise Refused(f"Batch {batch.id} has ended already.")
    end(session, batch, f"called off by {by.name}: {' '.join(because.split())}", by=by, at=at)


def end(session: Session, batch: Batch, because: str, *, by: Actor, at: datetime) -> None:
    """End a batch, saying why; what workers were to do for it is not wanted any more."""
    batch.ended_at, batch.ended_because = at, because
    session.flush()
    jobs.drop(session, "the batch has ended", at=at, about=about(batch.id))
    journal.record(session, by, "ended", f"batch {batch.id} of campaign {batch.campaign.slug}", at=at, because=because)


def end_if_done(session: Session, batch: Batch, stopped: str, *, by: Actor, at: datetime) -> bool:
    """End the batch when nothing of it can leave any more, a person has to look (`stopped`), or its week is over."""
    left = count_left(session, batch)
    if stopped:
        end(session, batch, f"{stopped}; {left} letters did not leave", by=by, at=at)
    elif not left:
        end(session, batch, "all that could leave has left", by=by, at=at)
    elif at >= batch.due_at + OPEN_FOR:
        end(session, batch, f"{left} letters could not leave within {OPEN_FOR.days} days", by=by, at=at)
    return batch.ended_at is not None


def remaining(session: Session, batch: Batch) -> list[Sent]:
    """The batch's letters that did not leave or may not have, with what was said of each last."""
    last = select(func.max(Attempt.id)).group_by(Attempt.letter_id)
    query = (
        select(Letter.reference, Letter.state, Attempt.detail)
        .join(BatchLetter, BatchLetter.letter_id == Letter.id)
        .outerjoin(Attempt, (Attempt.letter_id == Letter.id) & Attempt.id.in_(last))
        .where(BatchLetter.batch_id == batch.id, Letter.state != LetterState.ACCEPTED)
        .order_by(Letter.id)
    )
    results = {one.value: one for one in Result}
    return [
        Sent(reference, results.get(state.value), detail or f"it is {state.value}")
        for reference, state, detail in session.execute(query)
    ]


def of_references(session: Session, references: Sequence[str]) -> list[int]:
    """The numbers of the letters with these references; raises NotFound for the first unknown one."""
    return [letter.id for letter in register.find_all(session, references)]
