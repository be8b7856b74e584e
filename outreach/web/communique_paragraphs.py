"""A communiqué's paragraphs: other words, further ones, their order, what they rest on. Two at one of them are told."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import HiddenField, SelectField, StringField, SubmitField, TextAreaField

from outreach.communique import editing, shelf, using
from outreach.communique.models import CommuniqueVersion, ParagraphKind, Wording
from outreach.errors import OutreachError, Refused
from outreach.inputs import codebook
from outreach.journal import Role
from outreach.web.communique import AT, at, done, passages_of, seen
from outreach.web.communique import pages as pages
from outreach.web.guarding import needs
from outreach.web.seeing import acting, office, page_of, window
from outreach.web.trying import tried

Where = tuple[str, int, str]


class WordsForm(FlaskForm):  # type: ignore[misc]
    """Other words for a paragraph; `version` is the mark of what was read."""

    version = HiddenField()
    text = TextAreaField(
        "Words", render_kw={"rows": 8}, description="One paragraph; *emphasis*, **strong**, [words](https://...)."
    )
    basis = StringField("Basis", description="Where no passage bears it: the decision that does, in at most 33 characters.")
    preview = SubmitField("Preview")
    submit = SubmitField("Save")


class NewForm(FlaskForm):  # type: ignore[misc]
    """A paragraph, heading or quotation to add; `version` is the counter of the text that was read."""

    version = HiddenField()
    kind = SelectField("Kind", choices=[(kind.value, kind.value) for kind in ParagraphKind], default="paragraph")
    text = TextAreaField("Words", render_kw={"rows": 8}, description="One paragraph; leave empty for a quotation.")
    passages = StringField("Passages", description="Numbers, such as 12, 15; a quotation has exactly one.")
    basis = StringField("Basis", description="Where no passage bears it: the decision that does, in at most 33 characters.")
    submit = SubmitField("Add")


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why a paragraph is removed; `version` is the mark of what was read."""

    version = HiddenField()
    reason = StringField("Why", description="It stands in the register.")
    submit = SubmitField("Remove")


class SourcesForm(FlaskForm):  # type: ignore[misc]
    """A passage bound or taken off; `version` is the mark of what was read."""

    version = HiddenField()


def _unchanged(version: CommuniqueVersion, paragraph: int, mark: str | None) -> None:
    row = editing.find(version, paragraph)
    if mark != editing.mark_of(row):
        raise Refused(
            f"¶ {paragraph} was changed meanwhile by somebody else; your words are still in the form. "
            "Look at what stands there now, then save again."
        )


def _text_unchanged(version: CommuniqueVersion, counter: str | None, next_step: str) -> None:
    """Raise Refused when the text as a whole is no longer as it was shown: what was near a place may be elsewhere now."""
    if counter != str(version.version):
        raise Refused(f"This version was changed meanwhile by somebody else; {next_step}")


def _page(
    session: Session, template: str, version: CommuniqueVersion, row: Wording, form: FlaskForm, *passages: int, **more: Any
) -> str:
    # Sent again after a look at what stands there now, the words count.
    form.version.data = version.version if isinstance(form, NewForm) else editing.mark_of(row)
    if request.method == "GET" and isinstance(form, WordsForm):
        form.text.data = row.text
    shown = seen(session, version, {*passages, *passages_of([row])})
    return render_template(f"communique/{template}.html", row=row, form=form, **shown, **more)


def _paragraph_page(template: str, where: Where, paragraph: int, form: FlaskForm, status: int = 200, **more: Any) -> Any:
    with office().reading() as session:
        version = shelf.cover(session, *where)
        return _page(session, template, version, shelf.wording(session, version, paragraph), form, **more), status


def _there(where: Where, paragraph: int) -> str:
    slug, number, language = where
    return url_for("communique.find", slug=slug, number=number, language=language, paragraph=paragraph)


@pages.route(f"{AT}/paragraphs/<int:paragraph>", methods=["GET", "POST"])
@needs(Role.DRAFTER)
def edit(slug: str, number: int, language: str, paragraph: int) -> Any:
    """Other words for a paragraph, looked at before they are saved."""
    form, where = WordsForm(), (slug, number, language)
    if request.method == "GET":
        return _paragraph_page("edit", where, paragraph, form, preview="")
    if form.preview.data:
        return _preview(form, where, paragraph)

    def act(session: Session, by: Any, at: Any) -> None:
        version = shelf.whole(session, *where)
        _unchanged(version, paragraph, form.version.data)
        editing.edit(session, version, paragraph, form.text.data or "", basis=form.basis.data or "", by=by, at=at)

    status = tried(form, act)
    if status:
        return _paragraph_page("edit", where, paragraph, form, status, preview="")
    return done(_there(where, paragraph), "Saved.")


def _preview(form: WordsForm, where: Where, paragraph: int) -> Any:
    mark, words, status = form.version.data, "", 200
    try:
        with office().reading() as session:
            version = shelf.whole(session, *where)
            _unchanged(version, paragraph, mark)
            words = editing.checked(session, editing.find(version, paragraph), form.text.data or "")
    except OutreachError as error:
        form.form_errors.append(str(error))
        status = 409 if isinstance(error, Refused) else 422
    return _paragraph_page("edit", where, paragraph, form, status, preview=words)


@pages.route(f"{AT}/paragraphs/<int:paragraph>/add", methods=["GET", "POST"])
@needs(Role.DRAFTER)
def add(slug: str, number: int, language: str, paragraph: int) -> Any:
    """A paragraph after this one."""
    form, where = NewForm(), (slug, number, language)
    if request.method == "GET":
        form.passages.data = request.args.get("passage", "")
        return _paragraph_page("add", where, paragraph, form)

    def act(session: Session, by: Any, at: Any) -> None:
        kind, passages = ParagraphKind(form.kind.data), _numbers(form.passages.data or "")
        more: dict[str, Any] = {"basis": form.basis.data or "", "after": paragraph, "passages": passages}
        version = shelf.whole(session, *where)
        _text_unchanged(
            version, form.version.data, "your words are still in the form. Look at what stands there now, then add them."
        )
        editing.add(session, version, kind, form.text.data or "", **more, by=by, at=at)

    status = tried(form, act)
    if status:
        return _paragraph_page("add", where, paragraph, form, status)
    return done(_there(where, paragraph), "Added.")


def _numbers(typed: str) -> list[int]:
    parts = typed.replace(",", " ").split()
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
        raise Refused(f"{typed!r} is no list of passage numbers; write them such as 12, 15.")
    return [int(part) for part in parts]


@pages.route(f"{AT}/paragraphs/<int:paragraph>/remove", methods=["GET", "POST"])
@needs(Role.DRAFTER)
def remove(slug: str, number: int, language: str, paragraph: int) -> Any:
    """Take a paragraph out, with the reason."""
    form, where = ReasonForm(), (slug, number, language)
    if request.method == "GET":
        return _paragraph_page("remove", where, paragraph, form)

    def act(session: Session, by: Any, at: Any) -> None:
        version = shelf.whole(session, *where)
        _unchanged(version, paragraph, form.version.data)
        editing.remove(session, version, paragraph, form.reason.data or "", by=by, at=at)

    status = tried(form, act)
    if status:
        return _paragraph_page("remove", where, paragraph, form, status)
    return done(url_for("communique.show", slug=slug, number=number, language=language), f"¶ {paragraph} is removed.")


@pages.post(f"{AT}/paragraphs/<int:paragraph>/move")
@needs(Role.DRAFTER)
def move(slug: str, number: int, language: str, paragraph: int) -> Any:
    """One place up or down."""
    with acting() as (session, by, when):
        version = shelf.whole(session, slug, number, language)
        _text_unchanged(version, request.form.get("version"), "nothing was moved. Open it again, then repeat.")
        editing.move(session, version, paragraph, up=request.form.get("way") == "up", by=by, at=when)
        return redirect(at(version, "find", paragraph=paragraph))


@pages.route(f"{AT}/paragraphs/<int:paragraph>/sources", methods=["GET", "POST"])
@needs(Role.DRAFTER)
def sources(slug: str, number: int, language: str, paragraph: int) -> Any:
    """The passages that a paragraph rests on: bind others, found by theme or words, or take some off."""
    form, where = SourcesForm(), (slug, number, language)
    if request.method == "GET":
        return _sources_page(where, paragraph, form)

    def act(session: Session, by: Any, at: Any) -> None:
        added, dropped = (_numbers(" ".join(request.form.getlist(name))) for name in ("add", "drop"))
        version = shelf.whole(session, *where)
        _unchanged(version, paragraph, form.version.data)
        editing.bind(session, version, paragraph, added=added, dropped=dropped, by=by, at=at)

    status = tried(form, act)
    return _sources_page(where, paragraph, form, status) if status else done(request.full_path, "Saved.")


def _sources_page(where: Where, paragraph: int, form: SourcesForm, status: int = 200) -> Any:
    sought: dict[str, Any] = {"theme": request.args.get("theme", 0, type=int), "words": request.args.get("words", "")}
    offset, limit = window()
    with office().reading() as session:
        version = shelf.cover(session, *where)
        row = shelf.wording(session, version, paragraph)
        bound = passages_of([row])
        others = [number for number in using.candidates(session, version, **sought) if number not in bound]
        page = page_of(others[offset : offset + limit])
        more: dict[str, Any] = {"find": sought, "page": page, "themes": codebook.tree(session)}
        return _page(session, "sources", version, row, form, *page.items, **more), status
