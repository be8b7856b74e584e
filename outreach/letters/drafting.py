"""Drafting a campaign's letters: new ones get a reference and a first version, untouched drafts a newer version.

Letters are written in bulk: a handful of statements for every 500, one journal entry for the batch.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.campaigns.models import Campaign, CampaignAddressee
from outreach.contacts.addressing import Reach, reach
from outreach.journal import Actor, Role
from outreach.letters import citing, register, wishing
from outreach.letters.composing import PLACEHOLDER, Composed, Composer, Unwritable
from outreach.letters.models import Enclosure, Letter, LetterAddressee, LetterRecipient, LetterState, LetterVersion
from outreach.letters.wishing import Wishes

CHUNK = 500


@dataclass
class Drafted:
    """What a run did: references written anew or as a new version, how many stood already, and who was refused and why."""

    new: list[str] = field(default_factory=list)
    revised: list[str] = field(default_factory=list)
    unchanged: int = 0
    refused: list[str] = field(default_factory=list)
    warned: int = 0


@dataclass(frozen=True)
class _Job:
    """One letter to write: its addressee rows, and the letter that stands already."""

    rows: tuple[Any, ...]
    letter: Any = None


def draft(
    session: Session,
    campaign: Campaign,
    composer: Composer,
    *,
    by: Actor,
    at: datetime,
    redraft: bool = False,
    only: Set[int] | None = None,
    step: Callable[[], None] = lambda: None,
) -> Drafted:
    """Draft the campaign's letters, dated as the composer says.

    Without `redraft`, addressees whose letter stands already are left alone. With it, letters that are drafts get a new
    version where anything changed, keeping their reference; those edited by hand, approved or gone are not touched. An
    addressee that cannot be written to is refused with its reason and never stops the others. `only`: no letters but those
    with these numbers are looked at.
    """
    by.must_be(Role.DRAFTER, "draft letters")
    drafted = Drafted()
    jobs, standing = _jobs(session, campaign, redraft, only)
    drafted.unchanged = standing
    rows_written: list[dict[str, Any]] = []
    for start in range(0, len(jobs), CHUNK):
        chunk = jobs[start : start + CHUNK]
        rows_written += _draft_chunk(session, campaign, composer, chunk, drafted, by=by, at=at)
        for _ in chunk:
            step()
    if rows_written:
        journal.record(
            session,
            by,
            "drafted",
            f"campaign {campaign.slug}",
            at=at,
            dated=composer.dated,
            new=len(drafted.new),
            revised=len(drafted.revised),
            refused=drafted.refused,
            first=rows_written[0]["reference"],
            last=rows_written[-1]["reference"],
            digest=journal.digest_of_rows(rows_written),
        )
    return drafted


def waiting(session: Session, campaign: Campaign, redraft: bool) -> int:
    """How many letters a run would look at, for a progress bar."""
    return len(_jobs(session, campaign, redraft, None)[0])


def _jobs(session: Session, campaign: Campaign, redraft: bool, only: Set[int] | None) -> tuple[list[_Job], int]:
    letters = _letters_by_post(session, campaign)
    jobs, standing = [], 0
    for rows in _groups(session, campaign):
        letter = next((letters[row.post_id] for row in rows if row.post_id in letters), None)
        if only is not None and (letter is None or letter.id not in only):
            continue
        # Words written by hand no longer come from the template, and are not replaced by it.
        if letter is None or (redraft and letter.state is LetterState.DRAFT and letter.template_sha256):
            jobs.append(_Job(rows, letter))
        else:
            standing += 1
    return jobs, standing


def _letters_by_post(session: Session, campaign: Campaign) -> dict[int, Any]:
    query = (
        select(
            LetterAddressee.post_id,
            Letter.id,
            Letter.reference,
            Letter.state,
            Letter.current,
            LetterVersion.template_sha256,
            LetterVersion.digest,
        )
        .join(Letter, Letter.id == LetterAddressee.letter_id)
        .join(LetterVersion, (LetterVersion.letter_id == Letter.id) & (LetterVersion.number == Letter.current))
        .where(Letter.campaign_id == campaign.id, Letter.state != LetterState.CANCELLED)
    )
    return {row.post_id: row for row in session.execute(query)}


def _groups(session: Session, campaign: Campaign) -> Iterator[tuple[Any, ...]]:
    """The addressee rows that get one letter together: alone, or all with the same joint word."""
    columns = CampaignAddressee
    rows = session.execute(
        select(columns.id, columns.post_id, columns.joint, columns.language, columns.deadline, columns.values)
        .where(columns.campaign_id == campaign.id)
        .order_by(columns.id)
    ).all()
    joint: dict[str, list[Any]] = {}
    for row in rows:
        joint.setdefault(row.joint or f"\0{row.id}", []).append(row)
    return (tuple(group) for group in joint.values())


def _draft_chunk(
    session: Session,
    campaign: Campaign,
    composer: Composer,
    jobs: Sequence[_Job],
    drafted: Drafted,
    *,
    by: Actor,
    at: datetime,
) -> list[dict[str, Any]]:
    office = composer.sender.settings.office
    post_ids = [row.post_id for job in jobs for row in job.rows]
    posts = {one.post_id: one for one in reach(session, post_ids, on=composer.dated, stale_after=office.stale_after_days)}
    writable = [job for job in jobs if _reachable(job, posts, drafted)]
    wishes = wishing.gather(session, campaign, [job.rows[0] for job in writable])
    written = list(_compose_all(composer, writable, posts, wishes, drafted))
    fresh = [(job, composed) for job, composed in written if job.letter is None]
    revised = [(job, composed) for job, composed in written if job.letter is not None]
    return [
        *_insert_new(session, campaign, composer, fresh, drafted, by=by, at=at),
        *_insert_revisions(session, composer, revised, drafted, by=by, at=at),
    ]


def _reachable(job: _Job, posts: dict[int, Reach], drafted: Drafted) -> bool:
    for row in job.rows:
        post = posts[row.post_id]
        if post.do_not_contact:
            drafted.refused.append(f"{post.key}: not to be contacted: {post.do_not_contact}.")
            return False
    return True


def _compose_all(
    composer: Composer, jobs: Iterable[_Job], posts: dict[int, Reach], wishes: Wishes, drafted: Drafted
) -> Iterator[tuple[_Job, Composed]]:
    for job in jobs:
        # The reference is not taken before the letter is known to be writable: a refused letter would burn one.
        reference = job.letter.reference if job.letter else PLACEHOLDER
        try:
            composed = composer.compose(reference, [posts[row.post_id] for row in job.rows], wishes.of(job.rows[0]))
        except Unwritable as error:
            drafted.refused.append(str(error))
            continue
        drafted.warned += bool(composed.warnings)
        yield job, composed


def _insert_new(
    session: Session,
    campaign: Campaign,
    composer: Composer,
    written: Sequence[tuple[_Job, Composed]],
    drafted: Drafted,
    *,
    by: Actor,
    at: datetime,
) -> list[dict[str, Any]]:
    if not written:
        return []
    pattern = composer.sender.settings.office.reference
    references = register.take_references(session, pattern, composer.dated.year, len(written))
    letters = [
        {"reference": reference, "campaign_id": campaign.id, "state": LetterState.DRAFT, "owner": by.name, "created_at": at}
        for reference in references
    ]
    # Ids by what the rows are known by: were they asked for in order, SQLite would insert one row at a time.
    known = dict(session.execute(insert(Letter).returning(Letter.reference, Letter.id), letters).all())
    ids = [known[reference] for reference in references]
    session.execute(
        insert(LetterAddressee),
        [
            {"letter_id": letter_id, "position": place, "post_id": row.post_id}
            for letter_id, (job, _composed) in zip(ids, written, strict=True)
            for place, row in enumerate(job.rows)
        ],
    )
    whole = [
        (number, reference, 1, composer.finished(words, reference))
        for number, reference, (_, words) in zip(ids, references, written, strict=True)
    ]
    drafted.new += references
    return insert_versions(session, composer, whole, by=by, at=at)


def _insert_revisions(
    session: Session,
    composer: Composer,
    written: Sequence[tuple[_Job, Composed]],
    drafted: Drafted,
    *,
    by: Actor,
    at: datetime,
) -> list[dict[str, Any]]:
    whole = [(job.letter, composer.finished(composed, job.letter.reference)) for job, composed in written]
    changed = [
        (letter, composed) for letter, composed in whole if composed.digest(letter.reference, composer.dated) != letter.digest
    ]
    drafted.unchanged += len(written) - len(changed)
    if not changed:
        return []
    for letter, _composed in changed:
        session.get_one(Letter, letter.id).current = letter.current + 1
    drafted.revised += [letter.reference for letter, _composed in changed]
    new = [(letter.id, letter.reference, letter.current + 1, composed) for letter, composed in changed]
    return insert_versions(session, composer, new, by=by, at=at)


def insert_versions(
    session: Session,
    composer: Composer,
    whole: Sequence[tuple[int, str, int, Composed]],
    *,
    by: Actor,
    at: datetime,
) -> list[dict[str, Any]]:
    """Write versions (letter id, reference, number, words), their recipients and their enclosures.

    Gives what the journal's digest covers.
    """
    mail = composer.sender.settings.mail
    rows = []
    for letter_id, reference, number, composed in whole:
        rows.append(
            {
                "letter_id": letter_id,
                "number": number,
                "made_at": at,
                "made_by": by.name,
                "dated": composer.dated,
                "language": composed.language,
                "template": composed.template,
                "template_sha256": composed.template_sha256,
                "subject": composed.subject,
                "address_block": list(composed.address_block),
                "salutation": composed.salutation,
                "body": composed.body,
                "close": composed.close,
                "layout": composed.layout,
                "warnings": list(composed.warnings),
                "wording": composed.wording,
                "message_id": f"<{secrets.token_hex(16)}@{mail.id_domain}>",
                "reply_to": mail.inbox,
                "digest": composed.digest(reference, composer.dated),
            }
        )
    known = dict(session.execute(insert(LetterVersion).returning(LetterVersion.letter_id, LetterVersion.id), rows).all())
    recipients = [
        {"letter_version_id": known[letter_id], "position": place, "kind": kind, "address": address, "name": name}
        for letter_id, *_rest, composed in whole
        for place, (kind, address, name) in enumerate(composed.recipients)
    ]
    enclosures = [
        {"letter_version_id": known[letter_id], "position": place, **file._asdict()}
        for letter_id, *_rest, composed in whole
        for place, file in enumerate(composed.enclosures)
    ]
    for model, parts in ((LetterRecipient, recipients), (Enclosure, enclosures)):
        if parts:
            session.execute(insert(model), parts)
    cites = [(letter_id, composed.cites) for letter_id, *_rest, composed in whole if composed.cites is not None]
    if cites and (relation := composer.template.about.relation):
        citing.relate(session, cites, relation)
    return [
        {"reference": reference, "version": number, "digest": row["digest"]}
        for (_id, reference, number, _composed), row in zip(whole, rows, strict=True)
    ]
