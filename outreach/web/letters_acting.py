"""Letters on the desk: approving, cancelling, recalling, recording what was posted."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import DateField, IntegerField, SelectField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

from outreach.campaigns import planning
from outreach.contacts.models import Channel
from outreach.delivery import recording
from outreach.errors import Invalid, OutreachError
from outreach.journal import Role
from outreach.letters import approving, editing, register
from outreach.letters.approving import OWN_WORD, Authority
from outreach.letters.models import Letter, LetterState
from outreach.web.guarding import needs
from outreach.web.letters import pages as pages
from outreach.web.seeing import acting, actor, office
from outreach.web.showing_again import must_be_unchanged, status_of

WAYS = [(way.value, way.value) for way in (Channel.POST, Channel.COURIER, Channel.EMAIL, Channel.HAND, Channel.PORTAL)]


class ManyForm(FlaskForm):  # type: ignore[misc]
    """The exact number, typed."""

    count = IntegerField(
        "Type the number of drafts to approve them all",
        [InputRequired()],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    submit = SubmitField("Approve")


class DispatchForm(FlaskForm):  # type: ignore[misc]
    """How a letter left by other means."""

    on = DateField("Left on", [InputRequired()])
    by = SelectField("By", choices=WAYS)
    note = StringField("Note", [Length(max=300)], description="Such as the courier's number.")


@pages.post("/<int:number>/approve")
@needs(Role.APPROVER)
def approve(number: int) -> Any:
    """Approve the version that was shown: by one's own word, or by somebody's that was given elsewhere."""
    with acting() as (session, by, at):
        letter = register.get(session, number)
        must_be_unchanged(request.form.get("version"), letter.version, letter.reference)
        approving.approve(
            session,
            [letter],
            office().press,
            office().archive,
            by=by,
            at=at,
            authority=_authority(),
            signed=office().signed_off,
        )
        flash(f"{letter.reference} is approved.", "success")
    return redirect(url_for("letters.show", number=number))


def _authority() -> Authority:
    said, behalf = request.form.get("evidence", ""), request.form.get("on_behalf_of", "")
    file = request.files.get("file")
    given = (file.filename or "", file.read()) if file and file.filename else None
    if not (said.strip() or behalf.strip() or given):
        return OWN_WORD
    return approving.given_elsewhere(office().archive, on_behalf_of=behalf, evidence=said, file=given, by=actor())


@pages.route("/approve/<slug>", methods=["GET", "POST"])
@needs(Role.APPROVER)
def approve_many(slug: str) -> Any:
    """Approve all drafts of a campaign, typing how many they are."""
    form = ManyForm()
    try:
        if form.validate_on_submit():
            with acting() as (session, by, at):
                campaign = planning.find(session, slug)
                numbers = register.exactly(session, campaign, LetterState.DRAFT, form.count.data, "approved")
                letters = register.in_chunks(session, numbers)
                approving.approve(session, letters, office().press, office().archive, by=by, at=at, signed=office().signed_off)
            flash(f"{len(numbers)} letters of {slug} are approved.", "success")
            return redirect(url_for("campaigns.show", slug=slug))
    except OutreachError as error:
        return _many_page(slug, form, str(error)), status_of(error)
    return _many_page(slug, form), 422 if form.errors else 200


def _many_page(slug: str, form: ManyForm, refusal: str = "") -> str:
    drafts = register.Filter(campaign=slug, state=LetterState.DRAFT)
    warned = register.Filter(campaign=slug, state=LetterState.DRAFT, warned=True)
    with office().reading() as session:
        return render_template(
            "letters/approve_many.html",
            campaign=planning.find(session, slug),
            form=form,
            refusal=refusal,
            count=register.count(session, drafts),
            warned=register.count(session, warned),
            sample=register.page(session, drafts, offset=0, limit=10),
        )


@pages.post("/<int:number>/cancel")
@needs(Role.DRAFTER)
def cancel(number: int) -> Any:
    """Cancel a letter that has not left."""
    with acting() as (session, by, at):
        letter = register.get(session, number)
        editing.cancel(session, letter, request.form.get("why", ""), by=by, at=at)
        flash(f"{letter.reference} is cancelled.", "success")
    return redirect(url_for("letters.show", number=number))


@pages.post("/<int:number>/recall")
@needs(Role.APPROVER)
def recall(number: int) -> Any:
    """Take an approval back, saying why."""
    why = request.form.get("why", "").strip()
    if not why:
        raise Invalid("Say why the approval is taken back; the reason stands in the record.")
    with acting() as (session, by, at):
        letter = register.get(session, number)
        editing.recall(session, letter, why, by=by, at=at)
        flash(f"{letter.reference} is a draft again.", "success")
    return redirect(url_for("letters.show", number=number))


@pages.post("/<int:number>/sent")
@needs(Role.DRAFTER)
def sent(number: int) -> Any:
    """Record that a letter left by other means."""
    with acting() as (session, _by, _at):
        _dispatch(session, [register.get(session, number)])
    return redirect(url_for("letters.show", number=number))


@pages.post("/sent")
@needs(Role.DRAFTER)
def sent_many() -> Any:
    """Record that the letters ticked left by other means; all of them, or none."""
    numbers = request.form.getlist("number", type=int)
    if not numbers:
        raise Invalid("No letter was ticked; go back, tick those that left, and say when and how.")
    with acting() as (session, _by, _at):
        _dispatch(session, register.get_all(session, numbers))
    return redirect(url_for("letters.index", state=LetterState.APPROVED.value))


def _dispatch(session: Session, letters: list[Letter]) -> None:
    day, way, note = _said()
    for letter in letters:
        recording.record_dispatch(session, letter, way, day, by=actor(), at=office().now(), note=note)
    flash(f"{len(letters)} letter{'' if len(letters) == 1 else 's'} left by {way.value} on {day}.", "success")


def _said() -> tuple[date, Channel, str]:
    form = DispatchForm()
    if not form.validate() or form.on.data is None:
        raise Invalid("Say on which day it left and by which way; the note has 300 characters at most.")
    return form.on.data, Channel(form.by.data), form.note.data or ""
