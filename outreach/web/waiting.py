"""Mail that waits for a person: looking at it, accepting it, setting it aside; and taking mail in from files."""

import tempfile
from pathlib import Path
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from outreach.errors import Invalid, OutreachError
from outreach.inputs import receiving
from outreach.journal import Role
from outreach.mail.filenames import safe_filename
from outreach.mail.reading import messages_in, opened
from outreach.responses import browsing, reports, taking_in
from outreach.responses import waiting as tray
from outreach.responses.models import MailState
from outreach.responses.taking_in import Taken
from outreach.web.guarding import needs
from outreach.web.responses import to_save
from outreach.web.responses_forms import lines
from outreach.web.seeing import acting, office, page_of, window
from outreach.web.trying import tried, unchanged

pages = Blueprint("waiting", __name__, url_prefix="/waiting")


class AcceptForm(FlaskForm):  # type: ignore[misc]
    """Which letters a mail answers, and who wrote it."""

    version = IntegerField()
    letters = TextAreaField(
        "Letters answered", [Length(max=4000)], description="References, one a line.", render_kw={"rows": 2}
    )
    organisations = TextAreaField(
        "Who wrote",
        [Length(max=4000)],
        description="Organisations of the directory, one a line; left empty, whom the sender is known for.",
        render_kw={"rows": 1},
    )


class AsideForm(FlaskForm):  # type: ignore[misc]
    """Why a mail is no answer."""

    version = IntegerField()
    why = StringField("Why it is no answer", [DataRequired(), Length(max=2000)])


class BackForm(FlaskForm):  # type: ignore[misc]
    """Letting a mail wait again."""

    version = IntegerField()


class BringForm(FlaskForm):  # type: ignore[misc]
    """Mail as files."""

    files = MultipleFileField(
        "Mail", description="Messages (.eml, .msg) or whole mailboxes (mbox).", render_kw={"accept": ".eml,.msg,.mbox"}
    )


@pages.get("/")
@needs(Role.READER)
def index() -> Any:
    """The mail that waits, or was filed or set aside."""
    state = request.args.get("state", MailState.WAITING, type=MailState)
    offset, limit = window()
    with office().reading() as session:
        page = page_of(tray.listing(session, state, offset=offset, limit=limit))
        return render_template("waiting/list.html", page=page, state=state, states=list(MailState))


@pages.get("/<int:number>")
@needs(Role.READER)
def show(number: int) -> Any:
    """One mail, its words as text."""
    return _page(number)


def _page(number: int, status: int = 200, **forms: FlaskForm) -> Any:
    with office().reading() as session:
        mail = tray.get(session, number)
        message = opened(office().archive.fetch(mail.raw_sha256))
        suggested = mail.suggested_letter.reference if mail.suggested_letter else ""
        return render_template(
            "waiting/show.html",
            mail=mail,
            message=message,
            concerned=reports.concerned(session, mail, message),
            suggested=suggested,
            elsewhere=[one for one in message.reply_to if one.address.lower() != message.sender.address.lower()],
            accept=forms.get("accept") or AcceptForm(formdata=None, letters="" if mail.suggestions else suggested),
            aside=forms.get("aside") or AsideForm(formdata=None),
            back=forms.get("back") or BackForm(formdata=None),
            letters=browsing.letters_like(session, request.form.get("find", "")),
            chosen=request.form.getlist("chosen"),
            addressees=browsing.addressees,
        ), status


@pages.get("/<int:number>/original")
@needs(Role.READER)
def original(number: int) -> Any:
    """The message as it came, to open in a mail program."""
    with office().reading() as session:
        mail = tray.get(session, number)
        return to_save(office().archive.fetch(mail.raw_sha256), f"mail-{number}.eml")


@pages.post("/<int:number>/accept")
@needs(Role.DRAFTER)
def accept(number: int) -> Any:
    """Accept a mail as an answer; the button "Find" shows the letters that fit."""
    form = AcceptForm()
    if "search" in request.form:
        return _page(number, accept=form)
    made = []

    def act(session: Session, by: Any, at: Any) -> None:
        unchanged(tray.get(session, number), form.version.data, f"Mail {number}")
        references = [*lines(form.letters.data), *request.form.getlist("chosen")]
        speaking, zone = lines(form.organisations.data), office().settings.zone()
        archive = office().archive
        made.append(receiving.accept(session, archive, number, references, organisations=speaking, by=by, at=at, zone=zone).id)

    status = tried(form, act)
    if status:
        return _page(number, status, accept=form)
    flash(f"Mail {number} is answer {made[0]} now; say what it is.", "success")
    return redirect(url_for("responses.show", number=made[0]))


@pages.post("/<int:number>/set-aside")
@needs(Role.DRAFTER)
def set_aside(number: int) -> Any:
    """Take a mail off the list, with the reason."""
    form = AsideForm()

    def act(session: Session, by: Any, at: Any) -> None:
        unchanged(tray.get(session, number), form.version.data, f"Mail {number}")
        tray.set_aside(session, number, form.why.data or "", by=by, at=at)

    return _done(f"Mail {number} is set aside.") if not (status := tried(form, act)) else _page(number, status, aside=form)


@pages.post("/<int:number>/put-back")
@needs(Role.DRAFTER)
def put_back(number: int) -> Any:
    """Let a mail wait again."""
    form = BackForm()

    def act(session: Session, by: Any, at: Any) -> None:
        unchanged(tray.get(session, number), form.version.data, f"Mail {number}")
        tray.put_back(session, number, by=by, at=at)

    return _done(f"Mail {number} waits again.") if not (status := tried(form, act)) else _page(number, status, back=form)


@pages.post("/accept-suggested")
@needs(Role.DRAFTER)
def accept_suggested() -> Any:
    """Accept each chosen mail as an answer to its likeliest letter; one that cannot be is told, and the rest goes on."""
    done, refused, archive, zone = 0, [], office().archive, office().settings.zone()
    for chosen in request.form.getlist("mail"):
        number, _, version = chosen.partition(":")
        try:
            with acting() as (session, by, at):
                unchanged(tray.get(session, int(number)), int(version), f"Mail {number}")
                references = [tray.likeliest(session, int(number)).reference]
                receiving.accept(session, archive, int(number), references, by=by, at=at, zone=zone)
            done += 1
        except (OutreachError, ValueError) as error:
            refused.append(f"Mail {number[:20]}: {error}")
    for why in refused:
        flash(why, "warning")
    return _done(f"{done} mail{'' if done == 1 else 's'} accepted; say of each what it is." if done else "None was accepted.")


def _done(sentence: str) -> Any:
    flash(sentence, "success")
    return redirect(url_for("waiting.index"))


@pages.route("/import", methods=["GET", "POST"])
@needs(Role.DRAFTER)
def bring() -> Any:
    """Take mail in from files, and say what became of each message."""
    form = BringForm()
    if not form.validate_on_submit():
        return render_template("waiting/bring.html", form=form, taken=[], refused=[]), 422 if form.is_submitted() else 200
    taken: list[Taken] = []
    files = [file for file in form.files.data or () if file and file.filename]
    refused = [why for file in files if (why := _bring(file, taken))]
    if not files:
        form.form_errors.append("Choose a file first.")
    return render_template(
        "waiting/bring.html", form=form, taken=taken, refused=refused
    ), 422 if form.errors or refused else 200


def _bring(upload: FileStorage, taken: list[Taken]) -> str:
    """Take in what a file holds; gives why it was refused, or an empty string."""
    with tempfile.TemporaryDirectory(prefix="outreach-") as folder:
        path = Path(folder) / safe_filename(upload.filename or "")
        upload.save(path)
        try:
            # Each batch is kept for good: what was taken in before a damaged message is recognised the next time.
            for batch in taking_in.in_batches(messages_in(path)):
                taken.extend(_take(batch))
        except OutreachError as error:
            return str(error) if isinstance(error, Invalid) else f"{path.name}: {error}"
    return ""


def _take(batch: list[taking_in.Located]) -> list[Taken]:
    mail = office().settings.mail
    own, zone = {mail.from_address, mail.inbox}, office().settings.zone()
    with acting() as (session, by, at):
        return receiving.take_in(session, office().archive, batch, by=by, at=at, own_addresses=own, zone=zone)
