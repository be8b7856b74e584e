"""Embargo: nothing of a campaign leaves before an instant."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.campaigns.models import Campaign
from outreach.errors import Refused
from outreach.journal import Actor, Role
from outreach.letters.leaving import Numbers
from outreach.letters.models import Letter


def embargo(session: Session, campaign: Campaign, until: datetime, *, by: Actor, at: datetime) -> None:
    """Let nothing of `campaign` leave before `until`; whoever drafts may begin an embargo or make it longer.

    Raises Refused for an instant that is past, and when it would end sooner than it does and `by` may not send.
    """
    by.must_be(Role.DRAFTER, "put a campaign under embargo")
    if until <= at:
        raise Refused(f"{until:%d %B %Y, %H:%M} UTC is past; name an instant to come.")
    if campaign.embargo_until is not None and until < campaign.embargo_until:
        by.must_be(Role.APPROVER, "shorten an embargo")
    campaign.embargo_until = until
    session.flush()
    journal.record(session, by, "put under embargo", f"campaign {campaign.slug}", at=at, until=until)


def lift(session: Session, campaign: Campaign, *, by: Actor, at: datetime) -> None:
    """End the embargo; nothing is sent by this itself. Raises Refused when there is none, or `by` may not send."""
    by.must_be(Role.APPROVER, "lift an embargo")
    if campaign.embargo_until is None:
        raise Refused(f"{campaign.slug} is under no embargo.")
    until, campaign.embargo_until = campaign.embargo_until, None
    session.flush()
    journal.record(session, by, "lifted the embargo", f"campaign {campaign.slug}", at=at, was_until=until)


def reasons(session: Session, letters: Numbers, at: datetime) -> Mapping[int, str]:
    """Why letters of campaigns under embargo may not leave, by letter id; one query."""
    query = select(Letter.id, Campaign.slug, Campaign.embargo_until).join(Campaign, Campaign.id == Letter.campaign_id)
    rows = session.execute(query.where(Letter.id.in_(letters), Campaign.embargo_until > at))
    return {number: f"{slug} is under embargo until {until:%d %B %Y, %H:%M} UTC" for number, slug, until in rows}
