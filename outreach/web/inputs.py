"""Reading and coding answers: a text with its passages, themes, and what became of every answer."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from sqlalchemy.orm import Session
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from outreach.errors import Invalid
from outreach.inputs import attribution, codebook, coding, likeness, reading, setting_aside, texts, translating
from outreach.inputs.coding import Span
from outreach.inputs.models import AttributionLevel, InputText, Passage, Stance, Theme
from outreach.journal import Role
from outreach.responses import browsing, shelf
from outreach.web import responses as answers
from outreach.web.guarding import needs
from outreach.web.responses_forms import LeaveOutForm, NamingForm, needed
from outreach.web.seeing import acting, office, page_of, said, window
from outreach.web.trying import tried

pages = Blueprint("inputs", __name__, url_prefix="/inputs")


class MarkForm(FlaskForm):  # type: ignore[misc]
    """Which words, by one of three ways, and what they do; the themes are a tree of boxes beside it."""

    start = IntegerField(validators=[Optional()])
    end = IntegerField(validators=[Optional()])
    words = HiddenField(validators=[Length(max=200_000)])
    first = IntegerField(validators=[Optional()])
    last = IntegerField(validators=[Optional()])
    quote = TextAreaField(
        "Or paste the words", [Length(max=200_000)], description="They must occur once.", render_kw={"rows": 3}
    )
    stance = SelectField(
        "What they do with the theme", choices=[("", "not said"), *((each.value, said(each)) for each in Stance)]
    )
    memo = StringField("Memo", [Length(max=5000)], description="For the office; it never leaves.")

    def place(self, text: InputText) -> Span:
        """The words meant: those pasted, else the sentences chosen, else those selected."""
        if (self.quote.data or "").strip():
            return coding.find_words(text, self.quote.data or "")
        if self.first.data is not None and self.last.data is not None:
            return coding.span_of(text.content, self.first.data, self.last.data)
        if self.start.data is None or self.end.data is None:
            raise Invalid("Say which words: select them, paste them, or choose the first and the last sentence.")
        return coding.span_said(text, self.start.data, self.end.data, self.words.data or "")


class LinkForm(FlaskForm):  # type: ignore[misc]
    """The words of the original that a passage of a translation stands for."""

    quote = TextAreaField(
        "Its words in the original", [DataRequired(), Length(max=200_000)], description="They must occur once."
    )


@pages.app_template_filter("as_received")
def as_received(words: str) -> Markup:
    """Words such that a browser holds exactly these code points: a bare carriage return would become a line feed."""
    return Markup(str(escape(words)).replace("\r", "&#13;"))  # noqa: S704 - escaped just before


@pages.get("/texts/<int:number>")
@needs(Role.READER)
def read(number: int) -> Any:
    """A text to read and to mark passages in."""
    return _page(number)


def _page(number: int, status: int = 200, form: FlaskForm | None = None) -> Any:
    with office().reading() as session:
        text = texts.get(session, number)
        response = shelf.get(session, text.response_id)
        passages = [each for each in coding.passages(session, response=response) if each.text_id == number]
        laid = reading.laid_out(text, passages, request.args.get("part", 1, type=int))
        by_sentences = request.args.get("by") == "sentences"
        return render_template(
            "inputs/read.html",
            laid=laid,
            response=response,
            authors=shelf.author_names(response),
            passages={each.id: each for each in passages},
            here=[each for each in passages if each.start < laid.part.end and each.end > laid.part.start],
            aside={row.passage_id for row in setting_aside.all_in_force(session)},
            level=attribution.of_response(session, response.id),
            sentences=reading.sentences(text.content, laid.part) if by_sentences else [],
            by_sentences=by_sentences,
            form=form or MarkForm(formdata=None),
            **_tree(session),
        ), status


def _tree(session: Session) -> dict[str, Any]:
    """What the tree of boxes is drawn from."""
    return {"nodes": codebook.tree(session), "title": title_of, "ticked": request.form.getlist("theme")}


def title_of(theme: Theme) -> str:
    """A theme's title in the office's language."""
    return theme.titles.get(office().settings.office.default_language) or theme.titles.get("en", theme.code)


@pages.post("/texts/<int:number>")
@needs(Role.DRAFTER)
def mark(number: int) -> Any:
    """Mark words of a text as a passage under themes."""
    form = MarkForm()
    made: list[Passage] = []

    def act(session: Session, by: Any, at: Any) -> None:
        text = texts.get(session, number)
        place = form.place(text)
        themes = codebook.find_all(session, request.form.getlist("theme"))
        if not themes:
            raise Invalid("Tick the theme, or the themes, that the words stand under.")
        stance, memo = Stance(form.stance.data) if form.stance.data else None, form.memo.data or ""
        made.append(coding.mark(session, text, place.start, place.end, themes, stance=stance, memo=memo, by=by, at=at))

    if status := tried(form, act):
        return _page(number, status, form)
    (passage,) = made
    flash(f"Passage {passage.id} is marked.", "success")
    part = reading.part_with(reading.parts(passage.text.content), passage.start)
    return redirect(
        url_for("inputs.read", number=number, part=part, by=request.args.get("by"), _anchor=f"passage-{passage.id}")
    )


@pages.get("/passages/<int:number>")
@needs(Role.READER)
def passage(number: int) -> Any:
    """One passage: its words, themes, and who may be named."""
    return _passage(number)


def _passage(number: int, status: int = 200, **forms: FlaskForm) -> Any:
    with office().reading() as session:
        found = coding.find(session, number)
        response = shelf.get(session, found.text.response_id)
        return render_template(
            "inputs/passage.html",
            passage=found,
            words=coding.words(found),
            original=translating.original_of(session, found),
            original_words=translating.original_words(session, found),
            linking=forms.get("linking") or LinkForm(formdata=None),
            authors=shelf.author_names(response),
            level=attribution.effective_of_passages(session, [number])[number],
            history=[row for row in attribution.history(session, response.id) if row.passage_id in (None, number)],
            aside=setting_aside.in_force(session, found),
            form=MarkForm(formdata=None),
            naming=forms.get("naming") or NamingForm(formdata=None, said_on=office().today()),
            leave_out=forms.get("leave_out") or LeaveOutForm(formdata=None),
            **_tree(session),
        ), status


def _done(number: int, sentence: str) -> Any:
    flash(sentence, "success")
    return redirect(url_for("inputs.passage", number=number))


@pages.post("/passages/<int:number>/themes/<int:theme>/off")
@needs(Role.DRAFTER)
def take_off(number: int, theme: int) -> Any:
    """Take a theme off a passage."""
    with acting() as (session, by, at):
        coding.take_off(session, coding.find(session, number), codebook.get(session, theme), by=by, at=at)
    return _done(number, "The theme is taken off.")


@pages.post("/passages/<int:number>/attribution")
@needs(Role.DRAFTER)
def name(number: int) -> Any:
    """Record how the author of one passage may be named."""
    form = NamingForm()

    def act(session: Session, by: Any, at: Any) -> None:
        of, level = coding.find(session, number).text.response_id, AttributionLevel(form.level.data)
        evidence = form.evidence.data or ""
        said_on = needed(form.said_on.data)
        attribution.record(session, of, level, passage_id=number, said_on=said_on, evidence=evidence, by=by, at=at)

    status = tried(form, act)
    return _passage(number, status, naming=form) if status else _done(number, "How its author may be named is recorded.")


@pages.post("/passages/<int:number>/set-aside")
@needs(Role.DRAFTER)
def set_aside(number: int) -> Any:
    """Leave a passage out, with the reason."""
    form = LeaveOutForm()

    def act(session: Session, by: Any, at: Any) -> None:
        setting_aside.set_aside(session, coding.find(session, number), form.reason.data or "", by=by, at=at)

    status = tried(form, act)
    return _passage(number, status, leave_out=form) if status else _done(number, f"Passage {number} is set aside.")


@pages.post("/passages/<int:number>/take-back")
@needs(Role.DRAFTER)
def take_back(number: int) -> Any:
    """Use a passage after all."""
    with acting() as (session, by, at):
        setting_aside.take_back(session, coding.find(session, number), by=by, at=at)
    return _done(number, f"Passage {number} is used again.")


@pages.post("/passages/<int:number>/original")
@needs(Role.DRAFTER)
def link(number: int) -> Any:
    """Say which words of the original a passage of a translation stands for."""
    form = LinkForm()

    def act(session: Session, by: Any, at: Any) -> None:
        found = coding.find(session, number)
        original = translating.original_of(session, found) or found.text
        translating.link(session, found, coding.find_words(original, form.quote.data or ""), by=by, at=at)

    status = tried(form, act)
    return _passage(number, status, linking=form) if status else _done(number, "Its words in the original are linked.")


@pages.post("/responses/<int:number>/set-aside")
@needs(Role.DRAFTER)
def leave_out(number: int) -> Any:
    """Leave an answer out of the communiqué, with the reason."""
    form = LeaveOutForm()

    def act(session: Session, by: Any, at: Any) -> None:
        setting_aside.set_aside(session, shelf.get(session, number), form.reason.data or "", by=by, at=at)

    if status := tried(form, act):
        return answers.page(number, status, leave_out=form)
    flash(f"Answer {number} is set aside.", "success")
    return redirect(url_for("responses.show", number=number))


@pages.post("/responses/<int:number>/take-back")
@needs(Role.DRAFTER)
def use(number: int) -> Any:
    """Use an answer after all."""
    with acting() as (session, by, at):
        setting_aside.take_back(session, shelf.get(session, number), by=by, at=at)
    flash(f"Answer {number} is used again.", "success")
    return redirect(url_for("responses.show", number=number))


@pages.get("/themes/<int:number>")
@needs(Role.READER)
def theme(number: int) -> Any:
    """One theme with its passages: whose they are, and how the author may be named."""
    offset, limit = window()
    with office().reading() as session:
        found = codebook.get(session, number)
        groups = likeness.of_passages(session, found)
        shown = {group[0]: group for group in groups[offset : offset + limit]}
        page = page_of(coding.numbered(session, list(shown)))
        return render_template(
            "inputs/theme.html",
            theme=found,
            groups=shown,
            title=title_of,
            page=page,
            words=coding.words,
            levels=attribution.effective_of_passages(session, [each.id for each in page.items]),
            aside={row.passage_id: row.reason for row in setting_aside.all_in_force(session)},
            responses=browsing.by_number(session, {each.text.response_id for each in page.items}),
            authors=shelf.author_names,
        )
