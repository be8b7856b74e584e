"""A person with everything that an office can hold about one, and another whose data must stay as they are."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from outreach.archive import Archive, digest_of
from outreach.campaigns.models import Campaign, CampaignAddressee
from outreach.contacts import addresses, editing
from outreach.contacts.models import AddressKind, Channel, Person, Post
from outreach.delivery.models import Attempt, Outcome, Result
from outreach.inputs.models import Attribution, AttributionLevel, InputText, Passage
from outreach.letters.models import (
    Letter,
    LetterAddressee,
    LetterRecipient,
    LetterState,
    LetterVersion,
    RecipientKind,
    SignedCopy,
)
from outreach.responses.models import (
    IncomingMail,
    MailState,
    Response,
    ResponseAuthor,
    ResponseFile,
    ResponseKind,
    ResponseLetter,
)
from tests.cast import KIM, NOON, kenya, society

ACT = {"by": KIM, "at": NOON}
NAME, FAMILY, EMAIL = "Ивана Петрова", "Петрова", "ivana.petrova@open-net.example"
TEXT = f"Dear Chair,\n\nThe IGF must be permanent. {NAME} for the Society.\n"


@dataclass
class World:
    """The person, the post, and letters to them, to others, to both."""

    person: Person
    post: Post
    other: Post
    letter: Letter
    joint: Letter
    foreign: Letter
    response: Response
    archive: Archive


def build(session: Session, archive: Archive) -> World:
    """Everything about Ivana Petrova, in Cyrillic, who held the Society's post until 20 January 2025; and Kenya's post."""
    post, other = society(session), kenya(session)
    post.holders[0].to_date = date(2024, 12, 31)
    holder = editing.add_holder(
        session, post, full_name=NAME, family_name=FAMILY, from_date=date(2025, 1, 1), gender="f", **ACT
    )
    editing.edit(session, holder, to_date=date(2025, 1, 20), **ACT)
    addresses.add(session, post, AddressKind.EMAIL, EMAIL, holder=holder, **ACT)
    post.note = f"Ask {NAME} about the hall."
    campaign = Campaign(slug="ask", title="Ask", template="t", sender="s", selection="all", owner="Kim", created_at=NOON)
    session.add_all([campaign, CampaignAddressee(campaign=campaign, post=post, values={"note": f"Thanks to {NAME}"})])
    letter = _letter(session, archive, campaign, "R/1", [post], named=True)
    joint = _letter(session, archive, campaign, "R/2", [post, other], named=True)
    foreign = _letter(session, archive, campaign, "R/3", [other], named=False)
    response = _answer(session, archive, post, holder.person, letter)
    session.flush()
    return World(holder.person, post, other, letter, joint, foreign, response, archive)


def _letter(
    session: Session, archive: Archive, campaign: Campaign, reference: str, posts: list[Post], *, named: bool
) -> Letter:
    letter = Letter(reference=reference, campaign=campaign, state=LetterState.ACCEPTED, owner="Kim", created_at=NOON)
    letter.addressees = [LetterAddressee(position=place, post=post) for place, post in enumerate(posts)]
    version = LetterVersion(
        letter=letter,
        number=1,
        made_at=NOON,
        made_by="Kim",
        dated=date(2025, 1, 10),
        language="en",
        template="t",
        template_sha256="",
        subject="Input",
        address_block=[NAME, "Open Net Society"] if named else ["The Ambassador", "Nairobi"],
        salutation=f"Dear Ms. {FAMILY}," if named else "Excellency,",
        body=f"We thank {NAME}." if named else f"As {NAME} told us.",
        close="Yours",
        layout={"masthead": ["Panel"], "copies": [NAME] if named else []},
        message_id=f"<{reference}@x>",
        reply_to="i@x",
        digest="d",
        message_sha256=archive.keep(f"message {reference} to {NAME}".encode()),
        pdf_sha256=archive.keep(f"page {reference} to {NAME}".encode()),
    )
    address = EMAIL if named else "pr@kenya.example"
    version.recipients = [LetterRecipient(position=0, kind=RecipientKind.TO, address=address)]
    session.add(letter)
    session.flush()
    if named:
        scan = archive.keep(f"scan of {reference}".encode())
        about = {"content_type": "application/pdf", "size": 9, "added_by": "Kim", "added_at": NOON}
        session.add(SignedCopy(letter_version_id=version.id, filename=f"{FAMILY}.pdf", sha256=scan, **about))
    attempt = Attempt(letter=letter, version=version, outbox="smtp", channel=Channel.EMAIL, started_by="Kim", started_at=NOON)
    attempt.ended_at, attempt.outcomes = NOON, [Outcome(recipient=address, result=Result.ACCEPTED, reply=f"{address} ok")]
    session.add(attempt)
    return letter


def _answer(session: Session, archive: Archive, post: Post, person: Person, letter: Letter) -> Response:
    response = Response(
        kind=ResponseKind.SUBSTANTIVE,
        channel="email",
        received_on=date(2025, 1, 15),
        subject=f"Input of {NAME}",
        note=f"{NAME} called.",
        logged_by="Kim",
        logged_at=NOON,
    )
    response.authors = [ResponseAuthor(person=person)]
    response.answers = [ResponseLetter(letter=letter, reason="said so", confidence=100, matched_by="Kim")]
    scan = archive.keep(f"attachment of {NAME}".encode())
    response.files = [ResponseFile(filename=f"{FAMILY}.pdf", content_type="application/pdf", size=9, sha256=scan)]
    mail = IncomingMail(
        raw_sha256=archive.keep(f"Message-ID: <a@b>\r\nFrom: {NAME} <{EMAIL}>\r\n\r\n{TEXT}".encode()),
        message_id="<a@b>",
        sender_address=EMAIL,
        sender_name=NAME,
        subject=f"Input of {NAME}",
        taken_in_at=NOON,
        source="inbox",
        state=MailState.FILED,
        reason="it answers R/1",
        response=response,
    )
    session.add_all([response, mail])
    session.flush()
    text = InputText(
        response=response, origin="mail", extractor="x 1", made_at=NOON, sha256=digest_of(TEXT.encode()), content=TEXT
    )
    start = TEXT.index("permanent")
    words = TEXT[start:]
    passage = Passage(
        text=text,
        start=start,
        end=len(TEXT),
        sha256=digest_of(words.encode()),
        memo=f"{NAME} insists",
        coded_by="Kim",
        coded_at=NOON,
    )
    attribution = Attribution(
        response_id=response.id,
        level=AttributionLevel.ORGANISATION,
        said_on=date(2025, 1, 15),
        evidence=f"{NAME} ticked the box",
        recorded_by="Kim",
        recorded_at=NOON,
    )
    session.add_all([text, passage, attribution])
    return response
