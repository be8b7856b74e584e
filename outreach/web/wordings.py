"""Letter templates on the desk: looked at on their page, tried on awkward addressees, compared, changed by a keeper."""

import io
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from outreach.errors import OutreachError
from outreach.journal import Role
from outreach.letters import copying, revising, templates, vouching
from outreach.letters.rehearsing import Rehearsal
from outreach.letters.templates import Shelved
from outreach.letters.wording import MAXIMUM_SOURCE, Wording
from outreach.typesetting.data import direction
from outreach.web.guarding import needs
from outreach.web.seeing import acting, office
from outreach.web.showing_again import status_of

pages = Blueprint("templates", __name__, url_prefix="/templates")


class WordingForm(FlaskForm):  # type: ignore[misc]
    """The wording as it is changed, and the digest of the one that it was changed from."""

    source = TextAreaField("Wording", [InputRequired(), Length(max=MAXIMUM_SOURCE)])
    version = HiddenField()


@pages.get("/")
@needs(Role.READER)
def index() -> Any:
    """The templates, the office's own and the shipped ones."""
    return render_template("templates/list.html", rows=[_row(name) for name in templates.names(_folders())])


def _folders() -> Any:
    return office().template_folders("letters")


def _row(name: str) -> dict[str, Any]:
    found = templates.find(name, _folders())
    return {
        "template": found,
        "own": _is_own(found),
        "remarks": copying.changed_since(name, _folders()) if _is_own(found) else [],
        "awaiting": [language for language in found.languages if _standing(found, language).startswith("awaits a")],
    }


def _is_own(found: Shelved) -> bool:
    return found.folder.is_relative_to(office().folder)


def _standing(found: Shelved, language: str) -> str:
    return vouching.standing(found.wording(language), office().signed_off(language))


def _rehearsal(found: Shelved) -> Rehearsal:
    return office().rehearsal(found, next(iter(office().settings.senders)))


@pages.get("/<name>/<language>")
@needs(Role.READER)
def show(name: str, language: str) -> Any:
    """A template in one language: its words, its values, and its page for one of the cast."""
    found = templates.find(name, _folders())
    wording, rehearsal = found.wording(language), _rehearsal(found)
    return render_template(
        "templates/show.html",
        template=found,
        wording=wording,
        own=_is_own(found),
        standing=_standing(found, language),
        members=rehearsal.members(language),
        doubt=rehearsal.doubt,
        chosen=request.args.get("addressee", ""),
        direction=direction(language),
    )


@pages.get("/<name>/<language>/page")
@needs(Role.READER)
def page(name: str, language: str) -> Any:
    """The letter to one of the cast, as PDF."""
    rehearsal = _rehearsal(templates.find(name, _folders()))
    content = office().press.pdf(rehearsal.page(language, request.args.get("addressee", "")))
    return send_file(io.BytesIO(content), mimetype="application/pdf", download_name=f"{name}-{language}.pdf")


@pages.get("/<name>/<language>/trial")
@needs(Role.READER)
def trial(name: str, language: str) -> Any:
    """What comes of trying the template in one language on the whole cast."""
    found = templates.find(name, _folders())
    findings = list(_rehearsal(found).findings([language]))
    return render_template("templates/trial.html", template=found, language=language, findings=findings)


@pages.get("/<name>/difference")
@needs(Role.READER)
def difference(name: str) -> Any:
    """How the office's template differs from the shipped one."""
    found = templates.find(name, _folders())
    return render_template("templates/difference.html", template=found, files=copying.differences(name, _folders()))


@pages.route("/<name>/<language>/edit", methods=["GET", "POST"])
@needs(Role.KEEPER)
def edit(name: str, language: str) -> Any:
    """Change the wording; a shipped template becomes the office's own."""
    form = WordingForm()
    try:
        if form.validate_on_submit():
            with acting() as (session, by, at):
                words, seen = form.source.data or "", form.version.data or ""
                revising.revise(session, name, language, words, seen=seen, folders=_folders(), by=by, at=at)
            flash("The wording is kept. Letters that are drafted from now on have it.", "success")
            return redirect(url_for("templates.show", name=name, language=language))
    except OutreachError as error:
        return _edit_page(name, language, form, str(error)), status_of(error)
    return _edit_page(name, language, form), 422 if form.errors else 200


def _edit_page(name: str, language: str, form: WordingForm, refusal: str = "") -> str:
    found = templates.find(name, _folders())
    wording: Wording = found.wording(language)
    if not form.is_submitted():
        form.source.data = wording.source
    stands = wording.source if form.is_submitted() and form.version.data != wording.sha256 else ""
    form.version.data = wording.sha256
    shown = {"template": found, "language": language, "form": form, "refusal": refusal, "stands": stands}
    return render_template("templates/edit.html", direction=direction(language), **shown)
