"""Send once: claim, commit, deliver, record.

This is the one place below the faces that commits: a claim is durable before the outbox is touched. If we die in between, the
letter stays `leaving` for `settle` or a person to judge, and is never sent twice.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from queue import Queue
from threading import Lock, Thread

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from outreach.archive import Archive
from outreach.campaigns.models import Campaign
from outreach.database import grouped
from outreach.delivery.braking import Brake
from outreach.delivery.claiming import MAY_BE_CLAIMED, Gate, claim, too_early
from outreach.delivery.models import Attempt, Result
from outreach.delivery.outboxes import Outbox, Parcel, Report
from outreach.delivery.recording import Sent, record, worst
from outreach.errors import OutreachError
from outreach.journal import Actor, Role
from outreach.letters import register
from outreach.letters.freezing import frozen_size
from outreach.letters.leaving import Numbers
from outreach.letters.models import Letter, LetterRecipient, LetterVersion

Transaction = Callable[[], AbstractContextManager[Session]]
Clock = Callable[[], datetime]
NOBODY = "no e-mail address"


@dataclass(frozen=True)
class Forecast:
    """What a run would do as things stand: how many would leave, how many are held, and some of them, the held ones first."""

    leaving: int
    held: int
    some: Sequence[Sent]


def plan(
    session: Session, campaign: Campaign, outbox: Outbox, gate: Gate, at: datetime, *, only: Numbers | None = None
) -> list[Sent]:
    """What a real run would do with each approved letter, or with those of the numbers `only`: nothing is written."""
    waiting = _waiting(campaign, only)
    reasons = _reasons(session, waiting, outbox, gate, at)
    numbers = session.scalars(waiting.order_by(Letter.id)).all()
    return _planned(session, waiting, numbers, reasons)


def forecast(
    session: Session, campaign: Campaign, outbox: Outbox, gate: Gate, at: datetime, *, offset: int, limit: int
) -> Forecast:
    """As `plan`, for a page: all are counted, but only `limit` of them are read, from `offset` on; held ones come first."""
    waiting = _waiting(campaign)
    reasons = _reasons(session, waiting, outbox, gate, at)
    numbers = sorted(session.scalars(waiting), key=lambda number: (number not in reasons, number))
    some = numbers[offset : offset + limit]
    return Forecast(len(numbers) - len(reasons), len(reasons), _planned(session, some, some, reasons))


def _waiting(campaign: Campaign, only: Numbers | None = None) -> Select[int]:
    """A query of the numbers of the campaign's letters that are approved and have not left, or of `only` those of them."""
    query = select(Letter.id).where(Letter.campaign_id == campaign.id, Letter.state.in_(MAY_BE_CLAIMED))
    return query if only is None else query.where(Letter.id.in_(only))


def _reasons(session: Session, letters: Numbers, outbox: Outbox, gate: Gate, at: datetime) -> Mapping[int, str]:
    """Why letters stay, by number; the one that stands last here is said."""
    waits = select(Letter.id, Letter.not_before).where(Letter.id.in_(letters), Letter.not_before > at)
    early = {number: too_early(until) for number, until in session.execute(waits) if until is not None}
    return {**gate(session, letters, outbox), **early}


def _planned(session: Session, letters: Numbers, numbers: Sequence[int], reasons: Mapping[int, str]) -> list[Sent]:
    """What would become of the letters with these `numbers`, in that order; `letters` says to the database which they are."""
    references = dict(session.execute(select(Letter.id, Letter.reference).where(Letter.id.in_(letters))).all())
    current = (LetterVersion.letter_id == Letter.id) & (LetterVersion.number == Letter.current)
    going = (
        select(Letter.id, LetterRecipient.address)
        .join(LetterVersion, current)
        .join(LetterRecipient, LetterRecipient.letter_version_id == LetterVersion.id)
        .where(Letter.id.in_(letters))
        .order_by(Letter.id, LetterRecipient.position)
    )
    recipients = grouped(session.execute(going))
    return [
        Sent(references[number], None, reasons[number])
        if number in reasons
        else Sent(references[number], Result.ACCEPTED, ", ".join(to.address for to in recipients[number]) or NOBODY)
        for number in numbers
    ]


def rehearse(
    session: Session,
    campaign: Campaign,
    planned: Sequence[Sent],
    outbox: Outbox,
    archive: Archive,
    *,
    only: Numbers | None = None,
    step: Callable[[], None] = lambda: None,
) -> Iterator[Sent]:
    """Ask the outbox about each letter of `plan` that would leave, up to the message and no further; held ones stay held.

    Call it in the session that planned. Raises what `outbox.ready` raises when the server cannot be reached, NotFound when a
    frozen message is missing. Nothing is written and nothing leaves.
    """
    numbers = session.scalars(_waiting(campaign, only).order_by(Letter.id)).all()
    letters = register.in_chunks(session, numbers)
    for one, letter in zip(planned, letters, strict=True):
        if not one.held:
            outbox.ready()
            recipients = [recipient.address for recipient in letter.version_now.recipients]
            reports = outbox.rehearse(recipients, frozen_size(letter.version_now, archive))
            bad = [f"{report.recipient}: {report.reply}" for report in reports if report.result is not Result.ACCEPTED]
            one = Sent(one.reference, None, "; ".join(bad)) if bad else one
        yield one
        step()


def send(
    transaction: Transaction,
    references: Sequence[str],
    outbox: Outbox,
    archive: Archive,
    gate: Gate,
    *,
    by: Actor,
    now: Clock,
    stop: Callable[[], str] = lambda: "",
    brake: Brake | None = None,
) -> Iterator[Sent]:
    """Let these approved letters leave; a letter that fails or is held never stops the others.

    Yields what became of each. Whatever happens, a letter is claimed once: another sender that comes for it finds it gone.
    An outbox with several lines works on as many letters at once. `stop` is asked before each claim: once it gives a reason,
    the letters on the wire are finished and the others held with it. So it is when too many were refused for `brake`.
    """
    by.must_be(Role.APPROVER, "send letters")
    run = _Run(transaction, archive, gate, by, now, stop, brake or Brake())
    waiting = iter(references)
    lines = outbox.lines()
    try:
        if len(lines) == 1:
            yield from run.along(outbox, waiting)
        else:
            yield from _side_by_side(run, lines, waiting)
    finally:
        for line in lines:
            line.close()


@dataclass
class _Run:
    """What every line of one run works with."""

    begin: Transaction
    archive: Archive
    gate: Gate
    by: Actor
    now: Clock
    stop: Callable[[], str]
    brake: Brake = field(default_factory=Brake)
    closed_because: str = ""

    def along(self, outbox: Outbox, waiting: Iterator[str]) -> Iterator[Sent]:
        """Take one letter after another from `waiting`, and let it leave by `outbox`."""
        done: _Done | None = None
        try:
            for reference in waiting:
                reason = self._closed(outbox)
                if done and (reason or not outbox.is_ready):
                    # Nothing is claimed together with it, or connecting takes its time: what happened is kept now.
                    yield self._recorded(done)
                    done = None
                if reason or (reason := self._unready(outbox)):
                    yield Sent(reference, None, reason)
                    continue
                with self.begin() as session:
                    # One commit for the claim and for what became of the letter before. The claim goes first: all who change
                    # letters lock their rows before the journal, so that no two wait for each other.
                    claimed = self._claimed(session, reference, outbox)
                    before = self._record(session, done) if done else None
                done = None if isinstance(claimed, Sent) else (claimed[1], self._delivered(outbox, claimed[0]))
                # Only now: whoever stops listening here leaves no letter claimed and untouched.
                yield from (one for one in (before, claimed) if isinstance(one, Sent))
            if done:
                last, done = done, None
                yield self._recorded(last)
        finally:
            if done:
                # Whoever listened left, or a commit failed of which we cannot say whether it was kept.
                self._record_unless_done(done)

    def _delivered(self, outbox: Outbox, parcel: Parcel) -> Sequence[Report]:
        reports = _deliver(outbox, parcel)
        self.brake.note(worst(reports))
        return reports

    def _recorded(self, done: "_Done") -> Sent:
        with self.begin() as session:
            return self._record(session, done)

    def _record(self, session: Session, done: "_Done") -> Sent:
        return record(session, session.get_one(Attempt, done[0]), done[1], by=self.by, at=self.now())

    def _record_unless_done(self, done: "_Done") -> None:
        with self.begin() as session:
            if session.get_one(Attempt, done[0]).ended_at is None:
                self._record(session, done)

    def _closed(self, outbox: Outbox) -> str:
        return self.stop() or self.brake.reason or self.closed_because

    def _unready(self, outbox: Outbox) -> str:
        if not outbox.is_ready:
            try:
                outbox.ready()
            except OutreachError as error:
                # It is not asked again for each of the letters that remain.
                self.closed_because = str(error)
        return self.closed_because

    def _claimed(self, session: Session, reference: str, outbox: Outbox) -> "Sent | tuple[Parcel, int]":
        try:
            return claim(session, reference, outbox, self.archive, self.gate, by=self.by, at=self.now())
        except OutreachError as error:
            # Nothing was claimed; the reason is listed and the others go on.
            return Sent(reference, None, str(error))


_Done = tuple[int, Sequence[Report]]


def _side_by_side(run: _Run, lines: Sequence[Outbox], waiting: Iterator[str]) -> Iterator[Sent]:
    taking, told = Lock(), Queue[Sent | BaseException | None]()

    def take() -> Iterator[str]:
        while True:
            with taking:
                reference = next(waiting, None)
            if reference is None:
                return
            yield reference

    def work(outbox: Outbox) -> None:
        try:
            for one in run.along(outbox, take()):
                told.put(one)
        except BaseException as error:  # noqa: BLE001  (raised again, by who listens)
            # Told in the thread that listens; what was claimed there stays named as in doubt.
            told.put(error)
        finally:
            told.put(None)

    threads = [Thread(target=work, args=(line,)) for line in lines]
    for thread in threads:
        thread.start()
    try:
        working = len(threads)
        while working:
            one = told.get()
            if isinstance(one, BaseException):
                raise one
            if one is None:
                working -= 1
            else:
                yield one
    finally:
        run.closed_because = run.closed_because or "the run ended before this letter"
        for thread in threads:
            thread.join()


def _deliver(outbox: Outbox, parcel: Parcel) -> Sequence[Report]:
    try:
        return outbox.deliver(parcel)
    except OSError as error:
        # It may or may not have gone out: only a person, or the outbox when asked again, can say.
        return [Report(recipient, Result.UNKNOWN, str(error)) for recipient in parcel.recipients or (parcel.reference,)]
