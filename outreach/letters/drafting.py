"""Drafting a campaign's letters: new ones get a reference and a first version, untouched drafts a newer version.

Letters are written in bulk: a handful of statements for every 500, one journal entry for the batch.
"""

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, insert, select
from sqlalchemy.orm import Session, aliased

from outreach import journal
from outreach.campaigns.models import Campaign, CampaignAddressee
from outreach.contacts.addressing import Reach, reach
from outreach.journal import Actor, Role
from outreach.letters import register, wishing
from outreach.letters.composed import PLACEHOLDER, Composed
from outreach.letters.composing import Composer, Unwritable
from outreach.letters.models import Letter, LetterAddressee, LetterRelation, LetterState, LetterVersion
from outreach.letters.tokens import Random, Tokens, draw
from outreach.letters.writing import Hand, Written, insert_versions

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

    def tokens(self, random: Random) -> Tokens:
        """Those of the letter that stands; new ones where there is none, or it was drafted before letters had any."""
        if self.letter is not None and self.letter.reply_token:
            return Tokens(self.letter.reply_token, self.letter.answer_token)
        return draw(random)


@dataclass(frozen=True)
class _Run:
    """A run of drafting: for which campaign, by which hand, and what it did so far."""

    campaign: Campaign
    hand: Hand
    drafted: Drafted

    def chunk(self, jobs: Sequence[_Job]) -> list[dict[str, Any]]:
        """Write these letters; gives what the journal's digest covers."""
        composed = list(_compose_all(self, jobs))
        return [
            *_insert_new(self, [each for each in composed if each.job.letter is None]),
            *_insert_revisions(self, [each for each in composed if each.job.letter is not None]),
        ]


class _Composed(NamedTuple):
    job: _Job
    words: Composed
    tokens: Tokens


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
    jobs, standing = _jobs(session, campaign, redraft, only)
    run = _Run(campaign, Hand(session, composer, by, at), Drafted(unchanged=standing))
    rows_written: list[dict[str, Any]] = []
    for start in range(0, len(jobs), CHUNK):
        chunk = jobs[start : start + CHUNK]
        rows_written += run.chunk(chunk)
        for _ in chunk:
            step()
    if rows_written:
        _record(run, rows_written)
    return run.drafted


def _record(run: _Run, rows: Sequence[dict[str, Any]]) -> None:
    drafted, hand = run.drafted, run.hand
    journal.record(
        hand.session,
        hand.by,
        "drafted",
        f"campaign {run.campaign.slug}",
        at=hand.at,
        dated=hand.composer.dated,
        new=len(drafted.new),
        revised=len(drafted.revised),
        refused=drafted.refused,
        first=rows[0]["reference"],
        last=rows[-1]["reference"],
        digest=journal.digest_of_rows(rows),
    )


def waiting(session: Session, campaign: Campaign, redraft: bool) -> int:
    """How many letters a run would look at, for a progress bar."""
    return len(_jobs(session, campaign, redraft, None)[0])


def posts_waiting(session: Session, campaign: Campaign, redraft: bool, only: Set[int] | None = None) -> list[int]:
    """The posts that a run would write to."""
    return [row.post_id for job in _jobs(session, campaign, redraft, only)[0] for row in job.rows]


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
            Letter.reply_token,
            Letter.answer_token,
            LetterVersion.template_sha256,
            LetterVersion.digest,
        )
        .join(Letter, Letter.id == LetterAddressee.letter_id)
        .join(LetterVersion, (LetterVersion.letter_id == Letter.id) & (LetterVersion.number == Letter.current))
        .where(Letter.campaign_id == campaign.id, Letter.state != LetterState.CANCELLED, ~_follows_another())
    )
    return {row.post_id: row for row in session.execute(query)}


def _follows_another() -> ColumnElement[bool]:
    """That a letter is about an earlier one of its own campaign: a correction takes no draft's place."""
    other = aliased(Letter)
    pair = (LetterRelation.letter_id == Letter.id) & (LetterRelation.other_id == other.id)
    return exists().where(pair, other.campaign_id == Letter.campaign_id)


def _groups(session: Session, campaign: Campaign) -> Iterator[tuple[Any, ...]]:
    """The addressee rows that get one letter together: alone, or all with the same joint word."""
    columns = CampaignAddressee
    rows = session.execute(
        select(columns.id, columns.post_id, columns.joint, columns.language, columns.deadline, columns.values)
        .where(columns.campaign_id == campaign.id, columns.left_out == "")
        .order_by(columns.id)
    ).all()
    joint: dict[str, list[Any]] = {}
    for row in rows:
        joint.setdefault(row.joint or f"\0{row.id}", []).append(row)
    return (tuple(group) for group in joint.values())


def _compose_all(run: _Run, jobs: Sequence[_Job]) -> Iterator[_Composed]:
    session, composer = run.hand.session, run.hand.composer
    post_ids = [row.post_id for job in jobs for row in job.rows]
    stale_after = composer.sender.settings.office.stale_after_days
    posts = {one.post_id: one for one in reach(session, post_ids, on=composer.dated, stale_after=stale_after)}
    writable = [job for job in jobs if _reachable([posts[row.post_id] for row in job.rows], run.drafted)]
    wishes = wishing.gather(session, run.campaign, [job.rows[0] for job in writable])
    for job in writable:
        tokens = job.tokens(composer.random)
        # The reference is not taken before the letter is known to be writable: a refused letter would burn one.
        reference = job.letter.reference if job.letter else PLACEHOLDER
        to = [posts[row.post_id] for row in job.rows]
        try:
            words = composer.compose(reference, to, wishes.of(job.rows[0], tokens))
        except Unwritable as error:
            run.drafted.refused.append(str(error))
            continue
        run.drafted.warned += bool(words.warnings)
        yield _Composed(job, words, tokens)


def _reachable(posts: Sequence[Reach], drafted: Drafted) -> bool:
    for post in posts:
        if post.do_not_contact:
            drafted.refused.append(f"{post.key}: not to be contacted: {post.do_not_contact}.")
            return False
    return True


def _insert_new(run: _Run, written: Sequence[_Composed]) -> list[dict[str, Any]]:
    to = [New([row.post_id for row in each.job.rows], each.words, each.tokens) for each in written]
    references, rows = insert_letters(run.hand, run.campaign, to)
    run.drafted.new += references
    return rows


class New(NamedTuple):
    """A letter that is not there yet: the posts that it is to, its words and its tokens."""

    posts: Sequence[int]
    words: Composed
    tokens: Tokens


def insert_letters(hand: Hand, campaign: Campaign, written: Sequence[New]) -> tuple[list[str], list[dict[str, Any]]]:
    """Write new letters, each with a reference of its own and a first version.

    Gives their references in order, and what the journal's digest covers.
    """
    if not written:
        return [], []
    pattern, year = hand.composer.sender.settings.office.reference, hand.composer.dated.year
    references = register.take_references(hand.session, pattern, year, len(written))
    same = {"campaign_id": campaign.id, "state": LetterState.DRAFT, "owner": hand.by.name, "created_at": hand.at}
    letters = [
        {**same, "reference": reference, "reply_token": each.tokens.address, "answer_token": each.tokens.answer}
        for reference, each in zip(references, written, strict=True)
    ]
    # Ids by what the rows are known by: were they asked for in order, SQLite would insert one row at a time.
    known = dict(hand.session.execute(insert(Letter).returning(Letter.reference, Letter.id), letters).all())
    ids = [known[reference] for reference in references]
    addressees = [
        {"letter_id": letter_id, "position": place, "post_id": post_id}
        for letter_id, each in zip(ids, written, strict=True)
        for place, post_id in enumerate(each.posts)
    ]
    hand.session.execute(insert(LetterAddressee), addressees)
    return references, insert_versions(
        hand,
        [
            Written(letter_id, reference, 1, hand.composer.finished(each.words, reference), each.tokens)
            for letter_id, reference, each in zip(ids, references, written, strict=True)
        ],
    )


def _insert_revisions(run: _Run, written: Sequence[_Composed]) -> list[dict[str, Any]]:
    composer, session = run.hand.composer, run.hand.session
    whole = [
        Written(letter.id, letter.reference, letter.current + 1, composer.finished(each.words, letter.reference), each.tokens)
        for each in written
        for letter in [each.job.letter]
    ]
    stood = {each.job.letter.id: each.job.letter.digest for each in written}
    changed = [each for each in whole if each.words.digest(each.reference, composer.dated) != stood[each.letter_id]]
    run.drafted.unchanged += len(whole) - len(changed)
    for each in changed:
        letter = session.get_one(Letter, each.letter_id)
        letter.current = each.number
        letter.reply_token, letter.answer_token = each.tokens
    run.drafted.revised += [each.reference for each in changed]
    return insert_versions(run.hand, changed)
