"""A campaign with letters that left, and answers to them with whatever attribution a test needs."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign
from outreach.communique import drafting, shelf, templating
from outreach.communique.composing import Edition
from outreach.communique.exporting import FORMATS, export
from outreach.communique.models import Communique, CommuniqueVersion
from outreach.config import SenderSettings, SignatorySettings
from outreach.contacts.models import (
    Organisation,
    OrganisationKind,
    Person,
    Post,
    RegionalGroup,
    StakeholderGroup,
)
from outreach.inputs import codebook, coding
from outreach.inputs.models import Attribution, AttributionLevel, InputText, Passage, Stance
from outreach.letters.models import Letter, LetterAddressee, LetterState, LetterVersion
from outreach.office import package_folder
from outreach.responses.models import ResponseKind, ResponseLetter
from tests.cast import DANA, KIM, NOON, email
from tests.inputs.answers import answer

SENDER = SenderSettings(
    masthead=("IGF Leadership Panel",),
    masthead_note="Internet Governance Forum",
    place="Geneva",
    signatories=(SignatorySettings(name="[Name of the Chair]", lines=("Chair",)),),
)
TECHNICAL, CIVIL, PRIVATE = (
    StakeholderGroup.TECHNICAL_COMMUNITY,
    StakeholderGroup.CIVIL_SOCIETY,
    StakeholderGroup.PRIVATE_SECTOR,
)
GOVERNMENT, PRESS = StakeholderGroup.GOVERNMENT, StakeholderGroup.PRESS


@dataclass
class World:
    """Makes the rows that a communiqué rests on."""

    session: Session
    count: int = 0
    known: Campaign | None = None
    folder: Path = field(default_factory=lambda: package_folder("communique"))

    @cached_property
    def campaign(self) -> Campaign:
        """The campaign that all letters belong to: the one known, else a new one."""
        if self.known is not None:
            return self.known
        campaign = Campaign(
            slug="wsis20-input",
            title="Input on the value of the Forum",
            template="input-request",
            sender="chair",
            selection="",
            owner=KIM.name,
            created_at=NOON,
        )
        self.session.add(campaign)
        self.session.flush()
        return campaign

    def organisation(
        self,
        name: str,
        group: StakeholderGroup = TECHNICAL,
        *,
        region: RegionalGroup | None = None,
        acronym: str = "",
        domain: str = "",
    ) -> Organisation:
        """An organisation; a Member State when it has a regional group."""
        self.count += 1
        kind = OrganisationKind.MEMBER_STATE if region else OrganisationKind.ORGANISATION
        key = f"org-{self.count}"
        organisation = Organisation(
            key=key, name=name, group=group, kind=kind, regional_group=region, acronym=acronym, domain=domain
        )
        self.session.add(organisation)
        self.session.flush()
        return organisation

    def letter(
        self, organisation: Organisation, *, state: LetterState = LetterState.ACCEPTED, dated: date | None = None
    ) -> Letter:
        """A letter to the head of `organisation`."""
        self.count += 1
        post = Post(organisation=organisation, kind="head", seat=f"seat-{self.count}")
        self.session.add(post)
        if organisation.domain:
            self.session.add(email(post, f"head@{organisation.domain}"))
        version = LetterVersion(
            number=1,
            made_at=NOON,
            made_by=KIM.name,
            dated=dated or date(2025, 1, 20),
            language="en",
            template="input-request",
            template_sha256="0" * 64,
            subject="Input",
            address_block=[],
            salutation="",
            body="",
            close="",
            layout={},
            message_id=f"<{self.count}@office.example>",
            reply_to="inputs@office.example",
            digest="0" * 64,
        )
        letter = Letter(
            reference=f"IGF/LP/2025/{self.count:04}",
            campaign=self.campaign,
            state=state,
            owner=KIM.name,
            created_at=NOON,
            versions=[version],
        )
        self.session.add(letter)
        self.session.flush()
        self.session.add(LetterAddressee(letter_id=letter.id, position=0, post_id=post.id))
        self.session.flush()
        return letter

    def answer(
        self,
        organisation: Organisation | None,
        words: str,
        level: AttributionLevel | None = AttributionLevel.ATTRIBUTED,
        *,
        person: Person | None = None,
        name: str = "",
        letter: Letter | None = None,
        language: str = "en",
        kind: ResponseKind = ResponseKind.SUBSTANTIVE,
    ) -> InputText:
        """An answer to a letter of the campaign; `level` None leaves its attribution open."""
        letter = letter or self.letter(organisation or self.organisation("Another body"))
        text = answer(self.session, words, organisation=organisation, person=person, name=name, language=language, kind=kind)
        self.session.add(
            ResponseLetter(
                response_id=text.response_id, letter_id=letter.id, reason="the reference", confidence=100, matched_by="test"
            )
        )
        if level is not None:
            self.allow(text, level)
        self.session.flush()
        return text

    def allow(self, text: InputText, level: AttributionLevel, passage: Passage | None = None) -> None:
        """Record how the author may be named."""
        row = Attribution(
            response_id=text.response_id,
            passage_id=passage.id if passage else None,
            level=level,
            said_on=NOON.date(),
            evidence="the box ticked",
            recorded_by=KIM.name,
            recorded_at=NOON,
        )
        self.session.add(row)
        self.session.flush()

    def mark(self, text: InputText, words: str, *codes: str, stance: Stance | None = Stance.SUPPORTS) -> Passage:
        """Mark these words."""
        place = coding.find_words(text, words)
        themes = codebook.find_all(self.session, codes or ("wsis20-mandate",))
        return coding.mark(self.session, text, place.start, place.end, themes, stance=stance, by=DANA, at=NOON)

    def said(
        self,
        organisation: Organisation | None,
        words: str,
        level: AttributionLevel | None = AttributionLevel.ATTRIBUTED,
        *codes: str,
        stance: Stance | None = Stance.SUPPORTS,
        **more: Any,
    ) -> Passage:
        """An answer that is marked as a whole."""
        return self.mark(self.answer(organisation, words, level, **more), words, *codes, stance=stance)

    def communique(self) -> Communique:
        """The communiqué, begun when it is first asked for."""
        known = shelf.everything(self.session)
        return known[0] if known else shelf.new(self.session, "wsis20", "wsis20", [self.campaign], by=KIM, at=NOON)

    def wording(self, language: str = "en") -> templating.Wording:
        """The template."""
        return templating.find("wsis20", language, [self.folder])

    def draft(self, language: str = "en") -> CommuniqueVersion:
        """Draft, and read the version back."""
        made = drafting.draft(self.session, self.communique(), self.wording(language), day=NOON.date(), by=DANA, at=NOON)
        self.session.expire_all()
        return shelf.version(self.session, self.communique(), made.number, language)

    def export(
        self,
        version: CommuniqueVersion,
        edition: Edition = Edition.CLEAN,
        formats: tuple[str, ...] = FORMATS,
        sender: SenderSettings = SENDER,
    ) -> dict[str, bytes]:
        """The files of a version."""
        return export(
            self.session,
            version,
            self.wording(version.language),
            sender,
            formats=formats,
            edition=edition,
            day=NOON.date(),
            by=DANA,
            at=NOON,
        )

    def markdown(self, version: CommuniqueVersion, edition: Edition = Edition.CLEAN) -> str:
        """The Markdown of a version, bare of its escapes."""
        [content] = self.export(version, edition, ("md",)).values()
        return content.decode().replace("\\", "")
