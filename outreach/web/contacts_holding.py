"""Who holds a post from which day, and whether that is still so: handing over, confirming one holder or all that fit."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from outreach.contacts import addresses, cells, confirming, erased, handing_over
from outreach.contacts.models import AddressKind, Post
from outreach.errors import OutreachError
from outreach.journal import Role
from outreach.letters import addressed
from outreach.web import contacts_forms as forms
from outreach.web.contacts_filling import fetch, filled_in
from outreach.web.contacts_narrowing import wanted_here, with_query
from outreach.web.guarding import needs
from outreach.web.seeing import acting, office
from outreach.web.showing_again import status_of

pages = Blueprint("holding", __name__)
BOTH = ["GET", "POST"]
MOST_NAMES = 50


@pages.route("/posts/<int:number>/handover", methods=BOTH)
@needs(Role.DRAFTER)
def hand_over(number: int) -> Any:
    """End one holder's time and begin another's in one step; letters to the one before are said."""
    form = forms.HandoverForm()

    def save(session: Session, post: Post, by: Any, at: Any) -> str:
        first, last = (cells.day(one.data) if one.data else None for one in (form.from_date, form.to_date))
        assert first is not None
        fields: dict[str, Any] = form.given("in_charge", "from_date", "to_date", "email")
        times: dict[str, Any] = {"on": first, "until": last, "today": office().today()}
        done = handing_over.hand_over(session, post, charge=form.in_charge.data, **times, **fields, by=by, at=at)
        if email := (form.email.data or "").strip():
            addresses.add(session, post, AddressKind.EMAIL, email, holder=done.holder, by=by, at=at)
            if warning := erased.warning(session, email):
                flash(f"Look at this: {warning}.", "warning")
        return _told(post, done, len(addressed.misaddressed(session, posts=[post.id])))

    return filled_in(form, lambda session: fetch(session, Post, number), save, title="Hand over", page="contacts/handover.html")


def _told(post: Post, done: handing_over.Handover, letters: int) -> str:
    verb = "stands in for" if done.holder.in_charge else "holds"
    waiting = f" {letters} letter{'s' if letters > 1 else ''} to this post must be addressed anew." if letters else ""
    return f"{done.holder.person.full_name} {verb} {post.key} from {done.holder.from_date}.{waiting}"


@pages.route("/posts/<int:number>/confirm", methods=BOTH)
@needs(Role.DRAFTER)
def confirm(number: int) -> Any:
    """On a day the office made sure that whoever is recorded holds the post, and knows it from something."""
    form = forms.ConfirmForm()
    if not form.is_submitted():
        form.confirmed_on.data = office().today().isoformat()

    def save(session: Session, post: Post, by: Any, at: Any) -> str:
        on, source = cells.day(form.confirmed_on.data or ""), form.source.data or ""
        confirming.confirm(session, [post.id], on=on, today=office().today(), source=source, by=by, at=at)
        return f"The holder of {post.key} is confirmed as of {on}."

    return filled_in(form, lambda session: fetch(session, Post, number), save, title="Confirm the holder")


@pages.route("/confirm", methods=BOTH)
@needs(Role.DRAFTER)
def confirm_many() -> Any:
    """Confirm whoever holds the posts that the list is narrowed to, once their exact number is typed."""
    form = forms.ConfirmManyForm()
    if not form.is_submitted():
        form.confirmed_on.data = office().today().isoformat()
    elif form.validate():
        try:
            return _confirmed(form)
        except OutreachError as error:
            return _many(form, str(error)), status_of(error)
    return _many(form), 422 if form.errors else 200


def _confirmed(form: forms.ConfirmManyForm) -> Any:
    on, today = cells.day(form.confirmed_on.data or ""), office().today()
    with acting() as (session, by, at):
        posts = confirming.exactly(confirming.fitting(session, wanted_here(), on=on), form.count.data)
        confirming.confirm(session, posts, on=on, today=today, source=form.source.data or "", by=by, at=at)
    flash(f"{len(posts)} holder{'s are' if len(posts) > 1 else ' is'} confirmed as of {on}.", "success")
    return redirect(with_query(url_for("contacts.index")))


def _many(form: forms.ConfirmManyForm, refusal: str = "") -> str:
    with office().reading() as session:
        posts = confirming.fitting(session, wanted_here(), on=office().today())
        known = list(confirming.holders(session, posts[:MOST_NAMES], on=office().today()))
    back = with_query(url_for("contacts.index"))
    here = with_query(url_for("contacts.holding.confirm_many")) if request.args else ""
    shown = {"form": form, "refusal": refusal, "count": len(posts), "known": known, "back": back, "here": here}
    return render_template("contacts/confirm.html", **shown)
