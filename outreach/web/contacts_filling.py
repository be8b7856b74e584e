"""How every form of the directory is shown, saved, and shown again with what was typed when it could not be saved."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from flask import flash, redirect, render_template, url_for
from sqlalchemy.orm import Session

from outreach.contacts import persons
from outreach.contacts.models import Address, Holder, Organisation, Person, Post
from outreach.errors import NotFound, OutreachError, Refused
from outreach.journal import Actor
from outreach.web.contacts_sheet import Sheet
from outreach.web.seeing import acting, office

T = TypeVar("T")
Thing = Organisation | Post | Holder | Address | Person

Find = Callable[[Session], Any]
Save = Callable[[Session, Any, Actor, datetime], str]


def fetch(session: Session, kind: type[T], number: int) -> T:
    """The row with this number; raises NotFound."""
    found = session.get(kind, number)
    if found is None:
        raise NotFound(f"There is no such {kind.__name__.lower()} in the directory; perhaps it was taken away.")
    return found


def living(session: Session, number: int) -> Person:
    """The person with this number, to act on; raises NotFound, and Refused for somebody who was erased."""
    found = persons.numbered(session, number)
    if found.erased_at is not None:
        raise Refused(f"{persons.key_of(found)} was erased on {found.erased_at.date()}; nothing is recorded of them any more.")
    return found


def organisation_of(thing: Organisation | Post | Holder | Address) -> Organisation:
    """The organisation that something of the directory belongs to."""
    if isinstance(thing, Organisation):
        return thing
    return thing.organisation if isinstance(thing, Post) else thing.post.organisation


def called(thing: Thing) -> str:
    """The name at the head of the page where it is shown: its organisation's, or the person's."""
    return thing.full_name if isinstance(thing, Person) else organisation_of(thing).name


def page_of(thing: Thing) -> str:
    """The address of the page where it is shown: its organisation's, at its post, or the person's."""
    if isinstance(thing, Person):
        return url_for("contacts.persons.show", number=thing.id)
    post = thing if isinstance(thing, Post) else None if isinstance(thing, Organisation) else thing.post
    where = url_for("contacts.show", key=organisation_of(thing).key)
    return f"{where}#post-{post.id}" if post else where


def filled_in(form: Sheet, find: Find, save: Save, *, title: str, page: str = "contacts/form.html", prepare: Any = None) -> Any:
    """Show the form over what `find` gives, or save it and go where that is shown.

    `save` does the act and gives the sentence that is said afterwards. What cannot be saved is shown again as it was typed,
    with the reason beside its field; so is what somebody else changed meanwhile, with what stands there now.
    `prepare` sets choices that depend on what was found.
    """
    status = 200
    if form.is_submitted():
        try:
            kept = _save(form, find, save, prepare)
            if kept:
                return redirect(kept)
            status = 422
        except NotFound:
            raise
        except OutreachError as error:
            status = form.blame(error)
    with office().reading() as session:
        thing = find(session)
        if prepare:
            prepare(form, thing)
        form.show(thing)
        of = called(thing) if thing else ""
        return render_template(page, form=form, thing=thing, title=title, back=_back(thing), of=of), status


def _save(form: Sheet, find: Find, save: Save, prepare: Any) -> str | None:
    with acting() as (session, by, at):
        thing = find(session)
        if prepare:
            prepare(form, thing)
        if not form.validate():
            return None
        if thing is not None:
            form.must_be_unchanged(thing, called(thing))
        said = save(session, thing, by, at)
        where = said if thing is None else page_of(thing)
    flash("Added." if thing is None else said, "success")
    return where


def _back(thing: Thing | None) -> str:
    return url_for("contacts.index") if thing is None else page_of(thing)
