"""Reply forms come back: filled in by program as Word, LibreOffice or a spreadsheet would, and by hands that mean harm."""

import contextlib
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from outreach.errors import Invalid
from outreach.inputs.models import AttributionLevel
from outreach.letters.models import Letter
from outreach.letters.reply_form import LEVELS
from outreach.letters.reply_form_docx import reply_form_docx
from outreach.letters.reply_form_xlsx import reply_form_xlsx
from outreach.responses import returned
from outreach.responses.returned import ReturnedForm
from tests.letters.reply_forms import TOKEN, W, changed, filled, filled_sheet, issue, without_fields, without_tags

ASKED = issue().form.asked
HINTS = issue().form.words.hints
WRITTEN = {
    "outcomes": "A law on exchange points.\nAnd <b>training</b> & advice.",
    "trained": "1,250,000",
    "trained.year": "2024",
    "trained.source": "Annual report, p. 4",
    "meetings": "12",
    "renewal": '=Not "at" all',
    "speak": "Yes",
    "respondent": "Ms. Li Example, Director",
}
ANSWERS = {
    "outcomes": "A law on exchange points.\nAnd <b>training</b> & advice.",
    "trained": {"value": 1250000, "year": 2024, "source": "Annual report, p. 4"},
    "meetings": 12,
    "renewal": "not",
    "speak": True,
}
SHEET = {**WRITTEN, "trained": 1250000, "trained.year": 2024, "meetings": 12.0, "attribution.organisation": "X"}
DOCUMENT = filled(reply_form_docx(issue()), WRITTEN, ("organisation",))


def read(content: bytes) -> ReturnedForm:
    return returned.read(content, "reply.docx", HINTS)


def test_the_boxes_are_the_levels_of_attribution_in_their_order() -> None:
    assert tuple(level.value for level in AttributionLevel) == LEVELS


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(DOCUMENT, id="as Word saves it"),
        pytest.param(changed(DOCUMENT, without_tags), id="as LibreOffice 7.4 saves it"),
        pytest.param(filled_sheet(reply_form_xlsx(issue()), SHEET), id="as a spreadsheet program saves it"),
    ],
)
def test_what_was_filled_in_is_read_back(content: bytes) -> None:
    form = read(content)
    assert form.answers(ASKED) == ANSWERS
    assert form.respondent == "Ms. Li Example, Director"
    assert (form.ticked, form.attribution) == (("organisation",), "organisation")
    assert form.reference == "IGF/LP/2025/0012"
    assert form.notes == ()


def test_a_program_that_knows_no_fields_loses_no_answer() -> None:
    form = read(changed(DOCUMENT, without_fields))
    assert form.answers(ASKED) == {**ANSWERS, "speak": "Yes"}, "of yes and no only the words are left"
    assert form.attribution == "organisation"


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_form_in_another_language_gives_the_same_codes(language: str) -> None:
    given_out = issue(language)
    words, asked = given_out.form.words, given_out.form.asked
    answers = {"renewal": dict(asked[3].options)["as-it-is"], "speak": words.no, "meetings": "٣٫٥"}
    hints = words.hints
    for content in (
        filled(reply_form_docx(given_out), answers, ("group",)),
        changed(filled(reply_form_docx(given_out), answers, ("group",)), without_tags),
        filled_sheet(reply_form_xlsx(given_out), {**answers, "attribution.group": "X"}),
    ):
        form = returned.read(content, "reply", hints)
        assert form.answers(asked) == {"renewal": "as-it-is", "speak": False, "meetings": 3.5}
        assert form.attribution == "group"


@pytest.mark.parametrize("change", [None, without_tags, without_fields])
def test_a_form_that_nobody_filled_in_holds_no_answer(change: Callable[[Any], None] | None) -> None:
    file = reply_form_docx(issue())
    form = read(changed(file, change) if change else file)
    assert form.answers(ASKED) == {}
    assert (form.respondent, form.ticked, form.attribution) == ("", (), None)


def test_an_empty_sheet_holds_no_answer() -> None:
    form = read(reply_form_xlsx(issue()))
    assert form.answers(ASKED) == {}
    assert form.attribution is None


def test_of_several_boxes_the_strictest_counts() -> None:
    form = read(filled(reply_form_docx(issue()), {}, ("attributed", "group")))
    assert form.ticked == ("attributed", "group")
    assert form.attribution == "group"


def test_what_is_typed_beside_a_field_or_over_a_box_counts_as_well() -> None:
    def type_beside(root: etree._Element) -> None:
        for cell in root.iter(f"{W}tc"):
            if "Write here" in "".join(cell.itertext()):
                run = etree.SubElement(cell.find(f"{W}p"), f"{W}r")
                etree.SubElement(run, f"{W}t").text = "Typed beside it."
                break
        for sign in root.iter(f"{W}t"):
            if sign.text == "☐":
                sign.text = "x"
                break

    form = read(changed(reply_form_docx(issue()), type_beside))
    assert form.answers(ASKED) == {"outcomes": "Typed beside it."}
    assert form.attribution == "attributed"


def test_a_hint_that_a_careless_program_left_is_no_part_of_the_answer() -> None:
    form = read(filled(reply_form_docx(issue()), {"outcomes": "Write hereOur answer", "meetings": "Write a number here"}))
    assert form.answers(ASKED) == {"outcomes": "Our answer"}


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("meetings", "about a dozen", "about a dozen"),
        ("meetings", "1,200", "1,200"),
        ("renewal", "Something else", "Something else"),
        ("renewal", "  as IT is ", "as-it-is"),
        ("speak", "Perhaps", "Perhaps"),
    ],
)
def test_what_cannot_be_read_as_asked_stays_as_it_was_written(name: str, typed: str, value: object) -> None:
    assert read(filled(reply_form_docx(issue()), {name: typed})).answers(ASKED) == {name: value}


def test_without_the_questions_the_fields_stand_by_their_names() -> None:
    found = read(filled_sheet(reply_form_xlsx(issue()), SHEET)).answers()
    assert found["trained.year"] == 2024
    assert found["renewal"] == "not"
    assert found["trained"] == 1250000


def test_a_form_is_genuine_by_its_letters_secret_alone() -> None:
    form = read(DOCUMENT)
    assert form.is_genuine(Letter(reference="IGF/LP/2025/0012", answer_token=TOKEN))
    assert not form.is_genuine(Letter(reference="IGF/LP/2025/0012", answer_token="f" * 32))
    assert not form.is_genuine(Letter(reference="IGF/LP/2025/0012", answer_token=None))
    assert TOKEN not in repr(form)


def test_an_answer_without_end_is_cut_and_that_is_said() -> None:
    form = read(filled(reply_form_docx(issue()), {"outcomes": "x" * 100_001}))
    assert len(form.answers(ASKED)["outcomes"]) == 100_000  # type: ignore[arg-type]
    assert form.notes == ("The answer to outcomes has more than 100,000 characters; the rest was left out.",)


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def with_part(file: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for each in before.namelist():
            after.writestr(each, content if each == name else before.read(each))
    return out.getvalue()


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "' + b"&b;" * 100 + b'">]><a>&c;</a>'
FAR = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1"/></row>'
FAR += b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>'
XLSX = reply_form_xlsx(issue())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"", "neither a DOCX nor an XLSX", id="nothing"),
        pytest.param(b"%PDF-1.7", "neither a DOCX nor an XLSX", id="a PDF"),
        pytest.param(b"PK\x03\x04 broken", "neither a DOCX nor an XLSX", id="a broken zip"),
        pytest.param(packed(a=b"x"), "neither a DOCX nor an XLSX", id="another zip"),
        pytest.param(b"x" * (10 * 2**20 + 1), "more than 10 MB", id="too large"),
        pytest.param(packed(word__document=b""), "neither a DOCX nor an XLSX", id="no such part"),
        pytest.param(with_part(DOCUMENT, "word/document.xml", LAUGHS), "was not read", id="entities in a document"),
        pytest.param(with_part(DOCUMENT, "docProps/custom.xml", LAUGHS), "was not read", id="entities in properties"),
        pytest.param(with_part(DOCUMENT, "word/document.xml", b" " * (5 * 2**20)), "was not read", id="a document bomb"),
        pytest.param(with_part(XLSX, "xl/sharedStrings.xml", LAUGHS), "declares entities", id="entities in a sheet"),
        pytest.param(with_part(XLSX, "xl/sharedStrings.xml", b" " * (30 * 2**20)), "unpacks to more", id="a sheet bomb"),
        pytest.param(with_part(XLSX, "xl/worksheets/sheet1.xml", FAR), "reaches down to row", id="cells at far corners"),
        pytest.param(with_part(XLSX, "xl/worksheets/sheet1.xml", b"<"), "cannot be read|no sheet", id="a damaged sheet"),
        pytest.param(with_part(DOCUMENT, "word/document.xml", b"<a/>"), "no text that can be read", id="another document"),
    ],
)
def test_what_is_no_form_or_means_harm_is_refused_in_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        read(content)


def test_a_document_that_is_no_form_is_refused() -> None:
    bare = packed(**{"word__document.xml": f'<w:document xmlns:w="{W[1:-1]}"><w:body><w:p/></w:body></w:document>'.encode()})
    with pytest.raises(Invalid, match="holds no field of a reply form"):
        read(bare)


@settings(max_examples=60)
@given(st.integers(0, len(DOCUMENT) - 1), st.binary(max_size=4))
def test_a_file_damaged_anywhere_is_read_or_refused_and_never_breaks_the_reader(place: int, bits: bytes) -> None:
    damaged = DOCUMENT[:place] + bits + DOCUMENT[place + len(bits) :]
    with contextlib.suppress(Invalid):
        read(damaged)


@settings(max_examples=60)
@given(st.integers(0, len(XLSX) - 1), st.binary(max_size=4))
def test_a_sheet_damaged_anywhere_is_read_or_refused_and_never_breaks_the_reader(place: int, bits: bytes) -> None:
    with contextlib.suppress(Invalid):
        read(XLSX[:place] + bits + XLSX[place + len(bits) :])
