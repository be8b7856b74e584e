"""Campaigns on the desk: whose answer is past due, who is to be reminded of it, and why the others are not."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import DateField, IntegerField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

from outreach.campaigns import planning
from outreach.campaigns.models import Campaign
from outreach.errors import Invalid
from outreach.journal import Role
from outreach.responses import chasing
from outreach.responses.chasing import Chase, Series
from outreach.web.campaigns_traffic import pages as pages
from outreach.web.guarding import needs
from outreach.web.responses_forms import needed
from outreach.web.seeing import PAGE, office, page_number, page_of
from outreach.web.trying import tried

TEMPLATE = "reminder"


class RemindForm(FlaskForm):  # type: ignore[misc]
    """A campaign of reminders, and the exact number of those it reminds, typed."""

    name = StringField("Short name", [InputRequired(), Length(max=80)], description="Of the campaign of reminders.")
    deadline = DateField("Answers by", [InputRequired()])
    count = IntegerField(
        "How many are to be reminded", [InputRequired()], render_kw={"inputmode": "numeric", "autocomplete": "off"}
    )
    submit = SubmitField("Make the reminders")


@pages.get("/campaigns/<slug>/chase")
@needs(Role.READER)
def chase(slug: str) -> Any:
    """The campaign's letters that left: to be reminded first, then the others with the reason."""
    return _page(slug, RemindForm(formdata=None))


@pages.post("/campaigns/<slug>/chase")
@needs(Role.DRAFTER)
def remind(slug: str) -> Any:
    """Make the campaign that reminds whoever is due it; its letters are then drafted as any others."""
    form = RemindForm()

    def act(session: Session, by: Any, at: Any) -> None:
        campaign = planning.find(session, slug)
        due = [one.letter_id for one in _chased(session, campaign) if not one.why_not]
        if form.count.data != len(due):
            raise Invalid(f"{len(due)} are to be reminded now, not {form.count.data}; look at the list and type its number.")
        chasing.remind(
            session,
            campaign,
            due,
            slug=form.name.data or "",
            template=TEMPLATE,
            deadline=needed(form.deadline.data),
            by=by,
            at=at,
        )

    if status := tried(form, act):
        return _page(slug, form), status
    flash("The reminders are a campaign; draft its letters, check and approve them as any others.", "success")
    return redirect(url_for("campaigns.show", slug=form.name.data))


def _page(slug: str, form: RemindForm) -> str:
    with office().reading() as session:
        campaign = planning.find(session, slug)
        rows = _chased(session, campaign)
        start = (page_number() - 1) * PAGE
        return render_template(
            "campaigns/chase.html",
            campaign=campaign,
            page=page_of(rows[start : start + PAGE + 1]),
            due=sum(not one.why_not for one in rows),
            left=len(rows),
            form=form,
        )


def _chased(session: Session, campaign: Campaign) -> list[Chase]:
    settings = office().settings.office
    return chasing.chase(session, campaign, Series(settings.remind_every_days, settings.remind_at_most), today=office().today())
