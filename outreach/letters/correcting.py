"""Correcting what stands in letters: those that are here are written anew, those that left are followed by a correction.

A correction is one entry in the journal, which keeps who got what; the letters that follow stand to the earlier ones as
their corrections.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from outreach import journal
from outreach.campaigns.models import Campaign
from outreach.contacts.addressing import reach
from outreach.errors import Invalid, NotFound, Refused
from outreach.journal import Actor, Entry, EntryValues, Role
from outreach.letters import citing, editing, register
from outreach.letters.composed import PLACEHOLDER
from outreach.letters.composing import Composer, Unwritable
from outreach.letters.drafting import New, insert_letters
from outreach.letters.enclosing import Enclosed
from outreach.letters.models import (
    AT_HOME,
    CampaignEnclosure,
    Enclosure,
    Letter,
    LetterAddressee,
    LetterRelation,
    LetterState,
    LetterVersion,
    RelationKind,
)
from outreach.letters.tokens import draw
from outreach.letters.wishing import Wish
from outreach.letters.writing import Hand

CORRECTED = "corrected"
CHUNK = 500


@dataclass(frozen=True)
class Change:
    """What is wrong and what stands instead: words, or a file known by its title, its name or its digest."""

    wrong: str
    right: str
    file: Enclosed | None = None

    @property
    def template(self) -> str:
        """What tells of it the addressees of letters that left."""
        return "replaced-enclosure" if self.file else "corrigendum"


@dataclass(frozen=True)
class Affected:
    """The letters that a change is about, by number: those that are still here, and those that left with what is wrong."""

    here: tuple[int, ...]
    left: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many letters."""
        return len(self.here) + len(self.left)


@dataclass(frozen=True)
class Correction:
    """A correction that was made: `here` were written anew, `left` are (earlier letter, the one that corrects it).

    `sha256` is the digest of the new file, None where words were corrected; `refused` names who could not be written to.
    """

    number: int
    at: datetime
    by: str
    wrong: str
    right: str
    sha256: str | None
    here: tuple[str, ...]
    left: tuple[tuple[str, str], ...]
    refused: tuple[str, ...] = field(default=())


def affected(session: Session, campaign: Campaign, change: Change) -> Affected:
    """Which letters of the campaign have what is wrong; corrections themselves, and letters corrected so before, are left out.

    Raises NotFound when none has it.
    """
    if not change.wrong.strip() or change.wrong == change.right:
        raise Invalid("Say what is wrong, and what stands instead of it.")
    done = _corrected_before(session, campaign, change)
    rows = [row for row in _having(session, campaign, change) if row.reference not in done]
    if placed := [row.reference for row in rows if row.state is LetterState.PLACED]:
        raise Refused(
            f"Nobody knows whether these left or lie among the drafts of the mailbox: {', '.join(placed)}. "
            f"Settle them first; then correct."
        )
    here = tuple(row.id for row in rows if row.state in AT_HOME)
    found = Affected(here, tuple(row.id for row in rows if row.state not in AT_HOME))
    if not found.count:
        what = "encloses" if change.file else "says"
        raise NotFound(f"No letter of {campaign.slug} {what} {change.wrong!r}, or all that do are corrected already.")
    return found


def _having(session: Session, campaign: Campaign, change: Change) -> Iterator[Any]:
    version = LetterVersion
    corrections = select(LetterRelation.letter_id).filter_by(kind=RelationKind.CORRECTS)
    query = (
        select(Letter.id, Letter.reference, Letter.state, version.subject, version.body)
        .join(version, (version.letter_id == Letter.id) & (version.number == Letter.current))
        .where(Letter.campaign_id == campaign.id, Letter.state != LetterState.CANCELLED, Letter.id.not_in(corrections))
        .order_by(Letter.id)
    )
    if change.file:
        named = select(Enclosure.letter_version_id).where(Enclosure.sha256 != change.file.sha256, _is_called(Enclosure, change))
        yield from session.execute(query.where(version.id.in_(named)))
        return
    for row in session.execute(query, execution_options={"yield_per": CHUNK}):
        # In Python: of the two databases one takes capitals for small letters.
        if change.wrong in row.subject or change.wrong in row.body:
            yield row


def _is_called(model: type[Enclosure] | type[CampaignEnclosure], change: Change) -> ColumnElement[bool]:
    return or_(model.title == change.wrong, model.filename == change.wrong, model.sha256 == change.wrong)


def _corrected_before(session: Session, campaign: Campaign, change: Change) -> set[str]:
    new = change.file.sha256 if change.file else None
    same = (one for one in made(session, campaign) if (one.wrong, one.right, one.sha256) == (change.wrong, change.right, new))
    pairs = [pair for one in same for pair in one.left]
    stands = select(Letter.reference).where(
        Letter.reference.in_([later for _earlier, later in pairs]), Letter.state != LetterState.CANCELLED
    )
    standing = set(session.scalars(stands))
    return {earlier for earlier, later in pairs if later in standing}


def correct(
    session: Session, campaign: Campaign, change: Change, composer: Composer, *, count: int | None, by: Actor, at: datetime
) -> Correction:
    """Make the change in every letter that has it: all of them, or none.

    Letters that are here get a new version and are drafts again; for each that left a letter is drafted by `composer`, which
    cites reference and date and encloses the new file. Raises Refused unless exactly `count` letters are affected.
    """
    by.must_be(Role.DRAFTER, "correct letters")
    found = affected(session, campaign, change)
    if count != found.count:
        said = "no number was given" if count is None else f"{count} was given"
        raise Refused(f"{found.count} letters of {campaign.slug} are affected and {said}; nothing was changed.")
    here = tuple(_write_anew(session, found.here, change, by, at))
    if change.file:
        _enclose_instead(session, campaign, change)
    refused: list[str] = []
    left = tuple(_follow(session, campaign, found.left, change, composer, refused, by=by, at=at))
    entry = journal.record(
        session,
        by,
        CORRECTED,
        f"campaign {campaign.slug}",
        at=at,
        wrong=change.wrong,
        right=change.right,
        sha256=change.file.sha256 if change.file else None,
        here=here,
        left=left,
        refused=refused,
        digest=journal.digest_of_rows({"earlier": earlier, "later": later} for earlier, later in left),
    )
    return find(session, campaign, entry.seq)


def _write_anew(session: Session, numbers: Sequence[int], change: Change, by: Actor, at: datetime) -> Iterator[str]:
    because = "what it says was corrected" if change.file is None else "what it encloses was corrected"
    for letter in register.in_chunks(session, numbers):
        now = letter.version_now
        if change.file:
            files = [_instead(one, change) for one in now.enclosures]
            new = editing.successor(now, letter, {}, by=by, at=at, files=files)
            # Its words go on being the template's.
            new.template_sha256 = now.template_sha256
        else:
            words = {name: getattr(now, name).replace(change.wrong, change.right) for name in ("subject", "body")}
            editing.check({name: text for name, text in words.items() if text != getattr(now, name)})
            new = editing.successor(now, letter, words, by=by, at=at)
        editing.supersede(session, letter, new, at, because)
        yield letter.reference


def _instead(old: Enclosure, change: Change) -> Enclosed:
    """The file as it was, or the new one under the old title: the page names it as before."""
    same = Enclosed(old.title, old.filename, old.content_type, old.sha256)
    if change.file is None or change.wrong not in (old.title, old.filename, old.sha256):
        return same
    return change.file._replace(title=old.title)


def _enclose_instead(session: Session, campaign: Campaign, change: Change) -> None:
    """Letters that are drafted later get the new file as well."""
    assert change.file is not None
    new = {name: value for name, value in change.file._asdict().items() if name != "title"}
    its_own = (CampaignEnclosure.campaign_id == campaign.id, _is_called(CampaignEnclosure, change))
    session.execute(update(CampaignEnclosure).where(*its_own).values(**new))


def _follow(
    session: Session,
    campaign: Campaign,
    numbers: Sequence[int],
    change: Change,
    composer: Composer,
    refused: list[str],
    *,
    by: Actor,
    at: datetime,
) -> Iterator[tuple[str, str]]:
    stale_after = composer.sender.settings.office.stale_after_days
    for start in range(0, len(numbers), CHUNK):
        letters = list(register.in_chunks(session, numbers[start : start + CHUNK]))
        to = _addressees(session, [letter.id for letter in letters])
        posts = list(dict.fromkeys(post for several in to.values() for post in several))
        reached = {one.post_id: one for one in reach(session, posts, on=composer.dated, stale_after=stale_after)}
        earlier = citing.find(session, [letter.reference for letter in letters])
        written: list[New] = []
        followed = []
        for letter in letters:
            wish = replace(_wish(letter.version_now, change, earlier[letter.reference]), tokens=draw(composer.random))
            try:
                words = composer.compose(PLACEHOLDER, [reached[post] for post in to[letter.id]], wish)
                written.append(New(to[letter.id], words, wish.tokens))
                followed.append(letter.reference)
            except Unwritable as error:
                refused.append(f"{letter.reference}: {error}")
        references, _rows = insert_letters(Hand(session, composer, by, at), campaign, written)
        yield from zip(followed, references, strict=True)


def _addressees(session: Session, numbers: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {number: [] for number in numbers}
    query = select(LetterAddressee.letter_id, LetterAddressee.post_id).where(LetterAddressee.letter_id.in_(numbers))
    for letter_id, post_id in session.execute(query.order_by(LetterAddressee.letter_id, LetterAddressee.position)):
        found[letter_id].append(post_id)
    return found


def _wish(version: LetterVersion, change: Change, earlier: citing.Earlier) -> Wish:
    values: Mapping[str, str] = {"wrong": change.wrong, "right": change.right}
    files: tuple[Enclosed, ...] = ()
    if change.file:
        files = tuple(new for one in version.enclosures if (new := _instead(one, change)).sha256 == change.file.sha256)
        values = {"enclosure": files[0].title}
    return Wish(language=version.language, values=values, enclosures=files, earlier=earlier)


def made(session: Session, campaign: Campaign) -> list[Correction]:
    """The corrections of a campaign, oldest first."""
    query = (
        select(Entry, EntryValues)
        .join(EntryValues, EntryValues.seq == Entry.seq)
        .where(Entry.verb == CORRECTED, Entry.subject == f"campaign {campaign.slug}", EntryValues.body.is_not(None))
        .order_by(Entry.seq)
    )
    return [_read(entry, side.values()) for entry, side in session.execute(query)]


def _read(entry: Entry, values: Mapping[str, Any]) -> Correction:
    return Correction(
        number=entry.seq,
        at=entry.at,
        by=entry.actor,
        wrong=values["wrong"],
        right=values["right"],
        sha256=values["sha256"],
        here=tuple(values["here"]),
        left=tuple((earlier, later) for earlier, later in values["left"]),
        refused=tuple(values["refused"]),
    )


def find(session: Session, campaign: Campaign, number: int | None) -> Correction:
    """The correction of that number in the journal, the latest when none is named; raises NotFound."""
    there = made(session, campaign)
    found = [one for one in there if number is None or one.number == number]
    if not found:
        named = ", ".join(str(one.number) for one in there) or "none yet"
        raise NotFound(f"{campaign.slug} has no such correction; it has: {named}.")
    return found[-1]
