"""Bringing in a list: choose it, name its columns, look at every row, keep the good ones, take the refused ones away."""

import io
from pathlib import Path
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask import session as cookie

from outreach.contacts import headings, understanding, uploads
from outreach.contacts.importing import Action
from outreach.contacts.models import StakeholderGroup
from outreach.contacts.uploads import Upload
from outreach.errors import Invalid, NotFound, OutreachError, Refused
from outreach.journal import Role
from outreach.web.contacts_forms import UploadForm
from outreach.web.guarding import needs
from outreach.web.seeing import acting, office, page_of, window
from outreach.web.showing_again import status_of

pages = Blueprint("importing", __name__, url_prefix="/import")
# The cookie is small: of the lists that somebody chose and left, the oldest are forgotten.
REMEMBERED = 5


def _root() -> Path:
    return office().folder / "uploads"


def _remembered(token: str) -> str:
    """The name of the list with this token; raises NotFound unless this session brought it."""
    name = dict(cookie.get("uploads", {})).get(token)
    if name is None:
        raise NotFound("That list is no longer here; choose the file again.")
    return str(name)


def _upload(token: str) -> tuple[Upload, str]:
    name = _remembered(token)
    return Upload(_root(), token), name


def _forget(token: str) -> None:
    cookie["uploads"] = {one: name for one, name in cookie.get("uploads", {}).items() if one != token}


@pages.route("/", methods=["GET", "POST"])
@needs(Role.DRAFTER)
def choose() -> Any:
    """Choose a list and send it."""
    form = UploadForm()
    status = 200
    if form.validate_on_submit():
        try:
            token = uploads.take_in(_root(), form.file.data.stream, at=office().now())
            # The name is only ever shown.
            name = "".join(filter(str.isprintable, form.file.data.filename or "list"))[-100:]
            cookie["uploads"] = dict([*list(cookie.get("uploads", {}).items())[1 - REMEMBERED :], (token, name)])
            return redirect(url_for("contacts.importing.look", token=token), 303)
        except Invalid as error:
            form.file.errors = [str(error)]
    if form.is_submitted():
        status = 422
    return render_template("contacts/import.html", form=form, columns=headings.COLUMNS), status


@pages.get("/<token>")
@needs(Role.DRAFTER)
def look(token: str) -> Any:
    """What each row would do, page by page; first what the columns are, if that is not clear."""
    upload, name = _upload(token)
    counts = upload.counts()
    if not upload.path.exists():
        return render_template("contacts/imported.html", upload=upload, name=name, token=token, counts=counts)
    try:
        columns = upload.columns()
        if counts is None:
            with acting() as (session, by, at):
                counts = upload.look(session, by=by, at=at, on=office().today())
    except (Invalid, Refused) as error:
        return _ask(upload, name, token, error)
    only = request.args.get("only", "")
    offset, limit = window()
    page = page_of(upload.outcomes(only if only in set(map(str, Action)) else "", offset=offset, limit=limit))
    shown = {"columns": columns, "counts": counts, "page": page, "only": only, "good": counts["added"] + counts["changed"]}
    said = {"name": name, "token": token, "groups": StakeholderGroup}
    return render_template("contacts/preview.html", upload=upload, **said, **shown)


def _ask(upload: Upload, name: str, token: str, error: OutreachError | None) -> Any:
    """The page that asks what the columns are; a file that cannot be read at all says why and is chosen anew."""
    try:
        heads = upload.heads()
    except Invalid as unreadable:
        flash(str(unreadable), "danger")
        return redirect(url_for("contacts.importing.choose"))
    chosen = upload.mapping()
    known = enumerate(zip(heads, understanding.known_as(heads), strict=True))
    matched = [
        {"number": number, "head": head, "field": chosen.get(head) or field, "words": words}
        for number, (head, (field, words)) in known
        if head.strip()
    ]
    shown = {"matched": matched, "fields": headings.COLUMNS, "error": error}
    return render_template("contacts/columns.html", name=name, token=token, **shown), status_of(error) if error else 200


@pages.route("/<token>/columns", methods=["GET", "POST"])
@needs(Role.DRAFTER)
def columns(token: str) -> Any:
    """Say which field each column is."""
    upload, name = _upload(token)
    if request.method == "GET":
        return _ask(upload, name, token, None)
    said = ((head, request.form.get(f"column-{number}", "")) for number, head in enumerate(upload.heads()))
    try:
        upload.map({head: field for head, field in said if head.strip() and field})
    except Invalid as error:
        return _ask(upload, name, token, error)
    return redirect(url_for("contacts.importing.look", token=token), 303)


@pages.post("/<token>/group")
@needs(Role.DRAFTER)
def group(token: str) -> Any:
    """Say which group new organisations have, where a row names none."""
    upload, _name = _upload(token)
    said = request.form.get("group", "")
    upload.group(next((one for one in StakeholderGroup if one.value == said), None))
    return redirect(url_for("contacts.importing.look", token=token), 303)


@pages.post("/<token>/look")
@needs(Role.DRAFTER)
def look_again(token: str) -> Any:
    """Work out anew what the rows would do."""
    upload, _name = _upload(token)
    with acting() as (session, by, at):
        upload.look(session, by=by, at=at, on=office().today())
    return redirect(url_for("contacts.importing.look", token=token), 303)


@pages.post("/<token>/keep")
@needs(Role.DRAFTER)
def keep(token: str) -> Any:
    """Keep the good rows; the list itself is removed then."""
    upload, name = _upload(token)
    with acting() as (session, by, at):
        counts = upload.keep(session, called=name, by=by, at=at, on=office().today())
    upload.finish()
    flash(f"Kept: {counts['added']} added, {counts['changed']} changed.", "success")
    return redirect(url_for("contacts.importing.look", token=token), 303)


@pages.get("/<token>/refused")
@needs(Role.DRAFTER)
def refused(token: str) -> Any:
    """The refused rows, to mend and bring in again."""
    upload, _name = _upload(token)
    if not upload.refused.exists():
        raise NotFound("No row of that list was refused.")
    content = io.BytesIO(upload.refused.read_bytes())
    return send_file(content, mimetype="text/csv; charset=utf-8", as_attachment=True, download_name="refused.csv")


@pages.post("/<token>/remove")
@needs(Role.DRAFTER)
def remove(token: str) -> Any:
    """Remove the list and all that was made of it."""
    upload, _name = _upload(token)
    upload.remove()
    _forget(token)
    flash("The list is removed; the directory stays as it is.", "info")
    return redirect(url_for("contacts.index"))
