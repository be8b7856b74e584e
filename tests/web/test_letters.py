"""Letters at the desk: looking, editing with nobody overwritten, approving what was seen, what was posted."""

import io
import re

import pytest
from docx import Document

from outreach.office import Office
from tests.web.conftest import Visitor
from tests.web.world import Visit, drafted, letters, row_version, state, versions


@pytest.fixture
def drafter(visit: Visit, office: Office) -> Visitor:
    return drafted(office, visit, "open-net", "far-net")


@pytest.fixture
def number(drafter: Visitor, office: Office) -> int:
    return letters(office)[0]


def approve(visit: Visit, office: Office, number: int, **words: object) -> str:
    approver, page = visit("approver"), f"/letters/{number}/approve"
    return approver.post(page, {"version": row_version(office, number), "confirm": approver.ticked(page), **words}).text


def test_the_list_is_narrowed_by_what_the_address_says(drafter: Visitor) -> None:
    assert "2 letters" in drafter.get("/letters/?campaign=wsis20&state=draft").text
    assert "0 letters" in drafter.get("/letters/?state=approved").text
    assert "1 letter<" in drafter.get("/letters/?text=2025/0002").text.replace("1 letter\n", "1 letter<")
    assert "0 letters" in drafter.get("/letters/?text=%25").text, "a percent sign is a sign, no wildcard"
    assert drafter.get("/letters/?state=moon").status_code == 404
    assert drafter.get("/letters/?at=moon").status_code == 404


def test_the_list_comes_as_a_part_where_htmx_asks(drafter: Visitor) -> None:
    part = drafter.get("/letters/", headers={"HX-Request": "true"}).text
    assert "2 letters" in part
    assert "<html" not in part


def test_a_letter_shows_its_words_beside_its_page(drafter: Visitor, number: int) -> None:
    page = drafter.get(f"/letters/{number}").text
    assert "Dear Ms. Li," in page
    assert f'<iframe class="desk-page" src="/letters/{number}/page.pdf#' in page
    assert "office@open-net.example" in page
    pdf = drafter.get(f"/letters/{number}/page.pdf")
    assert pdf.data.startswith(b"%PDF")
    assert "frame-ancestors 'self'" in pdf.headers["Content-Security-Policy"]


@pytest.mark.parametrize(("kind", "start"), [("pdf", b"%PDF"), ("docx", b"PK"), ("eml", b"")])
def test_files_are_handed_out_as_attachments(drafter: Visitor, number: int, kind: str, start: bytes) -> None:
    response = drafter.get(f"/letters/{number}/letter.{kind}")
    assert response.headers["Content-Disposition"] == f"attachment; filename=IGF-LP-2025-0001.{kind}"
    assert response.data.startswith(start)
    assert drafter.get(f"/letters/{number}/letter.exe").status_code == 404


def test_an_edit_is_shown_as_it_reads_before_it_is_saved(drafter: Visitor, office: Office, number: int) -> None:
    words = {"subject": "Other words", "body": "I write **plainly**.", "version": row_version(office, number)}
    shown = drafter.post(f"/letters/{number}/edit", {**words, "preview": "1"}).text
    assert "I write <strong>plainly</strong>." in shown
    assert "<ins>" in shown
    assert versions(office, number) == 1
    assert "stands at version 2" in drafter.post(f"/letters/{number}/edit", {**words, "save": "1"}).text
    changed = drafter.get(f"/letters/{number}/versions/2").text
    assert "Changed since version 1" in changed
    assert "Other" in changed


def test_markup_in_a_text_stays_words(drafter: Visitor, office: Office, number: int) -> None:
    words = {"subject": "<script>x</script>", "body": "<img src=x onerror=alert(1)> [go](javascript:alert(1))"}
    drafter.post(f"/letters/{number}/edit", {**words, "version": row_version(office, number), "save": "1"})
    page = drafter.get(f"/letters/{number}").text
    assert "<script>x" not in page
    assert "<img src=x" not in page
    assert 'href="javascript:' not in page


def test_two_who_edit_are_told_and_neither_loses_words(drafter: Visitor, visit: Visit, office: Office, number: int) -> None:
    seen = row_version(office, number)
    drafter.post(f"/letters/{number}/edit", {"subject": "Mine", "body": "My words.", "version": seen, "save": "1"})
    other = visit("keeper").post(
        f"/letters/{number}/edit", {"subject": "Hers", "body": "Her words.", "version": seen, "save": "1"}
    )
    assert other.status_code == 409
    assert "was changed meanwhile by somebody else" in other.text
    assert "Her words." in other.text
    assert "Your words against what stands now" in other.text
    assert versions(office, number) == 2


def test_an_approver_approves_the_version_that_was_shown_and_no_other(
    drafter: Visitor, visit: Visit, office: Office, number: int
) -> None:
    seen = row_version(office, number)
    drafter.post(f"/letters/{number}/edit", {"subject": "Changed", "body": "Since.", "version": seen, "save": "1"})
    late = visit("approver").post(f"/letters/{number}/approve", {"version": seen}, page=f"/letters/{number}")
    assert late.status_code == 409
    assert state(office, number) == "draft"
    assert "is approved." in approve(visit, office, number)
    assert state(office, number) == "approved"


def test_approval_given_elsewhere_keeps_whose_word_it_is_and_how_it_was_given(
    visit: Visit, office: Office, number: int
) -> None:
    file = (io.BytesIO(b"Approved. Yours, V."), "mail.txt")
    approve(visit, office, number, on_behalf_of="Vint Cerf", evidence="by mail of 27 January", file=file)
    page = visit("reader").get(f"/letters/{number}").text
    assert "Vint Cerf" in page
    assert "by mail of 27 January" in page


def test_many_are_approved_by_typing_their_exact_number(drafter: Visitor, visit: Visit, office: Office) -> None:
    approver = visit("approver")
    ticked = approver.ticked("/letters/approve/wsis20")
    wrong = approver.post("/letters/approve/wsis20", {"count": "3", "confirm": ticked})
    assert wrong.status_code == 409
    assert "has 2 letters in the state draft and 3 was typed; nothing was approved" in wrong.text
    assert [state(office, number) for number in letters(office)] == ["draft", "draft"]
    assert (
        "2 letters of wsis20 are approved." in approver.post("/letters/approve/wsis20", {"count": "2", "confirm": ticked}).text
    )
    assert [state(office, number) for number in letters(office)] == ["approved", "approved"]


def test_an_edit_after_approval_makes_it_void_and_the_page_says_so_before(
    drafter: Visitor, visit: Visit, office: Office, number: int
) -> None:
    approve(visit, office, number)
    assert "makes the approval void" in drafter.get(f"/letters/{number}/edit").text
    words = {"subject": "Other", "body": "Words.", "version": row_version(office, number), "save": "1"}
    drafter.post(f"/letters/{number}/edit", words)
    assert state(office, number) == "draft"
    assert "the text was changed after it was approved" in drafter.get(f"/letters/{number}").text


def test_a_letter_is_recalled_and_cancelled_with_a_reason_and_not_without(visit: Visit, office: Office, number: int) -> None:
    approve(visit, office, number)
    approver, page = visit("approver"), f"/letters/{number}"
    assert approver.post(f"{page}/recall", {"why": " "}, page=page).status_code == 422
    assert "is a draft again" in approver.post(f"{page}/recall", {"why": "A slip"}, page=page).text
    assert approver.post(f"{page}/cancel", {"why": ""}, page=page).status_code == 409
    assert "is cancelled" in approver.post(f"{page}/cancel", {"why": "Not needed"}, page=page).text
    assert "Cancelled: Not needed" in approver.get(page).text


def test_letters_ticked_are_marked_as_sent_all_or_none(drafter: Visitor, visit: Visit, office: Office) -> None:
    first, second = letters(office)
    approve(visit, office, first)
    listed = "/letters/?state=approved"
    both = {"number": [first, second], "on": "2025-01-27", "by": "courier", "note": "waybill 4711"}
    assert drafter.post("/letters/sent", both, page=listed).status_code == 409
    assert state(office, first) == "approved"
    assert drafter.post("/letters/sent", {**both, "number": []}, page=listed).status_code == 422
    assert "1 letter left by courier" in drafter.post("/letters/sent", {**both, "number": [first]}, page=listed).text
    assert state(office, first) == "accepted"
    assert "waybill 4711" in drafter.get(f"/letters/{first}").text


def test_a_letter_that_does_not_exist_is_not_found(drafter: Visitor) -> None:
    assert drafter.get("/letters/9999").status_code == 404
    assert drafter.get("/letters/9999/page.pdf").status_code == 404


def test_pages_of_letters_hold_no_inline_style_or_script(drafter: Visitor, number: int) -> None:
    for address in ("/letters/", f"/letters/{number}", f"/letters/{number}/edit", f"/letters/{number}/versions/1"):
        text = drafter.get(address).text
        assert " style=" not in text
        assert " onclick" not in text


def changed(docx: bytes, old: str, new: str) -> bytes:
    """The file as somebody's word processor would save it with other words."""
    document = Document(io.BytesIO(docx))
    paragraph = next(one for one in document.paragraphs if old in one.text)
    run = next(one for one in paragraph.runs if old in one.text)
    run.text = run.text.replace(old, new)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def test_a_docx_that_comes_back_shows_its_difference_before_it_is_taken(drafter: Visitor, office: Office, number: int) -> None:
    where = f"/letters/{number}/returning"
    docx = drafter.get(f"/letters/{number}/letter.docx").data
    same = drafter.post(where, {"file": (io.BytesIO(docx), "letter.docx")})
    assert "says what the letter says already" in same.text
    other = changed(docx, "Two or three pages", "Four pages")
    shown = drafter.post(where, {"file": (io.BytesIO(other), "letter.docx")}).text
    assert "<del>Two or three</del>" in shown
    assert "<ins>Four</ins>" in shown
    assert versions(office, number) == 1
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', shown)
    assert digest
    drafter.post(f"/letters/{number}/take-back", {"digest": digest[1]}, page=where)
    assert versions(office, number) == 2
    assert "Four pages" in drafter.get(f"/letters/{number}").text


def test_a_file_that_is_no_letter_is_refused_in_words(drafter: Visitor, office: Office, number: int) -> None:
    where = f"/letters/{number}/returning"
    assert drafter.post(where, {"file": (io.BytesIO(b"no letter"), "letter.docx")}).status_code == 422
    assert drafter.post(where, {}).status_code == 422
    assert drafter.post(f"/letters/{number}/take-back", {"digest": "../../etc/passwd"}, page=where).status_code == 422


def test_a_signed_scan_and_the_evidence_are_handed_out_to_be_saved(visit: Visit, office: Office, number: int) -> None:
    approve(visit, office, number, evidence="by mail", file=(io.BytesIO(b"Approved. V."), "mail.txt"))
    page = f"/letters/{number}"
    drafter = visit("drafter")
    scan = (io.BytesIO(b"%PDF-1.7 signed"), "../signed.pdf")
    assert "The signed copy is kept." in drafter.post(f"{page}/sign", {"file": scan}, page=page).text
    links = re.findall(rf'"({page}/(?:signed|evidence)/\d+)"', drafter.get(page).text)
    assert len(links) == 2
    contents = []
    for link in links:
        response = drafter.get(link)
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert response.mimetype == "application/octet-stream"
        contents.append(response.data)
    assert set(contents) == {b"%PDF-1.7 signed", b"Approved. V."}
