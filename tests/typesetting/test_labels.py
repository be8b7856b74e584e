"""Labels: in order, in their places on the sheet, each in its own script and direction, none cut off."""

import pypdfium2
import pytest

from outreach.errors import Invalid, NotFound
from outreach.typesetting.labels import SHEETS, Label, labels_pdf, sheet_named
from outreach.typesetting.pictures import picture_page
from tests.cast import NOON

POINTS = 72 / 25.4
ENGLISH = Label(("Ms. Li Example", "Open Net Society", "4 Sample Street", "8001 Zürich"), "en", "1 · R1", ("fr", "SUISSE"))
ARABIC = Label(("السيدة ليلى مثال", "جمعية المثال", "4 Sample Street"), "ar", "2 · R2", ("en", "EGYPT"))
CHINESE = Label(("李明阁下", "北京市朝阳区"), "zh", "3 · R3")


def made(*labels: Label, sheet: str = "3x8", first: int = 1) -> pypdfium2.PdfDocument:
    pdf = labels_pdf(labels, SHEETS[sheet], title="Address labels", language="en", made=NOON, first=first)
    return pypdfium2.PdfDocument(pdf)


def within(document: pypdfium2.PdfDocument, page: int, place: int, sheet: str = "3x8") -> str:
    """What stands on the label at `place` (from 1) and nowhere outside it."""
    kind = SHEETS[sheet]
    row, column = divmod(place - 1, kind.columns)
    left, top = kind.left + column * kind.pitch[0], kind.top + row * kind.pitch[1]
    height = document.get_page_size(page)[1]
    box = (left, height / POINTS - top - kind.height, left + kind.width, height / POINTS - top)
    text = document[page].get_textpage().get_text_bounded(*(edge * POINTS for edge in box))
    return str(text).replace("\r", "")


def whole(document: pypdfium2.PdfDocument, page: int = 0) -> str:
    return str(document[page].get_textpage().get_text_bounded())


@pytest.mark.parametrize("sheet", SHEETS)
def test_each_label_lies_in_its_place_on_every_kind_of_sheet(sheet: str) -> None:
    kind = SHEETS[sheet]
    labels = [Label((f"Person {n}", f"Street {n}"), "en", f"{n}") for n in range(1, kind.per_page + 2)]
    document = made(*labels, sheet=sheet)
    assert len(document) == 2
    for place in range(1, kind.per_page + 1):
        assert within(document, 0, place, sheet).split("\n")[:2] == [f"Person {place}", f"Street {place}"]
    assert within(document, 1, 1, sheet).startswith(f"Person {kind.per_page + 1}")


@pytest.mark.parametrize("sheet", SHEETS)
def test_labels_fit_on_their_paper_and_beside_each_other(sheet: str) -> None:
    kind = SHEETS[sheet]
    assert kind.left + (kind.columns - 1) * kind.pitch[0] + kind.width <= kind.paper[0] + 0.01
    assert kind.top + (kind.rows - 1) * kind.pitch[1] + kind.height <= kind.paper[1] + 0.01
    assert kind.pitch[0] >= kind.width
    assert kind.pitch[1] >= kind.height


def test_a_sheet_that_was_begun_goes_on_from_its_first_free_label() -> None:
    document = made(ENGLISH, sheet="2x7", first=14)
    assert len(document) == 1
    assert within(document, 0, 14, "2x7").startswith("Ms. Li Example")
    with pytest.raises(Invalid, match="has the places 1 to 14, not 15"):
        made(ENGLISH, sheet="2x7", first=15)


def test_the_country_is_the_last_line_in_its_own_language() -> None:
    lines = within(made(ENGLISH), 0, 1).split("\n")
    assert lines[:5] == ["Ms. Li Example", "Open Net Society", "4 Sample Street", "8001 Zürich", "SUISSE"]


def left_edge(document: pypdfium2.PdfDocument, words: str) -> float:
    text = document[0].get_textpage()
    index, count = text.search(words).get_next() or (0, 0)
    assert count, f"{words} is not there"
    return min(text.get_charbox(place)[0] for place in range(index, index + count)) / POINTS


def test_an_arabic_address_is_flush_right_and_its_latin_lines_run_left_to_right() -> None:
    document = made(ENGLISH, ARABIC, CHINESE)
    kind = SHEETS["3x8"]
    assert left_edge(document, "Ms. Li") == pytest.approx(kind.left + kind.inset[0], abs=0.6)
    assert left_edge(document, "EGYPT") > kind.pitch[0] + kind.width / 2, "the country is flush with the Arabic lines"
    assert "4 Sample Street" in within(document, 0, 2)
    assert "جمعية" in within(document, 0, 2)
    assert left_edge(document, "李明阁下") == pytest.approx(2 * kind.pitch[0] + kind.inset[0], abs=0.6)


def test_a_long_address_is_set_smaller_until_it_fits() -> None:
    long = Label((*(f"Line {n} of a very long address with many words in it" for n in range(9)),), "en", "1 · R1")
    text = within(made(long), 0, 1)
    assert "Line 0 of" in text
    assert "Line 8 of" in text


def test_an_address_that_cannot_fit_is_refused_and_not_cut_off() -> None:
    endless = Label(tuple(f"Line {n}" for n in range(60)), "en", "7 · IGF/LP/2025/0007")
    with pytest.raises(Invalid, match="7 · IGF/LP/2025/0007 does not fit"):
        made(endless)


def test_words_of_an_address_are_never_code() -> None:
    assert "#panic(1) $x$ *b*" in whole(made(Label(("#panic(1) $x$ *b*",), "en", "#x")))


def test_an_unknown_sheet_names_those_there_are() -> None:
    with pytest.raises(NotFound, match=r"3x8 .A4, 24 labels"):
        sheet_named("9x9")


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000020000000108020000007b40e8dd0000000d49444154789c63f8cfc000440008fe01ffc6"
    "9e79f70000000049454e44ae426082"
)


def test_a_picture_becomes_one_page_and_a_broken_one_is_refused() -> None:
    assert len(pypdfium2.PdfDocument(picture_page(PNG, "png", title="Map", language="en", made=NOON))) == 1
    with pytest.raises(Invalid):
        picture_page(b"\x89PNG\r\n\x1a\nbroken", "png", title="Map", language="en", made=NOON)
