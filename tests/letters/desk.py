"""A desk for tests that draft, approve and send without a command line, on either kind of database."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import msgspec
from sqlalchemy.orm import Session

from outreach.archive import Archive
from outreach.campaigns import asking, choosing, planning
from outreach.campaigns.models import Campaign
from outreach.config import Settings
from outreach.contacts.models import Post
from outreach.letters import approving, drafting, templates
from outreach.letters.checking import Checks, check
from outreach.letters.composing import Composer, Sender
from outreach.letters.freezing import Press
from outreach.letters.models import Letter
from outreach.letters.reply_form import Questionnaire
from outreach.letters.reporting import Report
from outreach.office import package_folder
from outreach.protocol import forms
from tests.cast import CHAIR, DANA, NOON

TODAY = NOON.date()


@cache
def load_forms(language: str) -> forms.Forms:
    """Forms of address, read once for all tests."""
    return forms.load(language)


@dataclass
class Chance:
    """Bytes that are the same in each run of a test, and different each time they are asked for."""

    asked: int = 0

    def __call__(self, count: int) -> bytes:
        self.asked += 1
        return hashlib.sha256(str(self.asked).encode()).digest()[:count]


@dataclass
class Desk:
    """Settings as shipped, and an archive in the test's own folder."""

    archive: Archive
    settings: Settings
    random: Chance = field(default_factory=Chance)

    @classmethod
    def at(cls, folder: Path) -> "Desk":
        """A desk whose archive lies in `folder`."""
        text = (package_folder("office") / "outreach.toml").read_text().replace("[Name of the Chair]", "The Chair")
        raw = tomllib.loads(text)
        return cls(Archive(folder / "files"), msgspec.convert(raw, Settings))

    def write_in(self, *languages: str) -> None:
        """Switch these languages on, besides those that an office begins with."""
        office = self.settings.office
        office = msgspec.structs.replace(office, languages=(*office.languages, *languages))
        self.settings = msgspec.structs.replace(self.settings, office=office)

    @property
    def press(self) -> Press:
        """What makes the files."""
        return Press(self.settings.mail)

    @property
    def checks(self) -> Checks:
        """What letters are held against."""
        return Checks(self.settings, self.press, load_forms, self.page_limit)

    def page_limit(self, template: str) -> int | None:
        """What the shipped template says."""
        return templates.find(template, (package_folder("letters"),)).about.pages

    def warnings(self, session: Session, *letters: Letter) -> Mapping[str, int]:
        """The warnings of these letters by kind, as somebody who looks at them would count them."""
        found = check(session, [letter.id for letter in letters], self.checks)
        return Report.of(found, len(letters)).kinds

    def campaign(self, session: Session, *posts: Post, template: str = "input-request", slug: str = "wsis20-input") -> Campaign:
        """A campaign to these posts."""
        words = "org:" + ",".join(post.organisation.key for post in posts)
        kinds = tuple(dict.fromkeys(post.kind for post in posts))
        chosen = choosing.choose(session, choosing.parse(words), choosing.Wanted(kinds), on=TODAY, stale_after=180)
        return planning.new(
            session,
            slug,
            title="Request for input",
            template=template,
            sender="chair",
            selection=words,
            chosen=chosen,
            deadline=date(2025, 3, 31),
            by=DANA,
            at=NOON,
        )

    def composer(self, campaign: Campaign, folders: tuple[Path, ...] = (), dated: date = TODAY) -> Composer:
        """What composes the campaign's letters."""
        shelved = templates.find(campaign.template, (*folders, package_folder("letters")))
        sender = Sender(self.settings, self.settings.sender("chair"))
        return Composer(
            shelved,
            sender,
            dated=dated,
            deadline=campaign.deadline,
            forms=load_forms,
            keep=self.archive.keep,
            random=self.random,
            questionnaire=Questionnaire(tuple(map(asking.of, campaign.questions))),
        )

    def draft(self, session: Session, campaign: Campaign, **options: bool) -> drafting.Drafted:
        """Draft the campaign's letters."""
        return drafting.draft(session, campaign, self.composer(campaign), by=DANA, at=NOON, **options)

    def approve(self, session: Session, *letters: Letter) -> None:
        """Approve these letters by the Chair, who has looked at their warnings."""
        confirmed = self.warnings(session, *letters)
        numbers = [letter.id for letter in letters]
        approving.approve(session, numbers, self.checks, self.archive, confirmed=confirmed, by=CHAIR, at=NOON)
