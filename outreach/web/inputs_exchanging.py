"""Coding as CSV and translations on the desk."""

import io
from typing import Any

from flask import flash, redirect, render_template, send_file, url_for
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from sqlalchemy.orm import Session
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from outreach.inputs import coding, exchanging, likeness, texts, translating
from outreach.inputs.exchanging import Outcome
from outreach.journal import Role
from outreach.responses import shelf
from outreach.web.guarding import needs
from outreach.web.inputs_themes import pages as pages
from outreach.web.seeing import office, page_of, window
from outreach.web.trying import tried


class BringForm(FlaskForm):  # type: ignore[misc]
    """A file of coding."""

    file = FileField("Coding as CSV", [FileRequired()], description=f"Columns: {', '.join(exchanging.COLUMNS)}.")


class TranslateForm(FlaskForm):  # type: ignore[misc]
    """A translation of a text."""

    language = StringField("Language of the translation", [DataRequired(), Length(max=12)], description="Such as en.")
    translator = StringField("Who made it", [DataRequired(), Length(max=200)], description="A person, or a service.")
    words = TextAreaField("Its words", [DataRequired(), Length(max=1_000_000)], render_kw={"rows": 16})


@pages.get("/coding")
@needs(Role.READER)
def coded() -> Any:
    """Coding out and in, and passages that are nearly the same."""
    return _coded()


def _coded(status: int = 200, form: BringForm | None = None, outcomes: list[Outcome] | None = None) -> Any:
    offset, limit = window()
    with office().reading() as session:
        groups = likeness.repeated(likeness.of_passages(session))
        page = page_of(groups[offset : offset + limit])
        firsts = {each.id: each for each in coding.numbered(session, [group[0] for group in page.items])}
        return render_template(
            "inputs/coding.html",
            form=form or BringForm(formdata=None),
            outcomes=outcomes,
            page=page,
            firsts=firsts,
            words=coding.words,
        ), status


@pages.get("/coding.csv")
@needs(Role.DRAFTER)
def save_coding() -> Any:
    """All coding as CSV."""
    with office().reading() as session:
        content = exchanging.as_csv(coding.passages(session))
    return send_file(io.BytesIO(content), mimetype="text/csv", as_attachment=True, download_name="coding.csv")


@pages.post("/coding")
@needs(Role.DRAFTER)
def bring_coding() -> Any:
    """Mark what a file of coding says."""
    form = BringForm()
    outcomes: list[Outcome] = []

    def act(session: Session, by: Any, at: Any) -> None:
        content = form.file.data.read(exchanging.MOST_BYTES + 1)
        outcomes.extend(exchanging.bring(session, exchanging.rows_of(content), by=by, at=at))

    return _coded(tried(form, act) or 200, form, outcomes)


@pages.get("/texts/<int:number>/translate")
@needs(Role.DRAFTER)
def translation(number: int) -> Any:
    """A text beside its translation to be."""
    return _translation(number)


def _translation(number: int, status: int = 200, form: TranslateForm | None = None) -> Any:
    with office().reading() as session:
        text = texts.get(session, number)
        return render_template(
            "inputs/translate.html",
            text=text,
            authors=shelf.author_names(shelf.get(session, text.response_id)),
            form=form or TranslateForm(formdata=None),
        ), status


@pages.post("/texts/<int:number>/translate")
@needs(Role.DRAFTER)
def translate(number: int) -> Any:
    """Keep a translation of a text."""
    form = TranslateForm()
    kept: list[int] = []

    def act(session: Session, by: Any, at: Any) -> None:
        said = {"language": form.language.data or "", "translator": form.translator.data or ""}
        text = texts.get(session, number)
        kept.append(translating.translate(session, text, form.words.data or "", **said, by=by, at=at).id)

    if status := tried(form, act):
        return _translation(number, status, form)
    flash("The translation is kept beside the original.", "success")
    return redirect(url_for("inputs.read", number=kept[0]))
