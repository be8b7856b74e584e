"""Letters that have left, and mail that comes back, for the tests of this room and those above it."""

import hashlib
from collections.abc import Sequence
from datetime import date
from email.message import EmailMessage

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign, CampaignAddressee
from outreach.contacts.models import Post
from outreach.letters.models import (
    Letter,
    LetterAddressee,
    LetterRecipient,
    LetterState,
    LetterVersion,
    RecipientKind,
)
from tests.cast import DANA, NOON

OURS = "inputs@leadership-panel.example"


def campaign(session: Session, slug: str = "value-of-the-igf", deadline: date | None = date(2025, 2, 10)) -> Campaign:
    """A campaign with a deadline two weeks after the tests' day."""
    made = Campaign(
        slug=slug,
        title=f"Campaign {slug}",
        template="input-request",
        sender="chair",
        deadline=deadline,
        selection="all",
        owner=DANA.name,
        created_at=NOON,
    )
    session.add(made)
    session.flush()
    return made


def letter(
    session: Session,
    *posts: Post,
    state: LetterState = LetterState.ACCEPTED,
    to: Sequence[str] = (),
    cc: Sequence[str] = (),
    part_of: Campaign | None = None,
    deadline: date | None = None,
) -> Letter:
    """The next letter of 2025 to these posts; by default it has left, to the posts' own addresses."""
    serial = 1 + (session.scalar(select(func.count()).select_from(Letter)) or 0)
    made = Letter(reference=f"IGF/LP/2025/{serial:04}", campaign=part_of, state=state, owner=DANA.name, created_at=NOON)
    made.addressees = [LetterAddressee(position=position, post=post) for position, post in enumerate(posts)]
    addresses = [*to] or [address.value for post in posts for address in post.addresses]
    recipients = [(RecipientKind.TO, address) for address in addresses] + [(RecipientKind.CC, address) for address in cc]
    version = LetterVersion(
        letter=made,
        number=1,
        made_at=NOON,
        made_by=DANA.name,
        dated=NOON.date(),
        language="en",
        template="input-request",
        template_sha256="0" * 64,
        subject="The value of the IGF",
        address_block=[],
        salutation="Excellency,",
        body="",
        close="",
        layout={},
        message_id=f"<{serial}.letter@leadership-panel.example>",
        reply_to=OURS,
        digest="0" * 64,
    )
    version.recipients = [
        LetterRecipient(position=position, kind=kind, address=address)
        for position, (kind, address) in enumerate(recipients, start=1)
    ]
    session.add(made)
    if part_of:
        session.add_all(CampaignAddressee(campaign=part_of, post=post, deadline=deadline) for post in posts)
    session.flush()
    return made


def message_id(of: Letter) -> str:
    """The Message-ID that the letter left with."""
    return of.versions[0].message_id


def mail(
    sender: str = "Li Example <office@open-net.example>",
    *,
    subject: str = "Our answer",
    text: str = "The IGF is of value to all Member States.",
    answers: str = "",
    references: str = "",
    on: str = "Mon, 27 Jan 2025 10:00:00 +0000",
    identifier: str | None = None,
    attach: Sequence[tuple[str, bytes]] = (),
    **headers: str,
) -> bytes:
    """The bytes of a mail to the office; its Message-ID follows from what it says unless one is given."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"], message["Date"] = sender, OURS, subject, on
    for name, value in {"In-Reply-To": answers, "References": references}.items():
        if value:
            message[name] = value
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    for filename, content in attach:
        message.add_attachment(content, maintype="application", subtype="pdf", filename=filename)
    said = hashlib.sha256(repr((sender, subject, text, answers, references, on, sorted(headers), attach)).encode())
    if identifier != "":
        message["Message-ID"] = identifier or f"<{said.hexdigest()[:20]}@sender.example>"
    if attach:
        message.set_boundary("=boundary=")
    return message.as_bytes()
