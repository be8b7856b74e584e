"""Campaigns on the desk: whom they write to, how far they are, what one addressee gets of its own."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, HiddenField, SelectField, SelectMultipleField, StringField, SubmitField
from wtforms.validators import InputRequired, Length, Optional

from outreach.campaigns import choosing, planning
from outreach.campaigns.choosing import Chosen
from outreach.campaigns.models import Campaign, CampaignAddressee
from outreach.contacts.addressing import Reach
from outreach.contacts.models import OrganisationKind, RegionalGroup, StakeholderGroup
from outreach.errors import Invalid, OutreachError, Refused
from outreach.journal import Role
from outreach.letters import drafting, enclosing, register, templates
from outreach.responses import standing
from outreach.web.guarding import needs
from outreach.web.seeing import acting, is_fragment, office, page_of, window
from outreach.web.showing_again import must_be_unchanged, status_of

pages = Blueprint("campaigns", __name__)
PICKERS = {"group": StakeholderGroup, "region": RegionalGroup, "kind": OrganisationKind}
MOST_NAMES = 50


class NewForm(FlaskForm):  # type: ignore[misc]
    """A campaign as it is planned; read from an address while it is counted, from a form when it is kept."""

    title = StringField("Title", [Length(max=300)], description="What the office calls it; the template's title if left out.")
    slug = StringField("Short name", [Length(max=80)], description="Small letters, digits and hyphens, such as wsis20-input.")
    template = SelectField("Template")
    sender = SelectField("Sender")
    deadline = DateField("Answers by", [Optional()])
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

    def standing_copies(self) -> list[str]:
        """The addresses of the standing copies."""
        return [one.strip() for one in (self.copies.data or "").split(",") if one.strip()]

    def picked(self) -> dict[str, Sequence[str]]:
        """What is ticked, by kind of term."""
        return {name: self[name].data or () for name in (*PICKERS, "tag")}


class DraftForm(FlaskForm):  # type: ignore[misc]
    """The day that letters bear, and whether untouched drafts are written anew."""

    dated = DateField("Dated", [InputRequired()])
    redraft = BooleanField("Write untouched drafts anew as well; they keep their references")
    submit = SubmitField("Draft letters")


class OwnForm(FlaskForm):  # type: ignore[misc]
    """What one addressee gets of its own, besides the template's values."""

    language = SelectField("Language")
    deadline = DateField("Answers by", [Optional()])
    joint = StringField("Joint word", [Length(max=80)], description="Addressees with the same word get one letter together.")
    version = HiddenField()


@dataclass(frozen=True)
class Preview:
    """Who would be written to, in numbers and names."""

    chosen: Chosen
    refusal: str = ""

    @property
    def count(self) -> int:
        """How many addressees."""
        return len(self.chosen.reached)

    @property
    def groups(self) -> list[tuple[str, int]]:
        """How many of each stakeholder group."""
        return sorted(Counter(one.group.value for one in self.chosen.reached).items())

    @property
    def left_out(self) -> dict[str, list[str]]:
        """Who is left out although chosen, by reason."""
        found: dict[str, list[str]] = {}
        for key, reason in self.chosen.left_out:
            found.setdefault(reason, []).append(key)
        return found

    @property
    def unreachable(self) -> list[Reach]:
        """Those without an e-mail address."""
        return [one for one in self.chosen.reached if not one.emails]


NOBODY = Chosen((), ())


@pages.get("/campaigns/")
@needs(Role.READER)
def index() -> Any:
    """The campaigns and how they stand."""
    with office().reading() as session:
        tallies = {one.slug: one.total for one in standing.standings(session, today=office().today(), parts=False)}
        return render_template("campaigns/list.html", campaigns=planning.listed(session), tallies=tallies)


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
        return render_template("campaigns/_chosen.html", form=form, preview=preview, most=MOST_NAMES, live=True)
    return render_template("campaigns/new.html", form=form, preview=preview, most=MOST_NAMES, live=False)


def _preview(session: Session, form: NewForm) -> Preview:
    try:
        return Preview(_choose(session, form))
    except OutreachError as error:
        return Preview(NOBODY, str(error))


def _choose(session: Session, form: NewForm) -> Chosen:
    shelved = templates.find(form.template.data or "", office().template_folders("letters"))
    office().sender(form.sender.data or "")
    inbox = office().settings.mail.inbox
    copies = form.standing_copies()
    planning.check(needs=shelved.about.needs, deadline=form.deadline.data, copies=copies, inbox=inbox)
    wanted = choosing.Wanted(shelved.about.post_kinds, shelved.about.seats)
    selection = choosing.parse(form.to.data or "")
    stale_after = office().settings.office.stale_after_days
    return choosing.choose(session, selection, wanted, on=office().today(), stale_after=stale_after)


@pages.post("/new-campaign")
@needs(Role.DRAFTER)
def keep() -> Any:
    """Keep the campaign with exactly the addressees that were counted."""
    with office().reading() as session:
        form = NewForm(request.form, tags=planning.tags(session))
    try:
        _must_be_readable(form)
        with acting() as (session, by, at):
            chosen = _choose(session, form)
            _must_be_counted(chosen, request.form.get("count", type=int))
            campaign = planning.new(session, chosen=chosen, by=by, at=at, **_words(form))
            flash(f"{campaign.slug} is kept with {len(chosen.reached)} addressees. Next: draft its letters.", "success")
            slug = campaign.slug
    except OutreachError as error:
        with office().reading() as session:
            preview = Preview(_preview(session, form).chosen, str(error))
        return render_template("campaigns/new.html", form=form, preview=preview, most=MOST_NAMES, live=False), status_of(error)
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
        "deadline": form.deadline.data,
        "copies": form.standing_copies(),
    }


@pages.get("/campaigns/<slug>")
@needs(Role.READER)
def show(slug: str) -> Any:
    """A campaign: what it asks, of whom, how far its letters are."""
    with office().reading() as session:
        return _show(session, planning.find(session, slug), DraftForm(dated=office().today()))


def _show(session: Session, campaign: Campaign, form: DraftForm, drafted: drafting.Drafted | None = None) -> str:
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
        composer = office().composer(campaign, form.dated.data)
        drafted = drafting.draft(session, campaign, composer, by=by, at=at, redraft=bool(form.redraft.data))
        return _show(session, campaign, form, drafted)


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
