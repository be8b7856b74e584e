"""Campaigns on the desk: whose answer is past due, who is to be reminded of it, and why the others are not."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import DateField, IntegerField, StringField, SubmitField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from outreach.campaigns import planning
from outreach.errors import Invalid
from outreach.journal import Role
from outreach.responses import chasing, holding_back, reminding
from outreach.responses.holding_back import Hold, Series
from outreach.web.campaigns_traffic import pages as pages
from outreach.web.deadlines import counted
from outreach.web.guarding import needs
from outreach.web.seeing import office, page_of, window
from outreach.web.trying import tried
from outreach.workdays import MOST_DAYS

TEMPLATE = "reminder"


class RemindForm(FlaskForm):  # type: ignore[misc]
    """A campaign of reminders, and the exact number of those it reminds, typed."""

    name = StringField("Short name", [InputRequired(), Length(max=80)], description="Of the campaign of reminders.")
    day = DateField("Answers by", [Optional()])
    working_days = IntegerField("Or within so many working days", [Optional(), NumberRange(1, MOST_DAYS)])
    start = DateField("counted from", [Optional()], description="Today if left out.")
    countries = StringField(
        "Without the holidays of",
        [Length(max=60)],
        description="Countries by two letters, such as NO CH; left empty, those of the settings.",
    )
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
        due = chasing.due(session, campaign, _series(), today=office().today())
        until = counted(form)
        if form.count.data != len(due):
            raise Invalid(f"{len(due)} are to be reminded now, not {form.count.data}; look at the list and type its number.")
        reminding.remind(
            session,
            campaign,
            due,
            slug=form.name.data or "",
            template=TEMPLATE,
            deadline=until.day,
            counted=until.why,
            by=by,
            at=at,
        )

    if status := tried(form, act):
        return _page(slug, form), status
    flash("The reminders are a campaign; draft its letters, check and approve them as any others.", "success")
    return redirect(url_for("campaigns.show", slug=form.name.data))


def _page(slug: str, form: RemindForm) -> str:
    offset, limit = window()
    with office().reading() as session:
        campaign = planning.find(session, slug)
        known: dict[str, Any] = {"today": office().today(), "mail": holding_back.waiting(session)}
        holds = chasing.holds(session, campaign, _series(), **known)
        rows = chasing.chase(session, campaign, _series(), **known, offset=offset, limit=limit)
        return render_template(
            "campaigns/chase.html",
            campaign=campaign,
            page=page_of(rows),
            due=holds.get(Hold.NONE, 0),
            left=sum(holds.values()),
            form=form,
        )


def _series() -> Series:
    settings = office().settings.office
    return Series(settings.remind_every_days, settings.remind_at_most)
