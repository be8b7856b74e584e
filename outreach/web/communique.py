"""The communiqué: its versions, editing one paragraph by paragraph beside the record, comparing, exporting."""

import io
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField, SubmitField, TextAreaField

from outreach.campaigns.models import Campaign
from outreach.communique import comparing, drafting, editing, exporting, ordering, shelf, templating, using, versions
from outreach.communique.composing import Edition
from outreach.communique.models import CommuniqueVersion, ParagraphKind, VersionState
from outreach.communique.naming import Naming
from outreach.errors import OutreachError, Refused
from outreach.journal import Role
from outreach.typesetting import from_markdown, to_html
from outreach.web.guarding import needs
from outreach.web.seeing import acting, office
from outreach.web.trying import tried

pages = Blueprint("communique", __name__, url_prefix="/communique")
AT = "/<slug>/<int:number>/<language>"
TEMPLATE = "wsis20"
MEDIA = {
    "md": "text/markdown",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class DraftForm(FlaskForm):  # type: ignore[misc]
    """A new version from the record."""

    slug = StringField("Communiqué", description="Its name; a new name begins a new communiqué.")
    language = SelectField("Language", choices=[("en", "English"), ("fr", "French")])
    campaigns = SelectMultipleField("Campaigns that it draws on", coerce=int, description="Needed the first time.")
    submit = SubmitField("Draft a version")


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
    """A paragraph, heading or quotation to add."""

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


@pages.app_template_filter("markdown")
def markdown(text: str) -> Markup:
    """Markdown as HTML; what looks like HTML in it is text."""
    return Markup(to_html(from_markdown(text)))  # noqa: S704 - the typesetter escapes every word


def _at(version: CommuniqueVersion, endpoint: str = "show", **more: Any) -> str:
    address: dict[str, Any] = {"slug": version.communique.slug, "number": version.number, "language": version.language}
    return url_for(f"communique.{endpoint}", **address, **more)


@pages.context_processor
def _context() -> dict[str, Any]:
    return {"at": _at, "kinds": ParagraphKind, "states": VersionState}


@pages.get("/")
@needs(Role.READER)
def index() -> Any:
    """The communiqués and their versions."""
    return _index(DraftForm())


def _index(form: DraftForm, status: int = 200) -> Any:
    with office().reading() as session:
        form.campaigns.choices = _campaigns(session)
        return render_template("communique/list.html", communiques=shelf.everything(session), form=form), status


def _campaigns(session: Session) -> list[tuple[int, str]]:
    return [(number, title) for number, title in session.execute(select(Campaign.id, Campaign.title).order_by(Campaign.id))]


@pages.post("/")
@needs(Role.DRAFTER)
def draft() -> Any:
    """Draft a version from the record."""
    form = DraftForm()
    with office().reading() as session:
        form.campaigns.choices = _campaigns(session)

    def act(session: Session, by: Any, at: Any) -> None:
        name = (form.slug.data or "").strip() or TEMPLATE
        campaigns = session.scalars(select(Campaign).where(Campaign.id.in_(form.campaigns.data or []))).all()
        known = next((one for one in shelf.everything(session) if one.slug == name), None)
        template = known.template if known else TEMPLATE
        wording = templating.find(template, form.language.data, office().template_folders("communique"))
        one = known or shelf.new(session, name, template, campaigns, by=by, at=at)
        shelf.draw_on(session, one, campaigns)
        drafting.draft(session, one, wording, day=office().today(), by=by, at=at)

    status = tried(form, act)
    return _index(form, status) if status else _done(url_for("communique.index"), "A version is drafted.")


def _done(address: str, sentence: str) -> Any:
    flash(sentence, "success")
    return redirect(address)


def _seen(session: Session, version: CommuniqueVersion) -> dict[str, Any]:
    """What pages show of the record beside a version."""
    found = using.material(session, version)
    folders = office().template_folders("communique")
    words = templating.find(version.communique.template, version.language, folders).words
    naming = Naming(found, words, version.language)
    return {
        "version": version,
        "numbers": ordering.numbers(version.wordings),
        "extracts": using.appearing(found),
        "label": lambda extract: naming.of_extract(extract).text,
        "material": found,
        "mark_of": editing.mark_of,
        "may_edit": version.state is VersionState.DRAFT,
    }


@pages.get(AT)
@needs(Role.READER)
def show(slug: str, number: int, language: str) -> Any:
    """One version: numbered paragraphs with their sources beside them."""
    with office().reading() as session:
        version = shelf.whole(session, slug, number, language)
        return render_template("communique/version.html", **_seen(session, version))


@pages.get(f"{AT}/unused")
@needs(Role.READER)
def unused(slug: str, number: int, language: str) -> Any:
    """What of the record no paragraph rests on, and what is set aside."""
    with office().reading() as session:
        version = shelf.whole(session, slug, number, language)
        seen = _seen(session, version)
        return render_template("communique/unused.html", use=using.of_version(session, version, seen["material"]), **seen)


@pages.get(f"{AT}/compare")
@needs(Role.READER)
def compare(slug: str, number: int, language: str) -> Any:
    """This version against another, by default the one before."""
    with office().reading() as session:
        version = shelf.whole(session, slug, number, language)
        others = [one for one in shelf.versions_of(session, version.communique) if one.language == language and one != version]
        earlier = [one.number for one in others if one.number < number] or [one.number for one in others]
        against = request.args.get("against", earlier[0] if earlier else number, type=int)
        rows = comparing.compare(shelf.whole(session, slug, against, language), version)
        return render_template("communique/compare.html", version=version, others=others, against=against, rows=rows)


@pages.post(f"{AT}/copy")
@needs(Role.DRAFTER)
def copy(slug: str, number: int, language: str) -> Any:
    """A new version with the same words."""
    with acting() as (session, by, at):
        new = versions.copy(session, shelf.whole(session, slug, number, language), by=by, at=at)
        return _done(_at(new), f"Version {new.number} begins with the words of version {number}.")


@pages.post(f"{AT}/state")
@needs(Role.DRAFTER)
def turn(slug: str, number: int, language: str) -> Any:
    """Into review, back, or adopted."""
    state = request.form.get("state", "")
    if state not in list(VersionState):
        raise Refused("A version is a draft, in review or adopted.")
    with acting() as (session, by, at):
        version = shelf.whole(session, slug, number, language)
        versions.turn(session, version, VersionState(state), by=by, at=at)
        return _done(_at(version), f"Version {number} is {state.replace('-', ' ')}.")


@pages.post(f"{AT}/export")
@needs(Role.DRAFTER)
def export(slug: str, number: int, language: str) -> Any:
    """A file of one edition, or the sentence by which it was refused."""
    kind, edition = request.form.get("format", ""), request.form.get("edition", "")
    if kind not in MEDIA or edition not in list(Edition):
        raise Refused("Choose Markdown, DOCX or PDF, and the working or the clean edition.")
    with acting() as (session, by, at):
        version = shelf.whole(session, slug, number, language)
        [(name, content)] = _exported(session, version, kind, Edition(edition), by=by, at=at).items()
    return send_file(io.BytesIO(content), mimetype=MEDIA[kind], as_attachment=True, download_name=name)


def _exported(session: Session, version: CommuniqueVersion, kind: str, edition: Edition, **who: Any) -> dict[str, bytes]:
    settings = office().settings
    wording = templating.find(version.communique.template, version.language, office().template_folders("communique"))
    sender = settings.sender(shelf.campaigns_of(session, version.communique)[0].sender)
    suffix = "" if version.language == settings.office.default_language else f"-{version.language}"
    day = version.made_at.astimezone(settings.zone()).date()
    return exporting.export(session, version, wording, sender, formats=[kind], edition=edition, day=day, suffix=suffix, **who)


def _unchanged(version: CommuniqueVersion, paragraph: int, mark: str | None) -> None:
    row = editing.find(version, paragraph)
    if mark != editing.mark_of(row):
        raise Refused(
            f"¶ {paragraph} was changed meanwhile by somebody else; your words are still in the form. "
            "Look at what stands there now, then save again."
        )


def _paragraph_page(
    template: str, where: tuple[str, int, str], paragraph: int, form: FlaskForm, status: int = 200, **more: Any
) -> Any:
    with office().reading() as session:
        seen = _seen(session, shelf.whole(session, *where))
        row = editing.find(seen["version"], paragraph)
        if hasattr(form, "version"):
            # Sent again after a look at what stands there now, the words count.
            form.version.data = editing.mark_of(row)
        if request.method == "GET" and isinstance(form, WordsForm):
            form.text.data = row.text
        return render_template(f"communique/{template}.html", row=row, form=form, **seen, **more), status


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
    return _done(url_for("communique.show", slug=slug, number=number, language=language, _anchor=f"p{paragraph}"), "Saved.")


def _preview(form: WordsForm, where: tuple[str, int, str], paragraph: int) -> Any:
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
        editing.add(session, shelf.whole(session, *where), kind, form.text.data or "", **more, by=by, at=at)

    status = tried(form, act)
    if status:
        return _paragraph_page("add", where, paragraph, form, status)
    return _done(url_for("communique.show", slug=slug, number=number, language=language, _anchor=f"p{paragraph}"), "Added.")


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
    return _done(url_for("communique.show", slug=slug, number=number, language=language), f"¶ {paragraph} is removed.")


@pages.post(f"{AT}/paragraphs/<int:paragraph>/move")
@needs(Role.DRAFTER)
def move(slug: str, number: int, language: str, paragraph: int) -> Any:
    """One place up or down."""
    with acting() as (session, by, at):
        version = shelf.whole(session, slug, number, language)
        if request.form.get("version") != str(version.version):
            raise Refused("This version was changed meanwhile by somebody else; nothing was moved. Open it again, then repeat.")
        editing.move(session, version, paragraph, up=request.form.get("way") == "up", by=by, at=at)
        return redirect(_at(version, _anchor=f"p{paragraph}"))


@pages.route(f"{AT}/paragraphs/<int:paragraph>/sources", methods=["GET", "POST"])
@needs(Role.DRAFTER)
def sources(slug: str, number: int, language: str, paragraph: int) -> Any:
    """The passages that a paragraph rests on: bind others, found by theme or words, or take some off."""
    form, where = FlaskForm(), (slug, number, language)
    find = {"theme": request.args.get("theme", 0, type=int), "words": request.args.get("words", "")}
    if request.method == "GET":
        return _paragraph_page("sources", where, paragraph, form, find=find)

    def act(session: Session, by: Any, at: Any) -> None:
        added, dropped = (_numbers(" ".join(request.form.getlist(name))) for name in ("add", "drop"))
        editing.bind(session, shelf.whole(session, *where), paragraph, added=added, dropped=dropped, by=by, at=at)

    status = tried(form, act)
    if status:
        return _paragraph_page("sources", where, paragraph, form, status, find=find)
    return _done(request.full_path, "Saved.")
