"""A version before its reviewers: put there, what came back taken in, and each proposal accepted or declined."""

import io
from typing import Any

from flask import redirect, render_template, request, send_file, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from wtforms import FileField, SelectField, StringField, SubmitField

from outreach import publishing
from outreach.communique import awaiting, deciding, reviewing, shelf
from outreach.communique.models import CommuniqueVersion
from outreach.communique.reviews import Outcome, ProposalKind, Review, Word
from outreach.errors import NotFound, OutreachError, Refused
from outreach.journal import Role
from outreach.web.communique import AT, MEDIA, at, done
from outreach.web.communique_paragraphs import pages as pages
from outreach.web.guarding import needs
from outreach.web.seeing import acting, office, page_of, window
from outreach.web.trying import tried

Where = tuple[str, int, str]


class OpenForm(FlaskForm):  # type: ignore[misc]
    """Before whom a version is put, and until when."""

    who = StringField("Reviewers", description="An organisation by its key or acronym, or a selection such as tag:panel.")
    until = StringField("Until", description="Such as 2025-02-11 14:00, by the office's clock; silence then agrees.")
    drafters = StringField("Drafted by", description="Names, with commas; by default whoever made the version.")
    submit = SubmitField("Put before the reviewers")


class BackForm(FlaskForm):  # type: ignore[misc]
    """A copy that came back."""

    reviewer = StringField("Whose copy", description="Its number, only for a file that lost whose it is.")
    file = FileField("A copy that came back", description="A .docx file, with its tracked changes and comments.")
    submit = SubmitField("Take in")


class WordForm(FlaskForm):  # type: ignore[misc]
    """What a reviewer said otherwise."""

    reviewer = StringField("Reviewer", description="Number or name.")
    word = SelectField("Said", choices=[(word.value, word.value.replace("-", " ")) for word in Word], default="agrees")
    evidence = StringField("How the office knows", description="Such as: e-mail of 10 February.")
    submit = SubmitField("Record")


@pages.get(f"{AT}/review")
@needs(Role.READER)
def review(slug: str, number: int, language: str) -> Any:
    """Who has said what, and what was proposed; or the form that puts the version before reviewers."""
    return _page((slug, number, language), {})


@pages.post(f"{AT}/review")
@needs(Role.DRAFTER)
def open_review(slug: str, number: int, language: str) -> Any:
    """Put the version before reviewers."""
    form, where = OpenForm(), (slug, number, language)

    def act(session: Session, by: Any, when: Any) -> None:
        version = shelf.whole(session, *where)
        names = [name.strip() for name in (form.drafters.data or "").split(",") if name.strip()]
        reviewing.open_review(
            session,
            version,
            publishing.for_review(office(), session, version),
            publishing.reviewers(office(), session, form.who.data or ""),
            publishing.tools(office()),
            publishing.covering(office(), session, version),
            to=form.who.data or "",
            until=publishing.hour(office(), form.until.data or ""),
            drafters=names,
            by=by,
            at=when,
        )

    return _tried(form, where, "form", act, "The copies are made; their covering letters wait to be checked and approved.")


def _tried(form: FlaskForm, where: Where, name: str, act: Any, sentence: str) -> Any:
    status = tried(form, act)
    if status:
        return _page(where, {name: form}, status)
    return done(url_for("communique.review", slug=where[0], number=where[1], language=where[2]), sentence)


def _page(where: Where, forms: dict[str, FlaskForm], status: int = 200) -> Any:
    offset, limit = window()
    with office().reading() as session:
        version = shelf.whole(session, *where)
        one = _of(session, version)
        shown = {
            "version": version,
            "review": one,
            "standing": {each.id: awaiting.standing(each, one, office().now()) for each in one.reviewers} if one else {},
            "page": page_of(reviewing.proposals(session, one, offset=offset, limit=limit) if one else []),
            "waiting": awaiting.open_proposals(session, one) if one else 0,
            "quiet": (ProposalKind.COMMENT, ProposalKind.UNPLACED),
            "outcomes": Outcome,
            "form": OpenForm(formdata=None),
            "back": BackForm(formdata=None),
            "word": WordForm(formdata=None),
        }
        return render_template("communique/review.html", **{**shown, **forms}), status


def _of(session: Session, version: CommuniqueVersion) -> Review | None:
    try:
        return reviewing.find(session, version)
    except NotFound:
        return None


@pages.post(f"{AT}/review/word")
@needs(Role.DRAFTER)
def record_word(slug: str, number: int, language: str) -> Any:
    """What a reviewer said otherwise than in a file."""
    form, where = WordForm(), (slug, number, language)

    def act(session: Session, by: Any, when: Any) -> None:
        one = reviewing.reviewer(reviewing.find(session, shelf.whole(session, *where)), form.reviewer.data or "")
        reviewing.record_word(session, one, Word(form.word.data), form.evidence.data or "", by=by, at=when)

    return _tried(form, where, "word", act, "Recorded.")


@pages.post(f"{AT}/review/back")
@needs(Role.DRAFTER)
def take_in(slug: str, number: int, language: str) -> Any:
    """A copy that came back: its changes and comments become proposals."""
    form, where = BackForm(), (slug, number, language)

    def act(session: Session, by: Any, when: Any) -> None:
        one = reviewing.find(session, shelf.whole(session, *where))
        said = (form.reviewer.data or "").strip()
        whose = reviewing.reviewer(one, said) if said else None
        content = form.file.data.read() if isinstance(form.file.data, FileStorage) else b""
        taken = deciding.take_in(session, content, publishing.store(office()), whose, by=by, at=when)
        if taken.reviewer.review_id != one.id:
            raise Refused("That is a copy of another version; take it in on the page of that version.")

    return _tried(form, where, "back", act, "The copy is taken in.")


@pages.get(f"{AT}/review/copy-<int:reviewer>.docx")
@needs(Role.DRAFTER)
def copy_for(slug: str, number: int, language: str, reviewer: int) -> Any:
    """The copy of one reviewer, as it was sent."""
    with office().reading() as session:
        one = reviewing.reviewer(reviewing.find(session, shelf.whole(session, slug, number, language)), str(reviewer))
        name = f"{slug}-{number}-{language}-copy-{one.number:02}.docx"
        content = office().archive.fetch(one.copy_sha256)
    return send_file(io.BytesIO(content), mimetype=MEDIA["docx"], as_attachment=True, download_name=name)


@pages.post(f"{AT}/proposals/<int:proposal>")
@needs(Role.DRAFTER)
def decide(slug: str, number: int, language: str, proposal: int) -> Any:
    """Accept a proposal in the next draft, or decline it with a reason."""
    why, accepts = request.form.get("why", ""), request.form.get("do") == "accept"
    try:
        with acting() as (session, by, when):
            (deciding.accept if accepts else deciding.decline)(session, deciding.find(session, proposal), why, by=by, at=when)
    except NotFound:
        raise
    except OutreachError as error:
        form = FlaskForm()
        form.form_errors.append(str(error))
        return _page((slug, number, language), {"failed": form}, 409 if isinstance(error, Refused) else 422)
    with office().reading() as session:
        return redirect(at(shelf.cover(session, slug, number, language), "review", _anchor=f"proposal-{proposal}"))
