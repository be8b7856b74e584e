"""Reminders are a campaign like any other: its letters are drafted, checked, approved and sent as any."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.campaigns.models import Campaign, CampaignAddressee
from outreach.errors import Refused
from outreach.journal import Actor, Role
from outreach.letters import citing
from outreach.letters.models import Letter, LetterAddressee, LetterVersion
from outreach.responses.closing import pieces


def remind(
    session: Session,
    campaign: Campaign,
    letters: Sequence[int],
    *,
    slug: str,
    template: str,
    deadline: date,
    counted: str = "",
    by: Actor,
    at: datetime,
) -> Campaign:
    """Make a campaign that reminds the addressees of these letters; its letters are drafted, checked and approved as any.

    Each addressee is written to in the language of the letter it got, joint ones jointly. Raises Refused when there is nobody
    to remind, or the name is taken.
    """
    by.must_be(Role.DRAFTER, "make reminders")
    if not letters:
        raise Refused(f"Nobody is to be reminded for {campaign.slug}; nothing was made.")
    if session.scalar(select(Campaign.id).where(Campaign.slug == slug)):
        raise Refused(f"There is already a campaign {slug}; choose another name.")
    reminding = Campaign(
        slug=slug,
        title=f"Reminder: {campaign.title}"[:300],
        template=template,
        sender=campaign.sender,
        deadline=deadline,
        deadline_counted=counted,
        selection=f"reminds of {campaign.slug}",
        copies=list(campaign.copies),
        owner=by.name,
        created_at=at,
    )
    session.add(reminding)
    session.flush()
    rows = _addressees(session, reminding, letters)
    session.execute(insert(CampaignAddressee), rows)
    said = [{"post_id": row["post_id"], "earlier": row["values"][citing.VALUE]} for row in rows]
    journal.record(
        session,
        by,
        "made",
        f"campaign {slug}",
        at=at,
        template=template,
        reminds_of=campaign.slug,
        deadline=deadline,
        addressees=len(rows),
        digest=journal.digest_of_rows(said),
    )
    return reminding


def _addressees(session: Session, reminding: Campaign, letters: Sequence[int]) -> list[dict[str, Any]]:
    query = (
        select(LetterAddressee.post_id, Letter.id, Letter.reference, LetterVersion.language)
        .join(Letter, Letter.id == LetterAddressee.letter_id)
        .join(LetterVersion, (LetterVersion.letter_id == Letter.id) & (LetterVersion.number == Letter.current))
        .order_by(Letter.id, LetterAddressee.position)
    )
    rows = [row for piece in pieces(letters) for row in session.execute(query.where(Letter.id.in_(piece)))]
    together = Counter(row.id for row in rows)
    return [
        {
            "campaign_id": reminding.id,
            "post_id": row.post_id,
            "joint": row.reference if together[row.id] > 1 else "",
            "language": row.language,
            "values": {citing.VALUE: row.reference},
        }
        for row in rows
    ]
