"""Campaigns on the desk: addressees that are not written to after all, and those that are again."""

from typing import Any

from flask import flash, redirect, request, url_for

from outreach.campaigns import planning
from outreach.journal import Role
from outreach.letters import holding
from outreach.web.campaigns_enclosing import pages as pages
from outreach.web.guarding import needs
from outreach.web.seeing import acting


@pages.post("/campaigns/<slug>/addressees/<int:number>/out")
@needs(Role.DRAFTER)
def leave_out(slug: str, number: int) -> Any:
    """Do not write to an addressee after all, saying why."""
    with acting() as (session, by, at):
        campaign = planning.find(session, slug)
        post = planning.addressee_numbered(session, campaign, number).post
        letter = holding.leave_out(session, campaign, post, request.form.get("because", ""), by=by, at=at)
        flash(f"{post.key} is left out.{f' {letter.reference} is cancelled.' if letter else ''}", "success")
    return redirect(url_for("campaigns.show", slug=slug))


@pages.post("/campaigns/<slug>/addressees/<int:number>/in")
@needs(Role.DRAFTER)
def take_in(slug: str, number: int) -> Any:
    """Write to an addressee again."""
    with acting() as (session, by, at):
        row = planning.addressee_numbered(session, planning.find(session, slug), number)
        planning.take_in(session, row, by=by, at=at)
        flash(f"{row.post.key} is written to again; draft its letter.", "success")
    return redirect(url_for("campaigns.show", slug=slug))
