"""Traffic at the desk: who had or is due another letter, and the three ways on: hold, leave out, proceed."""

import re

import pytest
from sqlalchemy import event

from outreach.office import Office
from tests.web.conftest import Visitor
from tests.web.world import PLAN, Visit, drafted, letters, state


@pytest.fixture
def drafter(visit: Visit, office: Office) -> Visitor:
    """Two campaigns: one to two societies, one to the first of them alone, all drafted."""
    visitor = drafted(office, visit, "open-net", "far-net")
    thanks = {**PLAN, "slug": "thanks", "title": "Thanks", "to": "org:open-net", "count": "1"}
    visitor.post("/new-campaign", thanks, page="/new-campaign")
    visitor.post("/campaigns/thanks/draft", {"dated": "2025-01-30"}, page="/campaigns/thanks")
    return visitor


def test_the_page_of_a_campaign_leads_to_its_traffic(drafter: Visitor) -> None:
    assert 'href="/campaigns/wsis20/traffic"' in drafter.get("/campaigns/wsis20").text
    text = drafter.get("/campaigns/wsis20/traffic").text
    assert "1 letter that" in text
    assert "of thanks is due to go to the same post on 30 January 2025." in text
    assert "far-net" not in text


def test_the_traffic_of_everybody_names_each_letter_of_who_has_several(drafter: Visitor) -> None:
    assert 'href="/traffic"' in drafter.get("/contacts/").text
    text = drafter.get("/traffic").text
    assert [text.count(word) for word in (">open-net/", "IGF/LP/2025/0001<", "IGF/LP/2025/0003<", "far-net")] == [1, 1, 1, 0]
    # No addressee of the past is looked for when no day is, and a word that is no number is none.
    assert 'value="14"' in drafter.get("/traffic?days=never").text
    assert "last 3650 days" in drafter.get("/traffic?days=99999").text


def test_a_letter_shows_the_others_and_the_check_asks_to_confirm_them(drafter: Visitor, office: Office) -> None:
    first = letters(office)[0]
    assert "of thanks is due to go to the same post on 30 January 2025." in drafter.get(f"/letters/{first}").text
    text = drafter.get("/letters/check/wsis20").text
    assert "the addressee had, or is due, another letter within a few days" in text


def test_hold_and_leave_out_stand_beside_each_letter_and_work_without_a_script(drafter: Visitor, office: Office) -> None:
    page = "/campaigns/wsis20/traffic"
    text = drafter.get(page).text
    hold, out = re.search(r'action="(/letters/\d+/hold)"', text), re.search(r'action="(/campaigns/wsis20/[^"]+/out)"', text)
    because = re.search(r'value="(Covered by [^"]+)"', text)
    assert hold
    assert out
    assert because
    assert "held" in drafter.post(hold[1], {"because": "thanks first"}, page=page).text
    assert "/hold" not in drafter.get(page).text
    drafter.post(out[1], {"because": because[1]}, page=page)
    assert state(office, letters(office)[0]) == "cancelled"
    assert "0 letters that" in drafter.get(page).text


def test_a_reader_sees_the_traffic_and_acts_on_nothing(drafter: Visitor, visit: Visit) -> None:
    text = visit("reader").get("/campaigns/wsis20/traffic").text
    assert "of thanks is due" in text
    assert "<form" not in text.split("<h1>")[1].split("</main>")[0]


def test_the_traffic_of_a_campaign_takes_a_few_queries(drafter: Visitor, office: Office) -> None:
    asked: list[str] = []
    event.listen(office.database.engine, "before_cursor_execute", lambda *words: asked.append(words[2]))
    drafter.get("/campaigns/wsis20/traffic")
    assert len(asked) <= 15
    asked.clear()
    drafter.get(f"/letters/{letters(office)[0]}")
    assert len(asked) <= 20
