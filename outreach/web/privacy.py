"""What is held about a person, at the desk: handed out, erased with the name typed, listed when kept long enough."""

import io
from typing import Any

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from flask_wtf import FlaskForm
from wtforms import StringField, SubmitField
from wtforms.validators import InputRequired, Length

from outreach.contacts import persons
from outreach.errors import NotFound, OutreachError, Refused
from outreach.journal import Role
from outreach.privacy import erasing, exporting, retaining
from outreach.privacy.erasing import Erased
from outreach.web.guarding import needs
from outreach.web.seeing import acting, office, page_of, window
from outreach.web.showing_again import status_of

pages = Blueprint("privacy", __name__)
TYPES = {"json": "application/json", "html": "text/html; charset=utf-8"}


class EraseForm(FlaskForm):  # type: ignore[misc]
    """Why a person is erased; and, once it was seen what goes and what stays, the person's exact name."""

    because = StringField(
        "Why",
        [InputRequired("Say why; the reason stays in the journal."), Length(max=500)],
        description="It stays in the journal for good, so say it without the name.",
    )
    name = StringField("The person's name, exactly as it stands above", [Length(max=300)], render_kw={"autocomplete": "off"})
    submit = SubmitField("Erase for good")


@pages.post("/persons/<int:number>/held.<kind>")
@needs(Role.KEEPER)
def hand_out(number: int, kind: str) -> Any:
    """All that is held about a person, as JSON or as a page to read; that it was handed out stands in the journal."""
    if kind not in TYPES:
        raise NotFound(f"What is held is handed out as {' or '.join(TYPES)}.")
    with acting() as (session, by, at):
        held = exporting.export(session, persons.numbered(session, number), by=by, at=at)
    content = held.as_json() if kind == "json" else held.as_page()
    return send_file(io.BytesIO(content), mimetype=TYPES[kind], as_attachment=True, download_name=f"{held.stem}.{kind}")


@pages.route("/persons/<int:number>/erase", methods=["GET", "POST"])
@needs(Role.KEEPER)
def erase(number: int) -> Any:
    """Say why, see what goes and what stays, type the name: then the person is erased."""
    form = EraseForm()
    if not form.validate_on_submit():
        return _page(number, form), 422 if form.errors else 200
    # Of an erasure that was cut off after it was committed.
    office().finish_erasing()
    told = None
    try:
        told = _erase(number, form)
        if not form.name.data:
            return _page(number, form, told)
        if form.name.data.split() != told.name.split():
            raise Refused(f"The name is {told.name}; nothing was erased. Type it exactly so.")
        return _erased(_erase(number, form, write=True))
    except OutreachError as error:
        return _page(number, form, told, str(error)), status_of(error)


def _erase(number: int, form: EraseForm, *, write: bool = False) -> Erased:
    with acting() as (session, by, at):
        act: dict[str, Any] = {"because": form.because.data or "", "by": by, "at": at, "on": office().today()}
        return erasing.erase(session, persons.numbered(session, number), write=write, **act)


def _erased(done: Erased) -> Any:
    office().finish_erasing()
    for path in erasing.copies(office().folder / "out", done):
        path.unlink()
    flash(f"{done.person} is erased. Backups, lists in uploads/ and files made elsewhere are yours to look through.", "success")
    return redirect(url_for("contacts.persons.show", number=done.person.removeprefix(persons.PREFIX)))


def _page(number: int, form: EraseForm, told: Erased | None = None, refusal: str = "") -> str:
    if told is None:
        # The name is asked for once it was seen what goes.
        del form.name
        form.submit.label.text = "Show what goes and what stays"
    copies = erasing.copies(office().folder / "out", told) if told else []
    with office().reading() as session:
        person = persons.numbered(session, number)
        return render_template(
            "contacts/erase.html",
            person=person,
            form=form,
            told=told,
            copies=[path.relative_to(office().folder).as_posix() for path in copies],
            refusal=refusal,
        )


@pages.get("/retention")
@needs(Role.READER)
def retention() -> Any:
    """Persons whose data were kept long enough by the office's own rule; nobody is erased by it."""
    days, (offset, limit) = office().settings.office.retention_days, window()
    with office().reading() as session:
        due = retaining.due(session, on=office().today(), days=days)
    page = page_of(due[offset : offset + limit])
    return render_template("contacts/retention.html", page=page, count=len(due), days=days)
