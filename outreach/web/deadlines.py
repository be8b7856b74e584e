"""Deadlines on the desk: what is due, what is late, a calendar to subscribe to, and the morning note."""

import hashlib
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session
from wtforms import DateField, IntegerField, StringField, SubmitField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from outreach import morning as notes
from outreach.accounts import people
from outreach.accounts.models import Account
from outreach.campaigns import planning
from outreach.errors import Invalid
from outreach.journal import Role
from outreach.responses import browsing, deadlines, overdue
from outreach.responses.overdue import Sort, Wanted
from outreach.web.guarding import limiter, needs
from outreach.web.seeing import actor, office, page_of, window
from outreach.web.trying import tried
from outreach.workdays import MOST_DAYS, Counted

pages = Blueprint("deadlines", __name__)


class MoveForm(FlaskForm):  # type: ignore[misc]
    """Another day, or so many working days, and why."""

    day = DateField("Answers by", [Optional()])
    working_days = IntegerField("Or so many working days", [Optional(), NumberRange(1, MOST_DAYS)])
    start = DateField("counted from", [Optional()], description="Today if left out.")
    countries = StringField(
        "Without the holidays of",
        [Length(max=60)],
        description="Countries by two letters, such as NO CH; left empty, those of the settings.",
    )
    why = StringField("Why", [DataRequired(), Length(max=2000)], description="It stands in the journal.")
    submit = SubmitField("Move the deadline")


@pages.get("/deadlines/")
@needs(Role.READER)
def index() -> Any:
    """What is due."""
    with office().reading() as session:
        found = deadlines.upcoming(session, since=office().today())
        return render_template("deadlines/list.html", due=found, feed=_feed_address(session))


@pages.get("/deadlines/overdue")
@needs(Role.READER)
def late() -> Any:
    """The letters past their deadline: counted by one thing, and each by itself."""
    wanted = Wanted(**{name: request.args.get(name, "")[:200] for name in ("group", "region", "owner", "campaign")})
    by = request.args.get("by", Sort.GROUP, type=Sort)
    offset, limit = window()
    with office().reading() as session:
        counts = overdue.parts(session, by, today=office().today(), wanted=wanted)
        rows = overdue.page(session, wanted, today=office().today(), offset=offset, limit=limit)
        campaigns = dict(browsing.campaigns(session))
        return render_template(
            "deadlines/overdue.html",
            counts=counts,
            by=by,
            sorts=list(Sort),
            wanted=wanted,
            page=page_of(rows),
            campaigns=campaigns,
        )


@pages.route("/deadlines/of/<slug>", methods=["GET", "POST"])
@needs(Role.DRAFTER)
def move(slug: str) -> Any:
    """Move the deadline of a campaign, to a day or by working days."""
    form = MoveForm()
    if not form.is_submitted():
        return _move_page(slug, form)

    def act(session: Session, by: Any, at: Any) -> None:
        to = counted(form)
        found = planning.find(session, slug)
        planning.move_deadline(session, found, to.day, counted=to.why, why=form.why.data or "", by=by, at=at)
        flash(f"Answers are due by {to.day}{': ' if to.why else ''}{to.why}.", "success")

    status = tried(form, act)
    return (_move_page(slug, form), status) if status else redirect(url_for("campaigns.show", slug=slug))


def _move_page(slug: str, form: MoveForm) -> str:
    with office().reading() as session:
        return render_template("deadlines/move.html", campaign=planning.find(session, slug), form=form)


def counted(form: Any) -> Counted:
    """The day that a form says, or counts by its `working_days`, `start` and `countries`; raises Invalid for both or none."""
    if form.working_days.data:
        if form.day.data:
            raise Invalid("Give a day or a number of working days, not both.")
        return office().working_days(
            form.working_days.data, form.start.data, (form.countries.data or "").replace(",", " ").split()
        )
    if form.day.data is None:
        raise Invalid("Give a day, or a number of working days.")
    return Counted(form.day.data, "")


@pages.get("/deadlines/deadlines.ics")
@needs(Role.READER)
def calendar() -> Any:
    """What is due as a calendar, to save."""
    return _calendar()


# A calendar program cannot sign in: the address itself is the key. It opens nothing but this list.
@pages.get("/feeds/<token>/deadlines.ics")
@limiter.limit("60 per hour")
def feed(token: str) -> Any:
    """What is due, for a calendar program that subscribed; the address dies with its owner's password or place here."""
    try:
        name, mark = _signer().loads(token)
    except (BadSignature, ValueError, TypeError):
        abort(404)
    with office().reading() as session:
        account = people.find(session, str(name))
        if account is None or not account.active or mark != _mark(account):
            abort(404)
    return _calendar()


def _calendar() -> Response:
    at, settings = office().now(), office().settings
    with office().reading() as session:
        found = deadlines.upcoming(session, since=office().today())
    name = f"Deadlines, {settings.office.name}"
    content = deadlines.calendar(found, name=name, domain=settings.mail.id_domain, at=at)
    return Response(content, mimetype="text/calendar", headers={"Content-Disposition": "attachment; filename=deadlines.ics"})


def _feed_address(session: Session) -> str:
    account = people.find(session, actor().name)
    token = _signer().dumps([actor().name, _mark(account)]) if account else ""
    return url_for("deadlines.feed", token=token, _external=True)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="deadlines")


def _mark(account: Account) -> str:
    """What changes when the password does: then the address is worth nothing any more."""
    return hashlib.sha256(f"{account.id} {account.password_hash} {account.sessions_since}".encode()).hexdigest()[:16]


@pages.get("/morning")
@needs(Role.READER)
def morning() -> Any:
    """The morning note."""
    return render_template("deadlines/morning.html", note=_note(), ahead=notes.AHEAD.days)


@pages.get("/morning.pdf")
@needs(Role.READER)
def morning_page() -> Any:
    """The morning note as a page of PDF."""
    return Response(notes.as_pdf(_note(), office().settings.office.name), mimetype="application/pdf")


def _note() -> notes.Note:
    begins = office().last_working_day()
    with office().reading() as session:
        return notes.note(session, today=office().today(), since=begins, zone=office().settings.zone())
