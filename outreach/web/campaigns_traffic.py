"""Campaigns on the desk: letters to whoever had, or is due, another one; each is held, left out, or confirmed at approval."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns import planning
from outreach.campaigns.models import Campaign, CampaignAddressee
from outreach.database import grouped
from outreach.journal import Role
from outreach.letters import register, traffic
from outreach.letters.models import AT_HOME, Letter, LetterAddressee
from outreach.web.campaigns_leaving_out import pages as pages
from outreach.web.guarding import needs
from outreach.web.seeing import PAGE, office, page_number, page_of, window

LONGEST = 3650  # days, as `traffic_days` may say


@pages.get("/campaigns/<slug>/traffic")
@needs(Role.READER)
def traffic_of(slug: str) -> Any:
    """The campaign's letters that have not left and go to somebody with another letter of these days, page by page."""
    days = office().settings.office.traffic_days
    with office().reading() as session:
        campaign = planning.find(session, slug)
        waiting = select(Letter.id).where(Letter.campaign_id == campaign.id, Letter.state.in_(AT_HOME))
        others = traffic.others(session, waiting, days=days)
        start = (page_number() - 1) * PAGE
        numbers = sorted(others)[start : start + PAGE + 1]
        letters = register.get_all(session, numbers)
        rows = _rows_of(session, campaign, letters)
        shown = {"campaign": campaign, "page": page_of(letters), "others": others, "rows": rows, "days": days}
        return render_template("campaigns/traffic.html", **shown)


@pages.get("/traffic")
@needs(Role.READER)
def everybodys_traffic() -> Any:
    """Who had, or is due, more than one letter of the last days in any campaign, page by page; `days` says how many."""
    usual = office().settings.office.traffic_days
    asked = request.args.get("days", "")
    days = min(int(asked), LONGEST) if asked.isascii() and asked.isdigit() and len(asked) < 6 else usual
    offset, limit = window()
    with office().reading() as session:
        found = list(traffic.listed(session, today=office().today(), days=days, offset=offset, limit=limit))
    return render_template("traffic.html", page=page_of(found), days=days, longest=LONGEST)


def _rows_of(session: Session, campaign: Campaign, letters: Sequence[Letter]) -> Mapping[int, int]:
    """The number of the addressee's row of each letter to one alone, who can be left out."""
    addressed = select(LetterAddressee.letter_id, LetterAddressee.post_id)
    to = grouped(session.execute(addressed.where(LetterAddressee.letter_id.in_([letter.id for letter in letters]))))
    posts = {several[0].post_id: number for number, several in to.items() if len(several) == 1}
    query = select(CampaignAddressee.post_id, CampaignAddressee.id)
    found = session.execute(query.where(CampaignAddressee.campaign_id == campaign.id, CampaignAddressee.post_id.in_(posts)))
    return {posts[post_id]: number for post_id, number in found}
