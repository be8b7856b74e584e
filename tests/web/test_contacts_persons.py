"""A person's page at the desk: what stands there, how one gets there, what may be changed."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import event, select

from outreach.contacts import editing, merging, persons
from outreach.contacts.models import Holder, Organisation, Person
from outreach.office import Office
from tests.cast import DANA, NOON, kenya, society
from tests.web.conftest import Visitor
from tests.web.test_contacts import typed

Visit = Callable[[str | None], Visitor]
ACT = {"by": DANA, "at": NOON}
LI = "/contacts/persons/1"


@pytest.fixture
def directory(office: Office) -> Office:
    """Ms. Li Example heads a society until 19 January, Mr. Max New after her; Kenya's post is vacant."""
    with office.transaction() as session:
        post = society(session)
        kenya(session)
        editing.add_holder(session, post, full_name="Max New", family_name="New", from_date=date(2025, 1, 20), **ACT)
    return office


def test_a_person_is_reached_from_the_organisation_and_from_the_search(directory: Office, visit: Visit) -> None:
    visitor = visit("reader")
    assert f'<a href="{LI}">Li Example</a>' in visitor.get("/contacts/organisations/open-net").text
    listed = visitor.get("/contacts/?text=li+exam").text
    people = listed.split('id="people-found"')[1].split("</section>")[0]
    assert f'<a href="{LI}">Li Example</a>' in people, "she holds nothing today, and is found all the same"
    assert "Chief Executive Officer, Open Net Society" in people
    assert "people-found" not in visitor.get("/contacts/?text=open+net").text


def test_the_page_shows_posts_over_time_and_a_reader_changes_nothing(directory: Office, visit: Visit) -> None:
    text = visit("reader").get(LI).text
    for words in ("person/1", "Chief Executive Officer", "Open Net Society", "19 Jan 2025", "Family name"):
        assert words in text
    assert "holds it now" not in text
    assert "holds it now" in visit("reader").get("/contacts/persons/2").text
    assert "<button" not in text.split("<main")[1]
    assert "/edit" not in text


def test_letters_and_answers_of_a_person_stand_on_the_page(full_desk: Flask, visit_full: Visit) -> None:
    office = full_desk.extensions["office"]
    with office.reading() as session:
        number = session.scalars(
            select(Holder.person_id)
            .join(Holder.post)
            .join(Organisation)
            .where(Organisation.key == "baltic-exchange-point-union")
        ).one()
    text = visit_full("reader").get(f"/contacts/persons/{number}").text
    letters, answers = text.split(">Letters</h2>")[1].split(">Answers</h2>")
    assert "IGF/LP/2025/" in letters
    assert "substantive" in answers


def test_the_page_asks_few_queries(full_desk: Flask, visit_full: Visit) -> None:
    visitor = visit_full("keeper")
    asked: list[str] = []
    event.listen(full_desk.extensions["office"].database.engine, "before_cursor_execute", lambda *v: asked.append(v[2]))
    for where in (LI, "/contacts/?text=li"):
        asked.clear()
        assert visitor.get(where).status_code == 200
        assert len(asked) <= 15, f"{where}: {len(asked)}"


def test_a_person_is_edited_by_two_and_nothing_is_lost(directory: Office, visit: Visit) -> None:
    first, second = visit("drafter"), visit("keeper")
    mine, theirs = typed(first.get(f"{LI}/edit").text), typed(second.get(f"{LI}/edit").text)
    text = second.post(f"{LI}/edit", {**theirs, "salutation": "Dear Li"}).text
    assert "Li Example: saved." in text
    assert "salutation: nothing → Dear Li" in text
    response = first.post(f"{LI}/edit", {**mine, "salutation": "My dear Li"})
    assert response.status_code == 409
    assert "Stands there now: Dear Li" in response.text
    assert typed(response.text)["salutation"] == "My dear Li"


def test_nobody_may_write_to_a_person_until_it_is_released(directory: Office, visit: Visit) -> None:
    visitor, where = visit("drafter"), "/contacts/person/2/hold"
    form = {**typed(visitor.get(where).text), "do_not_contact": "wrote so", "from_date": "2025-01-27"}
    text = visitor.post(where, form).text
    assert "<h1" in text
    assert "since 27 Jan 2025: wrote so" in text
    assert "Letters may leave there again." in visitor.post("/contacts/person/2/release", page="/contacts/persons/2").text


def test_a_merged_number_leads_to_who_it_became_and_an_erased_person_cannot_be_edited(directory: Office, visit: Visit) -> None:
    with directory.transaction() as session:
        again = editing.add_holder(session, kenya_post(session), full_name="Max New", family_name="New", **ACT).person
        merging.merge(session, again, persons.numbered(session, 2), on=NOON.date(), write=True, **ACT)
        session.get_one(Person, 1).erased_at = NOON
        number = again.id
    visitor = visit("drafter")
    text = visitor.get(f"/contacts/persons/{number}").text
    assert "person/2" in text
    assert f"person/{number}, merged into this one" in text
    assert "was erased on 27 Jan 2025" in visitor.get(LI).text
    assert visitor.get(f"{LI}/edit").status_code == 409
    assert visitor.get("/contacts/persons/99").status_code == 404


def kenya_post(session: object) -> object:
    return session.scalars(select(Organisation).where(Organisation.key == "kenya")).one().posts[0]  # type: ignore[attr-defined]
