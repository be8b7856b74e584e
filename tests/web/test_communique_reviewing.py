"""A version before its reviewers, at the desk: opened, taken in, decided, without JavaScript."""

import io
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from outreach.communique import reviewing
from outreach.returning import Hand, returned
from tests.web.conftest import Visitor
from tests.web.test_communique import office_of

Visit = Callable[[str | None], Visitor]
REVIEW = "/communique/summary/1/en/review"
SECOND = "/communique/wsis20/1/en/review"


@pytest.fixture
def dana(visit_full: Visit) -> Visitor:
    """A drafter in the demonstration office."""
    return visit_full("drafter")


def test_the_page_shows_who_has_said_what_and_what_was_proposed(dana: Visitor) -> None:
    page = dana.get(REVIEW).text
    assert "Luc Vandenberghe" in page
    assert "agrees by silence" in page
    assert "<del>" in page
    assert "<ins>in the course of</ins>" in page or "course" in page
    assert "Could we name a second institution?" in page


def test_a_proposal_is_accepted_and_another_declined_with_a_reason(dana: Visitor) -> None:
    page = dana.post("/communique/summary/1/en/proposals/1", {"do": "accept"}, page=REVIEW).text
    assert "accepted" in page
    assert "should be renewed in the course of" in dana.get("/communique/summary/2/en").text
    again = dana.post("/communique/summary/1/en/proposals/2", {"do": "decline"}, page=REVIEW)
    assert again.status_code == 422
    assert "Say why it is declined" in again.text
    page = dana.post("/communique/summary/1/en/proposals/2", {"do": "decline", "why": "Agreed in January."}, page=REVIEW).text
    assert "Agreed in January." in page


def test_a_version_is_put_before_reviewers_and_a_copy_is_taken_in(dana: Visitor, full_desk: Flask) -> None:
    asked = {"who": "igf-leadership-panel", "until": "2099-02-11 14:00", "drafters": "One, Two"}
    page = dana.post(SECOND, asked).text
    assert "Drafted by One, Two; before 4 reviewers" in page
    copy = dana.get(f"{SECOND}/copy-3.docx").data
    office = office_of(full_desk)
    with office.reading() as session:
        name = reviewing.of_communique(session, "wsis20")[0].reviewers[2].name
    hand = Hand(name, datetime.fromisoformat("2025-03-01T10:00+00:00"))
    file = returned(copy, hand, [("invites them to take", "asks them to take")])
    page = dana.post(f"{SECOND}/back", {"file": (io.BytesIO(file), "back.docx")}, page=SECOND).text
    assert "The copy is taken in." in page
    assert "asks" in page
    damaged = dana.post(f"{SECOND}/back", {"file": (io.BytesIO(b"no file"), "back.docx")}, page=SECOND)
    assert damaged.status_code == 422
    assert "no readable .docx" in damaged.text


def test_a_review_that_cannot_be_opened_says_why_and_keeps_the_words(dana: Visitor) -> None:
    page = dana.post(SECOND, {"who": "igf-leadership-panel", "until": "2001-02-11 14:00"})
    assert page.status_code == 409
    assert "which is past" in page.text
    assert "2001-02-11 14:00" in page.text


def test_a_word_is_recorded_with_how_the_office_knows(dana: Visitor) -> None:
    said = {"reviewer": "3", "word": "agrees", "evidence": "e-mail of 10 February"}
    page = dana.post(f"{REVIEW}/word", said, page=REVIEW).text
    assert "e-mail of 10 February" in page
