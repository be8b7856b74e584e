"""Letters on the desk that were written to somebody who does not hold the post on their date: listed, addressed anew."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from outreach.errors import Invalid, OutreachError
from outreach.journal import Role
from outreach.letters import addressed, comparing, readdressing, register
from outreach.web.guarding import needs
from outreach.web.letters_correcting import pages as pages
from outreach.web.seeing import acting, office, page_of, window
from outreach.web.showing_again import status_of


@pages.get("/misaddressed")
@needs(Role.READER)
def misaddressed() -> Any:
    """Letters whose addressee changed after they were written; of one post, or all."""
    return _page()


def _page(refusal: str = "") -> str:
    post, (offset, limit) = request.args.get("post", type=int), window()
    with office().reading() as session:
        found = addressed.misaddressed(session, posts=None if post is None else [post])
    page = page_of(found[offset : offset + limit])
    return render_template("letters/misaddressed.html", page=page, count=len(found), post=post, refusal=refusal)


@pages.post("/readdress")
@needs(Role.DRAFTER)
def readdress() -> Any:
    """Address the letters that were ticked to whoever holds their posts on their dates; all of them, or none."""
    try:
        with acting() as (session, by, at):
            letters = register.get_all(session, request.form.getlist("number", type=int))
            if not letters:
                raise Invalid("Tick the letters that are to be addressed anew.")
            for letter in letters:
                composer = office().composer(comparing.campaign_of(letter), letter.version_now.dated)
                readdressing.readdress(session, letter, composer, by=by, at=at)
    except OutreachError as error:
        return _page(str(error)), status_of(error)
    many = len(letters) > 1
    flash(f"{len(letters)} letter{'s are' if many else ' is'} addressed anew and to be approved again.", "success")
    if len(letters) == 1:
        return redirect(url_for("letters.show", number=letters[0].id))
    return redirect(url_for("letters.misaddressed", post=request.args.get("post", type=int)))
