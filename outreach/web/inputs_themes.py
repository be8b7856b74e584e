"""The codebooks on the desk: themes side by side, added, edited, merged and split, with the passages following."""

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from outreach.inputs import codebook, coding, merging, shaping
from outreach.inputs.codebook import Node
from outreach.inputs.models import Theme
from outreach.inputs.shaping import Shape
from outreach.journal import Role
from outreach.web.guarding import needs
from outreach.web.inputs import title_of
from outreach.web.inputs_suggesting import pages as pages
from outreach.web.seeing import office, page_of, window
from outreach.web.trying import tried, unchanged

TITLES = {"en": "English", "fr": "French", "es": "Spanish", "ru": "Russian", "zh": "Chinese", "ar": "Arabic"}


class ShapeForm(FlaskForm):  # type: ignore[misc]
    """What may be said of a theme."""

    version = HiddenField()
    title_en = StringField("Title", [DataRequired(), Length(max=300)])
    title_fr = StringField("Title in French", [Length(max=300)])
    title_es = StringField("Title in Spanish", [Length(max=300)])
    title_ru = StringField("Title in Russian", [Length(max=300)])
    title_zh = StringField("Title in Chinese", [Length(max=300)])
    title_ar = StringField("Title in Arabic", [Length(max=300)])
    definition = TextAreaField("Definition", [Length(max=5000)], description="What it takes in.", render_kw={"rows": 3})
    aliases = TextAreaField(
        "Other words for it", [Length(max=5000)], description="In any language, one a line.", render_kw={"rows": 4}
    )
    parent = SelectField("Stands under", coerce=int)

    def shape(self) -> Shape:
        """What was typed."""
        titles = {language: self[f"title_{language}"].data or "" for language in TITLES}
        aliases = (self.aliases.data or "").splitlines()
        definition = self.definition.data or ""
        return Shape(titles=titles, definition=definition, aliases=aliases, parent_id=self.parent.data or None)

    def offer(self, nodes: list[Node]) -> None:
        """Let it stand under any of these, or nowhere."""
        self.parent.choices = [(0, "nothing: it is a root"), *_choices(nodes)]


class AddForm(ShapeForm):
    """A new theme of a codebook."""

    code = StringField("Code", [DataRequired(), Length(max=80)], description="Short and without spaces; it stays.")
    codebook = StringField("Codebook", [DataRequired(), Length(max=40)], description="A new name begins a new one.")


class MergeForm(FlaskForm):  # type: ignore[misc]
    """What a theme is merged into."""

    into = SelectField("Merge it into", coerce=int)


class SplitForm(FlaskForm):  # type: ignore[misc]
    """The new theme; the passages are boxes beside it."""

    code = StringField("Code of the new theme", [DataRequired(), Length(max=80)])
    title = StringField("Its title", [DataRequired(), Length(max=300)])


class UndoForm(FlaskForm):  # type: ignore[misc]
    """Which change to undo."""

    change = IntegerField()


def _choices(nodes: list[Node]) -> list[tuple[int, str]]:
    return [(node.theme.id, "\u2003" * node.depth + f"{title_of(node.theme)} ({node.theme.code})") for node in nodes]


@pages.get("/themes")
@needs(Role.READER)
def themes() -> Any:
    """The codebooks, with how many passages stand under each theme."""
    return _themes()


def _themes(status: int = 200, form: AddForm | None = None, undo: FlaskForm | None = None) -> Any:
    with office().reading() as session:
        books = codebook.books(session)
        wanted = request.args.get("book", "")
        book = wanted if any(each.name == wanted for each in books) else None
        nodes = codebook.tree(session, book)
        form = form or AddForm(formdata=None, codebook=book or (books[-1].name if books else ""))
        form.offer(nodes)
        return render_template(
            "inputs/themes.html",
            books=books,
            book=next((each for each in books if each.name == book), None),
            nodes=nodes,
            counts=coding.counts(session),
            title=title_of,
            form=form,
            undo=undo or UndoForm(formdata=None),
            history=merging.history(session),
        ), status


@pages.post("/themes")
@needs(Role.DRAFTER)
def add_theme() -> Any:
    """Add a theme."""
    form = AddForm()
    with office().reading() as session:
        form.offer(codebook.tree(session))

    def act(session: Session, by: Any, at: Any) -> None:
        shaping.add(session, form.codebook.data or "", form.code.data or "", form.shape(), by=by, at=at)

    if status := tried(form, act):
        return _themes(status, form)
    flash(f"The theme {form.code.data} is added.", "success")
    return redirect(url_for("inputs.themes", book=form.codebook.data))


@pages.get("/themes/<int:number>/edit")
@needs(Role.DRAFTER)
def shape_theme(number: int) -> Any:
    """One theme to edit, merge or split."""
    return _shape(number)


def _shape(number: int, status: int = 200, **forms: Any) -> Any:
    offset, limit = window()
    with office().reading() as session:
        theme = codebook.get(session, number)
        nodes = codebook.tree(session, theme.codebook)
        form, merge = forms.get("form") or _filled(theme), forms.get("merge") or MergeForm(formdata=None)
        form.offer([node for node in nodes if node.theme.id != theme.id])
        merge.into.choices = _choices([node for node in nodes if node.theme.id != theme.id])
        return render_template(
            "inputs/shape.html",
            theme=theme,
            title=title_of,
            form=form,
            merge=merge,
            split=forms.get("split") or SplitForm(formdata=None),
            page=page_of(coding.passages(session, theme=theme, offset=offset, limit=limit)),
            words=coding.words,
            ticked=request.form.getlist("passage"),
        ), status


def _filled(theme: Theme) -> ShapeForm:
    titles = {f"title_{language}": theme.titles.get(language, "") for language in TITLES}
    return ShapeForm(
        formdata=None,
        version=str(theme.version),
        definition=theme.definition,
        aliases="\n".join(theme.aliases),
        parent=theme.parent_id or 0,
        **titles,
    )


@pages.post("/themes/<int:number>/edit")
@needs(Role.DRAFTER)
def edit_theme(number: int) -> Any:
    """Say other things of a theme."""
    form = ShapeForm()
    with office().reading() as session:
        form.offer(codebook.tree(session))

    def act(session: Session, by: Any, at: Any) -> None:
        theme = codebook.get(session, number)
        version = form.version.data or ""
        unchanged(theme, int(version) if version.isdecimal() else None, f"The theme {theme.code}")
        # Titles in further languages, which have no field here, stay.
        shape = form.shape()
        shape = replace(shape, titles={**theme.titles, **shape.titles})
        shaping.edit(session, theme, shape, by=by, at=at)

    if status := tried(form, act):
        return _shape(number, status, form=form)
    flash("The theme is edited.", "success")
    return redirect(url_for("inputs.theme", number=number))


@pages.post("/themes/<int:number>/merge")
@needs(Role.DRAFTER)
def merge_theme(number: int) -> Any:
    """Merge a theme into another one."""
    form = MergeForm()
    with office().reading() as session:
        form.into.choices = _choices(codebook.tree(session))

    def act(session: Session, by: Any, at: Any) -> None:
        merging.merge(session, codebook.get(session, number), codebook.get(session, form.into.data), by=by, at=at)

    if status := tried(form, act):
        return _shape(number, status, merge=form)
    flash("The theme is merged; its passages followed.", "success")
    return redirect(url_for("inputs.theme", number=form.into.data))


@pages.post("/themes/<int:number>/split")
@needs(Role.DRAFTER)
def split_theme(number: int) -> Any:
    """Split a new theme off one, with the passages ticked."""
    form = SplitForm()
    passages = request.form.getlist("passage", type=int)
    new: list[int] = []

    def act(session: Session, by: Any, at: Any) -> None:
        theme = codebook.get(session, number)
        shape = Shape(titles={"en": form.title.data or ""}, parent_id=theme.parent_id)
        change = merging.split(session, theme, form.code.data or "", shape, passages, by=by, at=at)
        new.append(change.other_id)

    if status := tried(form, act):
        return _shape(number, status, split=form)
    flash("The new theme is split off; its passages followed.", "success")
    return redirect(url_for("inputs.theme", number=new[0]))


@pages.post("/themes/undo")
@needs(Role.DRAFTER)
def undo_change() -> Any:
    """Undo a merge or a split."""
    form = UndoForm()

    def act(session: Session, by: Any, at: Any) -> None:
        merging.undo(session, form.change.data or 0, by=by, at=at)

    if status := tried(form, act):
        return _themes(status, undo=form)
    flash("The change is undone; the passages went back.", "success")
    return redirect(url_for("inputs.themes"))
