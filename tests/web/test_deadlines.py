"""Deadlines on the desk: what is late, a deadline moved by working days, the morning note, and the calendar's own address."""

import re
from collections.abc import Callable

from icalendar import Calendar

from outreach.accounts import passwords
from tests.cast import KIM, NOON
from tests.web.conftest import ROLES, Visitor

Visit = Callable[[str | None], Visitor]


def test_late_letters_are_counted_and_named_and_the_morning_note_says_so_too(visit_full: Visit) -> None:
    dana = visit_full("drafter")
    page = dana.get("/deadlines/overdue?by=group").text
    assert "technical community" in page
    assert "IGF/LP/2025/" in page
    assert "letters past the deadline without an answer" in dana.get("/morning").text
    assert dana.get("/morning.pdf").data.startswith(b"%PDF-")


def test_a_deadline_moves_by_working_days_and_says_how_it_was_counted(visit_full: Visit) -> None:
    dana = visit_full("drafter")
    at = "/deadlines/of/member-state"
    assert "not both" in dana.post(at, {"day": "2099-01-05", "working_days": "3", "why": "Later."}).text
    words = {"working_days": "10", "start": "2099-04-01", "countries": "no", "why": "They asked for it."}
    assert "10 working days from 1 April 2099" in dana.post(at, words).text
    assert "holidays in Norway" in dana.get("/campaigns/member-state").text
    assert "Answers due" in dana.get("/deadlines/").text


def test_a_calendar_program_reads_the_deadlines_without_signing_in_until_the_password_changes(visit_full: Visit) -> None:
    dana = visit_full("drafter")
    dana.post("/deadlines/of/member-state", {"day": "2099-03-03", "why": "Later."})
    found = re.search(r'value="http://localhost(/feeds/[^"]+)"', dana.get("/deadlines/").text)
    assert found
    nobody = visit_full(None)
    (event,) = Calendar.from_ical(nobody.get(found[1]).data).walk("VEVENT")
    assert str(event["summary"]).startswith("Answers due")
    assert nobody.get(found[1].replace("/feeds/", "/feeds/x")).status_code == 404
    office = dana.client.application.extensions["office"]
    with office.transaction() as session:
        passwords.give(session, ROLES["drafter"], "another long password", by=KIM, at=NOON)
    assert nobody.get(found[1]).status_code == 404
