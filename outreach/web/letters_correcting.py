"""Letters on the desk: what is wrong in a campaign's letters is put right, and one page says who got what."""

import io
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for

from outreach.campaigns import planning
from outreach.errors import Invalid, OutreachError
from outreach.journal import Role
from outreach.letters import correcting, enclosing
from outreach.letters.correcting import Change
from outreach.letters.enclosing import Enclosed
from outreach.responses import correcting as telling
from outreach.web.guarding import needs
from outreach.web.letters_paper import pages as pages
from outreach.web.seeing import acting, office, page_of, window
from outreach.web.showing_again import status_of


@pages.route("/correct/<slug>", methods=["GET", "POST"])
@needs(Role.DRAFTER)
def correct(slug: str) -> Any:
    """Say what is wrong and what stands instead, see which letters are affected, then do it by their exact number."""
    try:
        if request.method == "GET":
            return _page(slug)
        change = _change()
        if "count" not in request.form:
            return _page(slug, change)
        with acting() as (session, by, at):
            campaign = planning.find(session, slug)
            composer = office().composer(campaign, office().today(), change.template)
            count = request.form.get("count", type=int)
            done = correcting.correct(session, campaign, change, composer, count=count, by=by, at=at)
            flash(
                f"{len(done.here)} letters are written anew, {len(done.left)} followed by a correction, now drafts.", "success"
            )
            return redirect(url_for("letters.corrected", slug=slug, number=done.number))
    except OutreachError as error:
        return _page(slug, refusal=str(error)), status_of(error)


def _change() -> Change:
    """What was typed; a file that was shown already comes back by its digest, so that what is enclosed is what was shown."""
    form, file = request.form, request.files.get("file")
    wrong, right = (form.get(name, "").replace("\r\n", "\n").strip() for name in ("wrong", "right"))
    if file is not None and file.filename:
        kept = enclosing.keep(office().archive, file.read(), file.filename)
        return Change(wrong, kept.filename, kept)
    if form.get("sha256"):
        content = office().archive.fetch(form.get("sha256", ""))
        kept = enclosing.keep(office().archive, content, form.get("right", ""))
        return Change(wrong, kept.filename, kept)
    if not right:
        raise Invalid("Choose the new file, or type the words that stand instead.")
    return Change(wrong, right)


def _page(slug: str, change: Change | None = None, refusal: str = "") -> str:
    with office().reading() as session:
        campaign = planning.find(session, slug)
        affected = correcting.affected(session, campaign, change) if change else None
        got = telling.before(session, affected) if affected else []
        file: Enclosed | None = change.file if change else None
        return render_template(
            "letters/correct.html",
            campaign=campaign,
            enclosed=enclosing.of_campaign(session, campaign),
            made=correcting.made(session, campaign),
            change=change,
            file=file,
            affected=affected,
            got=got[:50],
            answered=sum(1 for one in got if one.answered),
            refusal=refusal,
            typed=request.form,
        )


@pages.get("/corrected/<slug>/<int:number>")
@needs(Role.READER)
def corrected(slug: str, number: int) -> Any:
    """Who got what of a correction."""
    offset, limit = window()
    with office().reading() as session:
        campaign = planning.find(session, slug)
        done = correcting.find(session, campaign, number)
        got = telling.after(session, done)
        page = page_of(got[offset : offset + limit])
        return render_template("letters/corrected.html", campaign=campaign, done=done, page=page, got=got)


@pages.get("/corrected/<slug>/<int:number>.pdf")
@needs(Role.READER)
def corrected_page(slug: str, number: int) -> Any:
    """The same on one page to print."""
    with office().reading() as session:
        campaign = planning.find(session, slug)
        done = correcting.find(session, campaign, number)
        content = telling.page(campaign, done, telling.after(session, done))
    name = f"correction-{slug}-{number}.pdf"
    return send_file(io.BytesIO(content), mimetype="application/pdf", as_attachment=True, download_name=name)
