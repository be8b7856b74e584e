"""Print runs: approved letters taken together to the mail room, as they were approved.

Until a person says what was posted (outreach.delivery.posting) a letter of an open run leaves by no other way, so that nobody
is written to twice.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from outreach import journal
from outreach.campaigns.models import Campaign
from outreach.contacts.models import Channel
from outreach.delivery.claiming import Gate
from outreach.delivery.models import PrintRun, PrintRunLetter
from outreach.delivery.outboxes import Outbox
from outreach.errors import NotFound, Refused
from outreach.journal import Actor, Role
from outreach.letters import register
from outreach.letters.leaving import Numbers
from outreach.letters.models import Letter, LetterAddressee, LetterState, LetterVersion

ON_PAPER = (Channel.POST, Channel.COURIER, Channel.HAND)
_CHUNK = 500


def make(
    session: Session,
    campaign: Campaign,
    outbox: Outbox,
    gate: Gate,
    pages: Callable[[LetterVersion], int],
    *,
    by: Actor,
    at: datetime,
    references: Collection[str] = (),
    only_on_paper: bool = False,
) -> tuple[PrintRun, Mapping[str, str]]:
    """Take the campaign's approved letters into a new run, in order of reference; gives it, and why others stay, by reference.

    `pages` says how many are printed for a version (`Paper.pages`). `references` names letters, else all are taken;
    `only_on_paper` takes those alone whose addressee is reached by post, courier or hand, or has no e-mail address. Raises
    NotFound for a letter that is not approved, Refused when none is to be printed, and what the archive raises when a frozen
    file is missing or altered.
    """
    by.must_be(Role.DRAFTER, "make print runs")
    # Two runs made at once: the second waits, and finds the letters of the first taken.
    session.execute(select(Campaign.id).filter_by(id=campaign.id).with_for_update())
    letters = list(register.of_campaign(session, campaign, [LetterState.APPROVED]))
    if references:
        letters = _named(campaign, letters, references)
    channels = _channels(session, [letter.id for letter in letters])
    if only_on_paper:
        letters = [one for one in letters if channels[one.id] in ON_PAPER or not one.version_now.recipients]
    reasons = dict(gate(session, [letter.id for letter in letters], outbox))
    reasons |= {one.id: "no approval covers it as it stands; approve it again" for one in letters if not _is_covered(one)}
    taken = [one for one in letters if one.id not in reasons]
    if not taken:
        raise Refused(_nothing(campaign, [reasons[one.id] for one in letters]))
    run = PrintRun(campaign=campaign, made_at=at, made_by=by.name)
    run.letters = [
        PrintRunLetter(
            position=place,
            letter=letter,
            version=letter.version_now,
            pages=pages(letter.version_now),
            channel=channels[letter.id] if channels[letter.id] in ON_PAPER else Channel.POST,
        )
        for place, letter in enumerate(taken, start=1)
    ]
    session.add(run)
    session.flush()
    rows = [{"letter": one.letter.reference, "pdf": one.version.pdf_sha256} for one in run.letters]
    digest = journal.digest_of_rows(rows)
    journal.record(
        session,
        by,
        "printed",
        subject(run),
        at=at,
        campaign=campaign.slug,
        count=len(taken),
        rows=digest,
        first=rows[0]["letter"],
    )
    return run, {one.reference: reasons[one.id] for one in letters if one.id in reasons}


def _named(campaign: Campaign, letters: Sequence[Letter], references: Iterable[str]) -> list[Letter]:
    known = {letter.reference.replace("/", "-"): letter for letter in letters}
    wanted = [reference.strip().replace("/", "-") for reference in references]
    missing = [reference for reference in wanted if reference not in known]
    if missing:
        raise NotFound(
            f"{campaign.slug} has no approved letter {', '.join(missing)}.",
            to_type="`outreach letters list` shows how they stand.",
        )
    return [letter for reference, letter in known.items() if reference in wanted]


def _is_covered(letter: Letter) -> bool:
    approval = letter.approval
    return approval is not None and approval.digest == letter.version_now.message_sha256


def _nothing(campaign: Campaign, reasons: Iterable[str]) -> str:
    held = [f"{count} held: {reason}" for reason, count in Counter(reasons).most_common(3)]
    why = f" ({'; '.join(held)})" if held else ""
    return f"{campaign.slug} has no approved letter to print{why}."


def _channels(session: Session, numbers: Sequence[int]) -> dict[int, Channel]:
    """How the first addressee of each letter is reached."""
    channels: dict[int, Channel] = {}
    for start in range(0, len(numbers), _CHUNK):
        chunk = numbers[start : start + _CHUNK]
        query = select(LetterAddressee).options(selectinload(LetterAddressee.post)).filter_by(position=0)
        rows = session.scalars(query.where(LetterAddressee.letter_id.in_(chunk)))
        channels |= {row.letter_id: row.post.preferred_channel for row in rows}
    return channels


def subject(run: PrintRun) -> str:
    """How the journal names a run."""
    return f"print run {run.id}"


def find(session: Session, number: int) -> PrintRun:
    """The run of that number with its letters as they were printed; raises NotFound."""
    letters = selectinload(PrintRun.letters)
    run = session.scalar(
        select(PrintRun)
        .where(PrintRun.id == number)
        .options(
            selectinload(PrintRun.campaign),
            letters.selectinload(PrintRunLetter.letter).selectinload(Letter.addressees).selectinload(LetterAddressee.post),
            letters.selectinload(PrintRunLetter.letter).selectinload(Letter.approvals),
            letters.selectinload(PrintRunLetter.version).selectinload(LetterVersion.enclosures),
        )
    )
    if run is None:
        raise _unknown(number)
    return run


def letters(session: Session, number: int, *, offset: int, limit: int) -> Sequence[PrintRunLetter]:
    """A part of a run's letters in the order of its list, without their texts."""
    version, letter = joinedload(PrintRunLetter.version), joinedload(PrintRunLetter.letter)
    query = select(PrintRunLetter).filter_by(run_id=number).order_by(PrintRunLetter.position).offset(offset).limit(limit)
    return session.scalars(
        query.options(
            version.load_only(LetterVersion.address_block, LetterVersion.language), letter.selectinload(Letter.approvals)
        )
    ).all()


def head(session: Session, number: int) -> tuple[PrintRun, int, int]:
    """A run with how many letters and how many pages it has; raises NotFound."""
    run = session.scalar(select(PrintRun).filter_by(id=number).options(joinedload(PrintRun.campaign)))
    if run is None:
        raise _unknown(number)
    count = select(func.count(), func.coalesce(func.sum(PrintRunLetter.pages), 0)).filter_by(run_id=number)
    row = session.execute(count).one()
    return run, row[0], row[1]


def _unknown(number: int) -> NotFound:
    return NotFound(f"There is no print run {number}; look for it in the list of print runs.")


def listed(session: Session, *, offset: int = 0, limit: int = 1000) -> Sequence[tuple[PrintRun, int, int]]:
    """Runs with how many letters they have and how many of these were posted, latest first."""
    posted = func.count().filter(PrintRunLetter.posted.is_(True))
    query = (
        select(PrintRun, func.count(), posted)
        .join(PrintRunLetter, PrintRunLetter.run_id == PrintRun.id)
        .options(selectinload(PrintRun.campaign))
        .group_by(PrintRun.id)
        .order_by(PrintRun.id.desc())
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query.offset(offset).limit(limit))]


def waiting(session: Session, letters: Numbers) -> Mapping[int, str]:
    """Why letters stay that lie in a run which nobody has closed, by letter id; one query."""
    query = select(PrintRunLetter.letter_id, PrintRunLetter.run_id).join(PrintRunLetter.run)
    rows = session.execute(query.where(PrintRunLetter.letter_id.in_(letters), PrintRun.closed_at.is_(None)))
    return {letter: f"it is printed in run {run}; say there whether it was posted" for letter, run in rows}
