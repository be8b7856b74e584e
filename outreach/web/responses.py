"""Answers: the list, logging one by hand, one answer's page, its files."""

import io
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from outreach.contacts.models import Channel
from outreach.errors import NotFound
from outreach.inputs import attribution, coding, reading, receiving, setting_aside, texts
from outreach.inputs.models import AttributionLevel
from outreach.journal import Role
from outreach.mail.filenames import safe_filename
from outreach.responses import browsing, recording, shelf, uploads, waiting
from outreach.responses.models import ResponseKind, ResponseState
from outreach.web.guarding import needs
from outreach.web.responses_forms import LeaveOutForm, LogForm, NamingForm, ReplaceForm, SortForm, WithdrawForm, lines, needed
from outreach.web.seeing import is_fragment, office, page_of, window
from outreach.web.trying import tried, unchanged

pages = Blueprint("responses", __name__, url_prefix="/responses")


@pages.get("/")
@needs(Role.READER)
def index() -> Any:
    """The answers, by campaign, kind and state."""
    wanted = browsing.Wanted(
        campaign=request.args.get("campaign", ""),
        kind=request.args.get("kind", type=ResponseKind),
        state=request.args.get("state", type=ResponseState),
    )
    also = [attribution.is_open()] if request.args.get("open") else []
    offset, limit = window()
    with office().reading() as session:
        found = page_of(browsing.page(session, wanted, *also, offset=offset, limit=limit))
        levels = attribution.recorded(session, [response.id for response in found.items])
        return render_template(
            "responses/list.html",
            page=found,
            levels=levels,
            wanted=wanted,
            open=bool(also),
            campaigns=browsing.campaigns(session),
            kinds=list(ResponseKind),
            states=list(ResponseState),
            authors=shelf.author_names,
            waiting=waiting.count(session),
        )


@pages.route("/log", methods=["GET", "POST"])
@needs(Role.DRAFTER)
def log() -> Any:
    """Log an answer by hand; the button "Find" shows the letters that fit, with everything typed still there."""
    form = LogForm(letters=request.args.get("letter", ""), received_on=office().today())
    if not form.is_submitted() or "search" in request.form:
        return _log_page(form)
    made = []
    status = tried(form, lambda session, by, at: made.append(_log(session, form, by=by, at=at)))
    if status:
        return _log_page(form), status
    flash(f"Answer {made[0]} is logged.", "success")
    return redirect(url_for("responses.show", number=made[0]))


def _log_page(form: LogForm) -> str:
    with office().reading() as session:
        found = browsing.letters_like(session, request.form.get("find", ""))
        chosen = request.form.getlist("chosen")
        return render_template("responses/log.html", form=form, letters=found, chosen=chosen, addressees=browsing.addressees)


def _log(session: Session, form: LogForm, **who: Any) -> int:
    received = recording.Received(
        kind=ResponseKind(form.kind.data),
        channel=Channel(form.channel.data),
        received_on=needed(form.received_on.data),
        organisations=tuple(lines(form.organisations.data)),
        names=tuple(lines(form.names.data)),
        subject=form.subject.data or "",
        on_behalf_of=form.on_behalf_of.data or "",
        note=form.note.data or "",
        files=tuple(_attached(file) for file in form.files.data or () if file and file.filename),
        supersedes=form.supersedes.data,
    )
    # A form sends every line end as CR LF, whatever was typed.
    words = (form.words.data or "").replace("\r\n", "\n")
    allowed = receiving.Allowed(AttributionLevel(form.level.data), form.evidence.data or "") if form.level.data else None
    references = list(dict.fromkeys([*lines(form.letters.data), *request.form.getlist("chosen")]))
    return receiving.log(
        session, office().archive, references, received, words=words, allowed=allowed, today=office().today(), **who
    ).id


def _attached(file: FileStorage) -> recording.Attached:
    content, name = file.read(), safe_filename(file.filename or "")
    return recording.Attached(name, content, uploads.type_of(content, name))


@pages.get("/letters")
@needs(Role.DRAFTER)
def letters() -> Any:
    """The letters that fit what is typed, to choose from: a part of a page for htmx, else a page to look at."""
    with office().reading() as session:
        found = browsing.letters_like(session, request.args.get("find", ""))
        template = "responses/found.html" if is_fragment() else "responses/letters.html"
        return render_template(template, letters=found, chosen=[], addressees=browsing.addressees)


@pages.get("/<int:number>")
@needs(Role.READER)
def show(number: int) -> Any:
    """One answer."""
    return page(number)


def page(number: int, status: int = 200, **forms: FlaskForm) -> Any:
    """The page of one answer; of `forms` those that were sent and refused stand on it as they were typed."""
    with office().reading() as session:
        response = shelf.get(session, number)
        passages = coding.passages(session, response=response)
        return render_template(
            "responses/show.html",
            response=response,
            authors=shelf.author_names(response),
            mail=waiting.of_response(session, number),
            replaced_by=browsing.replacing(session, number),
            level=attribution.of_response(session, number),
            history=attribution.history(session, number),
            aside=setting_aside.in_force(session, response),
            laid=[reading.laid_out(text, passages) for text in texts.of_response(session, number)],
            passages={passage.id: passage for passage in passages},
            sort=forms.get("sort") or SortForm(formdata=None, kind=response.kind.value),
            naming=forms.get("naming") or NamingForm(formdata=None, said_on=office().today()),
            replace=forms.get("replace") or ReplaceForm(formdata=None),
            withdraw=forms.get("withdraw") or WithdrawForm(formdata=None),
            leave_out=forms.get("leave_out") or LeaveOutForm(formdata=None),
        ), status


def _done(number: int, sentence: str) -> Any:
    flash(sentence, "success")
    return redirect(url_for("responses.show", number=number))


@pages.post("/<int:number>/sort")
@needs(Role.DRAFTER)
def sort(number: int) -> Any:
    """Say what an answer is."""
    form = SortForm()

    def act(session: Session, by: Any, at: Any) -> None:
        unchanged(shelf.get(session, number), form.version.data, f"Answer {number}")
        recording.sort(session, number, ResponseKind(form.kind.data), by=by, at=at)

    status = tried(form, act)
    return page(number, status, sort=form) if status else _done(number, f"Answer {number} is sorted.")


@pages.post("/<int:number>/attribution")
@needs(Role.DRAFTER)
def name(number: int) -> Any:
    """Record how the author of an answer may be named."""
    form = NamingForm()

    def act(session: Session, by: Any, at: Any) -> None:
        level = AttributionLevel(form.level.data)
        evidence = form.evidence.data or ""
        attribution.record(session, number, level, said_on=needed(form.said_on.data), evidence=evidence, by=by, at=at)

    status = tried(form, act)
    return page(number, status, naming=form) if status else _done(number, "How its author may be named is recorded.")


@pages.post("/<int:number>/replaced")
@needs(Role.DRAFTER)
def replace(number: int) -> Any:
    """Note that a later answer stands in this one's place."""
    form = ReplaceForm()

    def act(session: Session, by: Any, at: Any) -> None:
        unchanged(shelf.get(session, number), form.version.data, f"Answer {number}")
        recording.supersede(session, number, needed(form.later.data), by=by, at=at)

    status = tried(form, act)
    return page(number, status, replace=form) if status else _done(number, f"Answer {form.later.data} stands in its place.")


@pages.post("/<int:number>/withdrawn")
@needs(Role.DRAFTER)
def withdraw(number: int) -> Any:
    """Note that its author took an answer back."""
    form = WithdrawForm()

    def act(session: Session, by: Any, at: Any) -> None:
        unchanged(shelf.get(session, number), form.version.data, f"Answer {number}")
        recording.withdraw(session, number, form.why.data or "", by=by, at=at)

    status = tried(form, act)
    return page(number, status, withdraw=form) if status else _done(number, f"Answer {number} is withdrawn.")


@pages.get("/<int:number>/files/<int:file>")
@needs(Role.READER)
def download(number: int, file: int) -> Any:
    """A file of an answer, to save: never shown by the browser as a page of the desk."""
    with office().reading() as session:
        found = next((each for each in shelf.get(session, number).files if each.id == file), None)
        if found is None:
            raise NotFound(f"Answer {number} has no file {file}.")
        return to_save(office().archive.fetch(found.sha256), found.filename)


def to_save(content: bytes, filename: str) -> Response:
    """A stranger's bytes, which the browser saves and does not read."""
    sent = send_file(
        io.BytesIO(content), mimetype="application/octet-stream", as_attachment=True, download_name=safe_filename(filename)
    )
    sent.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return sent
