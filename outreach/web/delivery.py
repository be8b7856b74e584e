"""Delivery on the desk: what would leave, letting it leave, the ledger, letters in doubt."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SubmitField
from wtforms.validators import InputRequired

from outreach.campaigns import planning
from outreach.delivery import ledger, pausing, sending, settling
from outreach.delivery.models import Attempt, Result
from outreach.delivery.outboxes import Outbox
from outreach.delivery.recording import Sent
from outreach.delivery.settling import Looked
from outreach.errors import Invalid, OutreachError, Refused
from outreach.journal import Role
from outreach.letters import register
from outreach.web.guarding import needs
from outreach.web.seeing import acting, actor, office, page_of, window
from outreach.web.showing_again import status_of

pages = Blueprint("delivery", __name__, url_prefix="/delivery")
OUTBOXES = {
    "folder": "as mail drafts in a folder",
    "print": "as pages to print",
    "smtp": "by the mail server",
    "drafts": "as drafts in the mailbox",
}
MOST = 50
WELL = {"accepted", "placed", "rehearsed"}


class LeaveForm(FlaskForm):  # type: ignore[misc]
    """The exact number, typed."""

    outbox = HiddenField()
    count = IntegerField(
        "Type the number of letters that leave", [InputRequired()], render_kw={"inputmode": "numeric", "autocomplete": "off"}
    )
    submit = SubmitField("Let them leave")


@pages.get("/")
@needs(Role.READER)
def index() -> Any:
    """The ledger, latest first, and the letters in doubt."""
    offset, limit = window()
    slug = request.args.get("campaign", "")
    with office().reading() as session:
        campaign = planning.find(session, slug) if slug else None
        return render_template(
            "delivery/ledger.html",
            campaign=campaign,
            page=page_of(ledger.attempts(session, campaign=campaign, offset=offset, limit=limit)),
            doubt=ledger.in_doubt(session, offset=0, limit=MOST),
            in_doubt=ledger.count_in_doubt(session),
            placed=ledger.placed(session, offset=0, limit=MOST),
            count_placed=ledger.count_placed(session),
            paused=pausing.reason(session),
        )


@pages.get("/of/<slug>")
@needs(Role.READER)
def plan(slug: str) -> Any:
    """A dry run: which approved letters would leave by an outbox, and which are held and why."""
    return _plan_page(slug, request.args.get("outbox") or office().settings.outbox, LeaveForm(formdata=None))


@pages.post("/of/<slug>")
@needs(Role.APPROVER)
def leave(slug: str) -> Any:
    """Let the approved letters leave, if as many would as was typed."""
    form = LeaveForm()
    name = form.outbox.data or ""
    if not form.validate_on_submit():
        return _plan_page(slug, name, form), 422
    try:
        outbox, planned = _planned(slug, name)
        _must_be_counted(planned, form.count.data)
    except OutreachError as error:
        return _plan_page(slug, name, form, str(error)), status_of(error)
    done = _send(outbox, [one.reference for one in planned if not one.held])
    _say(done)
    return redirect(url_for("delivery.index", campaign=slug))


def _planned(slug: str, name: str) -> tuple[Outbox, list[Sent]]:
    with office().reading() as session:
        campaign = planning.find(session, slug)
        outbox = office().outbox(name, campaign)
        return outbox, sending.plan(session, campaign, outbox, office().must_stay, office().now())


def _must_be_counted(planned: list[Sent], count: int | None) -> None:
    leaving = sum(not one.held for one in planned)
    if not leaving:
        raise Refused("No letter would leave; what is held is listed with its reason.")
    if count != leaving:
        raise Refused(f"{leaving} letters would leave, not {count}; nothing was sent.")


def _send(outbox: Outbox, references: list[str]) -> list[Sent]:
    desk = office()
    return list(
        sending.send(desk.transaction, references, outbox, desk.archive, desk.must_stay, by=actor(), now=desk.now),
    )


def _say(done: list[Sent]) -> None:
    counts = Counter(one.result.value if one.result else "held" for one in done)
    flash(
        f"{', '.join(f'{number} {word}' for word, number in counts.items())}.",
        "success" if set(counts) <= WELL else "warning",
    )
    if counts["placed"]:
        flash("What is placed leaves when somebody sends it from the mailbox; then look for it here.", "info")
    for one in [one for one in done if one.result not in WELL][:MOST]:
        flash(f"{one.reference}: {one.detail}", "warning")


def _plan_page(slug: str, name: str, form: LeaveForm, refusal: str = "") -> str:
    offset, limit = window()
    with office().reading() as session:
        campaign = planning.find(session, slug)
        outbox, now = office().outbox(name, campaign), office().now()
        found = sending.forecast(session, campaign, outbox, office().must_stay, now, offset=offset, limit=limit)
        form.outbox.data = outbox.name
        return render_template(
            "delivery/plan.html",
            campaign=campaign,
            found=found,
            page=page_of(found.some),
            outbox=outbox.name,
            redirects_to=outbox.redirects_to,
            outboxes={name: OUTBOXES[name] for name in office().ways.names},
            form=form,
            refusal=refusal,
        )


@pages.post("/pause")
@needs(Role.DRAFTER)
def pause() -> Any:
    """Stop everything that leaves."""
    with acting() as (session, by, at):
        pausing.pause(session, request.form.get("why", ""), by=by, at=at)
    flash("Nothing leaves now.", "warning")
    return redirect(url_for("delivery.index"))


@pages.post("/resume")
@needs(Role.APPROVER)
def resume() -> Any:
    """Let letters leave again."""
    with acting() as (session, by, at):
        pausing.resume(session, by=by, at=at)
    flash("Letters may leave again; nothing was sent by this.", "success")
    return redirect(url_for("delivery.index"))


@pages.post("/settle/<int:number>")
@needs(Role.APPROVER)
def settle(number: int) -> Any:
    """Say what became of a letter in doubt or among the drafts: it went, it did not go, or it is looked for."""
    went = {"went": True, "stayed": False, "ask": None}
    word, why = request.form.get("became", ""), request.form.get("why", "").strip()
    if word not in went or (went[word] is not None and not why):
        raise Invalid("Say what became of the letter, and how you know.")
    on = _day(request.form.get("on", "")) if word == "went" else None
    with office().reading() as session:
        [looked] = _look([settling.attempt_of(session, register.get(session, number))])
    with acting() as (session, by, at):
        letter = register.get(session, number)
        done = settling.settle(session, letter, went[word], looked=looked, by=by, at=at, why=why, on=on)
    flash(f"{done.reference}: {done.detail}.", "success")
    return redirect(url_for("delivery.index"))


@pages.post("/look")
@needs(Role.APPROVER)
def look() -> Any:
    """Look for every letter that is in doubt or among the drafts, and settle what can be."""
    with office().reading() as session:
        attempts = [one for one in settling.to_settle(session) if not settling.is_at_work(one, office().now())]
        looked = {attempt.letter_id: one for attempt, one in zip(attempts, _look(attempts), strict=True)}
    told = [_settled(number, one) for number, one in looked.items()]
    for words, count in Counter(told).items():
        flash(f"{count} {words}.", "info")
    return redirect(url_for("delivery.index"))


def _look(attempts: Sequence[Attempt]) -> list[Looked]:
    return list(settling.look(attempts, office().ways.finder(), office().archive))


def _settled(number: int, looked: Looked) -> str:
    try:
        with acting() as (session, by, at):
            done = settling.settle(session, register.get(session, number), None, looked=looked, by=by, at=at)
    except Refused:
        return "could not be found: a person has to say what became of them"
    if done.result is Result.ACCEPTED:
        return "left"
    return "not sent yet" if done.result is Result.PLACED else "did not go; approved and ready to be sent again"


def _day(word: str) -> date | None:
    try:
        return date.fromisoformat(word) if word.strip() else None
    except ValueError:
        raise Invalid(f"{word!r} is no day; write it as 2025-01-27.") from None
