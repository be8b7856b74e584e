"""Work in the background on the desk: letters set going, what workers do, what failed."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from outreach import fetching, jobs, spreading
from outreach.campaigns import planning
from outreach.delivery import pausing
from outreach.errors import Invalid
from outreach.jobs import Pulse, State
from outreach.journal import Role
from outreach.web.delivery_batches import pages as pages
from outreach.web.guarding import needs
from outreach.web.seeing import acting, is_fragment, office, page_of, window


@pages.get("/work")
@needs(Role.READER)
def work() -> Any:
    """What failed, runs, waits and is done; asked for again by itself while something is under way."""
    offset, limit = window()
    word = request.args.get("state", "")
    state = State(word) if word in set(State) else None
    with office().reading() as session:
        counts = jobs.counts(session)
        return render_template(
            "delivery/_work.html" if is_fragment() else "delivery/work.html",
            page=page_of(jobs.listed(session, state=state, offset=offset, limit=limit)),
            stalled=jobs.stalled(session, Pulse().dead_after),
            counts=counts,
            state=state,
            mailboxes=fetching.names(office()),
            under_way=any(counts.get(one) for one in jobs.UNDER_WAY),
            paused=pausing.reason(session),
        )


@pages.post("/work/<int:number>/retry")
@needs(Role.DRAFTER)
def retry(number: int) -> Any:
    """Let a failed job be done again."""
    with acting() as (session, by, at):
        jobs.retry(session, jobs.find(session, number), by=by, at=at)
    flash(f"Job {number} waits for a worker again.", "success")
    return redirect(url_for("delivery.work"))


@pages.post("/work/fetch")
@needs(Role.DRAFTER)
def fetch() -> Any:
    """Let a worker fetch mail."""
    with acting() as (session, by, at):
        number = fetching.want(session, office(), by=by, at=at)
    flash(f"Job {number}: a worker fetches what came into the mailboxes.", "success")
    return redirect(url_for("delivery.work"))


@pages.post("/of/<slug>/set-going")
@needs(Role.APPROVER)
def set_going(slug: str) -> Any:
    """Let the approved letters leave in the background, if as many would leave as was typed."""
    name, count = request.form.get("outbox", ""), request.form.get("count", type=int)
    if count is None:
        raise Invalid("Type the number of letters that leave.")
    with acting() as (session, by, at):
        campaign = planning.find(session, slug)
        batch = spreading.set_going(office(), session, campaign, name, count=count, by=by, at=at)
    flash(f"The letters are set going as batch {batch.id}; workers let them leave, and you need not wait.", "success")
    return redirect(url_for("delivery.set_for_later"))
