"""The check of the directory at the desk: how many findings of each kind, those of one kind, and where each is mended."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for

from outreach.contacts import checking, finding
from outreach.contacts.checking import KINDS, Found
from outreach.contacts.models import RegionalGroup, StakeholderGroup
from outreach.journal import Role
from outreach.protocol.addressee import POST_KINDS
from outreach.web.contacts_narrowing import wanted_here
from outreach.web.guarding import needs
from outreach.web.seeing import office, page_of, window

pages = Blueprint("checking", __name__, url_prefix="/check")
# What is edited to mend a finding, and on which page.
_PAGES = {
    "holder": "contacts.editing.holder",
    "new-holder": "contacts.editing.add_holder",
    "address": "contacts.editing.address",
    "new-address": "contacts.editing.add_address",
    "post": "contacts.editing.post",
    "language": "contacts.editing.post",
}


@pages.get("/")
@needs(Role.READER)
def index() -> Any:
    """How many findings of each kind there are, and those of the kind that is asked for, page by page."""
    wanted, name = wanted_here(), request.args.get("finding", "")
    offset, limit = window()
    with office().reading() as session:
        ground = office().ground()
        found = checking.page(session, name, wanted, ground, offset=offset, limit=limit) if name else []
        counts = {} if name else checking.count(session, wanted, ground)
        offered = {"groups": StakeholderGroup, "regions": RegionalGroup, "posts": POST_KINDS, "tags": finding.tags(session)}
        shown = {"page": page_of(found), "counts": counts, "chosen": name, "kinds": KINDS, "wanted": wanted}
        return render_template("contacts/check.html", **shown, **offered, of_kind=_of_kind, mended_at=_mended_at)


def _of_kind(name: str) -> str:
    words = [(key, value) for key, value in request.args.items(multi=True) if key not in ("page", "finding")]
    return f"{url_for('contacts.checking.index')}?{urlencode([*words, ('finding', name)])}"


def _mended_at(found: Found) -> str:
    endpoint = _PAGES.get(KINDS[found.kind].fix)
    if endpoint is None:
        return f"{url_for('contacts.show', key=found.organisation)}#post-{found.post_id}"
    return url_for(endpoint, number=found.number)
