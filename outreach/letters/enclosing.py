"""Files that go with letters: those of a campaign, which drafting gives to each letter, and a letter's own as it left."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.archive import Archive
from outreach.campaigns.models import Campaign
from outreach.errors import Invalid, NotFound, Refused
from outreach.journal import Actor, Role
from outreach.letters.models import AddresseeEnclosure, CampaignEnclosure, LetterVersion
from outreach.letters.papers import ENCLOSURES, paper
from outreach.mail.building import Part

Fetch = Callable[[str], bytes]
MOST = 10  # files of a campaign
_LONGEST_TITLE = 200  # characters


class Enclosed(NamedTuple):
    """A file that goes with a letter: the title on the page, the name it is saved under, and its digest in the archive."""

    title: str
    filename: str
    content_type: str
    sha256: str


def keep(archive: Archive, content: bytes, filename: str, title: str = "") -> Enclosed:
    """Keep a file (PDF, DOCX, picture or text, at most 20 MB) that is to be enclosed; its name is the title if none is given.

    Raises Invalid for a file of another kind, or a title that is not one line.
    """
    file = paper(content, filename, ENCLOSURES)
    named = " ".join(title.split()) or file.label.rpartition(".")[0]
    if len(named) > _LONGEST_TITLE or not named.isprintable():
        raise Invalid(f"The title of what is enclosed must be one line of at most {_LONGEST_TITLE} characters.")
    return Enclosed(named, file.label, file.content_type, archive.keep(content))


def of_campaign(session: Session, campaign: Campaign) -> tuple[Enclosed, ...]:
    """The files that go with the campaign's letters, in the order in which the page names them."""
    query = select(CampaignEnclosure).filter_by(campaign_id=campaign.id).order_by(CampaignEnclosure.position)
    return tuple(Enclosed(one.title, one.filename, one.content_type, one.sha256) for one in session.scalars(query))


def of_addressees(session: Session, campaign: Campaign) -> Mapping[int, tuple[Enclosed, ...]]:
    """The files that go with one addressee's letter alone, by post; one query."""
    query = select(AddresseeEnclosure).filter_by(campaign_id=campaign.id).order_by(AddresseeEnclosure.position)
    found: dict[int, tuple[Enclosed, ...]] = {}
    for one in session.scalars(query):
        file = Enclosed(one.title, one.filename, one.content_type, one.sha256)
        found[one.post_id] = (*found.get(one.post_id, ()), file)
    return found


def add_own(session: Session, campaign: Campaign, files: Mapping[int, Enclosed], *, by: Actor, at: datetime) -> None:
    """Enclose with the letter to each of these posts a file of its own; one journal entry for all."""
    by.must_be(Role.DRAFTER, "enclose files")
    rows = [{"campaign_id": campaign.id, "post_id": post, "position": 0, **file._asdict()} for post, file in files.items()]
    session.execute(insert(AddresseeEnclosure), rows)
    journal.record(
        session,
        by,
        "enclosed",
        f"campaign {campaign.slug}",
        at=at,
        files=len(rows),
        digest_of_rows=journal.digest_of_rows(rows),
    )


def add(session: Session, campaign: Campaign, file: Enclosed, *, by: Actor, at: datetime) -> None:
    """Enclose `file` with the letters of `campaign` that are drafted from now on.

    Raises Refused when the campaign has a file of that title or with these bytes already, or ten of them.
    """
    by.must_be(Role.DRAFTER, "enclose files")
    there = list(session.scalars(select(CampaignEnclosure).filter_by(campaign_id=campaign.id)))
    if any(file.title == one.title or file.sha256 == one.sha256 for one in there):
        raise Refused(f"{campaign.slug} encloses {file.title!r}, or the same file, already; take that out first.")
    if len(there) >= MOST:
        raise Refused(f"{campaign.slug} encloses {MOST} files already; put several into one, or take one out.")
    place = max((one.position for one in there), default=-1) + 1
    session.add(CampaignEnclosure(campaign_id=campaign.id, position=place, **file._asdict()))
    session.flush()
    journal.record(session, by, "enclosed", f"campaign {campaign.slug}", at=at, title=file.title, sha256=file.sha256)


def take_out(session: Session, campaign: Campaign, title: str, *, by: Actor, at: datetime) -> None:
    """Enclose the file of that title no longer; letters that are written already keep it until they are drafted anew."""
    by.must_be(Role.DRAFTER, "take files out")
    file = next((one for one in of_campaign(session, campaign) if one.title == title), None)
    if file is None:
        has = ", ".join(one.title for one in of_campaign(session, campaign)) or "nothing"
        raise NotFound(f"{campaign.slug} encloses nothing called {title!r}; it encloses: {has}.")
    session.execute(delete(CampaignEnclosure).filter_by(campaign_id=campaign.id, sha256=file.sha256))
    journal.record(session, by, "taken out", f"campaign {campaign.slug}", at=at, title=title, sha256=file.sha256)


def parts(version: LetterVersion, fetch: Fetch) -> tuple[Part, ...]:
    """The files of a version as they are attached to its message; `fetch` gives a file by its digest."""
    return tuple(Part(one.filename, one.content_type, fetch(one.sha256)) for one in version.enclosures)
