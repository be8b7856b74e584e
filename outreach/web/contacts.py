"""The directory: looking for organisations and posts, one organisation with all that belongs to it, the worksheet."""

import io
import tempfile
from pathlib import Path
from typing import Any

from flask import Blueprint, flash, redirect, render_template, send_file, url_for

from outreach.contacts import exporting, finding, persons, worksheet
from outreach.contacts.models import RegionalGroup, StakeholderGroup
from outreach.errors import NotFound
from outreach.journal import Role
from outreach.protocol.addressee import POST_KINDS
from outreach.web import (
    contacts_around,
    contacts_checking,
    contacts_editing,
    contacts_holding,
    contacts_importing,
    contacts_persons,
    contacts_same,
    privacy,
)
from outreach.web.contacts_forms import TagForm
from outreach.web.contacts_narrowing import wanted_here, with_query
from outreach.web.guarding import needs
from outreach.web.seeing import acting, is_fragment, office, page_of, window

pages = Blueprint("contacts", __name__, url_prefix="/contacts")
pages.register_blueprint(contacts_editing.pages)
pages.register_blueprint(contacts_holding.pages)
pages.register_blueprint(contacts_importing.pages)
pages.register_blueprint(contacts_persons.pages)
pages.register_blueprint(contacts_same.pages)
pages.register_blueprint(privacy.pages)
pages.register_blueprint(contacts_checking.pages)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_PERSONS = 8
MEDIA_TYPES = {".csv": "text/csv; charset=utf-8", ".xlsx": XLSX, ".vcf": "text/vcard; charset=utf-8"}


@pages.get("/")
@needs(Role.READER)
def index() -> Any:
    """Posts and organisations that fit, page by page."""
    wanted, today = wanted_here(), office().today()
    offset, limit = window()
    with office().reading() as session:
        page = page_of(finding.page(session, wanted, on=today, offset=offset, limit=limit))
        exports = {ending: with_query(url_for("contacts.export", kind=ending[1:])) for ending in exporting.KINDS}
        people = persons.fitting(session, wanted.text, limit=MOST_PERSONS + 1) if wanted.text else []
        shown = {
            "people": people,
            "most": MOST_PERSONS,
            "page": page,
            "wanted": wanted,
            "sheet": with_query(url_for("contacts.sheet")),
            "exports": exports,
            "confirming": with_query(url_for("contacts.holding.confirm_many")),
        }
        if is_fragment():
            return render_template("contacts/rows.html", **shown)
        offered = {"groups": StakeholderGroup, "regions": RegionalGroup, "kinds": POST_KINDS, "tags": finding.tags(session)}
        return render_template("contacts/list.html", **shown, **offered)


@pages.get("/organisations/<key>")
@needs(Role.READER)
def show(key: str) -> Any:
    """One organisation, its posts, letters, answers and what happened."""
    with office().reading() as session:
        owner = finding.whole(session, key)
        around = contacts_around.of(session, owner)
        return render_template(
            "contacts/show.html",
            owner=owner,
            around=around,
            today=office().today(),
            tag_form=TagForm(),
            holder_on=finding.holder_on,
        )


@pages.post("/export/contacts.<kind>")
@needs(Role.READER)
def export(kind: str) -> Any:
    """The contacts that fit, all of them, as a file; who took out how many of what stands in the journal."""
    ending = f".{kind}"
    if ending not in exporting.KINDS:
        raise NotFound(f"Contacts are not taken away as {ending}; there are {', '.join(exporting.KINDS)}.")
    wanted = wanted_here()
    with tempfile.TemporaryDirectory() as folder, office().reading() as session:
        path = Path(folder) / f"contacts{ending}"
        taken = exporting.write(session, path, wanted, on=office().today())
        content = io.BytesIO(path.read_bytes())
    with acting() as (session, by, at):
        exporting.record(session, taken, wanted, by=by, at=at)
    return send_file(content, mimetype=MEDIA_TYPES[ending], as_attachment=True, download_name=path.name)


@pages.get("/worksheet")
@needs(Role.READER)
def sheet() -> Any:
    """The worksheet of posts to confirm, narrowed like the list."""
    stale_after = office().settings.office.stale_after_days
    with tempfile.TemporaryDirectory() as folder, office().reading() as session:
        path = Path(folder) / "to-confirm.xlsx"
        count = worksheet.write(session, path, wanted_here(), on=office().today(), stale_after=stale_after)
        content = path.read_bytes() if count else b""
    if not content:
        flash("Every post that fits has a confirmed holder; there is nothing to fill in.", "info")
        return redirect(with_query(url_for("contacts.index")))
    return send_file(io.BytesIO(content), mimetype=XLSX, as_attachment=True, download_name="to-confirm.xlsx")
