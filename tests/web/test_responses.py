"""Answers on the desk: the list, logging one, one answer's page and its files; all without JavaScript."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from outreach.contacts.models import Channel
from outreach.inputs import attribution
from outreach.inputs.models import AttributionLevel
from outreach.office import Office
from outreach.responses import recording, shelf
from outreach.responses.models import ResponseKind, ResponseState
from outreach.responses.recording import Attached, Received
from tests.cast import DANA, KIM, NOON, kenya, society
from tests.counting import asked
from tests.responses.building import campaign, letter
from tests.web.conftest import Visitor

Visit = Callable[[str | None], Visitor]
PAPER = ("IGF/LP/2025/0001", "IGF/LP/2025/0002")


@pytest.fixture
def letters(office: Office) -> tuple[str, str]:
    """A letter to Kenya in a campaign, and one to the Open Net Society outside it."""
    with office.transaction() as session:
        letter(session, kenya(session), part_of=campaign(session))
        letter(session, society(session))
    return PAPER


def log(office: Office, reference: str, kind: ResponseKind = ResponseKind.SUBSTANTIVE, *files: Attached) -> int:
    received = Received(kind=kind, channel=Channel.POST, received_on=NOON.date(), files=files)
    with office.transaction() as session:
        return recording.record(session, office.archive, [reference], received, by=DANA, today=NOON.date(), at=NOON).id


def said(**more: Any) -> dict[str, Any]:
    return {"kind": "substantive", "channel": "telephone", "received_on": "2025-01-27", "level": ""} | more


def test_an_answer_is_logged_with_its_words_a_scan_and_who_may_be_named(
    visit: Visit, office: Office, letters: tuple[str, str]
) -> None:
    files = [(io.BytesIO(b"%PDF-1.7 scan"), "../../Réponse.exe"), (io.BytesIO(b"Oui."), "note.txt")]
    form = said(
        letters="\n".join(letters),
        organisations="kenya\nONS",
        words="We value\r\nthe Forum. 🌍",
        files=files,
        level="organisation",
        evidence="Said on the telephone.",
    )
    page = visit("drafter").post("/responses/log", form, content_type="multipart/form-data").text
    assert "Answer 1 is logged." in page
    for words in ("Kenya; Open Net Society", *letters, "Logged by Dana Drafter.", "organisation", "Said on the telephone."):
        assert words in page
    assert "We value\nthe Forum. 🌍" in page
    assert "Oui." in page
    with office.reading() as session:
        kept = [(file.filename, file.content_type) for file in shelf.get(session, 1).files]
    assert kept == [("Réponse.exe", "application/pdf"), ("note.txt", "text/plain")]


def test_what_is_no_scan_or_text_is_refused_and_everything_typed_is_still_there(
    visit: Visit, office: Office, letters: tuple[str, str]
) -> None:
    form = said(letters=letters[0], words="Long words <b>typed</b>.", files=[(io.BytesIO(b"MZ\x90\x00"), "answer.pdf")])
    response = visit("drafter").post("/responses/log", form, content_type="multipart/form-data")
    assert response.status_code == 422
    assert "answer.pdf is no PDF" in response.text
    assert "Long words &lt;b&gt;typed&lt;/b&gt;." in response.text
    with office.reading() as session:
        assert shelf.listing(session) == []


@pytest.mark.parametrize(
    ("more", "status", "words"),
    [
        ({"letters": "IGF/LP/2025/0099"}, 422, "There is no letter IGF/LP/2025/0099"),
        ({"received_on": "2025-02-01"}, 409, "is in the future"),
        ({"received_on": "soon"}, 422, "Not a valid date value"),
        ({"kind": "unread"}, 422, "Not a valid choice"),
        ({"level": "attributed"}, 409, "by what evidence"),
        ({"supersedes": "77"}, 422, "There is no response 77"),
    ],
)
def test_what_cannot_be_logged_is_said_on_the_form(
    visit: Visit, letters: tuple[str, str], more: dict[str, str], status: int, words: str
) -> None:
    response = visit("drafter").post("/responses/log", said(letters=letters[0], note="Kept note") | more)
    assert response.status_code == status
    assert words in response.text
    assert "Kept note" in response.text


def test_letters_are_found_without_a_script_and_what_was_typed_stays(visit: Visit, letters: tuple[str, str]) -> None:
    visitor = visit("drafter")
    page = visitor.post("/responses/log", said(find="kenya", search="1", note="Typed before")).text
    assert f'value="{letters[0]}"' in page
    assert letters[1] not in page
    assert "Typed before" in page
    logged = visitor.post("/responses/log", said(chosen=[letters[0]])).text
    assert "Answer 1: Kenya" in logged


def test_letters_found_come_as_a_fragment_when_htmx_asks(visit: Visit, letters: tuple[str, str]) -> None:
    visitor = visit("drafter")
    part = visitor.get("/responses/letters?find=0002", headers={"HX-Request": "true"}).text
    assert letters[1] in part
    assert "<html" not in part
    assert "<h1>Letters found" in visitor.get("/responses/letters?find=0002").text


def test_the_list_is_narrowed_by_what_stands_in_the_address(visit: Visit, office: Office, letters: tuple[str, str]) -> None:
    first = log(office, letters[0])
    log(office, letters[1], ResponseKind.ACKNOWLEDGEMENT)
    visitor = visit("reader")

    def names(query: str) -> list[str]:
        page = visitor.get(f"/responses/?{query}").text
        return [name for name in ("Kenya", "Open Net Society") if f">{name}</a>" in page]

    assert names("") == ["Kenya", "Open Net Society"]
    assert names("campaign=value-of-the-igf") == ["Kenya"]
    assert names("kind=acknowledgement") == ["Open Net Society"]
    assert names("state=withdrawn") == []
    assert names("open=1") == ["Kenya"]
    assert names("kind=nonsense") == ["Kenya", "Open Net Society"]
    with office.transaction() as session:
        level = AttributionLevel.GROUP
        attribution.record(session, first, level, said_on=NOON.date(), evidence="Box 3.", by=KIM, at=NOON)
    assert names("open=1") == []
    assert visitor.get("/responses/?campaign=none").status_code == 404


def test_the_list_goes_page_by_page_with_the_same_few_queries(visit: Visit, office: Office, letters: tuple[str, str]) -> None:
    visitor = visit("reader")
    log(office, letters[0])

    def queries(where: str) -> int:
        with asked(office.database.engine) as seen:
            assert visitor.get(where).status_code == 200
        return len([each for each in seen if each.startswith("SELECT")])

    few = queries("/responses/")
    for _ in range(54):
        log(office, letters[1])
    assert queries("/responses/") == few <= 15
    assert queries("/responses/1") <= 15
    page = visitor.get("/responses/?kind=substantive").text
    assert page.count("Open Net Society</a>") == 50
    assert "kind=substantive&amp;page=2" in page
    assert visitor.get("/responses/?kind=substantive&page=2").text.count("Society</a>") == 4


def test_an_answer_is_sorted_and_a_second_person_is_told_that_it_changed(
    visit: Visit, office: Office, letters: tuple[str, str]
) -> None:
    number = log(office, letters[0], ResponseKind.QUESTION)
    visitor = visit("drafter")
    assert "Answer 1 is sorted." in visitor.post("/responses/1/sort", {"kind": "decline", "version": "1"}, page="/").text
    late = visitor.post("/responses/1/sort", {"kind": "substantive", "version": "1"}, page="/")
    assert late.status_code == 409
    assert "was changed meanwhile by somebody else" in late.text
    assert '<option selected value="substantive">' in late.text
    with office.reading() as session:
        assert shelf.get(session, number).kind is ResponseKind.DECLINE


def test_who_may_be_named_has_a_dated_history_with_its_evidence(visit: Visit, office: Office, letters: tuple[str, str]) -> None:
    log(office, letters[0])
    visitor = visit("drafter")
    assert "Confidential until somebody records" in visitor.get("/responses/1").text
    for day, level in (("2025-01-20", "attributed"), ("2025-01-25", "confidential")):
        visitor.post("/responses/1/attribution", {"level": level, "said_on": day, "evidence": f"Mail of {day}."}, page="/")
    page = visitor.get("/responses/1").text
    assert page.index("Mail of 2025-01-20.") < page.index("Mail of 2025-01-25.")
    assert "<strong>Confidential.</strong>" in page
    bad = visitor.post("/responses/1/attribution", {"level": "group", "said_on": "2025-01-27", "evidence": " "}, page="/")
    assert bad.status_code == 422


def test_an_answer_is_replaced_and_one_is_withdrawn_with_the_reason(
    visit: Visit, office: Office, letters: tuple[str, str]
) -> None:
    log(office, letters[0])
    log(office, letters[0])
    visitor = visit("drafter")
    page = visitor.post("/responses/1/replaced", {"later": "2", "version": "1"}, page="/").text
    assert "superseded" in page
    assert "answer 2</a>" in page
    refused = visitor.post("/responses/2/withdrawn", {"why": "", "version": "2"}, page="/")
    assert refused.status_code == 422
    assert "withdrawn" in visitor.post("/responses/2/withdrawn", {"why": "Their mail.", "version": "2"}, page="/").text
    with office.reading() as session:
        assert shelf.get(session, 2).state is ResponseState.WITHDRAWN


def test_a_strangers_file_is_saved_and_never_shown_as_a_page(visit: Visit, office: Office, letters: tuple[str, str]) -> None:
    page = b"<script>alert(1)</script>"
    log(office, letters[0], ResponseKind.SUBSTANTIVE, Attached("../x\r\nSet-Cookie: a=b.html", page, "text/html"))
    visitor = visit("reader")
    sent = visitor.get("/responses/1/files/1")
    assert sent.data == page
    assert sent.headers["Content-Disposition"].startswith("attachment; filename")
    assert "Set-Cookie: a" not in sent.headers
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert sent.mimetype == "application/octet-stream"
    assert sent.headers["Content-Security-Policy"].startswith("sandbox")
    assert visitor.get("/responses/1/files/2").status_code == 404


def test_a_file_of_another_answer_is_not_given(visit: Visit, office: Office, letters: tuple[str, str]) -> None:
    log(office, letters[0], ResponseKind.SUBSTANTIVE, Attached("a.pdf", b"%PDF-1", "application/pdf"))
    log(office, letters[0])
    visitor = visit("reader")
    assert visitor.get("/responses/1/files/1").data == b"%PDF-1"
    assert visitor.get("/responses/2/files/1").status_code == 404


def test_a_reader_sees_no_form_to_change_anything(visit: Visit, office: Office, letters: tuple[str, str]) -> None:
    log(office, letters[0])
    page = visit("reader").get("/responses/1").text
    assert "/responses/1/sort" not in page
    assert "/responses/1/attribution" not in page


def test_the_desk_says_what_is_wrong_without_a_command(visit: Callable[[str | None], Visitor]) -> None:
    page = visit("reader").get("/responses/9999")
    assert "There is no response 9999; look it up in the list." in page.text
    assert "`" not in page.text
