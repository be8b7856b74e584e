"""Who holds a post, at the desk: handing over, the letters to the one before, confirming one holder or all that fit."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from outreach.contacts.models import Address, Holder, Post
from outreach.office import Office
from tests.cast import NOON, society
from tests.web.conftest import Visitor
from tests.web.test_contacts import typed
from tests.web.world import drafted, letters, state, versions

Visit = Callable[[str | None], Visitor]
SHOW = "/contacts/organisations/open-net"
NEW = {"full_name": "Max New", "family_name": "New", "gender": "male", "from_date": "2025-01-20"}


@pytest.fixture
def campaign(office: Office, visit: Visit) -> Visitor:
    """A drafter whose letter to the society's head is drafted."""
    return drafted(office, visit, "open-net")


def post_id(office: Office) -> int:
    with office.reading() as session:
        return session.scalars(select(Post.id).where(Post.kind == "chief-executive")).one()


def hand_over(office: Office, visitor: Visitor, **more: str) -> str:
    where = f"/contacts/posts/{post_id(office)}/handover"
    return visitor.post(where, {**typed(visitor.get(where).text), **NEW, **more}).text


def forget(office: Office) -> None:
    """Nobody made sure of any holder for two years."""
    with office.transaction() as session:
        for holder in session.scalars(select(Holder)):
            holder.confirmed_on = NOON.date() - timedelta(days=730)


# --- handing over


def test_one_holders_time_ends_and_anothers_begins(office: Office, visit: Visit) -> None:
    with office.transaction() as session:
        society(session)
    visitor = visit("drafter")
    assert "<strong>Li Example</strong>" in visitor.get(f"/contacts/posts/{post_id(office)}/handover").text
    text = hand_over(office, visitor, email="max@open-net.example", source="note of 20 January")
    assert "Max New holds open-net/chief-executive/headquarters from 2025-01-20." in text
    assert "19 Jan 2025" in text
    with office.reading() as session:
        own = session.scalars(select(Address).where(Address.value == "max@open-net.example")).one()
        new = session.get_one(Holder, own.holder_id)
        assert (new.person.full_name, new.confirmed_on, new.source) == ("Max New", NOON.date(), "note of 20 January")


def test_who_stands_in_to_a_day_leaves_the_head_in_the_post(office: Office, visit: Visit) -> None:
    with office.transaction() as session:
        society(session)
    text = hand_over(office, visit("drafter"), in_charge="y", to_date="2025-02-10")
    assert "Max New stands in for open-net" in text
    with office.reading() as session:
        ends = {one.person.full_name: one.to_date for one in session.scalars(select(Holder))}
    assert ends == {"Li Example": None, "Max New": date(2025, 2, 10)}


def test_a_refusal_stands_above_the_form_with_what_was_typed(office: Office, visit: Visit) -> None:
    with office.transaction() as session:
        society(session)
    text = hand_over(office, visit("drafter"), to_date="2025-02-10")
    assert "Only somebody who stands in does so until a day" in text
    assert 'value="Max New"' in text


def test_letters_to_the_one_before_are_listed_and_addressed_anew(campaign: Visitor, office: Office, visit: Visit) -> None:
    (number,) = letters(office)
    assert "1 letter to this post must be addressed anew." in hand_over(office, campaign)
    shown = campaign.get(SHOW).text
    link = re.search(r'href="(/letters/misaddressed\?post=\d+)"', shown)
    assert link
    assert "1 letter must be addressed anew" in campaign.get("/").text
    listed = campaign.get(link[1]).text
    assert "Li Example" in listed
    assert "Max New" in listed
    assert "<button" not in visit("reader").get(link[1]).text.split("<main")[1]
    text = campaign.post("/letters/readdress", {"number": number}, page=link[1]).text
    assert "1 letter is addressed anew and to be approved again." in text
    assert "Dear Mr. New" in text
    assert (state(office, number), versions(office, number)) == ("draft", 2)
    assert "Every letter that has not left is addressed to whoever holds" in campaign.get(link[1]).text


def test_a_letter_that_cannot_be_addressed_anew_is_said_and_nothing_is_done(campaign: Visitor, office: Office) -> None:
    hand_over(office, campaign)
    assert "Tick the letters" in campaign.post("/letters/readdress", {}, page="/letters/misaddressed").text
    response = campaign.post("/letters/readdress", {"number": ["1", "99"]}, page="/letters/misaddressed")
    assert response.status_code == 404
    assert "no longer there" in response.text
    assert versions(office, letters(office)[0]) == 1


# --- confirming


def test_a_holder_is_confirmed_for_a_day_with_its_source(office: Office, visit: Visit) -> None:
    with office.transaction() as session:
        society(session)
    forget(office)
    visitor, where = visit("drafter"), f"/contacts/posts/{post_id(office)}/confirm"
    assert where in visitor.get(SHOW).text
    values = {**typed(visitor.get(where).text), "confirmed_on": "2025-01-20", "source": "by telephone"}
    assert "is confirmed as of 2025-01-20" in visitor.post(where, values).text
    assert "by telephone" in visitor.get("/contacts/persons/1").text
    late = visitor.post(where, {**typed(visitor.get(where).text), "confirmed_on": "2025-03-01"})
    assert late.status_code == 422
    assert "is still to come" in late.text


def test_all_that_fit_are_confirmed_by_their_exact_number(office: Office, visit: Visit) -> None:
    with office.transaction() as session:
        society(session)
        society(session, "open-lake", "open-lake.example")
    forget(office)
    visitor = visit("drafter")
    link = re.search(r'href="(/contacts/confirm\?[^"]*)"', visitor.get("/contacts/?kind=chief-executive").text)
    assert link
    where = link[1].replace("&amp;", "&")
    page = visitor.get(where).text
    assert "2 posts that fit have a holder today" in page
    values = typed(page) | {"confirmed_on": "2025-01-27", "source": ""}
    wrong = visitor.post(where, {**values, "count": "3"})
    assert wrong.status_code == 409
    assert "3 was given" in wrong.text
    assert "2 holders are confirmed as of 2025-01-27." in visitor.post(where, {**values, "count": "2"}).text


# --- before a batch


def test_holders_not_confirmed_for_long_are_named_before_a_batch_is_drafted(
    campaign: Visitor, office: Office, visit: Visit
) -> None:
    with office.transaction() as session:
        society(session, "open-lake", "open-lake.example")
    plan = {"slug": "lakes", "title": "L", "template": "input-request", "sender": "chair", "deadline": "2025-03-31"}
    campaign.post("/new-campaign", {**plan, "to": "all", "copies": "", "count": 2}, page="/new-campaign")
    forget(office)
    where = "/campaigns/lakes"
    assert "How many holders are not confirmed" not in campaign.get(where).text
    response = campaign.post(f"{where}/draft", {"dated": "2025-01-27"}, page=where)
    assert response.status_code == 409
    assert "2 holders were not confirmed for" in response.text
    assert "Li Example</a>, open-lake/chief-executive/headquarters, last on 28 Jan 2023" in response.text
    assert len(letters(office)) == 1, "nothing was drafted"
    assert campaign.post(f"{where}/draft", {"dated": "2025-01-27", "unconfirmed": "1"}, page=where).status_code == 409
    done = campaign.post(f"{where}/draft", {"dated": "2025-01-27", "unconfirmed": "2"}, page=where).text
    assert "2 drafted" in done
