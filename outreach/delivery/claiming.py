"""Claiming a letter: exactly one sender takes it, and only as it was approved."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from outreach import journal
from outreach.archive import Archive
from outreach.delivery.models import Attempt
from outreach.delivery.outboxes import Outbox, Parcel
from outreach.delivery.recording import Sent
from outreach.journal import Actor
from outreach.letters import register
from outreach.letters.freezing import frozen_message, frozen_pdf
from outreach.letters.leaving import Numbers
from outreach.letters.models import Letter, LetterState

# Why letters must stay although approved, by number; those that may leave are left out.
Gate = Callable[[Session, Numbers, Outbox], Mapping[int, str]]

# An approved letter, and one that a server asked to bring again: its approval still covers it.
MAY_BE_CLAIMED = (LetterState.APPROVED, LetterState.DEFERRED)


def claim(
    session: Session, reference: str, outbox: Outbox, archive: Archive, gate: Gate, *, by: Actor, at: datetime
) -> Sent | tuple[Parcel, int]:
    """Take the letter for one attempt, if it may leave now: its parcel and the attempt, or why it stays.

    Nobody else can take it then; what follows must be committed before the outbox is touched.
    """
    letter = register.find(session, reference)
    if letter.state not in MAY_BE_CLAIMED:
        return Sent(reference, None, f"it is {letter.state} by now")
    if outbox.redirects_to and letter.state is not LetterState.APPROVED:
        return Sent(reference, None, "a server asked to bring it again; only what was never brought is rehearsed")
    if letter.not_before is not None and letter.not_before > at:
        return Sent(reference, None, too_early(letter.not_before))
    approval = letter.approval
    if approval is None or approval.digest != letter.version_now.message_sha256:
        return Sent(reference, None, "no approval covers it as it stands; approve it again")
    reason = gate(session, [letter.id], outbox).get(letter.id)
    if reason:
        return Sent(reference, None, reason)
    parcel = parcel_of(letter, archive)
    # The state is compared and set in one statement, so that of two senders one finds nothing to claim.
    taken = session.execute(
        update(Letter)
        .where(Letter.id == letter.id, Letter.state == letter.state)
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
        rehearsal=bool(outbox.redirects_to),
    )
    session.add(attempt)
    session.flush()
    journal.record(session, by, "claimed", f"letter {reference}", at=at, outbox=outbox.name, message=approval.digest)
    return parcel, attempt.id


def too_early(not_before: datetime) -> str:
    """Why a letter that must wait until then may not leave yet."""
    return f"it waits until {not_before:%d %B %Y, %H:%M} UTC"


def parcel_of(letter: Letter, archive: Archive) -> Parcel:
    """The letter's frozen files; their digests are checked as they are read."""
    version = letter.version_now
    return Parcel(
        reference=letter.reference,
        message=frozen_message(version, archive),
        page=frozen_pdf(version, archive),
        recipients=tuple(one.address for one in version.recipients),
        address_block=tuple(version.address_block),
        message_id=version.message_id,
    )
