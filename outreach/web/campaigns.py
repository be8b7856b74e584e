"""Campaigns on the desk: how far they are, whom they write to, what one addressee gets of its own."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, HiddenField, IntegerField, SelectField, StringField, SubmitField
from wtforms.validators import InputRequired, Length, Optional

from outreach.campaigns import planning
from outreach.campaigns.models import Campaign, CampaignAddressee
from outreach.contacts import confirming
from outreach.contacts.confirming import Known
from outreach.contacts.models import OrganisationKind, RegionalGroup, StakeholderGroup
from outreach.errors import Invalid, OutreachError
from outreach.journal import Role
from outreach.letters import drafting, enclosing, register, templates
from outreach.responses import standing
from outreach.web.guarding import needs
from outreach.web.seeing import acting, office, page_of, window
from outreach.web.showing_again import must_be_unchanged, status_of

pages = Blueprint("campaigns", __name__)
PICKERS = {"group": StakeholderGroup, "region": RegionalGroup, "kind": OrganisationKind}
MOST_NAMES = 50


class DraftForm(FlaskForm):  # type: ignore[misc]
    """The day that letters bear, and whether untouched drafts are written anew."""

    dated = DateField("Dated", [InputRequired()])
    redraft = BooleanField("Write untouched drafts anew as well; they keep their references")
    unconfirmed = IntegerField(
        "How many holders are not confirmed",
        [Optional()],
        description="Only when holders were not confirmed for long: they are named first, and their number is typed here.",
    )
    submit = SubmitField("Draft letters")


class OwnForm(FlaskForm):  # type: ignore[misc]
    """What one addressee gets of its own, besides the template's values."""

    language = SelectField("Language")
    deadline = DateField("Answers by", [Optional()])
    joint = StringField("Joint word", [Length(max=80)], description="Addressees with the same word get one letter together.")
    version = HiddenField()


@pages.get("/campaigns/")
@needs(Role.READER)
def index() -> Any:
    """The campaigns and how they stand."""
    with office().reading() as session:
        tallies = {one.slug: one.total for one in standing.standings(session, today=office().today(), parts=False)}
        return render_template("campaigns/list.html", campaigns=planning.listed(session), tallies=tallies)


@pages.get("/campaigns/<slug>")
@needs(Role.READER)
def show(slug: str) -> Any:
    """A campaign: what it asks, of whom, how far its letters are."""
    with office().reading() as session:
        return _show(session, planning.find(session, slug), DraftForm(dated=office().today()))


def _show(
    session: Session,
    campaign: Campaign,
    form: DraftForm,
    drafted: drafting.Drafted | None = None,
    unconfirmed: Sequence[Known] = (),
) -> str:
    if not unconfirmed:
        # Nobody types a number before it is known whether there is one.
        del form.unconfirmed
    offset, limit = window()
    text = request.args.get("text", "").strip()
    (stands,) = standing.standings(session, today=office().today(), slug=campaign.slug, parts=False)
    rows = planning.addressees(session, campaign, text=text, offset=offset, limit=limit)
    return render_template(
        "campaigns/show.html",
        campaign=campaign,
        states={state.value: number for state, number in register.count_in(session, campaign).items()},
        standing=stands,
        enclosed=enclosing.of_campaign(session, campaign),
        page=page_of(rows),
        addressees=planning.count_addressees(session, campaign),
        text=text,
        form=form,
        drafted=drafted,
        unconfirmed=unconfirmed,
        stale_after=office().settings.office.stale_after_days,
        most=MOST_NAMES,
    )


@pages.post("/campaigns/<slug>/draft")
@needs(Role.DRAFTER)
def draft(slug: str) -> Any:
    """Draft letters to everybody who has none yet; whoever cannot be written to is named with the reason."""
    form = DraftForm()
    with acting() as (session, by, at):
        campaign = planning.find(session, slug)
        if not form.validate_on_submit() or form.dated.data is None:
            return _show(session, campaign, form), 422
        redraft = bool(form.redraft.data)
        unconfirmed = _unconfirmed(session, campaign, form.dated.data, redraft)
        if unconfirmed and form.unconfirmed.data != len(unconfirmed):
            return _show(session, campaign, form, unconfirmed=unconfirmed), 409
        composer = office().composer(campaign, form.dated.data)
        drafted = drafting.draft(session, campaign, composer, by=by, at=at, redraft=redraft)
        return _show(session, campaign, DraftForm(None, dated=form.dated.data), drafted)


def _unconfirmed(session: Session, campaign: Campaign, dated: date, redraft: bool) -> list[Known]:
    posts = drafting.posts_waiting(session, campaign, redraft)
    return confirming.unconfirmed(session, posts, on=dated, stale_after=office().settings.office.stale_after_days)


@pages.route("/campaigns/<slug>/addressees/<int:number>", methods=["GET", "POST"])
@needs(Role.DRAFTER)
def addressee(slug: str, number: int) -> Any:
    """Give one addressee something of its own."""
    form = OwnForm()
    form.language.choices = [("", "as recorded"), *((one, one) for one in office().settings.office.languages)]
    try:
        if form.validate_on_submit():
            with acting() as (session, by, at):
                row = planning.addressee_numbered(session, planning.find(session, slug), number)
                must_be_unchanged(form.version.data, row.version, row.post.key)
                planning.personalise(session, row, _own(form), _typed_values(row), by=by, at=at)
                flash(f"{row.post.key}: kept. Drafts follow when they are written anew.", "success")
            return redirect(url_for("campaigns.show", slug=slug))
    except OutreachError as error:
        return _addressee_page(slug, number, form, str(error)), status_of(error)
    return _addressee_page(slug, number, form), 422 if form.errors else 200


def _addressee_page(slug: str, number: int, form: OwnForm, refusal: str = "") -> str:
    with office().reading() as session:
        campaign = planning.find(session, slug)
        row = planning.addressee_numbered(session, campaign, number)
        if not form.is_submitted():
            form.process(obj=row)
            values: Mapping[str, str] = row.values
        else:
            values = _typed_values(row)
        form.version.data = str(row.version)
        shown = {"campaign": campaign, "row": row, "form": form, "refusal": refusal, "values": values, "own": _fields(row)}
        return render_template("campaigns/addressee.html", **shown)


def _own(form: OwnForm) -> dict[str, Any]:
    return {"language": form.language.data or "", "deadline": form.deadline.data, "joint": (form.joint.data or "").strip()}


def _fields(row: CampaignAddressee) -> dict[str, str]:
    """The values of the template that an addressee can be given, with what each is; and those that the row has already."""
    places = templates.find(row.campaign.template, office().template_folders("letters")).places
    return {**dict.fromkeys(row.values, ""), **places}


def _typed_values(row: CampaignAddressee) -> dict[str, str]:
    return typed_values(request.form, _fields(row))


def typed_values(typed: MultiDict[str, str], names: Iterable[str]) -> dict[str, str]:
    """What was typed for these values of a template; raises Invalid for one that is too long."""
    found = {name: typed.get(f"value-{name}", "").replace("\r\n", "\n").strip() for name in names}
    for name, text in found.items():
        if len(text) > planning.LONGEST_VALUE:
            raise Invalid(f"The value of {name} has more than {planning.LONGEST_VALUE} characters; shorten it.")
    return found
