"""A correction at the desk: what is affected is shown first, done by its exact number, and one page says who got what."""

import io
import re

import pytest

from outreach.office import Office
from tests.web.conftest import Visitor
from tests.web.world import Visit, drafted, letters, row_version, state, versions

CORRECT = "/letters/correct/wsis20"
WORDS = {"wrong": "Two or three pages", "right": "Four pages"}


@pytest.fixture
def drafter(visit: Visit, office: Office) -> Visitor:
    """Two letters, of which one left."""
    visitor = drafted(office, visit, "open-net", "far-net")
    number, page = letters(office)[0], f"/letters/{letters(office)[0]}"
    approver = visit("approver")
    data = {"version": row_version(office, number), "confirm": approver.ticked(f"{page}/approve")}
    approver.post(f"{page}/approve", data)
    visitor.post(f"{page}/sent", {"on": "2025-01-27", "by": "courier"}, page=page)
    return visitor


def test_words_are_corrected_after_a_look_and_by_the_exact_number(drafter: Visitor, office: Office) -> None:
    first, second = letters(office)
    assert state(office, first) == "accepted"
    shown = drafter.post(CORRECT, WORDS).text
    assert "1 left: each gets a correction" in shown
    assert versions(office, second) == 1
    assert drafter.post(CORRECT, {**WORDS, "count": "3"}).status_code == 409
    assert versions(office, second) == 1
    done = drafter.post(CORRECT, {**WORDS, "count": "2"}).text
    assert "IGF/LP/2025/0003" in done
    assert versions(office, second) == 2
    [link] = re.findall(r'href="(/letters/corrected/wsis20/\d+\.pdf)"', done)
    assert drafter.get(link).data.startswith(b"%PDF")
    assert "“Two or three pages” became “Four pages”" in drafter.get(CORRECT).text


def test_a_file_is_corrected_with_the_file_that_was_shown(drafter: Visitor, office: Office) -> None:
    page = "/campaigns/wsis20"
    old = (io.BytesIO(b"%PDF-1.7 old"), "questions.pdf")
    drafter.post(f"{page}/enclosures", {"file": old, "title": "Questionnaire"}, page=page)
    drafter.post(f"{page}/draft", {"dated": "2025-01-27", "redraft": "y"}, page=page)
    new = (io.BytesIO(b"%PDF-1.7 new"), "new.pdf")
    shown = drafter.post(CORRECT, {"wrong": "Questionnaire", "file": new}).text
    digest = re.search(r'name="sha256" value="([0-9a-f]{64})"', shown)
    assert digest
    drafter.post(CORRECT, {"wrong": "Questionnaire", "right": "new.pdf", "sha256": digest[1], "count": "1"})
    assert drafter.get(f"/letters/{letters(office)[1]}/enclosures/0").data == b"%PDF-1.7 new"
    assert drafter.get(f"{page}/enclosures/1").data == b"%PDF-1.7 new"


def test_what_no_letter_says_or_a_file_that_is_none_is_refused_in_words(drafter: Visitor) -> None:
    refused = drafter.post(CORRECT, {"wrong": "moonlight", "right": "sunlight"})
    assert refused.status_code == 404
    assert ">moonlight</textarea>" in refused.text, "nobody's words are lost"
    assert drafter.post(CORRECT, {"wrong": "moonlight", "right": ""}).status_code == 422
    assert drafter.post(CORRECT, {"wrong": "x", "sha256": "../../etc/passwd", "count": "1"}).status_code == 422
    assert drafter.get("/letters/corrected/wsis20/99").status_code == 404
