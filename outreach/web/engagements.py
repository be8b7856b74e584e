"""Engagements on the desk: promises, action items and notes; what came of each; a call sheet before one telephones."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from outreach.journal import Role
from outreach.responses import briefing
from outreach.responses import engagements as book
from outreach.responses.engagements import Given, Wanted
from outreach.responses.models import EngagementKind
from outreach.web.guarding import needs
from outreach.web.responses_forms import needed
from outreach.web.seeing import office, page_of, said, window
from outreach.web.trying import tried, unchanged

pages = Blueprint("engagements", __name__, url_prefix="/engagements")


class AddForm(FlaskForm):  # type: ignore[misc]
    """What was promised, agreed or said."""

    kind = SelectField("What it is", choices=[(kind.value, said(kind)) for kind in EngagementKind])
    what = StringField("What", [DataRequired(), Length(max=2000)])
    owner = StringField("Who of the Panel or the office", [DataRequired(), Length(max=200)])
    organisation = StringField("With which organisation", [Length(max=300)], description="Key, acronym or name.")
    with_whom = StringField("Whom they spoke to", [Length(max=300)])
    letter = StringField("Letter it is about", [Length(max=120)], description="Its reference.")
    on = DateField("On", [InputRequired()])
    due = DateField("To be done by", [Optional()], description="An answer promised by a day: until then nobody is reminded.")
    said = TextAreaField("What was said", [Length(max=20_000)], render_kw={"rows": 4})
    source = StringField("Where it stands", [Length(max=2000)], description="Such as: minutes of 21 January 2025.")


class CloseForm(FlaskForm):  # type: ignore[misc]
    """What came of an engagement."""

    version = IntegerField()
    outcome = StringField("What came of it", [DataRequired(), Length(max=2000)])
    on = DateField("On", [InputRequired()])


@pages.get("/")
@needs(Role.READER)
def index() -> Any:
    """The engagements: open ones unless all are asked for."""
    return _list(AddForm(formdata=None, on=office().today(), organisation=request.args.get("with", "")))


def _list(form: AddForm, status: int = 200) -> Any:
    wanted = Wanted(
        open=not request.args.get("all"),
        owner=request.args.get("owner", "")[:200],
        kind=request.args.get("kind", type=EngagementKind),
    )
    offset, limit = window()
    with office().reading() as session:
        found = page_of(book.page(session, wanted, offset=offset, limit=limit))
        shown = {"page": found, "wanted": wanted, "kinds": list(EngagementKind), "form": form, "today": office().today()}
        return render_template("engagements/list.html", **shown), status


@pages.post("/")
@needs(Role.DRAFTER)
def add() -> Any:
    """Write an engagement down."""
    form = AddForm()

    def act(session: Session, by: Any, at: Any) -> None:
        names = ("what", "owner", "organisation", "with_whom", "letter", "said", "source")
        words = {name: (form[name].data or "").strip() for name in names}
        kind = EngagementKind(form.kind.data)
        book.add(session, Given(kind=kind, on=needed(form.on.data), due=form.due.data, **words), by=by, at=at)

    if status := tried(form, act):
        return _list(form, status)
    flash("It is written down.", "success")
    return redirect(url_for("engagements.index"))


@pages.get("/<int:number>")
@needs(Role.READER)
def show(number: int) -> Any:
    """One engagement."""
    return _one(number, CloseForm(formdata=None, on=office().today()))


def _one(number: int, form: CloseForm, status: int = 200) -> Any:
    with office().reading() as session:
        return render_template("engagements/show.html", one=book.get(session, number), form=form), status


@pages.post("/<int:number>/close")
@needs(Role.DRAFTER)
def close(number: int) -> Any:
    """Say what came of an engagement."""
    form = CloseForm()

    def act(session: Session, by: Any, at: Any) -> None:
        unchanged(book.get(session, number), form.version.data, f"Engagement {number}")
        book.close(session, number, form.outcome.data or "", on=needed(form.on.data), by=by, at=at)

    if status := tried(form, act):
        return _one(number, form, status)
    flash(f"Engagement {number} is closed.", "success")
    return redirect(url_for("engagements.index"))


@pages.get("/brief")
@needs(Role.READER)
def brief() -> Any:
    """A call sheet for the organisation that is named."""
    with office().reading() as session:
        language = office().settings.office.default_language
        sheet = briefing.brief(session, request.args.get("name", ""), today=office().today(), language=language)
        return render_template("engagements/brief.html", sheet=sheet)
