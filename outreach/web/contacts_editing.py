"""Adding and editing in the directory: organisations, posts, holders, addresses, tags, and where nobody may write."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, request
from sqlalchemy.orm import Session

from outreach.contacts import addresses, cells, editing, erased, finding
from outreach.contacts.models import Address, AddressKind, Channel, Holder, Organisation, OrganisationKind, Person, Post
from outreach.contacts.recording import Contact
from outreach.errors import NotFound
from outreach.journal import Role
from outreach.web import contacts_forms as forms
from outreach.web.contacts_filling import fetch, filled_in, living, page_of
from outreach.web.guarding import needs
from outreach.web.seeing import acting, office

pages = Blueprint("editing", __name__)
BOTH = ["GET", "POST"]


@pages.route("/add", methods=BOTH)
@needs(Role.DRAFTER)
def add_organisation() -> Any:
    """Add an organisation."""
    form = forms.NewOrganisationForm()

    def save(session: Session, _nothing: None, by: Any, at: Any) -> str:
        values = form.given()
        kind = OrganisationKind.IGF_BODY if values["group"] == "igf" else OrganisationKind.ORGANISATION
        return page_of(editing.add_organisation(session, kind=kind, **values, by=by, at=at))

    return filled_in(form, lambda _session: None, save, title="Add an organisation")


@pages.route("/organisations/<key>/edit", methods=BOTH)
@needs(Role.DRAFTER)
def organisation(key: str) -> Any:
    """Edit an organisation."""
    form = forms.OrganisationForm()

    def save(session: Session, owner: Organisation, by: Any, at: Any) -> str:
        editing.edit(session, owner, **form.changes(owner), by=by, at=at)
        return f"{owner.name}: saved."

    return filled_in(form, lambda session: finding.whole(session, key), save, title="Edit organisation")


@pages.route("/organisations/<key>/names", methods=BOTH)
@needs(Role.DRAFTER)
def name(key: str) -> Any:
    """Record its name in a language."""
    form = forms.NameForm()

    def save(session: Session, owner: Organisation, by: Any, at: Any) -> str:
        others = {name: form[name].data or "" for name in editing.NAME_FORMS}
        editing.name_in(session, owner, form.language.data or "", form.name.data or "", by=by, at=at, **others)
        return f"{owner.name}: name saved."

    return filled_in(form, lambda session: finding.whole(session, key), save, title="Name in a language")


@pages.route("/organisations/<key>/tags", methods=BOTH)
@needs(Role.DRAFTER)
def tag(key: str) -> Any:
    """Hang tags on it."""
    form = forms.TagForm()

    def save(session: Session, owner: Organisation, by: Any, at: Any) -> str:
        now = editing.tag(session, owner, add=[form.tags.data or ""], by=by, at=at)
        return f"{owner.name} has the tags {', '.join(now)}."

    return filled_in(form, lambda session: finding.whole(session, key), save, title="Add tags")


@pages.post("/organisations/<key>/untag")
@needs(Role.DRAFTER)
def untag(key: str) -> Any:
    """Take a tag off."""
    with acting() as (session, by, at):
        owner = finding.whole(session, key)
        editing.tag(session, owner, remove=[request.form.get("tag", "")], by=by, at=at)
        return redirect(page_of(owner))


@pages.route("/organisations/<key>/posts", methods=BOTH)
@needs(Role.DRAFTER)
def add_post(key: str) -> Any:
    """Add a post."""
    form = forms.NewPostForm()

    def save(session: Session, owner: Organisation, by: Any, at: Any) -> str:
        values = form.given("preferred", "second")
        post = editing.add_post(session, owner, **values, channel=form.channels(), by=by, at=at)
        return f"{post.key} is in the directory."

    return filled_in(form, lambda session: finding.whole(session, key), save, title="Add a post")


@pages.route("/posts/<int:number>/edit", methods=BOTH)
@needs(Role.DRAFTER)
def post(number: int) -> Any:
    """Edit a post."""
    form = forms.PostForm()

    def save(session: Session, post: Post, by: Any, at: Any) -> str:
        changes: dict[str, str | tuple[Channel, Channel | None]] = dict(form.changes(post))
        if {"preferred", "second"} & changes.keys():
            changes = {name: value for name, value in changes.items() if name not in ("preferred", "second")}
            changes["channel"] = form.channels()
        editing.edit(session, post, **changes, by=by, at=at)
        return f"{post.key}: saved."

    return filled_in(form, lambda session: fetch(session, Post, number), save, title="Edit post")


@pages.route("/posts/<int:number>/holder", methods=BOTH)
@needs(Role.DRAFTER)
def add_holder(number: int) -> Any:
    """Say who holds a post; the page says whose time ends by it before it is done."""
    form = forms.NewHolderForm()

    def save(session: Session, post: Post, by: Any, at: Any) -> str:
        values: dict[str, Any] = form.given("in_charge", "from_date")
        start = cells.day(form.from_date.data) if form.from_date.data else None
        new = editing.add_holder(session, post, from_date=start, in_charge=form.in_charge.data, **values, by=by, at=at)
        return f"{new.person.full_name} is recorded as holder of {post.key}."

    return filled_in(
        form, lambda session: fetch(session, Post, number), save, title="Add a holder", page="contacts/holder.html"
    )


@pages.route("/holders/<int:number>/edit", methods=BOTH)
@needs(Role.DRAFTER)
def holder(number: int) -> Any:
    """Edit a person and how they hold the post."""
    form = forms.HolderForm()

    def save(session: Session, holder: Holder, by: Any, at: Any) -> str:
        changes = form.changes(holder)
        held = {name: value for name, value in changes.items() if name in form.HOLDING}
        about = {name: value for name, value in changes.items() if name in form.PERSON}
        editing.edit(session, holder.person, **about, by=by, at=at)
        editing.edit(session, holder, **held, by=by, at=at)
        return f"{holder.person.full_name}: saved."

    return filled_in(form, lambda session: fetch(session, Holder, number), save, title="Edit holder")


@pages.route("/persons/<int:number>/edit", methods=BOTH)
@needs(Role.DRAFTER)
def person(number: int) -> Any:
    """Edit what stands about a person, in whatever post."""
    form = forms.PersonForm()

    def save(session: Session, person: Person, by: Any, at: Any) -> str:
        editing.edit(session, person, **form.changes(person), by=by, at=at)
        return f"{person.full_name}: saved."

    return filled_in(form, lambda session: living(session, number), save, title="Edit person")


@pages.post("/holders/<int:number>/confirm")
@needs(Role.DRAFTER)
def confirm(number: int) -> Any:
    """The office made sure today that this person holds the post."""
    with acting() as (session, by, at):
        holder = fetch(session, Holder, number)
        editing.confirm(session, holder, on=office().today(), by=by, at=at)
        flash(f"{holder.person.full_name} is confirmed as of today.", "success")
        return redirect(page_of(holder))


@pages.route("/posts/<int:number>/addresses", methods=BOTH)
@needs(Role.DRAFTER)
def add_address(number: int) -> Any:
    """Add an address to a post, or to one of its holders."""
    form = forms.AddressForm()

    def offer(form: forms.AddressForm, post: Post) -> None:
        own = [(str(holder.id), holder.person.full_name) for holder in post.holders if holder.holds_on(office().today())]
        form.only_of.choices = [("", "of the post, whoever holds it"), *own]

    def save(session: Session, post: Post, by: Any, at: Any) -> str:
        holder = next((one for one in post.holders if str(one.id) == form.only_of.data), None)
        kind = AddressKind(form.kind.data)
        addresses.add(session, post, kind, form.value.data or "", holder=holder, by=by, at=at)
        if warning := erased.warning(session, form.value.data or ""):
            flash(f"Look at this: {warning}.", "warning")
        return f"{post.key} has another address."

    return filled_in(form, lambda session: fetch(session, Post, number), save, title="Add an address", prepare=offer)


@pages.route("/addresses/<int:number>", methods=BOTH)
@needs(Role.DRAFTER)
def address(number: int) -> Any:
    """Correct an address."""
    form = forms.CorrectionForm()

    def save(session: Session, address: Address, by: Any, at: Any) -> str:
        addresses.correct(session, address, form.value.data or "", by=by, at=at)
        return "The address is corrected."

    return filled_in(form, lambda session: fetch(session, Address, number), save, title="Correct an address")


@pages.post("/addresses/<int:number>/remove")
@needs(Role.DRAFTER)
def remove_address(number: int) -> Any:
    """Take an address away."""
    with acting() as (session, by, at):
        address = fetch(session, Address, number)
        post = address.post
        addresses.remove(session, post, address.value, by=by, at=at)
        flash("The address is taken away.", "success")
        return redirect(page_of(post))


_KINDS: dict[str, Any] = {"organisation": Organisation, "post": Post, "holder": Holder, "person": Person}


def _kind(what: str) -> Any:
    if what not in _KINDS:
        raise NotFound(f"The directory holds no {what}; it holds organisations, posts, holders and persons.")
    return _KINDS[what]


def _contact(thing: Organisation | Post | Holder | Person) -> Contact:
    return thing.person if isinstance(thing, Holder) else thing


@pages.route("/<what>/<int:number>/hold", methods=BOTH)
@needs(Role.DRAFTER)
def hold(what: str, number: int) -> Any:
    """From a day on nobody may write to this organisation, post or person."""
    form = forms.HoldForm()
    if not form.is_submitted():
        form.from_date.data = office().today().isoformat()

    def save(session: Session, thing: Any, by: Any, at: Any) -> str:
        since: date = cells.day(form.from_date.data or "")
        editing.do_not_contact(session, _contact(thing), form.do_not_contact.data or "", since=since, by=by, at=at)
        return "Nobody may write there now."

    return filled_in(form, lambda session: fetch(session, _kind(what), number), save, title="Do not contact")


@pages.post("/<what>/<int:number>/release")
@needs(Role.DRAFTER)
def release(what: str, number: int) -> Any:
    """Letters may leave again."""
    with acting() as (session, by, at):
        thing = fetch(session, _kind(what), number)
        editing.may_contact(session, _contact(thing), by=by, at=at)
        flash("Letters may leave there again.", "success")
        return redirect(page_of(thing))
