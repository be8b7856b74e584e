"""Planning a campaign on the desk: who would be written to, counted as the words are typed, then kept as counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import DateField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import Length, NumberRange, Optional

from outreach.campaigns import choosing, planning, surveying
from outreach.campaigns.choosing import Chosen, Selection, Wanted
from outreach.campaigns.surveying import Survey
from outreach.contacts.models import OrganisationKind, RegionalGroup, StakeholderGroup
from outreach.errors import Invalid, OutreachError, Refused
from outreach.journal import Role
from outreach.letters import templates
from outreach.web.campaigns import MOST_NAMES
from outreach.web.campaigns import pages as pages
from outreach.web.guarding import needs
from outreach.web.seeing import acting, is_fragment, office
from outreach.web.showing_again import status_of
from outreach.workdays import MOST_DAYS

PICKERS = {"group": StakeholderGroup, "region": RegionalGroup, "kind": OrganisationKind}


class NewForm(FlaskForm):  # type: ignore[misc]
    """A campaign as it is planned; read from an address while it is counted, from a form when it is kept."""

    title = StringField("Title", [Length(max=300)], description="What the office calls it; the template's title if left out.")
    slug = StringField("Short name", [Length(max=80)], description="Small letters, digits and hyphens, such as wsis20-input.")
    template = SelectField("Template")
    sender = SelectField("Sender")
    deadline = DateField("Answers by", [Optional()])
    working_days = IntegerField("Or within so many working days", [Optional(), NumberRange(1, MOST_DAYS)])
    countries = StringField(
        "Without the holidays of",
        [Length(max=60)],
        description="Countries by two letters, such as NO CH; left empty, those of the settings.",
    )
    copies = StringField("Copies to", [Length(max=2000)], description="Addresses separated by commas; each gets every letter.")
    to = StringField(
        "Addressees in words",
        [Length(max=4000)],
        description="Side by side narrows, commas widen, “not” excludes, “;” adds another choice, “all” is everybody.",
    )
    group = SelectMultipleField("Stakeholder group")
    region = SelectMultipleField("Regional group of States")
    kind = SelectMultipleField("Kind")
    tag = SelectMultipleField("Tag")

    def __init__(self, *args: Any, tags: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.template.choices = [(name, name) for name in templates.names(office().template_folders("letters"))]
        self.sender.choices = [(name, name) for name in office().settings.senders]
        for name, words in PICKERS.items():
            self[name].choices = [(word.value, word.value.replace("-", " ")) for word in words]
        self.tag.choices = [(word, word) for word in tags]

    def due(self) -> tuple[date | None, str]:
        """The day that is said, or counted in working days from today, and in words how; raises Invalid when both are said."""
        if self.working_days.data and self.deadline.data:
            raise Invalid("Give a day or a number of working days, not both.")
        if not self.working_days.data or self.working_days.errors:
            return self.deadline.data, ""
        codes = (self.countries.data or "").replace(",", " ").split()
        counted = office().working_days(self.working_days.data, countries=codes)
        return counted.day, counted.why

    def standing_copies(self) -> list[str]:
        """The addresses of the standing copies."""
        return [one.strip() for one in (self.copies.data or "").split(",") if one.strip()]

    def picked(self) -> dict[str, Sequence[str]]:
        """What is ticked, by kind of term."""
        return {name: self[name].data or () for name in (*PICKERS, "tag")}


@dataclass(frozen=True)
class Preview:
    """Who would be written to, or why nobody is."""

    survey: Survey
    refusal: str = ""


# Not under /campaigns/: a campaign may be called "new".
@pages.get("/new-campaign")
@needs(Role.DRAFTER)
def new() -> Any:
    """Plan a campaign: the form, and once something is said, who would be written to."""
    with office().reading() as session:
        form = NewForm(request.args, tags=planning.tags(session), meta={"csrf": False})
        if "write" in request.args or not form.to.data:
            form.to.data = planning.worded(form.picked())
        preview = _preview(session, form) if request.args else None
    if is_fragment():
        return render_template("campaigns/_chosen.html", form=form, preview=preview, live=True)
    return render_template("campaigns/new.html", form=form, preview=preview, live=False)


def _preview(session: Session, form: NewForm) -> Preview:
    try:
        selection, wanted = _asked(form)
        return Preview(surveying.survey(session, selection, wanted, on=office().today(), most=MOST_NAMES))
    except OutreachError as error:
        return Preview(surveying.NOBODY, str(error))


def _asked(form: NewForm) -> tuple[Selection, Wanted]:
    """Whom the form chooses; raises what is wrong with it."""
    shelved = templates.find(form.template.data or "", office().template_folders("letters"))
    office().sender(form.sender.data or "")
    inbox = office().settings.mail.inbox
    copies = form.standing_copies()
    planning.check(needs=shelved.about.needs, deadline=form.due()[0], copies=copies, inbox=inbox)
    return choosing.parse(form.to.data or ""), Wanted(shelved.about.post_kinds, shelved.about.seats)


@pages.post("/new-campaign")
@needs(Role.DRAFTER)
def keep() -> Any:
    """Keep the campaign with exactly the addressees that were counted."""
    with office().reading() as session:
        form = NewForm(request.form, tags=planning.tags(session))
    try:
        _must_be_readable(form)
        with acting() as (session, by, at):
            selection, wanted = _asked(form)
            stale_after = office().settings.office.stale_after_days
            chosen = choosing.choose(session, selection, wanted, on=office().today(), stale_after=stale_after)
            _must_be_counted(chosen, request.form.get("count", type=int))
            campaign = planning.new(session, chosen=chosen, by=by, at=at, **_words(form))
            flash(f"{campaign.slug} is kept with {len(chosen.reached)} addressees. Next: draft its letters.", "success")
            slug = campaign.slug
    except OutreachError as error:
        with office().reading() as session:
            preview = Preview(_preview(session, form).survey, str(error))
        return render_template("campaigns/new.html", form=form, preview=preview, live=False), status_of(error)
    return redirect(url_for("campaigns.show", slug=slug))


def _must_be_readable(form: NewForm) -> None:
    if not form.validate():
        name, wrong = next(iter(form.errors.items()))
        raise Invalid(f"{form[name].label.text if name else 'The form'} cannot be read: {wrong[0]}")


def _must_be_counted(chosen: Chosen, count: int | None) -> None:
    if count != len(chosen.reached):
        raise Refused(f"{len(chosen.reached)} are chosen now, not {count}; nothing was kept. Look at them, then keep them.")


def _words(form: NewForm) -> dict[str, Any]:
    about = templates.find(form.template.data or "", office().template_folders("letters")).about
    return {
        "slug": (form.slug.data or "").strip(),
        "title": (form.title.data or "").strip() or about.title,
        "template": form.template.data or "",
        "sender": form.sender.data or "",
        "selection": form.to.data or "",
        "deadline": form.due()[0],
        "counted": form.due()[1],
        "copies": form.standing_copies(),
    }
