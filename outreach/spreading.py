"""A batch of letters spread over workers: shares of it are jobs, and each letter of a share is claimed before it leaves.

Shares are a way to divide the work and promise nothing: whoever does one, and however often, a letter leaves once.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from outreach import dispatching, jobs
from outreach.accounts import people
from outreach.campaigns.models import Campaign
from outreach.delivery import batches, failing
from outreach.delivery.braking import Brake
from outreach.delivery.claiming import Gate
from outreach.delivery.models import Batch
from outreach.delivery.outboxes import Outbox
from outreach.dispatching import SCHEDULE, Load
from outreach.errors import OutreachError
from outreach.journal import Actor
from outreach.letters.leaving import Numbers
from outreach.letters.models import Letter
from outreach.office import Office

JOB = "send"
# So many letters of a batch are one worker's at a time: few enough that several share a small batch, and that little is lost
# with a worker; many enough that one line to the mail server carries many letters.
FEWEST, MOST, SHARES = 5, 50, 16


def set_going(
    office: Office,
    session: Session,
    campaign: Campaign,
    name: str,
    *,
    count: int | None,
    only: Numbers | None = None,
    by: Actor,
    at: datetime,
) -> Batch:
    """Let approved letters of a campaign leave by workers, from when this transaction is kept.

    Raises Refused unless exactly `count` would leave as things stand; None does not ask.
    """
    batch = dispatching.set_for(office, session, campaign, name, None, count=count, only=only, by=by, at=at)
    _share(session, batch, _plan(office, session, batch), by=by, at=at)
    return batch


def _plan(office: Office, session: Session, batch: Batch) -> Sequence[Load]:
    return dispatching.loads(office, session, batch.campaign, batch.outbox, only=batches.letters_of(batch))


def _share(session: Session, batch: Batch, whole: Sequence[Load], *, by: Actor, at: datetime) -> int:
    """Want each share of what would leave done; gives how many there are."""
    references = [one.reference for load in whole if load.outbox for one in load.leaving]
    found = dict(session.execute(select(Letter.reference, Letter.id).where(Letter.id.in_(batches.letters_of(batch)))).all())
    size = max(FEWEST, min(MOST, len(references) // SHARES))
    shares = [references[start : start + size] for start in range(0, len(references), size)]
    wanted = [{"batch": batch.id, "letters": [found[one] for one in share]} for share in shares]
    jobs.enqueue(session, JOB, batches.about(batch.id), *wanted, by=by, at=at)
    return len(wanted)


def unshared(session: Session, at: datetime) -> list[int]:
    """The numbers of batches that are due and of which nobody is to do anything, nor a person to look at what failed."""
    due, busy = batches.due(session, at), jobs.open_subjects(session)
    return [number for number in due if batches.about(number) not in busy]


def look_after(office: Office, number: int) -> str:
    """Share out what may leave now of a batch of which nothing is being done, or end it; gives in words what it did.

    It brings back what a worker that was stopped did not come to, what a server wanted later, what is no longer held.
    """
    whole: Sequence[Load] = ()
    with office.transaction() as session:
        batch = batches.next_to_share(session, number)
        if batch is None or jobs.stands_open(session, batches.about(number)):
            return ""
        try:
            by, stopped = people.acting(session, batch.set_by), ""
            whole = _plan(office, session, batch)
        except OutreachError as error:
            by, stopped = SCHEDULE, str(error)
        if dispatching.redirected_to(whole) and jobs.was_asked(session, batches.about(number)):
            stopped = dispatching.rehearsed(whole)
        elif not stopped and (shares := _share(session, batch, whole, by=by, at=office.now())):
            return f"batch {number}: shared out {shares} times"
    ended, _failed = dispatching.end_if_done(office, number, whole, stopped, by=by)
    return f"batch {number} ended: {ended}" if ended else ""


def send_share(office: Office, arguments: Mapping[str, Any], asked_by: str, stop: Callable[[], str]) -> str:
    """Let the letters of a share leave, by the word of whoever set the batch; gives in words what became of them."""
    number, brake = arguments["batch"], Brake(office.settings.sending.stop_refused_percent)
    whole: Sequence[Load] = ()
    with office.reading() as session:
        batch = batches.find(session, number)
        if batch.ended_at is not None:
            return f"the batch has ended: {batch.ended_because}"
        try:
            by, stopped = people.acting(session, asked_by), ""
            whole = dispatching.loads(office, session, batch.campaign, batch.outbox, only=arguments["letters"])
        except OutreachError as error:
            by, stopped = SCHEDULE, str(error)
    gate = _until_ended(office, number)
    counts = Counter(map(failing.said, dispatching.send(office, whole, by=by, stop=stop, brake=brake, gate=gate)))
    if stopped or brake.reason:
        dispatching.end_if_done(office, number, whole, stopped or brake.reason, by=by)
    return ", ".join(f"{count} {word}" for word, count in counts.items()) or stopped or "nothing was left to send"


def _until_ended(office: Office, number: int) -> Gate:
    """The office's gate, which holds all letters of the batch once it has ended: somebody called it off, or it was stopped."""

    def must_stay(session: Session, letters: Numbers, outbox: Outbox) -> Mapping[int, str]:
        if ended := batches.why_ended(session, number):
            return dict.fromkeys(session.scalars(letters) if isinstance(letters, Select) else letters, ended)
        return office.must_stay(session, letters, outbox)

    return must_stay
