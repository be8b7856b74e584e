"""Campaigns on the desk: the files that go with their letters."""

from typing import Any

from flask import flash, redirect, request, url_for

from outreach.campaigns import planning
from outreach.errors import Invalid, NotFound
from outreach.journal import Role
from outreach.letters import enclosing
from outreach.web.campaigns_planning import pages as pages
from outreach.web.guarding import needs
from outreach.web.letters_paper import attachment
from outreach.web.seeing import acting, office


@pages.post("/campaigns/<slug>/enclosures")
@needs(Role.DRAFTER)
def enclose(slug: str) -> Any:
    """Enclose a file with the letters that are drafted from now on."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid("No file was chosen; choose one and send it again.")
    with acting() as (session, by, at):
        campaign = planning.find(session, slug)
        kept = enclosing.keep(office().archive, file.read(), file.filename, request.form.get("title", ""))
        enclosing.add(session, campaign, kept, by=by, at=at)
        flash(f"{kept.title} goes with the letters that are drafted from now on.", "success")
    return redirect(url_for("campaigns.show", slug=slug))


@pages.post("/campaigns/<slug>/enclosures/out")
@needs(Role.DRAFTER)
def take_out(slug: str) -> Any:
    """Enclose a file no longer."""
    with acting() as (session, by, at):
        title = request.form.get("title", "")
        enclosing.take_out(session, planning.find(session, slug), title, by=by, at=at)
        flash(f"{title} is taken out; drafts follow when they are written anew.", "success")
    return redirect(url_for("campaigns.show", slug=slug))


@pages.get("/campaigns/<slug>/enclosures/<int:place>")
@needs(Role.READER)
def enclosure(slug: str, place: int) -> Any:
    """A file that goes with the campaign's letters, counted from 1."""
    with office().reading() as session:
        files = enclosing.of_campaign(session, planning.find(session, slug))
        if not 1 <= place <= len(files):
            raise NotFound(f"{slug} has no such enclosure.")
        return attachment(files[place - 1].sha256, files[place - 1].filename)
