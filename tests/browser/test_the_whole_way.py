"""The whole way as a person goes it: a list brought in, a letter approved and sent, its answer read, the communiqué saved."""

from datetime import date
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Begin
from tests.browser.hands import Keyboard, Pointer

# Minutes on a small machine: with the long runs.
pytestmark = pytest.mark.long

LIST = """organisation,group,post,title,full_name,family_name,gender,email
Riverside Networks,civil-society,chair,Chair,Ama Riverside,Riverside,female,office@riverside.example
"""
WORDS = "The Forum gives small networks a seat at the table. It should be made permanent."


@pytest.fixture
def list_of_contacts(tmp_path: Path) -> Path:
    path = tmp_path / "riverside.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def bring_in(hand: Pointer, path: Path) -> None:
    hand.follow("Contacts")
    hand.follow("Bring in a list")
    hand.attach("List", path)
    hand.press("Look")
    expect(hand.page.get_by_text("Nothing is changed yet.")).to_be_visible()
    hand.press("Keep 1 row: 1 added, 0 changed")
    expect(hand.page.get_by_role("heading", name="riverside.csv is brought in")).to_be_visible()


def plan_and_draft(hand: Pointer) -> None:
    hand.follow("Campaigns")
    hand.follow("New campaign")
    hand.write("Title", "Riverside and its neighbours")
    hand.write("Short name", "riverside")
    hand.choose("Template", "input-request")
    hand.date("Answers by", date(2099, 3, 3))
    hand.write("Addressees in words", "org:riverside-networks")
    hand.press("Count")
    expect(hand.page.get_by_role("heading", name="1 addressee", exact=True)).to_be_visible()
    hand.press("Keep with 1 addressee")
    hand.press("Draft letters")
    expect(hand.page.get_by_text("1 holder was not confirmed for 180 days; nothing was drafted.")).to_be_visible()
    hand.write("How many holders are not confirmed", "1")
    hand.press("Draft letters")
    expect(hand.page.get_by_text("1 drafted")).to_be_visible()


def approve_and_send(hand: Pointer) -> None:
    hand.follow("1 draft")
    reference = hand.page.locator("tbody a").first.inner_text()
    hand.follow(reference)
    expect(hand.page.get_by_text("Ms. Riverside").first).to_be_visible()
    hand.press("Approve version 1")
    expect(hand.page.get_by_role("heading", name=f"Approve {reference}")).to_be_visible()
    # What is to be looked at is confirmed kind by kind.
    for kind in hand.page.locator("fieldset label").all_inner_texts():
        hand.tick(kind)
    hand.press("Approve version 1")
    hand.choose("By", "courier")
    hand.press("Mark as sent")
    expect(hand.page.get_by_role("heading", name=reference)).to_contain_text("accepted")


def log(hand: Pointer) -> None:
    hand.follow("Log an answer")
    hand.write("Its words", WORDS)
    hand.choose("How its author may be named", "attributed")
    hand.write("Where that was said", "In the letter itself")
    hand.press("Log it")
    expect(hand.page.get_by_role("heading", name="Riverside Networks")).to_be_visible()
    hand.follow("Read and mark passages")


def mark(hand: Pointer) -> None:
    hand.tick("Rights-respecting")
    hand.press("Mark")
    expect(hand.page.get_by_role("listitem").filter(has_text="Rights-respecting")).to_contain_text("The Forum gives small")


def draft_and_save(hand: Pointer) -> str:
    """Draft a communiqué and save it; gives the words of the file."""
    hand.follow("Communiqué")
    hand.write("Communiqué", "riverside")
    hand.choose("Campaigns that it draws on", "Riverside and its neighbours")
    hand.press("Draft a version")
    hand.follow("Version 1 (en) of riverside")
    saved = hand.save("PDF")
    with pdfium.PdfDocument(saved.path()) as document:
        return " ".join("".join(page.get_textpage().get_text_bounded() for page in document).split())


def by_numbered_sentences(page: Page, hand: Pointer) -> None:
    hand.follow("Choose by numbered sentences")
    hand.tick("First: sentence 1")
    hand.tick("Last: sentence 1")


def by_pasting(page: Page, hand: Pointer) -> None:
    hand.write("Or paste the words", "The Forum gives small networks a seat at the table.")


def by_arrow_keys(page: Page, hand: Pointer) -> None:
    assert isinstance(hand, Keyboard)
    hand.reach(page.locator(".desk-coding"))
    page.keyboard.press("ArrowRight")
    for _ in WORDS.split(".")[0].split(" "):
        page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("#selected blockquote")).to_contain_text("The Forum gives small networks a seat")


def by_mouse(page: Page, hand: Pointer) -> None:
    page.get_by_text("The Forum gives small networks").click(click_count=3)
    expect(page.locator("#selected blockquote")).to_contain_text("The Forum gives small networks a seat")


WAYS = {
    "with a mouse": (Pointer, DESKTOP, True, by_mouse),
    "on a telephone": (Pointer, PHONE, True, by_pasting),
    "with the keyboard alone": (Keyboard, DESKTOP, True, by_arrow_keys),
    "without JavaScript": (Pointer, DESKTOP, False, by_numbered_sentences),
}


@pytest.mark.parametrize("way", WAYS)
def test_from_a_list_to_the_communique(begin: Begin, full_desk: str, list_of_contacts: Path, way: str) -> None:
    kind, size, script, select = WAYS[way]
    page = begin(full_desk, size=size, script=script).sign_in("keeper")
    hand = kind(page)
    bring_in(hand, list_of_contacts)
    plan_and_draft(hand)
    approve_and_send(hand)
    log(hand)
    select(page, hand)
    mark(hand)
    words = draft_and_save(hand)
    assert "The Forum gives small networks a seat" in words
    assert "Riverside Networks" in words
