"""Batches on the desk: letters set for a time, how far they are, embargoes, and letters that were refused."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound as NoSuchPage

from outreach import dispatching
from outreach.campaigns import planning
from outreach.campaigns.models import Campaign
from outreach.delivery import batches, embargoing, pausing, reopening
from outreach.delivery.models import Batch
from outreach.errors import Invalid
from outreach.journal import Role
from outreach.letters import comparing, readdressing, register
from outreach.web.delivery import MOST, OUTBOXES
from outreach.web.delivery_printing import pages as pages
from outreach.web.guarding import needs
from outreach.web.seeing import acting, is_fragment, may, office, page_of, window

_FAILED = re.compile(r"[A-Za-z0-9-]{1,120}\.csv")


@pages.get("/batches")
@needs(Role.READER)
def set_for_later() -> Any:
    """The batches, open ones first, with how far each is; asked for again by itself while one is under way."""
    offset, limit = window()
    with office().reading() as session:
        found = batches.listed(session, offset=offset, limit=limit)
        page = page_of(found)
        return render_template(
            "delivery/_batches.html" if is_fragment() else "delivery/batches.html",
            page=page,
            progress=batches.progress(session, page.items),
            why=_why_held(session, page.items),
            told=_told,
            under_way=any(_is_due(one) for one in page.items),
            paused=pausing.reason(session),
            ways=OUTBOXES,
            from_desk=office().settings.sending.from_desk,
            lists=_lists() if may("drafter") else (),
        )


def _lists() -> Sequence[str]:
    """The lists of letters that did not leave, latest first."""
    found = (office().folder / "out" / "failed").glob("*.csv")
    return [path.name for path in sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)[:MOST]]


def _is_due(batch: Batch) -> bool:
    return batch.ended_at is None and batch.due_at <= office().now()


def _told(batch: Batch) -> str:
    return batches.told(batch.due_at, office().settings.zone())


def _why_held(session: Session, found: Sequence[Batch]) -> Mapping[int, Sequence[tuple[str, int]]]:
    """Of each batch that is due: why letters of it are held now, and how many."""
    return {batch.id: dispatching.why_held(office(), session, batch) for batch in found if _is_due(batch)}


@pages.post("/of/<slug>/set")
@needs(Role.APPROVER)
def set_time(slug: str) -> Any:
    """Set the approved letters for a time, if as many would leave as was typed."""
    when = batches.instant(request.form.get("when", ""), office().settings.zone())
    name, count = request.form.get("outbox", ""), request.form.get("count", type=int)
    if count is None:
        raise Invalid("Type the number of letters that are set for the time.")
    with acting() as (session, by, at):
        campaign = planning.find(session, slug)
        batch = dispatching.set_for(office(), session, campaign, name, when, count=count, by=by, at=at)
        said = _told(batch)
    flash(f"The letters are set to leave on {said}.", "success")
    return redirect(url_for("delivery.set_for_later"))


@pages.post("/batches/<int:number>/call-off")
@needs(Role.DRAFTER)
def call_off(number: int) -> Any:
    """Call a batch off; what has not left stays approved."""
    with acting() as (session, by, at):
        batches.call_off(session, batches.find(session, number), request.form.get("why", ""), by=by, at=at)
    flash("The batch is called off; what has not left is approved still.", "success")
    return redirect(url_for("delivery.set_for_later"))


@pages.post("/of/<slug>/embargo")
@needs(Role.DRAFTER)
def embargo(slug: str) -> Any:
    """Put a campaign under embargo, or lift it where no time is given."""
    words = request.form.get("until", "").strip()
    with acting() as (session, by, at):
        campaign = planning.find(session, slug)
        if words:
            embargoing.embargo(session, campaign, batches.instant(words, office().settings.zone()), by=by, at=at)
        else:
            embargoing.lift(session, campaign, by=by, at=at)
        flash(_embargo_told(campaign), "success")
    return redirect(url_for("delivery.plan", slug=slug))


def _embargo_told(campaign: Campaign) -> str:
    until = campaign.embargo_until
    return f"Nothing leaves before {batches.told(until, office().settings.zone())}." if until else "The embargo is lifted."


@pages.post("/second-channel/<int:number>")
@needs(Role.APPROVER)
def second_channel(number: int) -> Any:
    """Let a refused letter go by its post's second channel, as it was approved."""
    with acting() as (session, by, at):
        channel = reopening.turn_to_second(session, register.get(session, number), by=by, at=at)
    flash(f"It goes by {channel.value} now, with the next letters that leave each by its channel.", "success")
    return redirect(url_for("letters.show", number=number))


@pages.post("/reopen/<int:number>")
@needs(Role.DRAFTER)
def reopen(number: int) -> Any:
    """Bring a refused letter back as a draft, addressed anew from the contacts as they stand."""
    with acting() as (session, by, at):
        letter = register.get(session, number)
        reopening.reopen(session, letter, by=by, at=at)
        composer = office().composer(comparing.campaign_of(letter), letter.version_now.dated)
        readdressing.readdress(session, letter, composer, by=by, at=at)
    flash("The letter is a draft again, addressed anew; look at it, and have it approved.", "success")
    return redirect(url_for("letters.show", number=number))


@pages.get("/failed/<name>")
@needs(Role.DRAFTER)
def failed(name: str) -> Any:
    """The list of letters that did not leave in a run."""
    path = office().folder / "out" / "failed" / name
    if not _FAILED.fullmatch(name) or not path.is_file():
        raise NoSuchPage
    return send_file(path.resolve(), mimetype="text/csv", as_attachment=True, download_name=name)
