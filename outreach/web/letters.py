"""Letters on the desk: the list, a letter beside its page, changing its words."""

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy.orm import Session
from wtforms import HiddenField, StringField, SubmitField, TextAreaField
from wtforms.validators import InputRequired, Length

from outreach import journal
from outreach.campaigns import planning
from outreach.communique import reaching
from outreach.delivery import ledger
from outreach.errors import NotFound, OutreachError
from outreach.journal import Entry, Role
from outreach.letters import comparing, editing, exporting, register, routing, signing, traffic
from outreach.letters.models import Letter, LetterState, LetterVersion
from outreach.letters.sheets import typographic
from outreach.responses import standing
from outreach.responses.standing import Standing
from outreach.typesetting.data import direction
from outreach.typesetting.html import to_html
from outreach.typesetting.markdown import from_markdown
from outreach.web.guarding import needs
from outreach.web.seeing import acting, is_fragment, office, page_of, window
from outreach.web.showing_again import must_be_unchanged, status_of

pages = Blueprint("letters", __name__, url_prefix="/letters")
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "eml": "message/rfc822",
}
# Where letters stand with their addressees, by the word that the address of a list says.
PLACES = {
    "sent": (*standing.OPEN, *standing.CLOSED),
    "open": tuple(standing.OPEN),
    "overdue": tuple(standing.OPEN),
    **{each.value: (each,) for each in Standing},
}


class WordsForm(FlaskForm):  # type: ignore[misc]
    """A letter's own words."""

    subject = StringField("Subject", [InputRequired(), Length(max=1000)])
    body = TextAreaField(
        "Text",
        [InputRequired(), Length(max=200_000)],
        description="Markdown: a blank line between paragraphs, **bold**, *italic*, lists with - or 1.",
        render_kw={"rows": 18},
    )
    version = HiddenField()
    preview = SubmitField("Show how it reads")
    save = SubmitField("Save as a new version")


@pages.get("/")
@needs(Role.READER)
def index() -> Any:
    """The letters that the address asks for, page by page."""
    offset, limit = window()
    with office().reading() as session:
        found = register.page(session, asked_for(), offset=offset, limit=limit)
        values = {
            "page": page_of(found.rows),
            "count": found.count,
            "campaigns": [campaign for campaign, _number in planning.listed(session)],
            "languages": register.languages(session),
            "states": [state.value for state in LetterState],
            "places": [*PLACES, "coded", "drawn-on"],
            "today": office().today(),
        }
        return render_template("letters/_rows.html" if is_fragment() else "letters/list.html", **values)


def asked_for() -> register.Filter:
    """The filter that the address says; a word that does not exist there narrows to nothing."""
    words = {name: request.args.get(name, "").strip() for name in ("campaign", "state", "language", "text", "warned", "at")}
    if words["state"] and words["state"] not in set(LetterState):
        raise NotFound(f"There is no state {words['state']!r}; there are: {', '.join(LetterState)}.")
    return register.Filter(
        campaign=words["campaign"] or None,
        state=LetterState(words["state"]) if words["state"] else None,
        language=words["language"] or None,
        text=words["text"] or None,
        warned={"yes": True, "no": False}.get(words["warned"]),
        held="held" in request.args,
        among=_among(words["at"], office().today()),
    )


def _among(place: str, today: date) -> Any:
    if not place:
        return None
    if place == "coded":
        return reaching.letters_coded()
    if place == "drawn-on":
        return reaching.letters_drawn_on()
    if place not in PLACES:
        raise NotFound(f"Letters do not stand at {place!r}; they stand at: {', '.join((*PLACES, 'coded', 'drawn-on'))}.")
    return standing.letters_at(PLACES[place], today=today if place == "overdue" else None)


@pages.get("/<int:number>")
@needs(Role.READER)
def show(number: int) -> Any:
    """A letter: its text beside its page, and what became of it."""
    with office().reading() as session:
        letter = register.get(session, number)
        return render_template("letters/show.html", **about(session, letter))


def about(session: Session, letter: Letter) -> dict[str, Any]:
    """What the page of a letter shows."""
    return {
        "letter": letter,
        "version": letter.version_now,
        "text": as_html(letter.version_now.body),
        "direction": direction(letter.version_now.language),
        "attempts": ledger.of_letter(session, letter),
        "signed": signing.copies(session, letter.version_now),
        "others": traffic.others(session, [letter.id], days=office().settings.office.traffic_days).get(letter.id, ()),
        "ways": routing.ways(session, letter, stale_after=office().settings.office.stale_after_days),
        "entries": _entries(session, letter),
        "today": office().today(),
        "kinds": tuple(TYPES),
    }


def _entries(session: Session, letter: Letter) -> list[Entry]:
    subject = f"letter {letter.reference}"
    return [entry for entry, _values in journal.latest(session, about=subject) if entry.subject == subject][::-1]


def as_html(body: str) -> Markup:
    """A letter's Markdown as the reader of its mail sees it; the tree it goes through holds no markup of its author's."""
    return Markup(to_html(from_markdown(typographic(body))))  # noqa: S704 - made of escaped text by our own typesetter


@pages.get("/<int:number>/page.pdf")
@needs(Role.READER)
def page(number: int) -> Any:
    """The page as it stands: a draft set now and marked as a draft, an approved one as it was approved."""
    return _file(number, "pdf", as_attachment=False)


@pages.get("/<int:number>/letter.<kind>")
@needs(Role.READER)
def download(number: int, kind: str) -> Any:
    """The letter as a file to keep or to work on."""
    if kind not in TYPES:
        raise NotFound(f"A letter is not to be had as {kind!r}; it is as {', '.join(TYPES)}.")
    return _file(number, kind, as_attachment=True)


def _file(number: int, kind: str, *, as_attachment: bool) -> Any:
    with office().reading() as session:
        letter = register.get(session, number)
        content = exporting.file_of(letter, kind, office().press, office().archive)
        name = f"{register.file_stem(letter.reference)}.{kind}"
    return send_file(io.BytesIO(content), mimetype=TYPES[kind], as_attachment=as_attachment, download_name=name)


@pages.get("/<int:number>/versions/<int:which>")
@needs(Role.READER)
def version(number: int, which: int) -> Any:
    """A version in words, and what it changed in the one before."""
    with office().reading() as session:
        letter = register.get(session, number)
        shown = comparing.version(letter, which)
        return render_template(
            "letters/version.html",
            letter=letter,
            version=shown,
            before=which - 1,
            text=as_html(shown.body),
            direction=direction(shown.language),
            parts=dict(_changes(letter, shown)),
        )


def _changes(letter: Letter, shown: LetterVersion) -> Iterator[tuple[str, Any]]:
    if shown.number > 1:
        before = comparing.version(letter, shown.number - 1)
        yield from comparing.parts(comparing.wording(before), comparing.wording(shown)).items()


@pages.route("/<int:number>/edit", methods=["GET", "POST"])
@needs(Role.DRAFTER)
def edit(number: int) -> Any:
    """Change subject and text; `preview` only shows how it would read."""
    form = WordsForm()
    try:
        if form.validate_on_submit() and not form.preview.data:
            with acting() as (session, by, at):
                letter = register.get(session, number)
                must_be_unchanged(form.version.data, letter.version, letter.reference)
                new = editing.edit(session, letter, _typed(form), by=by, at=at)
                flash(f"{letter.reference} stands at version {new.number}.", "success")
            return redirect(url_for("letters.show", number=number))
    except OutreachError as error:
        return _edit_page(number, form, refusal=str(error)), status_of(error)
    return _edit_page(number, form), 422 if form.errors else 200


def _typed(form: WordsForm) -> dict[str, str]:
    # A browser sends lines as a mail program does; they are kept as they were.
    return {"subject": (form.subject.data or "").strip(), "body": (form.body.data or "").replace("\r\n", "\n")}


def _edit_page(number: int, form: WordsForm, refusal: str = "") -> str:
    with office().reading() as session:
        letter = register.get(session, number)
        letter.must_be_at_home("edited")
        now = letter.version_now
        stale = form.is_submitted() and form.version.data != str(letter.version)
        if not form.is_submitted():
            form.subject.data, form.body.data = now.subject, now.body
        if not form.preview.data:
            form.version.data = str(letter.version)
        typed = {"subject": form.subject.data or "", "text": form.body.data or ""}
        stands = {"subject": now.subject, "text": now.body.replace("\r\n", "\n")}
        parts = comparing.parts(stands, {**typed, "text": typed["text"].replace("\r\n", "\n")})
        return render_template(
            "letters/edit.html",
            letter=letter,
            version=now,
            form=form,
            refusal=refusal,
            stale=stale,
            text=_readable(typed["text"]) if form.is_submitted() else None,
            direction=direction(now.language),
            parts=parts if form.is_submitted() else {},
        )


def _readable(body: str) -> Markup | None:
    try:
        return as_html(body)
    except OutreachError:
        # What is wrong with it stands above the form already.
        return None
