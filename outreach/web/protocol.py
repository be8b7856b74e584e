"""Forms of address on the desk: how they read by language, the sheet for a speaker, and the speaker's word."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_wtf import FlaskForm
from wtforms import DateField, FileField, HiddenField, StringField
from wtforms.validators import InputRequired, Length

from outreach.errors import OutreachError
from outreach.journal import Role
from outreach.letters import vouching
from outreach.letters.reading import reading_sheet
from outreach.letters.vouching import Word
from outreach.protocol.forms import Address, Forms, languages
from outreach.protocol.specimens import SITUATIONS, Situation, notes, royals, specimens
from outreach.typesetting.data import direction
from outreach.web.guarding import needs
from outreach.web.seeing import acting, office
from outreach.web.showing_again import status_of

pages = Blueprint("protocol", __name__, url_prefix="/protocol")


class WordForm(FlaskForm):  # type: ignore[misc]
    """A reader's word as a keeper records it; `code` is that of the wording that was shown."""

    reader = StringField("Who read the wording", [InputRequired(), Length(max=200)])
    on = DateField("On", [InputRequired()])
    evidence = StringField("How the word was given", [Length(max=1000)], description="Such as: mail of 10 February 2025.")
    file = FileField("File that shows it", description="The signed sheet or the mail (PDF, mail, picture or text).")
    code = HiddenField()


@dataclass(frozen=True)
class Reading:
    """One situation as a page shows it: a letter for each case that the language has a form for."""

    label: str
    letters: tuple[tuple[str, Address], ...]
    without: tuple[str, ...] = ()

    @property
    def used(self) -> list[str]:
        """The entries that these letters take words from, but for those that every letter takes."""
        names = dict.fromkeys(name for _case, address in self.letters for name in address.used)
        return [name for name in names if name not in ("settings", "dates", "words")]


@pages.get("/")
@needs(Role.READER)
def index() -> Any:
    """The languages, and how much of each awaits a reader."""
    known = [office().forms(language) for language in languages([office().folder])]
    return render_template("protocol/list.html", known=known)


@pages.get("/<language>")
@needs(Role.READER)
def show(language: str) -> Any:
    """All forms of a language as they read, with the standing of each entry."""
    forms = office().forms(language)
    return _page(forms, WordForm(formdata=None, on=office().today(), code=forms.code), list(forms.awaiting()))


def _page(forms: Forms, form: WordForm, ticked: list[str], refusal: str = "") -> str:
    return render_template(
        "protocol/show.html",
        forms=forms,
        direction=direction(forms.language),
        groups=_groups(forms),
        form=form,
        ticked=ticked,
        refusal=refusal,
    )


def _groups(forms: Forms) -> dict[str, list[Reading]]:
    readings = {situation: _reading(forms, situation) for situation in SITUATIONS}
    return {
        "Letters to States and observers": [each for one, each in readings.items() if one.of != "organisation"],
        "Letters to organisations and persons": [each for one, each in readings.items() if one.of == "organisation"],
        "Royal and other styles": [Reading(style, (("man or woman", address),)) for style, address in royals(forms)],
        "Notes verbales": list(_notes(forms)),
    }


def _reading(forms: Forms, situation: Situation) -> Reading:
    found = specimens(forms, situation)
    letters = tuple((one.case, one.address) for one in found if one.address)
    return Reading(situation.label, letters, tuple(one.case for one in found if one.address is None))


def _notes(forms: Forms) -> Iterator[Reading]:
    for situation, address in notes(forms):
        yield Reading(f"To the mission or ministry of: {situation.label}", (("note verbale", address),))


@pages.get("/<language>/forms.pdf")
@needs(Role.READER)
def sheet(language: str) -> Any:
    """The sheet for a speaker to go through, mark and sign."""
    forms = office().forms(language)
    pdf = reading_sheet(forms, office=office().settings.office.name, day=office().today())
    return send_file(BytesIO(pdf), mimetype="application/pdf", download_name=f"forms-{forms.language}.pdf")


@pages.post("/<language>/sign-off")
@needs(Role.KEEPER)
def sign_off(language: str) -> Any:
    """Record a reader's word on the entries that are ticked, as they were shown."""
    forms, form, ticked = office().forms(language), WordForm(), request.form.getlist("entry")
    if not form.validate_on_submit():
        return _page(forms, form, ticked), 422
    try:
        if not ticked:
            raise vouching.NothingRead("No entry was ticked; tick those that were read and found right.")
        digests = vouching.to_sign_off(forms, ticked, code=form.code.data or "")
        _record(language, digests, form)
    except OutreachError as error:
        return _page(forms, form, ticked, str(error)), status_of(error)
    flash(f"{forms.settings.name}: {len(digests)} entries signed off by {form.reader.data}.", "success")
    return redirect(url_for("protocol.show", language=language))


def _record(language: str, digests: dict[str, str], form: WordForm) -> None:
    file = request.files.get("file")
    given = (file.filename or "", file.read()) if file and file.filename else None
    day = form.on.data or office().today()
    word = Word(reader=form.reader.data or "", on=day, evidence=form.evidence.data or "", file=given)
    desk = office()
    with acting() as (session, by, at):
        vouching.sign_off(
            session,
            language,
            digests,
            word,
            folder=desk.folder,
            archive=desk.archive,
            today=desk.today(),
            by=by,
            at=at,
        )
