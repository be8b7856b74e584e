"""Letters on the desk: cancelling, recalling, recording what was posted."""

from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from outreach.contacts.models import Channel
from outreach.delivery import recording
from outreach.errors import Invalid
from outreach.journal import Role
from outreach.letters import editing, holding, register
from outreach.letters.models import Letter, LetterState
from outreach.web.guarding import needs
from outreach.web.letters import pages as pages
from outreach.web.seeing import acting, actor, office

WAYS = [(way.value, way.value) for way in (Channel.POST, Channel.COURIER, Channel.EMAIL, Channel.HAND, Channel.PORTAL)]


class DispatchForm(FlaskForm):  # type: ignore[misc]
    """How a letter left by other means."""

    on = DateField("Left on", [InputRequired()])
    by = SelectField("By", choices=WAYS)
    note = StringField("Note", [Length(max=300)], description="Such as the courier's number.")


@pages.post("/<int:number>/cancel")
@needs(Role.DRAFTER)
def cancel(number: int) -> Any:
    """Cancel a letter that has not left."""
    with acting() as (session, by, at):
        letter = register.get(session, number)
        editing.cancel(session, letter, request.form.get("why", ""), by=by, at=at)
        flash(f"{letter.reference} is cancelled.", "success")
    return redirect(url_for("letters.show", number=number))


@pages.post("/<int:number>/hold")
@needs(Role.DRAFTER)
def hold(number: int) -> Any:
    """Keep a letter from leaving, saying why."""
    with acting() as (session, by, at):
        letter = register.get(session, number)
        holding.hold(session, letter, request.form.get("because", ""), by=by, at=at)
        flash(f"{letter.reference} is held.", "success")
    return redirect(url_for("letters.show", number=number))


@pages.post("/<int:number>/release")
@needs(Role.DRAFTER)
def release(number: int) -> Any:
    """Let a letter leave again."""
    with acting() as (session, by, at):
        letter = register.get(session, number)
        holding.release(session, letter, by=by, at=at)
        flash(f"{letter.reference} is held no longer.", "success")
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
