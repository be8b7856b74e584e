"""What became of a letter, written into the ledger: an outcome for each recipient, and where the letter stands then."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.contacts.models import Channel
from outreach.delivery.models import Attempt, Outcome, Result
from outreach.delivery.outboxes import Report
from outreach.errors import Refused
from outreach.journal import Actor, Role
from outreach.letters.models import Letter, LetterState

# How long a deferred letter waits after each try; after the last it is for a person to look at.
WAITS = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8), timedelta(hours=24))


@dataclass(frozen=True)
class Sent:
    """What became of one letter: a result, or the reason why it was held."""

    reference: str
    result: Result | None
    detail: str

    @property
    def held(self) -> bool:
        """Whether the letter did not leave."""
        return self.result is None


# The outcome that a letter has when its recipients fared differently: the one that most needs a person.
WORST_FIRST = (Result.UNKNOWN, Result.REFUSED, Result.DEFERRED, Result.PLACED, Result.ACCEPTED, Result.REHEARSED)
ARRIVED = (Result.ACCEPTED, Result.PLACED)


def worst(reports: Sequence[Report]) -> Result:
    """The result that a letter has when its recipients fared differently."""
    return min((report.result for report in reports), key=WORST_FIRST.index)


def record(
    session: Session,
    attempt: Attempt,
    reports: Sequence[Report],
    *,
    by: Actor,
    at: datetime,
    dispatched_on: date | None = None,
) -> Sent:
    """End an attempt with what became of each recipient; the letter takes the outcome that most needs a person."""
    if attempt.rehearsal:
        # Whatever became of it: nobody outside was written to.
        reports = [replace(one, result=Result.REHEARSED) if one.result in ARRIVED else one for one in reports]
    result = worst(reports)
    attempt.ended_at, attempt.result = at, result
    # What is placed has not left yet; the day comes when a person has sent it.
    attempt.dispatched_on = None if result is Result.PLACED or attempt.rehearsal else dispatched_on or at.date()
    attempt.detail = "; ".join(dict.fromkeys(report.reply for report in reports))
    # Added, never replaced: what was unknown before it was settled stays in the ledger.
    attempt.outcomes += [Outcome(recipient=one.recipient, result=one.result, reply=one.reply) for one in reports]
    letter = session.get_one(Letter, attempt.letter_id)
    letter.state, letter.not_before = LetterState.APPROVED if attempt.rehearsal else LetterState(result.value), None
    if result is Result.DEFERRED and not attempt.rehearsal:
        _wait(session, letter, attempt, at)
    session.flush()
    journal.record(
        session,
        by,
        "rehearsed" if attempt.rehearsal else result.value,
        f"letter {letter.reference}",
        at=at,
        outbox=attempt.outbox,
        on=attempt.dispatched_on,
        outcomes=[[one.result.value, one.reply] for one in reports],
    )
    return Sent(letter.reference, attempt.result, attempt.detail)


def _wait(session: Session, letter: Letter, attempt: Attempt, at: datetime) -> None:
    tries = session.scalar(
        select(func.count()).where(
            Attempt.letter_version_id == attempt.letter_version_id,
            Attempt.result == Result.DEFERRED,
            Attempt.rehearsal.is_(False),
        )
    )
    tries = tries or 1
    if tries <= len(WAITS):
        letter.not_before = at + WAITS[tries - 1]
        return
    # A server that says "later" for a day and a half says no; a person decides what becomes of the letter.
    letter.state, attempt.result = LetterState.REFUSED, Result.REFUSED
    attempt.detail = f"given up after {tries} tries: {attempt.detail}"


def record_dispatch(
    session: Session, letter: Letter, channel: Channel, on: date, *, by: Actor, at: datetime, note: str = ""
) -> Sent:
    """Record that an approved letter went out by other means on a day (not after `at`); raises Refused otherwise."""
    by.must_be(Role.DRAFTER, "record dispatch")
    if letter.state is not LetterState.APPROVED or letter.approval is None:
        raise Refused(f"{letter.reference} is {letter.state}; only an approved letter can be recorded as sent.")
    if on > at.date():
        raise Refused(f"{letter.reference} cannot have left on {on}, which is still to come.")
    version = letter.version_now
    attempt = Attempt(
        letter_id=letter.id,
        letter_version_id=version.id,
        outbox="by-hand",
        channel=channel,
        started_by=by.name,
        started_at=at,
    )
    session.add(attempt)
    session.flush()
    everybody = [one.address for one in version.recipients] if channel is Channel.EMAIL else []
    reply = f"by {channel} on {on}" + (f": {note}" if note else "")
    recipients = everybody or [" ".join(version.address_block)[:320]]
    reports = [Report(recipient, Result.ACCEPTED, reply) for recipient in recipients]
    return record(session, attempt, reports, by=by, at=at, dispatched_on=on)
