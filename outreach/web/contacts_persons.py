"""A person at the desk: posts held over time, addresses, letters, answers, and whether anybody may write."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, redirect, render_template, url_for

from outreach.contacts import persons
from outreach.contacts.recording import subject_of
from outreach.journal import Role
from outreach.privacy import overview
from outreach.privacy.overview import Overview
from outreach.web import contacts_around
from outreach.web.guarding import needs
from outreach.web.seeing import office

pages = Blueprint("persons", __name__, url_prefix="/persons")


@pages.get("/<int:number>")
@needs(Role.READER)
def show(number: int) -> Any:
    """One person; a number that was merged into another leads to that one."""
    with office().reading() as session:
        person = persons.numbered(session, number)
        if person.id != number:
            return redirect(url_for("contacts.persons.show", number=person.id))
        found = overview.of(session, person)
        happened = contacts_around.happened(session, _subjects(found))
        return render_template("contacts/person.html", person=person, found=found, happened=happened, today=office().today())


def _subjects(found: Overview) -> Iterator[str]:
    for number in found.its.numbers:
        yield f"person {number}"
    for holder in found.holdings:
        yield subject_of(holder)
