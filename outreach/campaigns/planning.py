"""Making campaigns, and what each of their addressees gets of its own."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, joinedload

from outreach import journal
from outreach.campaigns.choosing import Chosen
from outreach.campaigns.models import Campaign, CampaignAddressee
from outreach.contacts import emails, finding
from outreach.contacts.models import Organisation, OrganisationTag, Post
from outreach.errors import Invalid, NotFound, Refused
from outreach.journal import Actor, Role

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
LONGEST_VALUE = 20_000  # characters


def new(
    session: Session,
    slug: str,
    *,
    title: str,
    template: str,
    sender: str,
    selection: str,
    chosen: Chosen,
    deadline: date | None,
    counted: str = "",
    copies: Sequence[str] = (),
    by: Actor,
    at: datetime,
) -> Campaign:
    """Keep a campaign with these addressees; `counted` says in words how the deadline was counted.

    Raises Invalid for a bad name, Refused when it is taken or nobody is chosen.
    """
    by.must_be(Role.DRAFTER, "make campaigns")
    may_be_new(session, slug, chosen)
    campaign = Campaign(
        slug=slug,
        title=title,
        template=template,
        sender=sender,
        deadline=deadline,
        selection=selection,
        copies=list(copies),
        owner=by.name,
        created_at=at,
    )
    session.add(campaign)
    session.flush()
    rows = [{"campaign_id": campaign.id, "post_id": one.post_id} for one in chosen.reached]
    session.execute(insert(CampaignAddressee), rows)
    keys = [{"post": one.key} for one in chosen.reached]
    journal.record(
        session,
        by,
        "made",
        f"campaign {slug}",
        at=at,
        template=template,
        selection=selection,
        deadline=deadline,
        addressees=len(rows),
        digest=journal.digest_of_rows(keys),
        left_out=[list(pair) for pair in chosen.left_out],
    )
    return campaign


def may_be_new(session: Session, slug: str, chosen: Chosen) -> None:
    """Raise unless a campaign can be called so and writes to somebody: Invalid for a bad name, Refused when it is taken."""
    if not _SLUG.fullmatch(slug):
        raise Invalid(f"{slug!r} is no campaign name; use small letters, digits and hyphens, such as wsis20-input.")
    if session.scalar(select(Campaign.id).where(Campaign.slug == slug)):
        raise Refused(f"There is already a campaign {slug}; choose another name.")
    if not chosen.reached:
        raise Refused(f"Nobody is left to write to for {slug}; choose other addressees.")


def check(*, needs: Sequence[str], deadline: date | None, copies: Sequence[str], inbox: str) -> None:
    """Raise unless a campaign can be made so.

    Invalid without a deadline that its template needs, or for a copy's address that is none; Refused for a standing copy to
    the office's own `inbox`, where answers would loop.
    """
    if "deadline" in needs and deadline is None:
        raise Invalid("This template needs a deadline; say by which day answers are asked for.")
    for address in copies:
        if emails.check(address).normalised == emails.normalised(inbox):
            raise Refused(f"{address} is the office's own inbox and cannot receive copies; answers would loop.")


def move_deadline(
    session: Session, campaign: Campaign, day: date, *, counted: str = "", why: str, by: Actor, at: datetime
) -> Campaign:
    """Let answers to `campaign` come until another day, because of `why`; letters that left keep the day they name.

    Raises Refused unless `by` may, without a reason, for the same day, and for a deadline where there was none.
    """
    by.must_be(Role.DRAFTER, "move deadlines")
    if not why.strip():
        raise Refused(f"Say why the deadline of {campaign.slug} moves; the reason stands in the journal.")
    if campaign.deadline is None:
        raise Refused(f"{campaign.slug} asks for no answer by a day, so there is no deadline to move.")
    if day == campaign.deadline:
        raise Refused(f"Answers to {campaign.slug} are due by {day} already.")
    before, campaign.deadline, campaign.deadline_counted = campaign.deadline, day, counted
    session.flush()
    journal.record(
        session, by, "moved the deadline of", f"campaign {campaign.slug}", at=at, before=before, deadline=day, why=why.strip()
    )
    return campaign


def worded(picked: Mapping[str, Sequence[str]]) -> str:
    """A selection in words of what was picked, by kind of term: `group:academia,press region:african`."""
    return " ".join(f"{field}:{','.join(words)}" for field, words in picked.items() if words)


def find(session: Session, slug: str) -> Campaign:
    """The campaign named `slug`, or NotFound naming those that exist."""
    campaign = session.scalar(select(Campaign).where(Campaign.slug == slug))
    if campaign is None:
        known = ", ".join(session.scalars(select(Campaign.slug).order_by(Campaign.slug))) or "none yet"
        raise NotFound(f"There is no campaign {slug!r}; there are: {known}.")
    return campaign


def listed(session: Session) -> Sequence[tuple[Campaign, int]]:
    """All campaigns with the number of their addressees, oldest first; those left out are not counted."""
    count = func.count(CampaignAddressee.id)
    writes = Campaign.addressees.and_(CampaignAddressee.left_out == "")
    query = select(Campaign, count).outerjoin(writes).group_by(Campaign.id).order_by(Campaign.id)
    return [(campaign, number) for campaign, number in session.execute(query)]


def addressees(session: Session, campaign: Campaign, *, text: str = "", offset: int, limit: int) -> Sequence[CampaignAddressee]:
    """The campaign's addressees by organisation's name, with their posts; `text` is looked for in that name."""
    numbers = (
        select(CampaignAddressee.id)
        .join(CampaignAddressee.post)
        .join(Post.organisation)
        .where(CampaignAddressee.campaign_id == campaign.id)
        .order_by(Organisation.name, CampaignAddressee.id)
    )
    if text:
        numbers = numbers.where(Organisation.name.icontains(text, autoescape=True))
    # Only numbers are put in order; the rows are read for the page alone.
    shown = session.scalars(numbers.offset(offset).limit(limit)).all()
    query = select(CampaignAddressee).where(CampaignAddressee.id.in_(shown))
    rows = session.scalars(query.options(joinedload(CampaignAddressee.post).joinedload(Post.organisation))).all()
    return sorted(rows, key=lambda row: shown.index(row.id))


def count_addressees(session: Session, campaign: Campaign) -> int:
    """How many posts the campaign writes to; those left out are not counted."""
    query = select(func.count()).select_from(CampaignAddressee)
    query = query.where(CampaignAddressee.campaign_id == campaign.id, CampaignAddressee.left_out == "")
    return session.scalar(query) or 0


def addressee_numbered(session: Session, campaign: Campaign, number: int) -> CampaignAddressee:
    """The campaign's addressee row of this number, or NotFound."""
    row = session.scalar(select(CampaignAddressee).filter_by(campaign_id=campaign.id, id=number))
    if row is None:
        raise NotFound(f"That addressee is no longer among those of {campaign.slug}.")
    return row


def tags(session: Session) -> list[str]:
    """The tags that addressees can be chosen by."""
    return list(session.scalars(select(OrganisationTag.tag).distinct().order_by(OrganisationTag.tag)))


def addressee(session: Session, campaign: Campaign, post: Post) -> CampaignAddressee:
    """The row of `post` in `campaign`, or NotFound."""
    row = session.scalar(select(CampaignAddressee).filter_by(campaign_id=campaign.id, post_id=post.id))
    if row is None:
        raise NotFound(f"{post.key} is not among the addressees of {campaign.slug}.")
    return row


def include(session: Session, campaign: Campaign, post: Post, *, by: Actor, at: datetime) -> CampaignAddressee:
    """Write to `post` as well; raises Refused when it is there already or may not be contacted."""
    by.must_be(Role.DRAFTER, "change campaigns")
    holder = finding.holder_on(post, at.date())
    reason = post.do_not_contact or post.organisation.do_not_contact or (holder.person.do_not_contact if holder else "")
    if reason:
        raise Refused(f"{post.key} is not to be contacted: {reason}.")
    if session.scalar(select(CampaignAddressee.id).filter_by(campaign_id=campaign.id, post_id=post.id)):
        raise Refused(f"{post.key} is already among the addressees of {campaign.slug}.")
    row = CampaignAddressee(campaign=campaign, post=post)
    session.add(row)
    session.flush()
    journal.record(session, by, "included", f"campaign {campaign.slug}", at=at, post=post.key)
    return row


def leave_out(session: Session, row: CampaignAddressee, because: str, *, by: Actor, at: datetime) -> None:
    """Do not write to this addressee after all; raises Refused without a reason, and when it is left out already."""
    by.must_be(Role.DRAFTER, "change campaigns")
    if row.left_out:
        raise Refused(f"{row.post.key} is left out of {row.campaign.slug} already: {row.left_out}.")
    if not because.strip():
        raise Refused(f"Say why {row.post.key} is left out; the reason stands with the campaign.")
    row.left_out = because.strip()
    session.flush()
    journal.record(session, by, "left out", f"campaign {row.campaign.slug}", at=at, post=row.post.key, because=row.left_out)


def take_in(session: Session, row: CampaignAddressee, *, by: Actor, at: datetime) -> None:
    """Write to an addressee again that was left out; raises Refused when it was not."""
    by.must_be(Role.DRAFTER, "change campaigns")
    if not row.left_out:
        raise Refused(f"{row.post.key} is not left out of {row.campaign.slug}; nothing was changed.")
    was, row.left_out = row.left_out, ""
    session.flush()
    journal.record(session, by, "taken in", f"campaign {row.campaign.slug}", at=at, post=row.post.key, left_out=was)


def personalise(
    session: Session, row: CampaignAddressee, changes: dict[str, Any], values: dict[str, str], *, by: Actor, at: datetime
) -> None:
    """Give one addressee values of its own: `changes` to language, deadline or joint; `values` for the template.

    An empty value takes an earlier one back.
    """
    by.must_be(Role.DRAFTER, "change campaigns")
    for name, value in changes.items():
        setattr(row, name, value)
    row.values = {name: value for name, value in {**row.values, **values}.items() if value}
    journal.record(
        session, by, "personalised", f"campaign {row.campaign.slug}", at=at, post=row.post.key, changes=changes, values=values
    )


def give(
    session: Session, campaign: Campaign, values: Mapping[str, str], known: Collection[str], *, by: Actor, at: datetime
) -> None:
    """Give the template's values that are the same for everybody; an addressee's own go before them.

    An empty one is taken back. `known` are the values that the campaign's template has a place for; raises NotFound for
    another one, naming those.
    """
    by.must_be(Role.DRAFTER, "change campaigns")
    for name, value in values.items():
        if name not in known and value:
            has = ", ".join(sorted(known)) or "none that the office gives"
            raise NotFound(f"The template {campaign.template} has no place for the value {name!r}; it has: {has}.")
        if len(value) > LONGEST_VALUE:
            raise Invalid(f"The value of {name} has more than {LONGEST_VALUE} characters; shorten it.")
    campaign.values = {name: value for name, value in {**campaign.values, **values}.items() if value}
    journal.record(session, by, "values given", f"campaign {campaign.slug}", at=at, values=dict(values))
