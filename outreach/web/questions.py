"""What a campaign asks, on the desk: question by question, in each language, or from a file."""

from collections.abc import Mapping, Sequence
from typing import Any

from babel import Locale
from flask import Blueprint, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, IntegerField, SelectField, StringField, SubmitField, TextAreaField
from wtforms.validators import InputRequired, Length

from outreach.campaigns import asking, planning, questions
from outreach.campaigns.asking import Asking, Option
from outreach.campaigns.models import QuestionKind
from outreach.errors import Invalid, OutreachError
from outreach.journal import Role
from outreach.web.guarding import needs
from outreach.web.seeing import acting, office
from outreach.web.showing_again import must_be_unchanged, status_of

pages = Blueprint("questions", __name__, url_prefix="/campaigns/<slug>")
KINDS = {
    QuestionKind.TEXT: "text",
    QuestionKind.CHOICE: "choice, one of several options",
    QuestionKind.NUMBER: "number",
    QuestionKind.YES_NO: "yes or no",
    QuestionKind.FIGURE: "figure, with its year and source",
}


class QuestionForm(FlaskForm):  # type: ignore[misc]
    """One question; its wordings and options come as fields of each language (see `_form`)."""

    code = StringField(
        "Code",
        [InputRequired(), Length(max=40)],
        description="What answers are known by, for good: small letters, digits and hyphens, such as outcomes.",
    )
    kind = SelectField("An answer is a", choices=[(kind.value, words) for kind, words in KINDS.items()])
    version = HiddenField()


class FileForm(FlaskForm):  # type: ignore[misc]
    """A file of questions."""

    file = FileField("TOML file", [FileRequired("Choose a file.")])
    submit = SubmitField("Add its questions")


class PlaceForm(FlaskForm):  # type: ignore[misc]
    """Where a question is put."""

    to = IntegerField("Place", [InputRequired()])


def _form(worded: Sequence[str] = ()) -> QuestionForm:
    """The form with fields for each language of the office, and those that the question is `worded` in besides."""

    class Form(QuestionForm):
        pass

    hint = "One option a line: its code, an equals sign, its words. Only for a choice."
    for language in dict.fromkeys((*office().settings.office.languages, *worded)):
        name = Locale("en").languages.get(language, language)
        setattr(Form, f"wording_{language}", TextAreaField(f"Wording in {name}", [Length(max=asking.LONGEST_WORDING)]))
        setattr(Form, f"options_{language}", TextAreaField(f"Options in {name}", description=hint))
    Form.submit = SubmitField("Keep")
    return Form()


def _typed(form: QuestionForm) -> Asking:
    """The question as it stands in the form; raises Invalid for a line that is no option."""
    wording, options = {}, dict[str, dict[str, str]]()
    for field in form:
        if field.name.startswith("wording_"):
            wording[field.name.removeprefix("wording_")] = field.data or ""
        elif field.name.startswith("options_"):
            for code, words in _option_lines(field.data or ""):
                options.setdefault(code, {})[field.name.removeprefix("options_")] = words
    made = tuple(Option(code=code, wording=words) for code, words in options.items())
    return Asking(code=(form.code.data or "").strip(), kind=QuestionKind(form.kind.data), wording=wording, options=made)


def _option_lines(text: str) -> list[tuple[str, str]]:
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        code, equals, words = line.partition("=")
        if not equals:
            raise Invalid(f"{line[:60]!r} is no option; write its code, an equals sign, and its words.")
        found.append((code.strip(), words.strip()))
    return found


def _filled(form: QuestionForm, question: Asking, version: int) -> QuestionForm:
    form.code.data, form.kind.data, form.version.data = question.code, question.kind.value, str(version)
    for language, words in question.wording.items():
        form[f"wording_{language}"].data = words
        lines = (f"{option.code} = {option.wording[language]}" for option in question.options)
        form[f"options_{language}"].data = "\n".join(lines)
    return form


@pages.get("/questions/")
@needs(Role.READER)
def index(slug: str) -> Any:
    """What the campaign asks, in order."""
    return _index(slug, FileForm())


def _index(slug: str, form: FileForm, refusal: str = "") -> str:
    with office().reading() as session:
        campaign = planning.find(session, slug)
        found = questions.listed(session, campaign)
        shown: Mapping[str, Any] = {"campaign": campaign, "questions": found, "kinds": KINDS, "form": form, "refusal": refusal}
        return render_template("campaigns/questions.html", **shown)


@pages.post("/questions/")
@needs(Role.DRAFTER)
def bring(slug: str) -> Any:
    """Add the questions of a file after those that stand."""
    form = FileForm()
    if not form.validate_on_submit():
        return _index(slug, form), 422
    try:
        new = asking.read(_text(form), "The file")
        with acting() as (session, by, at):
            questions.add(session, planning.find(session, slug), new, by=by, at=at)
    except OutreachError as error:
        return _index(slug, form, str(error)), status_of(error)
    flash(f"{len(new)} questions more. Drafts follow when they are written anew.", "success")
    return redirect(url_for("questions.index", slug=slug), 303)


def _text(form: FileForm) -> str:
    content: bytes = form.file.data.read(4 * asking.LARGEST_FILE)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid("The file is not UTF-8 text; save it as UTF-8.") from error


@pages.route("/new-question", methods=["GET", "POST"])
@needs(Role.DRAFTER)
def add(slug: str) -> Any:
    """Ask one thing more."""
    form = _form()
    refusal = None
    if form.validate_on_submit():
        try:
            with acting() as (session, by, at):
                questions.add(session, planning.find(session, slug), [_typed(form)], by=by, at=at)
            flash("The question is kept. Drafts follow when they are written anew.", "success")
            return redirect(url_for("questions.index", slug=slug), 303)
        except OutreachError as error:
            refusal = error
    return _page(slug, form, "A new question", refusal)


def _page(slug: str, form: QuestionForm, title: str, refusal: OutreachError | None) -> Any:
    with office().reading() as session:
        campaign = planning.find(session, slug)
        page = render_template("campaigns/question.html", campaign=campaign, form=form, title=title, refusal=refusal or "")
    return page, status_of(refusal) if refusal else (422 if form.errors else 200)


@pages.route("/questions/<code>", methods=["GET", "POST"])
@needs(Role.DRAFTER)
def edit(slug: str, code: str) -> Any:
    """Change a question; its code stays."""
    with office().reading() as session:
        question = questions.find(session, planning.find(session, slug), code)
        stands, version = asking.of(question), question.version
    form = _form(tuple(stands.wording))
    form.code.render_kw = {"readonly": True}
    refusal = None
    if form.validate_on_submit():
        try:
            _keep(slug, code, form)
            return redirect(url_for("questions.index", slug=slug), 303)
        except OutreachError as error:
            refusal = error
    if not form.is_submitted():
        _filled(form, stands, version)
    return _page(slug, form, f"Question {code}", refusal)


def _keep(slug: str, code: str, form: QuestionForm) -> None:
    with acting() as (session, by, at):
        question = questions.find(session, planning.find(session, slug), code)
        must_be_unchanged(form.version.data, question.version, f"The question {code}")
        questions.rewrite(session, question, _typed(form), by=by, at=at)
    flash("The question is changed. Drafts follow when they are written anew.", "success")


@pages.post("/questions/<code>/move")
@needs(Role.DRAFTER)
def move(slug: str, code: str) -> Any:
    """Put a question at another place."""
    form = PlaceForm()
    if not form.validate() or form.to.data is None:
        raise Invalid("Say at which place the question is to stand.")
    with acting() as (session, by, at):
        questions.move(session, questions.find(session, planning.find(session, slug), code), form.to.data, by=by, at=at)
    return redirect(url_for("questions.index", slug=slug), 303)


@pages.post("/questions/<code>/remove")
@needs(Role.DRAFTER)
def remove(slug: str, code: str) -> Any:
    """Ask a question no more."""
    with acting() as (session, by, at):
        questions.remove(session, questions.find(session, planning.find(session, slug), code), by=by, at=at)
    flash(f"{code} is asked no more; letters that asked it keep it.", "success")
    return redirect(url_for("questions.index", slug=slug), 303)
