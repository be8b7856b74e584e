"""Delivery on the desk: what would leave, letting it leave, the ledger, letters in doubt."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SubmitField
from wtforms.validators import InputRequired

from outreach import dispatching
from outreach.campaigns import planning
from outreach.campaigns.models import Campaign
from outreach.delivery import batches, ledger, pausing, settling
from outreach.delivery.models import Attempt, Result
from outreach.delivery.recording import Sent
from outreach.delivery.settling import Looked
from outreach.dispatching import CHANNELS, Load
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
    CHANNELS: "each by its channel",
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
        whole = _planned(slug, name)
        _must_be_counted(whole, form.count.data)
    except OutreachError as error:
        return _plan_page(slug, name, form, str(error)), status_of(error)
    done = list(dispatching.send(office(), whole, by=actor()))
    _say(done, dispatching.write_failed(office(), done, slug))
    return redirect(url_for("delivery.index", campaign=slug))


def _planned(slug: str, name: str) -> list[Load]:
    with office().reading() as session:
        return dispatching.loads(office(), session, planning.find(session, slug), name)


def _must_be_counted(whole: list[Load], count: int | None) -> None:
    leaving = sum(len(load.leaving) for load in whole)
    if not leaving:
        raise Refused("No letter would leave; what is held is listed with its reason.")
    if count != leaving:
        raise Refused(f"{leaving} letters would leave, not {count}; nothing was sent.")


def _say(done: list[Sent], failed: Path | None) -> None:
    counts = Counter(one.result.value if one.result else "held" for one in done)
    flash(
        f"{', '.join(f'{number} {word}' for word, number in counts.items())}.",
        "success" if set(counts) <= WELL else "warning",
    )
    if counts["placed"]:
        flash("What is placed leaves when somebody sends it from the mailbox; then look for it here.", "info")
    for one in [one for one in done if one.result not in WELL][:MOST]:
        flash(f"{one.reference}: {one.detail}", "warning")
    if failed:
        flash(f"All that did not leave stand in the list {failed.name}, on the page of what is set for later.", "info")


def _embargo(campaign: Campaign) -> datetime | None:
    until = campaign.embargo_until
    return until if until is not None and until > office().now() else None


def _plan_page(slug: str, name: str, form: LeaveForm, refusal: str = "") -> str:
    offset, limit = window()
    with office().reading() as session:
        campaign = planning.find(session, slug)
        found = dispatching.forecast(office(), session, campaign, name, offset=offset, limit=limit)
        form.outbox.data = name
        return render_template(
            "delivery/plan.html",
            campaign=campaign,
            found=found,
            page=page_of(found.some),
            outbox=name,
            redirects_to=office().settings.mail.redirect_all_to,
            outboxes={name: OUTBOXES[name] for name in (*office().ways.names, CHANNELS)},
            under_embargo=batches.told(until, office().settings.zone()) if (until := _embargo(campaign)) else "",
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
