"""The communiqué: its versions, editing one paragraph by paragraph beside the record, comparing, exporting."""

import io
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import SelectField, SelectMultipleField, StringField, SubmitField

from outreach import publishing
from outreach.campaigns.models import Campaign
from outreach.communique import charting, comparing, drafting, exporting, redlining, shelf, templating, using, versions
from outreach.communique import dossier as dossiers
from outreach.communique.composing import Edition
from outreach.communique.models import CommuniqueVersion, ParagraphKind, VersionState, Wording
from outreach.communique.naming import Naming
from outreach.communique.wordings import inlines_of
from outreach.errors import NotFound, Refused
from outreach.journal import Role
from outreach.typesetting import Paragraph as Block
from outreach.typesetting import from_markdown, to_html
from outreach.web.guarding import needs
from outreach.web.seeing import PAGE, acting, office, page_of, window
from outreach.web.trying import tried

pages = Blueprint("communique", __name__, url_prefix="/communique")
AT = "/<slug>/<int:number>/<language>"
TEMPLATE = "wsis20"
MEDIA = {
    "md": "text/markdown",
    "pdf": "application/pdf",
    "html": "text/html",
    "zip": "application/zip",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class DraftForm(FlaskForm):  # type: ignore[misc]
    """A new version from the record."""

    slug = StringField("Communiqué", description="Its name; a new name begins a new communiqué.")
    language = SelectField("Language", choices=[("en", "English"), ("fr", "French")])
    campaigns = SelectMultipleField("Campaigns that it draws on", coerce=int, description="Needed the first time.")
    submit = SubmitField("Draft a version")


@pages.app_template_filter("markdown")
def markdown(text: str) -> Markup:
    """Markdown as HTML; what looks like HTML in it is text."""
    return Markup(to_html(from_markdown(text)))  # noqa: S704 - the typesetter escapes every word


@pages.app_template_filter("wording")
def wording(text: str, labels: Mapping[int, str]) -> Markup:
    """A wording as HTML, its references as the numbers that are printed."""
    return Markup(to_html([Block(inlines_of(text, labels))]))  # noqa: S704 - the typesetter escapes every word


def at(version: CommuniqueVersion, endpoint: str = "show", **more: Any) -> str:
    """The address of a page of this version."""
    address: dict[str, Any] = {"slug": version.communique.slug, "number": version.number, "language": version.language}
    return url_for(f"communique.{endpoint}", **address, **more)


@pages.context_processor
def _context() -> dict[str, Any]:
    return {"at": at, "kinds": ParagraphKind, "states": VersionState, "differences": comparing.differences}


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
        one = known or shelf.new(session, name, template, campaigns, draws=wording.about.annexes, by=by, at=at)
        shelf.draw_on(session, one, campaigns)
        drafting.draft(session, one, wording, day=office().today(), by=by, at=at)

    status = tried(form, act)
    return _index(form, status) if status else done(url_for("communique.index"), "A version is drafted.")


def done(address: str, sentence: str) -> Any:
    """Say that it is done, there."""
    flash(sentence, "success")
    return redirect(address)


def seen(session: Session, version: CommuniqueVersion, passages: Collection[int]) -> dict[str, Any]:
    """What pages show of a version and of these passages of the record beside it."""
    found = using.around(session, version, passages)
    folders = office().template_folders("communique")
    words = templating.find(version.communique.template, version.language, folders).words
    naming = Naming(found, words, version.language)
    return {
        "version": version,
        "extracts": using.appearing(found),
        "label": lambda extract: naming.of_extract(extract).text,
        "may_edit": version.state is VersionState.DRAFT,
    }


def passages_of(rows: Iterable[Wording]) -> set[int]:
    """The passages that these paragraphs rest on."""
    return {source.passage_id for row in rows for source in row.sources}


@pages.get(AT)
@needs(Role.READER)
def show(slug: str, number: int, language: str) -> Any:
    """A part of one version: numbered paragraphs with their sources beside them, and the chapters of the whole."""
    offset, limit = window()
    with office().reading() as session:
        version = shelf.cover(session, slug, number, language)
        page = page_of(shelf.leaf(session, version, offset=offset, limit=limit))
        return render_template(
            "communique/version.html",
            page=page,
            labels=shelf.labels(session, version),
            numbered=shelf.numbered_before(session, page.items[0]) if page.items else 0,
            chapters=[(chapter, chapter.place // PAGE + 1) for chapter in shelf.contents(session, version)],
            **seen(session, version, passages_of(page.items)),
        )


@pages.get(f"{AT}/at/<int:paragraph>")
@needs(Role.READER)
def find(slug: str, number: int, language: str, paragraph: int) -> Any:
    """The page that a paragraph stands on, at its place."""
    with office().reading() as session:
        version = shelf.cover(session, slug, number, language)
        place = shelf.place_of(session, shelf.wording(session, version, paragraph))
        return redirect(at(version, page=place // PAGE + 1, _anchor=f"p{paragraph}"))


@pages.get(f"{AT}/unused")
@needs(Role.READER)
def unused(slug: str, number: int, language: str) -> Any:
    """What of the record no paragraph rests on, and what is set aside."""
    offset, limit = window()
    with office().reading() as session:
        version = shelf.whole(session, slug, number, language)
        use = using.of_version(session, version)
        page = page_of(use.unused[offset : offset + limit])
        return render_template("communique/unused.html", use=use, page=page, **seen(session, version, page.items))


@pages.get(f"{AT}/dossier.<kind>")
@needs(Role.READER)
def dossier(slug: str, number: int, language: str, kind: str) -> Any:
    """What each paragraph rests on, line by line, to take away; for the office alone."""
    if kind not in dossiers.KINDS:
        raise NotFound("The dossier is made as PDF or as DOCX.")
    with office().reading() as session:
        version = shelf.whole(session, slug, number, language)
        content = dossiers.as_file(version, dossiers.of_version(session, version), kind)
    return send_file(io.BytesIO(content), mimetype=MEDIA[kind], as_attachment=True, download_name=f"dossier.{kind}")


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


@pages.get(f"{AT}/charts.zip")
@needs(Role.READER)
def charts(slug: str, number: int, language: str) -> Any:
    """Charts of what was sent and what came back, each with its numbers as a table."""
    with office().reading() as session:
        version = shelf.whole(session, slug, number, language)
        wording = publishing.wording_of(office(), version)
        content = charting.packed(charting.files(session, version, wording, office().settings.zone()))
    return send_file(io.BytesIO(content), mimetype=MEDIA["zip"], as_attachment=True, download_name="charts.zip")


@pages.post(f"{AT}/compare")
@needs(Role.DRAFTER)
def compare_file(slug: str, number: int, language: str) -> Any:
    """What changed since another version, to take away."""
    kind, against = request.form.get("format", ""), request.form.get("against", 0, type=int)
    if kind not in redlining.FORMATS:
        raise Refused("Choose HTML, PDF or DOCX.")
    with acting() as (session, by, when):
        new, old = (shelf.whole(session, slug, one, language) for one in (number, against))
        template, sender = publishing.wording_of(office(), new), publishing.sender_of(office(), session, new)
        [(name, content)] = redlining.compare(session, old, new, template, sender, formats=[kind], by=by, at=when).items()
    return send_file(io.BytesIO(content), mimetype=MEDIA[kind], as_attachment=True, download_name=name)


@pages.post(f"{AT}/marks")
@needs(Role.DRAFTER)
def mark(slug: str, number: int, language: str) -> Any:
    """What its copies say besides: an embargo, and that speech counts."""
    said = request.form.get("embargo", "").strip()
    with acting() as (session, by, when):
        version = shelf.whole(session, slug, number, language)
        until = publishing.hour(office(), said) if said else None
        speaks = request.form.get("against_delivery") == "yes"
        versions.mark(session, version, embargo_until=until, against_delivery=speaks, by=by, at=when)
        return done(at(version), "Copies made from now on say so.")


@pages.post(f"{AT}/copy")
@needs(Role.DRAFTER)
def copy(slug: str, number: int, language: str) -> Any:
    """A new version with the same words."""
    with acting() as (session, by, when):
        new = versions.copy(session, shelf.whole(session, slug, number, language), by=by, at=when)
        return done(at(new), f"Version {new.number} begins with the words of version {number}.")


@pages.post(f"{AT}/state")
@needs(Role.DRAFTER)
def turn(slug: str, number: int, language: str) -> Any:
    """Into review, back, or adopted."""
    state = request.form.get("state", "")
    if state not in list(VersionState):
        raise Refused("A version is a draft, in review or adopted.")
    with acting() as (session, by, when):
        version = shelf.whole(session, slug, number, language)
        versions.turn(session, version, VersionState(state), by=by, at=when)
        return done(at(version), f"Version {number} is {state.replace('-', ' ')}.")


@pages.post(f"{AT}/export")
@needs(Role.DRAFTER)
def export(slug: str, number: int, language: str) -> Any:
    """A file of one edition, or the sentence by which it was refused."""
    kind, edition = request.form.get("format", ""), request.form.get("edition", "")
    if kind not in MEDIA or edition not in exporting.EDITIONS:
        raise Refused("Choose Markdown, DOCX, PDF, HTML or ZIP, and the working or the clean edition.")
    with acting() as (session, by, _when):
        version = shelf.whole(session, slug, number, language)
        [(name, content)] = publishing.export(office(), session, version, [kind], Edition(edition), by).items()
    return send_file(io.BytesIO(content), mimetype=MEDIA[kind], as_attachment=True, download_name=name)
