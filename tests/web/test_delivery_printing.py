"""Print runs at the desk: made, fetched as files, posted by a person's word."""

import io
import zipfile

import pypdfium2
import pytest

from outreach.office import Office
from tests.web.conftest import Visitor
from tests.web.world import Visit, drafted, letters, state

RUN = "/delivery/runs/1"


@pytest.fixture
def approver(visit: Visit, office: Office) -> Visitor:
    drafted(office, visit, "open-net", "far-net")
    approver = visit("approver")
    where = "/letters/approve/wsis20"
    approver.post(where, {"count": "2", "confirm": approver.ticked(where)})
    return approver


@pytest.fixture
def run(approver: Visitor) -> Visitor:
    """Whoever made print run 1 of both letters."""
    plan = "/delivery/of/wsis20?outbox=print"
    assert "Make a print run" in approver.get(plan).text
    page = approver.post("/delivery/runs/of/wsis20", page=plan).text
    assert "2 letters are in print run 1. None has left by this." in page
    return approver


def test_a_run_is_fetched_as_letters_and_labels(run: Visitor) -> None:
    page = run.get(RUN).text
    assert "2 letters of" in page
    assert "4 pages" in page
    letters = run.get(f"{RUN}/letters.pdf")
    assert letters.content_type == "application/pdf"
    assert len(pypdfium2.PdfDocument(letters.data)) == 5
    assert len(pypdfium2.PdfDocument(run.get(f"{RUN}/letters.pdf?sides=both").data)) == 6
    labels = pypdfium2.PdfDocument(run.get(f"{RUN}/labels.pdf?sheet=2x7&first=14").data)
    assert len(labels) == 2
    assert zipfile.ZipFile(io.BytesIO(run.get(f"{RUN}/apart.zip").data)).namelist() == []


def test_labels_that_cannot_be_are_refused_in_words(run: Visitor) -> None:
    assert run.get(f"{RUN}/labels.pdf?sheet=9x9").status_code == 404
    assert "places 1 to 24" in run.get(f"{RUN}/labels.pdf?first=25").text
    assert run.get(f"{RUN}/labels.pdf?first=x").status_code == 422
    assert run.get("/delivery/runs/7").status_code == 404


def test_letters_have_left_when_exactly_as_many_were_typed(run: Visitor, office: Office) -> None:
    said = {"on": "2025-01-27", "by": "as-listed", "note": "list 12"}
    wrong = run.post(f"{RUN}/posted", {**said, "count": "3"}, page=RUN)
    assert wrong.status_code == 409
    assert "2 letters of print run 1 were posted, not 3" in wrong.text
    assert 'value="list 12"' in wrong.text
    assert [state(office, number) for number in letters(office)] == ["approved", "approved"]
    page = run.post(f"{RUN}/posted", {**said, "count": "1", "not_posted": "IGF/LP/2025/0002\n"}, page=RUN).text
    assert "1 letters were posted on 2025-01-27; 1 stayed behind." in page
    assert [state(office, number) for number in letters(office)] == ["accepted", "approved"]
    assert "list 12" in run.get(RUN).text
    assert "1 on 27 Jan 2025" in run.get("/delivery/runs").text
    assert "by post on 2025-01-27, print run 1: list 12" in run.get("/delivery/").text


def test_a_day_that_is_missing_is_asked_for_and_nothing_is_recorded(run: Visitor, office: Office) -> None:
    assert run.post(f"{RUN}/posted", {"on": "", "by": "post", "count": "2"}, page=RUN).status_code == 422
    assert [state(office, number) for number in letters(office)] == ["approved", "approved"]


def test_what_is_printed_is_held_from_the_mail_until_the_run_is_given_up(run: Visitor) -> None:
    assert "it is printed in run 1" in run.get("/delivery/of/wsis20?outbox=folder").text
    assert run.post(f"{RUN}/give-up", {"why": ""}, page=RUN).status_code == 409
    run.post(f"{RUN}/give-up", {"why": "no paper"}, page=RUN)
    assert "none: no paper" in run.get("/delivery/runs").text
    assert "2 letters would leave" in run.get("/delivery/of/wsis20?outbox=folder").text


def test_a_reader_looks_and_cannot_say_what_was_posted(run: Visitor, visit: Visit) -> None:
    reader = visit("reader")
    assert "What was posted" not in reader.get(RUN).text
    assert reader.get(f"{RUN}/labels.pdf").status_code == 200
