"""Send once: claim, commit, deliver, record.

This is the one place below the faces that commits: a claim is durable before the outbox is touched. If we die in between, the
letter stays `leaving` for `settle` or a person to judge, and is never sent twice.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, contains_eager

from outreach import journal
from outreach.archive import Archive
from outreach.campaigns.models import Campaign
from outreach.contacts.models import Channel
from outreach.delivery.models import Attempt, Outcome, Result
from outreach.delivery.outboxes import Outbox, Parcel, Report
from outreach.errors import NotFound, OutreachError, Refused
from outreach.journal import Actor, Role
from outreach.letters import register
from outreach.letters.freezing import frozen_message, frozen_pdf
from outreach.letters.models import Letter, LetterState

Transaction = Callable[[], AbstractContextManager[Session]]
Gate = Callable[[Session, Sequence[Letter], Outbox], Mapping[int, str]]
Clock = Callable[[], datetime]


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


def plan(session: Session, campaign: Campaign, outbox: Outbox, gate: Gate) -> list[Sent]:
    """What a real run would do with each approved letter: nothing is written."""
    letters = list(register.of_campaign(session, campaign, [LetterState.APPROVED]))
    reasons = gate(session, letters, outbox)
    planned = []
    for letter in letters:
        reason = reasons.get(letter.id)
        recipients = ", ".join(one.address for one in letter.version_now.recipients) or "no e-mail address"
        planned.append(Sent(letter.reference, None if reason else Result.ACCEPTED, reason or recipients))
    return planned


def send(
    transaction: Transaction,
    references: Sequence[str],
    outbox: Outbox,
    archive: Archive,
    gate: Gate,
    *,
    by: Actor,
    now: Clock,
) -> Iterator[Sent]:
    """Let these approved letters leave, one after another; a letter that fails or is held never stops the others.

    Yields what became of each. Whatever happens, a letter is claimed once: another sender that comes for it finds it gone.
    """
    by.must_be(Role.APPROVER, "send letters")
    for reference in references:
        try:
            with transaction() as session:
                claimed = _claim(session, reference, outbox, archive, gate, by=by, at=now())
        except OutreachError as error:
            # Nothing was claimed; the reason is listed and the others go on.
            claimed = Sent(reference, None, str(error))
        if isinstance(claimed, Sent):
            yield claimed
            continue
        parcel, attempt_id = claimed
        reports = _deliver(outbox, parcel)
        with transaction() as session:
            yield record(session, session.get_one(Attempt, attempt_id), reports, by=by, at=now())


def _claim(
    session: Session, reference: str, outbox: Outbox, archive: Archive, gate: Gate, *, by: Actor, at: datetime
) -> Sent | tuple[Parcel, int]:
    letter = register.find(session, reference)
    if letter.state is not LetterState.APPROVED:
        return Sent(reference, None, f"it is {letter.state} by now")
    approval = letter.approval
    if approval is None or approval.digest != letter.version_now.message_sha256:
        return Sent(reference, None, "no approval covers it as it stands; approve it again")
    reason = gate(session, [letter], outbox).get(letter.id)
    if reason:
        return Sent(reference, None, reason)
    parcel = parcel_of(letter, archive)
    # The state is compared and set in one statement, so that of two senders one finds nothing to claim.
    taken = session.execute(
        update(Letter)
        .where(Letter.id == letter.id, Letter.state == LetterState.APPROVED)
        .values(state=LetterState.LEAVING, version=Letter.version + 1)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        return Sent(reference, None, "another sender took it")
    attempt = Attempt(
        letter_id=letter.id,
        letter_version_id=letter.version_now.id,
        outbox=outbox.name,
        channel=outbox.channel,
        started_by=by.name,
        started_at=at,
    )
    session.add(attempt)
    session.flush()
    journal.record(session, by, "claimed", f"letter {reference}", at=at, outbox=outbox.name, message=approval.digest)
    return parcel, attempt.id


def parcel_of(letter: Letter, archive: Archive) -> Parcel:
    """The letter's frozen files; their digests are checked as they are read."""
    version = letter.version_now
    return Parcel(
        reference=letter.reference,
        message=frozen_message(version, archive),
        page=frozen_pdf(version, archive),
        recipients=tuple(one.address for one in version.recipients),
        address_block=tuple(version.address_block),
    )


def _deliver(outbox: Outbox, parcel: Parcel) -> Sequence[Report]:
    try:
        return outbox.deliver(parcel)
    except OSError as error:
        # It may or may not have gone out: only a person, or the outbox when asked again, can say.
        return [Report(recipient, Result.UNKNOWN, str(error)) for recipient in parcel.recipients or (parcel.reference,)]


# The outcome that a letter has when its recipients fared differently: the one that most needs a person.
WORST_FIRST = (Result.UNKNOWN, Result.REFUSED, Result.DEFERRED, Result.ACCEPTED)


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
    result = min((report.result for report in reports), key=WORST_FIRST.index)
    attempt.ended_at, attempt.result, attempt.dispatched_on = at, result, dispatched_on or at.date()
    attempt.detail = "; ".join(dict.fromkeys(report.reply for report in reports))
    # Added, never replaced: what was unknown before it was settled stays in the ledger.
    attempt.outcomes += [Outcome(recipient=one.recipient, result=one.result, reply=one.reply) for one in reports]
    letter = session.get_one(Letter, attempt.letter_id)
    letter.state = LetterState(result.value)
    session.flush()
    journal.record(
        session,
        by,
        result.value,
        f"letter {letter.reference}",
        at=at,
        outbox=attempt.outbox,
        on=attempt.dispatched_on,
        outcomes=[[one.result.value, one.reply] for one in reports],
    )
    return Sent(letter.reference, result, attempt.detail)


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


IN_DOUBT = (LetterState.LEAVING, LetterState.UNKNOWN)


def in_doubt(session: Session) -> Sequence[Attempt]:
    """The last attempt of each letter that may or may not have left: a sender died or is at work, or its outbox failed."""
    last = select(func.max(Attempt.id)).group_by(Attempt.letter_id)
    query = select(Attempt).join(Attempt.letter).options(contains_eager(Attempt.letter))
    return session.scalars(query.where(Attempt.id.in_(last), Letter.state.in_(IN_DOUBT)).order_by(Attempt.id)).all()


def settle(
    session: Session,
    letter: Letter,
    went: bool | None,
    *,
    outbox: Outbox | None,
    archive: Archive,
    by: Actor,
    at: datetime,
    why: str,
) -> Sent:
    """Say what became of a letter that is `leaving` or `unknown`: `went` by a person's word, or None to ask the outbox.

    A letter that did not go is approved again and can be sent. Raises Refused when neither knows.
    """
    by.must_be(Role.APPROVER, "settle deliveries")
    if letter.state not in IN_DOUBT:
        raise Refused(f"{letter.reference} is {letter.state}; there is nothing to settle.")
    if went is None:
        went = outbox.holds(parcel_of(letter, archive)) if outbox else None
        why = why or f"the outbox {outbox.name} was asked" if outbox else why
    if went is None:
        raise Refused(f"Nobody can tell whether {letter.reference} left; look, then say --went or --did-not-go with --why.")
    attempt = _last_attempt(session, letter)
    recipients = [one.address for one in letter.version_now.recipients] or [letter.reference]
    if went:
        reports = [Report(recipient, Result.ACCEPTED, f"settled: {why}") for recipient in recipients]
        return record(session, attempt, reports, by=by, at=at)
    attempt.ended_at, attempt.result, attempt.detail = at, Result.REFUSED, f"settled: did not go: {why}"
    letter.state = LetterState.APPROVED
    session.flush()
    journal.record(session, by, "settled", f"letter {letter.reference}", at=at, went=False, why=why)
    return Sent(letter.reference, None, "did not go; approved and ready to be sent again")


def _last_attempt(session: Session, letter: Letter) -> Attempt:
    attempt = session.scalar(select(Attempt).filter_by(letter_id=letter.id).order_by(Attempt.id.desc()).limit(1))
    if attempt is None:
        raise NotFound(f"The ledger has no attempt for {letter.reference}.")
    return attempt


def ledger(session: Session, reference: str | None = None) -> Iterator[dict[str, object]]:
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
            "recipient": outcome.recipient if outcome else None,
            "result": outcome.result.value if outcome else (attempt.result.value if attempt.result else "open"),
            "reply": outcome.reply if outcome else attempt.detail,
        }
