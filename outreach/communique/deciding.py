"""What came back from reviewers: taken in as proposals, and each accepted or declined by a person of the office."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from outreach import journal
from outreach.archive import digest_of
from outreach.communique import editing, mending, ordering, placing, shelf, versions
from outreach.communique.models import CommuniqueVersion, ParagraphKind, VersionState
from outreach.communique.placing import Found
from outreach.communique.reviewing import PROPERTY
from outreach.communique.reviews import Outcome, Proposal, ProposalKind, Review, Reviewer, Word
from outreach.errors import Invalid, NotFound, Refused
from outreach.journal import Actor, Role
from outreach.typesetting.docx_tracking import TrackedText, read_tracked

_HEADINGS = (ParagraphKind.CHAPTER, ParagraphKind.SUBHEAD)


@dataclass(frozen=True)
class Store:
    """Where files are kept and fetched from, by their digests."""

    keep: Callable[[bytes], str]
    fetch: Callable[[str], bytes]


@dataclass(frozen=True)
class TakenIn:
    """Whose copy it was, the new proposals in the order of the text, how many were known already, and whether it came late.

    `looks` counts changes of looks alone, which are not proposals.
    """

    reviewer: Reviewer
    new: tuple[Proposal, ...]
    known: int
    late: bool
    looks: int


def take_in(
    session: Session, file: bytes, store: Store, reviewer: Reviewer | None = None, *, by: Actor, at: datetime
) -> TakenIn:
    """Keep a copy that came back, and what it proposes; the same file again adds nothing.

    The copy says itself whose it is; `reviewer` is for one that lost that. Raises Refused when nobody knows whose it is,
    Invalid for a file that is no DOCX.
    """
    by.must_be(Role.DRAFTER, "take in a reviewed copy")
    back = read_tracked(file)
    whose = _whose(session, back, reviewer)
    version = shelf.version_by_id(session, whose.review.version_id)
    headings = {row.paragraph_id for row in version.wordings if row.paragraph.kind in _HEADINGS}
    found = placing.find_all(read_tracked(store.fetch(whose.copy_sha256)), back, headings)
    sha256 = store.keep(file)
    known = set(session.scalars(select(Proposal.digest).filter_by(reviewer_id=whose.id)))
    rows = [_proposal(whose, version, one, sha256, by, at) for one in found]
    fresh = {row.digest: row for row in rows if row.digest not in known}
    session.add_all(fresh.values())
    if found:
        whose.word, whose.said_at, whose.evidence = Word.COMMENTS, whose.said_at or at, whose.evidence or "the copy returned"
    session.flush()
    _record_taken_in(session, whose, version, fresh, sha256, by, at)
    new = tuple(fresh.values())
    return TakenIn(whose, new, len(rows) - len(new), at > whose.review.until, back.looks_changed)


def _whose(session: Session, back: TrackedText, reviewer: Reviewer | None) -> Reviewer:
    query = select(Reviewer).options(joinedload(Reviewer.review)).filter_by(token=back.properties.get(PROPERTY, ""))
    found = session.scalar(query)
    if found is None and reviewer is None:
        raise Refused(
            "The file does not say whose copy it is: it is no copy sent for review, or lost its mark; say whose it is."
        )
    if found is not None and reviewer is not None and found.id != reviewer.id:
        raise Refused(f"The file is the copy of {found.name}, not of {reviewer.name}; look again whose it is.")
    one = found or reviewer
    assert one is not None  # by the lines above
    return one


def _proposal(whose: Reviewer, version: CommuniqueVersion, one: Found, sha256: str, by: Actor, at: datetime) -> Proposal:
    one = _in_words_of(version, one)
    said = [one.kind, one.paragraph, one.follows, one.author, one.before, one.text]
    return Proposal(
        reviewer_id=whose.id,
        reviewer=whose,
        paragraph_id=one.paragraph,
        follows_id=one.follows,
        kind=one.kind,
        author=one.author or whose.name,
        before=one.before,
        text=one.text,
        digest=digest_of(repr(said).encode()),
        made_at=one.at,
        taken_in_by=by.name,
        taken_in_at=at,
        file_sha256=sha256,
    )


def _in_words_of(version: CommuniqueVersion, one: Found) -> Found:
    """The proposal in the office's own words for what it leaves alone: a file may show them with other spaces or escapes."""
    here = {row.paragraph_id: row.text for row in version.wordings}
    if one.kind is not ProposalKind.CHANGE or one.paragraph not in here:
        return one
    text = mending.rebased(one.before, one.text, here[one.paragraph])
    return one if text is None else replace(one, before=here[one.paragraph], text=text)


def _record_taken_in(
    session: Session,
    whose: Reviewer,
    version: CommuniqueVersion,
    fresh: dict[str, Proposal],
    sha256: str,
    by: Actor,
    at: datetime,
) -> None:
    journal.record(
        session,
        by,
        "took in a copy",
        versions.subject(version),
        at=at,
        reviewer=whose.number,
        file=sha256,
        proposals=len(fresh),
        digest=journal.digest_of_rows([{"digest": digest} for digest in fresh]),
    )


def find(session: Session, number: int) -> Proposal:
    """The proposal of this number with its review; raises NotFound."""
    whose = joinedload(Proposal.reviewer).joinedload(Reviewer.review)
    query = (
        select(Proposal).filter_by(id=number).options(whose.joinedload(Review.reviewed), whose.selectinload(Review.reviewers))
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound(f"There is no proposal {number}; the list of proposals names those there are.")
    return found


def accept(session: Session, proposal: Proposal, reason: str = "", *, by: Actor, at: datetime) -> CommuniqueVersion | None:
    """Do what is proposed in the draft that follows the reviewed version, made when there is none yet; gives that version.

    Of a comment, or what could not be placed, say in `reason` what was done; nothing is done by itself, and None is given.
    Raises Refused when it was decided before, or the words were changed meanwhile where the proposal changes them.
    """
    by.must_be(Role.DRAFTER, "accept proposals")
    _must_be_open(proposal)
    version = None
    if proposal.kind in (ProposalKind.COMMENT, ProposalKind.UNPLACED):
        if not reason.strip():
            raise Invalid("Say what was done about it; nothing is changed by itself.")
    else:
        version = draft_after(session, proposal.reviewer.review, by=by, at=at)
        _DO[proposal.kind](session, version, proposal, by, at)
        proposal.version_id = version.id
    _decide(session, proposal, Outcome.ACCEPTED, reason, by, at)
    return version


def decline(session: Session, proposal: Proposal, reason: str, *, by: Actor, at: datetime) -> None:
    """Leave the words as they are; raises Invalid without a reason, which the reviewer may be told."""
    by.must_be(Role.DRAFTER, "decline proposals")
    _must_be_open(proposal)
    if not reason.strip():
        raise Invalid("Say why it is declined; the reviewer will ask.")
    _decide(session, proposal, Outcome.DECLINED, reason, by, at)


def _must_be_open(proposal: Proposal) -> None:
    if proposal.outcome is not Outcome.OPEN:
        raise Refused(f"Proposal {proposal.id} was {proposal.outcome} by {proposal.decided_by} already.")


def _decide(session: Session, proposal: Proposal, outcome: Outcome, reason: str, by: Actor, at: datetime) -> None:
    proposal.outcome, proposal.reason, proposal.decided_by, proposal.decided_at = outcome, reason.strip(), by.name, at
    session.flush()
    subject = versions.subject(proposal.reviewer.review.reviewed)
    journal.record(session, by, outcome.value, f"{subject} proposal {proposal.id}", at=at, reason=reason.strip())


def draft_after(session: Session, review: Review, *, by: Actor, at: datetime) -> CommuniqueVersion:
    """The newest draft in the same language after the reviewed version, else a new version with its words."""
    reviewed = review.reviewed
    query = (
        select(CommuniqueVersion)
        .filter_by(communique_id=reviewed.communique_id, language=reviewed.language, state=VersionState.DRAFT)
        .where(CommuniqueVersion.number > reviewed.number)
        .order_by(CommuniqueVersion.number.desc())
    )
    newest = session.scalar(query.limit(1))
    if newest is not None:
        return shelf.version_by_id(session, newest.id)
    made = versions.copy(session, shelf.version_by_id(session, reviewed.id), by=by, at=at)
    return shelf.version_by_id(session, made.id)


def _change(session: Session, version: CommuniqueVersion, proposal: Proposal, by: Actor, at: datetime) -> None:
    paragraph = _place(proposal.paragraph_id)
    row = editing.find(version, paragraph)
    text = mending.rebased(proposal.before, proposal.text, row.text)
    if text is None:
        raise Refused(
            f"¶ {paragraph} was changed meanwhile in the same words; edit it by hand, then decline the proposal saying so."
        )
    basis = row.basis.removeprefix("people:") if row.basis.startswith("people:") else ""
    editing.edit(session, version, paragraph, text, basis=basis, by=by, at=at)


def _remove(session: Session, version: CommuniqueVersion, proposal: Proposal, by: Actor, at: datetime) -> None:
    why = f"proposal {proposal.id} of {proposal.author}"
    editing.remove(session, version, _place(proposal.paragraph_id), why, by=by, at=at)


def _insert(session: Session, version: CommuniqueVersion, proposal: Proposal, by: Actor, at: datetime) -> None:
    basis = f"review proposal {proposal.id}"
    editing.add(
        session, version, ParagraphKind.PARAGRAPH, proposal.text, after=_place(proposal.follows_id), basis=basis, by=by, at=at
    )


def _move(session: Session, version: CommuniqueVersion, proposal: Proposal, by: Actor, at: datetime) -> None:
    ordering.find(version.wordings, _place(proposal.follows_id))
    editing.move(session, version, _place(proposal.paragraph_id), after=_place(proposal.follows_id), by=by, at=at)


def _place(paragraph: int | None) -> int:
    if paragraph is None:
        raise Refused("The proposal has no place in the text; do it by hand, then accept it saying what was done.")
    return paragraph


_DO: dict[ProposalKind, Callable[[Session, CommuniqueVersion, Proposal, Actor, datetime], None]] = {
    ProposalKind.CHANGE: _change,
    ProposalKind.REMOVAL: _remove,
    ProposalKind.INSERTION: _insert,
    ProposalKind.MOVE: _move,
}
