"""Letters on the desk: files that come back (a DOCX with other words, a signed page, the evidence of an approval)."""

import io
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for

from outreach.errors import Invalid, NotFound, OutreachError
from outreach.journal import Role
from outreach.letters import comparing, register, signing, taking_back
from outreach.typesetting.data import direction
from outreach.web.guarding import needs
from outreach.web.letters_checking import pages as pages
from outreach.web.seeing import acting, office
from outreach.web.showing_again import status_of


@pages.route("/<int:number>/returning", methods=["GET", "POST"])
@needs(Role.DRAFTER)
def returning(number: int) -> Any:
    """Show what a DOCX that came back would change; nothing is taken yet."""
    try:
        if request.method == "POST":
            return _difference_page(number, *_uploaded())
    except OutreachError as error:
        return _difference_page(number, refusal=str(error)), status_of(error)
    return _difference_page(number)


def _uploaded() -> tuple[str, bytes]:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid("No file was chosen; choose one and send it again.")
    return file.filename, file.read()


def _difference_page(number: int, _label: str = "", content: bytes = b"", refusal: str = "") -> str:
    with office().reading() as session:
        letter = register.get(session, number)
        letter.must_be_at_home("changed by a file that comes back")
        now = letter.version_now
        found = taking_back.difference(letter, taking_back.read(content)) if content else None
        changes = found.changes if found else {}
        stands = {name: getattr(now, name) for name in changes}
        return render_template(
            "letters/returning.html",
            letter=letter,
            version=now,
            direction=direction(now.language),
            found=found,
            parts=comparing.parts(stands, changes),
            # Kept by its content, so that what is taken is what was shown.
            digest=office().archive.keep(content) if changes else "",
            refusal=refusal,
        )


@pages.post("/<int:number>/take-back")
@needs(Role.DRAFTER)
def take_back(number: int) -> Any:
    """Make the file whose difference was shown the letter's next version."""
    returned = taking_back.read(office().archive.fetch(request.form.get("digest", "")))
    with acting() as (session, by, at):
        letter = register.get(session, number)
        version = taking_back.take(session, letter, returned, by=by, at=at)
        said = f"stands at version {version.number}" if version else "says that already"
        flash(f"{letter.reference} {said}.", "success")
    return redirect(url_for("letters.show", number=number))


@pages.post("/<int:number>/sign")
@needs(Role.DRAFTER)
def sign(number: int) -> Any:
    """Keep a scan of the signed page."""
    label, content = _uploaded()
    with acting() as (session, by, at):
        letter = register.get(session, number)
        copy = signing.attach(session, letter, content, label, office().archive, by=by, at=at)
    flash("The signed copy is kept." if copy else "That scan is kept already.", "success")
    return redirect(url_for("letters.show", number=number))


@pages.get("/<int:number>/signed/<int:which>")
@needs(Role.READER)
def signed(number: int, which: int) -> Any:
    """A scan of the signed page, to keep."""
    with office().reading() as session:
        copies = signing.copies(session, register.get(session, number).version_now)
        copy = next((one for one in copies if one.id == which), None)
        if copy is None:
            raise NotFound("There is no such signed copy of this letter.")
        return attachment(copy.sha256, copy.filename)


@pages.get("/<int:number>/evidence/<int:which>")
@needs(Role.READER)
def evidence(number: int, which: int) -> Any:
    """The file that shows how an approval was given elsewhere."""
    with office().reading() as session:
        approvals = register.get(session, number).approvals
        approval = next((one for one in approvals if one.id == which and one.evidence_sha256), None)
        if approval is None or approval.evidence_sha256 is None:
            raise NotFound("There is no such evidence with this letter.")
        return attachment(approval.evidence_sha256, approval.evidence_filename)


@pages.get("/<int:number>/enclosures/<int:place>")
@needs(Role.READER)
def enclosure(number: int, place: int) -> Any:
    """A file that goes with the letter."""
    with office().reading() as session:
        there = {one.position: one for one in register.get(session, number).version_now.enclosures}
        if place not in there:
            raise NotFound("There is no such enclosure with this letter.")
        return attachment(there[place].sha256, there[place].filename)


def attachment(digest: str, name: str) -> Any:
    """A file of the archive, to be saved under `name`."""
    # Somebody else's file: handed out to be saved, never shown as a page of ours.
    content = io.BytesIO(office().archive.fetch(digest))
    return send_file(content, mimetype="application/octet-stream", as_attachment=True, download_name=name or "evidence")
