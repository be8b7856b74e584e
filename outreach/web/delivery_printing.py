"""Print runs on the desk: the files for the mail room, and what was posted."""

import io
import zipfile
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, SubmitField, TextAreaField
from wtforms.validators import InputRequired, Length

from outreach.campaigns import planning
from outreach.contacts.models import Channel
from outreach.delivery import posting, print_runs
from outreach.errors import Invalid, OutreachError
from outreach.journal import Role
from outreach.typesetting.labels import SHEETS, sheet_named
from outreach.web.delivery import MOST
from outreach.web.delivery import pages as pages
from outreach.web.guarding import needs
from outreach.web.seeing import acting, office, page_of, window
from outreach.web.showing_again import status_of

AS_LISTED = "as-listed"
_NUMBER = {"inputmode": "numeric", "autocomplete": "off"}


class PostedForm(FlaskForm):  # type: ignore[misc]
    """What a person says was posted of a run."""

    on = DateField("Posted on", [InputRequired()])
    by = SelectField("By", choices=[(AS_LISTED, "as the list says"), *((one.value, one.value) for one in print_runs.ON_PAPER)])
    count = IntegerField("Type the number of letters that were posted", [InputRequired()], render_kw=_NUMBER)
    not_posted = TextAreaField(
        "Letters that stayed behind", description="Their references, one a line; they are free again. Empty if none did."
    )
    note = StringField("Note", [Length(max=300)], description="Such as the number of the posting list.")
    submit = SubmitField("They were posted")


class FilesForm(FlaskForm):  # type: ignore[misc]
    """How the files of a run are made; asked for by address, so that they can be had again."""

    sheet = SelectField("Labels", choices=[(name, sheet.words) for name, sheet in SHEETS.items()])
    first = IntegerField("Begin at label", default=1, render_kw=_NUMBER)


class MakeForm(FlaskForm):  # type: ignore[misc]
    """A new run."""

    only_on_paper = BooleanField("Only to whom post, courier or hand is preferred, or no e-mail address is known")
    submit = SubmitField("Make a print run")


@pages.get("/runs")
@needs(Role.READER)
def runs() -> Any:
    """The print runs, latest first."""
    offset, limit = window()
    with office().reading() as session:
        listed = print_runs.listed(session, offset=offset, limit=limit)
        return render_template("delivery/runs.html", page=page_of(listed))


@pages.post("/runs/of/<slug>")
@needs(Role.DRAFTER)
def make_run(slug: str) -> Any:
    """Take the approved letters of a campaign into a new run."""
    form = MakeForm()
    with acting() as (session, by, at):
        campaign = planning.find(session, slug)
        run, held = print_runs.make(
            session,
            campaign,
            office().outbox("print", campaign),
            office().must_stay,
            office().paper().pages,
            by=by,
            at=at,
            only_on_paper=bool(form.only_on_paper.data),
        )
        number, count = run.id, len(run.letters)
    flash(f"{count} letters are in print run {number}. None has left by this.", "success")
    for reference, why in list(held.items())[:MOST]:
        flash(f"{reference} was held: {why}", "warning")
    return redirect(url_for("delivery.run", number=number))


@pages.get("/runs/<int:number>")
@needs(Role.READER)
def run(number: int) -> Any:
    """A run: its files, its letters, and what was posted."""
    return _run_page(number, PostedForm(formdata=None))


def _run_page(number: int, form: PostedForm, refusal: str = "") -> str:
    offset, limit = window()
    with office().reading() as session:
        found, count, total = print_runs.head(session, number)
        return render_template(
            "delivery/run.html",
            run=found,
            count=count,
            total=total,
            page=page_of(print_runs.letters(session, number, offset=offset, limit=limit)),
            stands=posting.stands,
            form=form,
            files=FilesForm(formdata=None),
            refusal=refusal,
        )


@pages.get("/runs/<int:number>/letters.pdf")
@needs(Role.READER)
def run_letters(number: int) -> Any:
    """The list and every letter with what it encloses."""
    both_sides = request.args.get("sides") == "both"
    with office().reading() as session:
        content = office().print_run(session, number).letters(both_sides=both_sides)
    return _file(content, f"print-run-{number}.pdf", "application/pdf")


@pages.get("/runs/<int:number>/labels.pdf")
@needs(Role.READER)
def run_labels(number: int) -> Any:
    """The sheets of labels."""
    sheet, first = sheet_named(request.args.get("sheet", "3x8")), request.args.get("first", "1")
    if not first.isascii() or not first.isdigit():
        raise Invalid("Say with a number at which label of the sheet to begin.")
    with office().reading() as session:
        content = office().print_run(session, number).labels(sheet, first=int(first[:4]))
    return _file(content, f"print-run-{number}-labels.pdf", "application/pdf")


@pages.get("/runs/<int:number>/apart.zip")
@needs(Role.READER)
def run_apart(number: int) -> Any:
    """What a person prints by itself, in one archive."""
    content = io.BytesIO()
    with office().reading() as session, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in office().print_run(session, number).apart():
            archive.writestr(name, file)
    return _file(content.getvalue(), f"print-run-{number}-apart.zip", "application/zip")


def _file(content: bytes, name: str, kind: str) -> Any:
    return send_file(io.BytesIO(content), mimetype=kind, as_attachment=True, download_name=name)


@pages.post("/runs/<int:number>/posted")
@needs(Role.DRAFTER)
def posted(number: int) -> Any:
    """Record what was posted, if as many letters were as was typed."""
    form = PostedForm()
    if not form.validate_on_submit() or form.on.data is None or form.count.data is None:
        return _run_page(number, form), 422
    behind = [line.strip() for line in (form.not_posted.data or "").splitlines() if line.strip()]
    way = None if form.by.data == AS_LISTED else Channel(form.by.data)
    try:
        with acting() as (session, by, at):
            found = print_runs.find(session, number)
            done = posting.post(
                session,
                found,
                on=form.on.data,
                count=form.count.data,
                channel=way,
                not_posted=behind,
                note=form.note.data or "",
                by=by,
                at=at,
            )
    except OutreachError as error:
        return _run_page(number, form, str(error)), status_of(error)
    flash(f"{done} letters were posted on {form.on.data}; {len(behind)} stayed behind.", "success")
    return redirect(url_for("delivery.run", number=number))


@pages.post("/runs/<int:number>/give-up")
@needs(Role.DRAFTER)
def give_up_run(number: int) -> Any:
    """Close a run of which nothing was posted."""
    with acting() as (session, by, at):
        posting.give_up(session, print_runs.find(session, number), request.form.get("why", ""), by=by, at=at)
    flash(f"Nothing of print run {number} was posted; its letters are free again.", "success")
    return redirect(url_for("delivery.run", number=number))
