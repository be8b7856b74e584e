"""What a person says became of a print run: which letters were posted, when and how, or that none was."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from outreach import journal
from outreach.contacts.models import Channel
from outreach.delivery import print_runs
from outreach.delivery.models import Attempt, Outcome, PrintRun, PrintRunLetter, Result
from outreach.errors import NotFound, Refused
from outreach.journal import Actor, Role
from outreach.letters.models import Letter, LetterState

OUTBOX = "print-run"
_CHUNK = 500


def stale(run: PrintRun) -> list[str]:
    """The references of letters that are no longer as they were printed: changed, taken back, cancelled or gone another way."""
    return [one.letter.reference for one in run.letters if not stands(one)]


def stands(one: PrintRunLetter) -> bool:
    """Whether the letter still is what was printed, and has not left."""
    approval = one.letter.approval
    is_approved = one.letter.state is LetterState.APPROVED and approval is not None
    return is_approved and approval is not None and approval.letter_version_id == one.letter_version_id


def post(
    session: Session,
    run: PrintRun,
    *,
    on: date,
    count: int,
    by: Actor,
    at: datetime,
    channel: Channel | None = None,
    not_posted: Collection[str] = (),
    note: str = "",
) -> int:
    """Record that the run's letters left on paper on a day, all but those `not_posted`; gives how many.

    `channel` is how they all left, else each as the list says. `count` is how many left, counted by whoever says so. Those
    that were not posted are free again. Raises Refused, and records nothing, for a wrong number, a day to come, or a letter
    that no longer is what was printed; NotFound for a reference that is not in the run.
    """
    by.must_be(Role.DRAFTER, "record what was posted")
    _must_be_open(session, run)
    if on > at.date():
        raise Refused(f"Nothing can have been posted on {on}, which is still to come.")
    behind = _named(run, not_posted)
    left = [one for one in run.letters if one.position not in behind]
    changed = [one.letter.reference for one in left if not stands(one)]
    if changed:
        raise Refused(
            f"{', '.join(changed[:10])}{' and others' if len(changed) > 10 else ''} changed after print run {run.id} was made;"
            f" name them among those that were not posted."
        )
    if not left or count != len(left):
        raise Refused(f"By this {len(left)} letters of print run {run.id} were posted, not {count}; nothing was recorded.")
    _leave(session, left, on, channel, note, by, at)
    for one in run.letters:
        one.posted = one.position not in behind
    _close(run, by, at, on, note)
    session.flush()
    rows = [{"letter": one.letter.reference, "channel": channel or one.channel} for one in left]
    journal.record(
        session,
        by,
        "posted",
        print_runs.subject(run),
        at=at,
        on=on,
        channel=channel,
        count=len(left),
        rows=journal.digest_of_rows(rows),
        not_posted=[one.letter.reference for one in run.letters if not one.posted],
        note=note,
    )
    return len(left)


def give_up(session: Session, run: PrintRun, because: str, *, by: Actor, at: datetime) -> None:
    """Close a run of which nothing was posted; its letters may leave another way. Raises Refused without a reason."""
    by.must_be(Role.DRAFTER, "give up print runs")
    _must_be_open(session, run)
    if not because.strip():
        raise Refused(f"Say why nothing of print run {run.id} was posted; the reason stands in the list of runs.")
    for one in run.letters:
        one.posted = False
    _close(run, by, at, None, " ".join(because.split()))
    session.flush()
    journal.record(session, by, "given up", print_runs.subject(run), at=at, because=run.note)


def _close(run: PrintRun, by: Actor, at: datetime, on: date | None, note: str) -> None:
    run.closed_at, run.closed_by, run.posted_on, run.note = at, by.name, on, note


def _must_be_open(session: Session, run: PrintRun) -> None:
    # Two who say so at once: the second waits here, and reads what the first wrote.
    session.refresh(run, ["closed_at", "closed_by"], with_for_update=True)
    if run.closed_at is not None:
        raise Refused(f"Print run {run.id} was closed by {run.closed_by} on {run.closed_at:%d %B %Y}; it stands as it is.")


def _named(run: PrintRun, references: Collection[str]) -> set[int]:
    """The positions of these letters; a reference may be written with hyphens, as in file names."""
    places = {one.letter.reference.replace("/", "-"): one.position for one in run.letters}
    found = set()
    for reference in references:
        place = places.get(reference.strip().replace("/", "-"))
        if place is None:
            raise NotFound(f"{reference} is not in print run {run.id}; its list names those that are.")
        found.add(place)
    return found


def _leave(
    session: Session, left: Sequence[PrintRunLetter], on: date, channel: Channel | None, note: str, by: Actor, at: datetime
) -> None:
    numbers = [one.letter_id for one in left]
    for start in range(0, len(numbers), _CHUNK):
        chunk = numbers[start : start + _CHUNK]
        # Compared and set in one statement: who sends one of them just now has it, and nothing of this is kept.
        taken = session.execute(
            update(Letter)
            .where(Letter.id.in_(chunk), Letter.state == LetterState.APPROVED)
            .values(state=LetterState.ACCEPTED, version=Letter.version + 1, not_before=None)
            .execution_options(synchronize_session=False)
        )
        if taken.rowcount != len(chunk):  # type: ignore[attr-defined]
            raise Refused("One of these letters is leaving another way just now; look at the run again.")
    session.add_all(_attempt(one, on, channel or one.channel, note, by, at) for one in left)
    for one in left:
        session.expire(one.letter)


def _attempt(one: PrintRunLetter, on: date, channel: Channel, note: str, by: Actor, at: datetime) -> Attempt:
    reply = f"by {channel} on {on}, print run {one.run_id}" + (f": {note}" if note else "")
    addressee = " ".join(one.version.address_block)[:320]
    return Attempt(
        letter_id=one.letter_id,
        letter_version_id=one.letter_version_id,
        outbox=OUTBOX,
        channel=channel,
        started_by=by.name,
        started_at=at,
        ended_at=at,
        dispatched_on=on,
        result=Result.ACCEPTED,
        detail=reply,
        outcomes=[Outcome(recipient=addressee, result=Result.ACCEPTED, reply=reply)],
    )
