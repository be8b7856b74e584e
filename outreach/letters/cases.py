"""Letters as they are checked: the current version, what goes with it, and what the record says of its addressees now.

Values only, read 500 letters at a time in the same few queries.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign, CampaignAddressee
from outreach.contacts.addressing import Reach, reach
from outreach.database import grouped
from outreach.letters import noting
from outreach.letters.models import (
    CampaignEnclosure,
    Enclosure,
    Letter,
    LetterAddressee,
    LetterRecipient,
    LetterVersion,
    RecipientKind,
)
from outreach.protocol import forms as protocol
from outreach.protocol.entries import Used

CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A letter with all that is asked about it.

    `own` is the campaign's row of its first addressee: `language`, `deadline` and `values`. `files` are the titles and digests
    of what is enclosed, `campaign_files` the same of its campaign, `standing_copies` that campaign's copies. `found` is how
    protocol would address it now, None where it cannot; then `trouble` says why. `noted` are the warnings that were written
    down with the version, `wording` what it took words from.
    """

    letter_id: int
    reference: str
    state: str
    made_by: str
    number: int
    digest: str
    dated: date
    language: str
    template: str
    template_sha256: str
    subject: str
    address_block: tuple[str, ...]
    salutation: str
    body: str
    close: str
    layout: Mapping[str, Any]
    noted: tuple[str, ...]
    wording: Mapping[str, Used]
    to: tuple[str, ...]
    copies: tuple[str, ...]
    files: tuple[tuple[str, str], ...]
    campaign_files: tuple[tuple[str, str], ...]
    standing_copies: tuple[str, ...]
    posts: tuple[Reach, ...]
    own_language: str
    deadline: date | None
    values: Mapping[str, Any]
    found: protocol.Address | None
    trouble: str

    @property
    def recorded_language(self) -> str:
        """The language that the letter should be in: the addressee's own in this campaign, else the one on record."""
        return self.own_language or self.posts[0].language

    @property
    def furniture(self) -> Iterator[str]:
        """The lines around the text that come from the settings."""
        layout = self.layout
        yield from (*layout["masthead"], layout["masthead_note"], *layout["footer"], layout["place"], layout["on_behalf"])
        for signatory in layout["signatories"]:
            yield from (signatory["name"], *signatory["lines"])
        yield from layout["enclosures"]


def cases(
    session: Session, numbers: Sequence[int], *, stale_after: int, forms: Callable[[str], protocol.Forms]
) -> Iterator[Case]:
    """The letters with these numbers, in their order, as the database has them (what is pending in the session with it)."""
    for start in range(0, len(numbers), CHUNK):
        yield from _chunk(session, numbers[start : start + CHUNK], stale_after, forms)


def _chunk(
    session: Session, numbers: Sequence[int], stale_after: int, forms: Callable[[str], protocol.Forms]
) -> Iterator[Case]:
    rows = {row.id: row for row in session.execute(_versions(numbers))}
    versions = [row.version_id for row in rows.values()]
    posts = _posts(session, numbers)
    around = _Around(
        posts=posts,
        reached=_reached(session, rows, posts, stale_after),
        recipients=grouped(session.execute(_recipients(versions))),
        files=grouped(session.execute(_files(versions))),
        campaigns=_campaigns(session, {row.campaign_id for row in rows.values() if row.campaign_id}),
        own=_own(session, rows.values(), posts),
    )
    for number in numbers:
        yield _case(rows[number], around, forms)


@dataclass(frozen=True)
class _Around:
    """What goes with the letters of a chunk, by the numbers they are known by."""

    posts: Mapping[int, Sequence[int]]
    reached: Mapping[tuple[date, int], Reach]
    recipients: Mapping[int, Sequence[Any]]
    files: Mapping[int, Sequence[Any]]
    campaigns: Mapping[int, "_OfCampaign"]
    own: Mapping[tuple[int, int], Any]


def _versions(numbers: Sequence[int]) -> Any:
    version = LetterVersion
    return (
        select(
            Letter.id,
            Letter.reference,
            Letter.state,
            Letter.campaign_id,
            version.id.label("version_id"),
            version.number,
            version.made_by,
            version.digest,
            version.dated,
            version.language,
            version.template,
            version.template_sha256,
            version.subject,
            version.address_block,
            version.salutation,
            version.body,
            version.close,
            version.layout,
            version.warnings,
            version.wording,
        )
        .join(version, (version.letter_id == Letter.id) & (version.number == Letter.current))
        .where(Letter.id.in_(numbers))
    )


def _recipients(versions: Sequence[int]) -> Any:
    columns = LetterRecipient
    query = select(columns.letter_version_id, columns.kind, columns.address).where(columns.letter_version_id.in_(versions))
    return query.order_by(columns.letter_version_id, columns.position)


def _files(versions: Sequence[int]) -> Any:
    columns = Enclosure
    query = select(columns.letter_version_id, columns.title, columns.sha256).where(columns.letter_version_id.in_(versions))
    return query.order_by(columns.letter_version_id, columns.position)


def _posts(session: Session, numbers: Sequence[int]) -> dict[int, list[int]]:
    query = select(LetterAddressee.letter_id, LetterAddressee.post_id).where(LetterAddressee.letter_id.in_(numbers))
    rows = session.execute(query.order_by(LetterAddressee.letter_id, LetterAddressee.position))
    return {number: [row.post_id for row in group] for number, group in grouped(rows).items()}


def _reached(
    session: Session, rows: Mapping[int, Any], posts: Mapping[int, Sequence[int]], stale_after: int
) -> dict[tuple[date, int], Reach]:
    """Each post as it stands on the day of its letter; the letters of a campaign have few days between them."""
    days: defaultdict[date, dict[int, None]] = defaultdict(dict)
    for number, row in rows.items():
        days[row.dated].update(dict.fromkeys(posts[number]))
    return {
        (day, one.post_id): one
        for day, wanted in days.items()
        for one in reach(session, list(wanted), on=day, stale_after=stale_after)
    }


class _OfCampaign(NamedTuple):
    """What a campaign gives its letters: a deadline, copies, and the titles and digests of files."""

    deadline: date | None = None
    copies: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()


def _campaigns(session: Session, numbers: set[int]) -> dict[int, _OfCampaign]:
    columns = CampaignEnclosure
    query = select(columns.campaign_id, columns.title, columns.sha256).where(columns.campaign_id.in_(numbers))
    files = grouped(session.execute(query.order_by(columns.campaign_id, columns.position)))
    rows = session.execute(select(Campaign.id, Campaign.deadline, Campaign.copies).where(Campaign.id.in_(numbers)))
    return {
        row.id: _OfCampaign(row.deadline, tuple(row.copies), tuple((file.title, file.sha256) for file in files[row.id]))
        for row in rows
    }


def _own(session: Session, rows: Iterable[Any], posts: Mapping[int, Sequence[int]]) -> dict[tuple[int, int], Any]:
    """What the campaign's addressees have of their own, by campaign and post."""
    campaigns = {row.campaign_id for row in rows if row.campaign_id}
    columns = CampaignAddressee
    query = select(columns.campaign_id, columns.post_id, columns.language, columns.deadline, columns.values).where(
        columns.campaign_id.in_(campaigns), columns.post_id.in_({post for several in posts.values() for post in several})
    )
    return {(row.campaign_id, row.post_id): row for row in session.execute(query)}


def _case(row: Any, around: _Around, forms: Callable[[str], protocol.Forms]) -> Case:
    posts = tuple(around.reached[row.dated, post] for post in around.posts[row.id])
    campaign = around.campaigns.get(row.campaign_id, _OfCampaign())
    own = around.own.get((row.campaign_id, posts[0].post_id))
    found, trouble = _addressed(row, posts, forms)
    recipients = around.recipients[row.version_id]
    return Case(
        letter_id=row.id,
        reference=row.reference,
        state=row.state.value,
        made_by=row.made_by,
        number=row.number,
        digest=row.digest,
        dated=row.dated,
        language=row.language,
        template=row.template,
        template_sha256=row.template_sha256,
        subject=row.subject,
        address_block=tuple(row.address_block),
        salutation=row.salutation,
        body=row.body,
        close=row.close,
        layout=row.layout,
        noted=tuple(row.warnings),
        wording=row.wording,
        to=tuple(one.address for one in recipients if one.kind is RecipientKind.TO),
        copies=tuple(one.address for one in recipients if one.kind is RecipientKind.CC),
        files=tuple((file.title, file.sha256) for file in around.files[row.version_id]),
        campaign_files=campaign.files,
        standing_copies=campaign.copies,
        posts=posts,
        own_language=own.language if own else "",
        deadline=(own.deadline if own else None) or campaign.deadline,
        values=own.values if own else {},
        found=found,
        trouble=trouble,
    )


def _addressed(row: Any, posts: Sequence[Reach], forms: Callable[[str], protocol.Forms]) -> tuple[protocol.Address | None, str]:
    addressees = [post.addressee(row.language) for post in posts]
    try:
        if sender := noting.issuer(row.layout):
            return protocol.address_note(forms(row.language), addressees[0], sender), ""
        return protocol.address(forms(row.language), addressees), ""
    except (protocol.Unaddressable, protocol.NoNote) as error:
        return None, str(error)
