"""Engagements on the desk: written down, shown, closed; a call sheet."""

from collections.abc import Callable

from tests.web.conftest import Visitor

Visit = Callable[[str | None], Visitor]


def test_an_engagement_is_written_down_and_closed_with_what_came_of_it(visit_full: Visit) -> None:
    dana = visit_full("drafter")
    words = {"kind": "promise", "what": "Send the summary", "owner": "The Chair", "organisation": "iab", "on": "2025-03-03"}
    assert "Say by which day" in dana.post("/engagements/", words | {"kind": "promised-answer"}).text
    page = dana.post("/engagements/", words).text
    assert "Send the summary" in page
    number = page.split("Send the summary</a>")[0].rpartition("/engagements/")[2].split('"')[0]
    stale = dana.post(
        f"/engagements/{number}/close",
        {"outcome": "Sent", "on": "2025-03-04", "version": "7"},
        page=f"/engagements/{number}",
    )
    assert stale.status_code == 409
    assert 'value="Sent"' in stale.text
    closed = {"outcome": "Sent", "on": "2025-03-04", "version": "1"}
    assert "is closed" in dana.post(f"/engagements/{number}/close", closed, page=f"/engagements/{number}").text
    assert "Send the summary" not in dana.get("/engagements/").text
    assert "Sent" in dana.get("/engagements/?all=1").text
    sheet = dana.get("/engagements/brief?name=iab").text
    assert "Send the summary" in sheet
    assert "To ask" in sheet
