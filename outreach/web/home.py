"""Where the day begins: how the campaigns stand, what waits, what is late, what happened."""

from typing import Any

from flask import Blueprint, render_template

from outreach import journal
from outreach.journal import Role
from outreach.responses import standing, waiting
from outreach.web.guarding import needs
from outreach.web.seeing import office

pages = Blueprint("home", __name__)


@pages.get("/")
@needs(Role.READER)
def show() -> Any:
    """The home page."""
    with office().reading() as session:
        campaigns = standing.standings(session, today=office().today())
        latest = journal.latest(session, last=12)
        mails = waiting.count(session)
        return render_template("home.html", campaigns=campaigns, latest=latest, mails=mails)
