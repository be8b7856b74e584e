"""Which contacts are the same, at the desk: pairs side by side, merging them, telling them apart, undoing either."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from outreach.contacts import alike, duplicates, joining, merging, persons, sides, telling_apart, unmerging
from outreach.contacts.models import Organisation, Person
from outreach.contacts.persons import key_of
from outreach.contacts.sameness import Kind, Somebody
from outreach.errors import NotFound, OutreachError
from outreach.journal import Role
from outreach.web.contacts_filling import page_of as shown_at
from outreach.web.guarding import needs
from outreach.web.seeing import acting, office, page_of, window
from outreach.web.showing_again import must_be_unchanged, status_of

pages = Blueprint("same", __name__)
PAIRS = 20


@pages.get("/duplicates")
@needs(Role.READER)
def index() -> Any:
    """The pairs found when the directory was last looked through, the likeliest first."""
    offset, limit = window(PAIRS)
    with office().reading() as session:
        page = page_of(alike.page(session, offset=offset, limit=limit), PAIRS)
        about = {"count": alike.count(session), "looked_at": alike.looked_at(session)}
        return render_template("contacts/duplicates.html", page=page, **about)


@pages.post("/duplicates/look")
@needs(Role.DRAFTER)
def look() -> Any:
    """Look through the whole directory, and keep what is found for everybody to go through."""
    with office().reading() as session:
        found = duplicates.find(session)
    with acting() as (session, by, at):
        count = alike.keep(session, found, by=by, at=at)
    flash(f"{count} pair{'s' if count != 1 else ''} may be the same." if count else "No two contacts look the same.", "success")
    return redirect(url_for("contacts.same.index"))


@pages.get("/duplicates/two")
@needs(Role.DRAFTER)
def two() -> Any:
    """Compare any two contacts that are named as commands name them."""
    names = [request.args.get(name, "").strip() for name in ("one", "other")]
    if not all(names):
        flash("Name two contacts to compare them.", "info")
        return redirect(url_for("contacts.same.index"))
    with office().reading() as session:
        one, other = (persons.contact(session, name, on=office().today()) for name in names)
        kind, first, second = telling_apart.pair_of(one, other)
        return redirect(url_for("contacts.same.compare", kind=kind.value, first=first, second=second))


@pages.get("/duplicates/<kind>/<int:first>/<int:second>")
@needs(Role.DRAFTER)
def compare(kind: str, first: int, second: int) -> Any:
    """Two contacts side by side, which one stays, and what a merge would move; nothing is changed by looking."""
    return _compare(kind, first, second)


def _compare(kind: str, first: int, second: int, refusal: str = "") -> str:
    # A merge is tried in earnest and taken back, which only a session that may write can do.
    with acting() as (session, by, at):
        merged, into = _pair(session, kind, first, second)
        take = [name for name in request.values.getlist("take") if name in joining.fields_of(type(into))]
        told = None
        try:
            told = merging.merge(session, merged, into, take=take, by=by, at=at, on=office().today())
        except OutreachError as error:
            refusal = refusal or str(error)
        both = sides.of(session, Kind.of(into), (first, second))
        about = {"told": told, "refusal": refusal, "take": take, "version": _version(merged, into)}
        return render_template(
            "contacts/compare.html", kind=kind, first=both[first], second=both[second], into=into.id, merged=merged.id, **about
        )


def _pair(session: Session, kind: str, first: int, second: int) -> tuple[Somebody, Somebody]:
    """Who would be merged, and into whom: the older stays unless the address says otherwise."""
    if kind not in set(Kind):
        raise NotFound("There are pairs of persons and pairs of organisations; go back to the list.")
    one, other = (_found(session, Kind(kind), number) for number in (first, second))
    return (one, other) if request.values.get("stays", type=int) == second else (other, one)


def _found(session: Session, kind: Kind, number: int) -> Somebody:
    found = session.get(kind.model, number)
    if not isinstance(found, Person | Organisation):
        raise NotFound("One of these contacts is not in the directory; go back to the list.")
    return found


def _version(merged: Somebody, into: Somebody) -> int:
    return merged.version + into.version


@pages.post("/duplicates/<kind>/<int:first>/<int:second>/merge")
@needs(Role.DRAFTER)
def merge(kind: str, first: int, second: int) -> Any:
    """Make one of the two, as it was shown."""
    try:
        with acting() as (session, by, at):
            merged, into = _pair(session, kind, first, second)
            must_be_unchanged(request.form.get("version"), _version(merged, into), "One of these contacts")
            take = request.form.getlist("take")
            told = merging.merge(session, merged, into, take=take, by=by, at=at, on=office().today(), write=True)
            where = shown_at(into)
    except OutreachError as error:
        return _compare(kind, first, second, str(error)), status_of(error)
    flash(f"{told.merged} is {told.into} now. It can be undone under Merges.", "success")
    for warning in told.warnings:
        flash(f"Look at this: {warning}", "warning")
    return redirect(where)


@pages.post("/duplicates/<kind>/<int:first>/<int:second>/apart")
@needs(Role.DRAFTER)
def tell_apart(kind: str, first: int, second: int) -> Any:
    """They are not the same, and are not shown as a pair again."""
    with acting() as (session, by, at):
        pair = _pair(session, kind, first, second)
        telling_apart.tell_apart(session, *pair, because=request.form.get("because", "")[:500], by=by, at=at)
        flash(f"{key_of(pair[0])} and {key_of(pair[1])} are told apart.", "success")
    return redirect(url_for("contacts.same.index"))


@pages.get("/told-apart")
@needs(Role.READER)
def told_apart() -> Any:
    """The pairs that somebody told apart, the latest first."""
    offset, limit = window(PAIRS)
    with office().reading() as session:
        rows = telling_apart.all_told_apart(session, offset=offset, limit=limit)
        page = page_of(zip(rows, alike.shown(session, rows), strict=True), PAIRS)
        return render_template("contacts/told_apart.html", page=page)


@pages.post("/told-apart/<kind>/<int:first>/<int:second>/take-back")
@needs(Role.DRAFTER)
def take_back(kind: str, first: int, second: int) -> Any:
    """They may be the same after all."""
    with acting() as (session, by, at):
        telling_apart.take_back(session, *_pair(session, kind, first, second), by=by, at=at)
        flash("They may be the same; the pair is shown again when the directory is next looked through.", "success")
    return redirect(url_for("contacts.same.told_apart"))


@pages.get("/merges")
@needs(Role.READER)
def merges() -> Any:
    """What was merged, the latest first."""
    offset, limit = window()
    with office().reading() as session:
        page = page_of(unmerging.listing(session, offset=offset, limit=limit))
        return render_template("contacts/merges.html", page=page)


@pages.post("/merges/<int:number>/undo")
@needs(Role.DRAFTER)
def undo(number: int) -> Any:
    """Undo a merge exactly."""
    with acting() as (session, by, at):
        again = unmerging.unmerge(session, unmerging.numbered(session, number), by=by, at=at)
        flash(f"{key_of(again)} stands by itself again.", "success")
        return redirect(shown_at(again))
