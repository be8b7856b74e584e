"""The mailboxes of the office at the desk: how the last fetch went, what came in all, and fetching now."""

from collections import Counter
from itertools import islice
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from outreach import fetching
from outreach.fetching import Brought
from outreach.journal import Role
from outreach.responses import came_in, mailboxes
from outreach.responses.models import MailState
from outreach.web.guarding import needs
from outreach.web.seeing import actor, office

pages = Blueprint("mailboxes", __name__, url_prefix="/mailboxes")
# As much as a person waits for at a page; the button goes on from there.
MOST_LOTS = 10


@pages.get("/")
@needs(Role.READER)
def index() -> Any:
    """Each mailbox of the settings, and the counts of what came in."""
    with office().reading() as session:
        known = mailboxes.listing(session)
        return render_template(
            "mailboxes/list.html",
            boxes=[(name, known.get(name, ())) for name in dict.fromkeys([*fetching.names(office()), *known])],
            report=came_in.report(session),
            states=list(MailState),
        )


@pages.post("/fetch")
@needs(Role.DRAFTER)
def fetch() -> Any:
    """Fetch what came into every mailbox, as much as fits into one request."""
    sources = [fetching.source(office(), name) for name in fetching.names(office())]
    try:
        brought = list(islice(fetching.fetch(office(), sources, by=actor()), MOST_LOTS * max(1, len(sources))))
    finally:
        for source in sources:
            source.close()
    _tell(brought)
    return redirect(url_for("mailboxes.index"))


def _tell(brought: list[Brought]) -> None:
    noted = {one.mail for each in brought for one in each.noted}
    new = [one for each in brought for one in each.taken if one.is_new]
    counts = Counter("noted" if one.mail in noted else one.state.value for one in new)
    said = ", ".join(f"{number} {word}" for word, number in sorted(counts.items()))
    flash(f"{len(new)} new message{'' if len(new) == 1 else 's'}" + (f": {said}." if said else "."), "success")
    for each in brought:
        if each.trouble:
            flash(f"{each.mailbox}: {each.trouble}", "warning")
