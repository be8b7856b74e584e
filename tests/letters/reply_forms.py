"""A reply form for the tests, and hands that fill it in as Word, LibreOffice and a spreadsheet program would."""

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import openpyxl
from lxml import etree

from outreach.campaigns import asking
from outreach.letters.reply_form import Issue, Questionnaire, ReplyForm
from tests.letters.desk import load_forms

QUESTIONS = asking.read(
    """
[[question]]
code = "outcomes"
kind = "text"
wording = { en = "What came of <it> & why?", fr = "Qu'en est-il sorti : quoi ?", ar = "ما الذي تحقق؟" }

[[question]]
code = "trained"
kind = "figure"
wording = { en = "How many were trained?", fr = "Combien de personnes formées ?", ar = "كم عدد المتدربين؟" }

[[question]]
code = "meetings"
kind = "number"
wording = { en = "How many meetings?", fr = "Combien de réunions ?", ar = "كم عدد الاجتماعات؟" }

[[question]]
code = "renewal"
kind = "choice"
wording = { en = "Renew it?", fr = "Le renouveler ?", ar = "هل يجدد؟" }
[[question.options]]
code = "as-it-is"
wording = { en = "As it is", fr = "Tel quel", ar = "كما هو" }
[[question.options]]
code = "not"
wording = { en = "=Not \\"at\\" all", fr = "Pas du tout", ar = "لا" }

[[question]]
code = "speak"
kind = "yes-no"
wording = { en = "Would you speak?", fr = "Prendriez-vous la parole ?", ar = "هل تتحدثون؟" }
""",
    "questions.toml",
)
TOKEN = "00112233445566778899aabbccddeeff"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
Change = Callable[[etree._Element], None]


def issue(language: str = "en", **changes: object) -> Issue:
    """The form as a letter in `language` gives it out; its questions are in English where they have no wording in it."""
    forms, asks = load_forms(language), Questionnaire(QUESTIONS)
    assert forms.reply_form is not None
    values: dict[str, object] = {
        "language": language,
        "masthead": ("Leadership Panel", "Office of the Chair"),
        "addressee": ("Ms. Li Example", "Open Net Society", "Geneva"),
        "subject": "Request for input",
        "return_to": "inputs+0123456789abcdef@leadership-panel.example",
        "deadline": "31 March 2025",
        "page_of": forms.words.page_of,
        "asked": asks.asked("en" if asks.missing(language) else language),
        "words": forms.reply_form,
        **changes,
    }
    form = ReplyForm(**values)  # type: ignore[arg-type]
    return Issue(form=form, reference="IGF/LP/2025/0012", at=datetime(2025, 1, 27, tzinfo=UTC), answer_token=TOKEN)


def changed(file: bytes, change: Change, part: str = "word/document.xml") -> bytes:
    """The file with `change` made to one of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            if name == part:
                root = etree.fromstring(content)
                change(root)
                content = etree.tostring(root)
            after.writestr(name, content)
    return out.getvalue()


def controls(root: etree._Element) -> dict[str, etree._Element]:
    """The fields of a document by their tags."""
    return {tag.get(f"{W}val"): tag.getparent().getparent() for tag in root.iter(f"{W}tag")}


def filled(file: bytes, answers: Mapping[str, str], ticked: tuple[str, ...] = ()) -> bytes:
    """The document filled in as Word does it: the hint goes, the words come, a box changes its state and its sign."""

    def fill(root: etree._Element) -> None:
        fields = controls(root)
        for name, text in answers.items():
            write(fields[name], text)
        for level in ticked:
            tick(fields[f"attribution.{level}"])

    return changed(file, fill)


def write(control: etree._Element, text: str) -> None:
    """Write into a field: line by line, without the hint."""
    properties, content = control.find(f"{W}sdtPr"), control.find(f"{W}sdtContent")
    for hint in properties.findall(f"{W}showingPlcHdr"):
        properties.remove(hint)
    for child in list(content):
        content.remove(child)
    run = etree.SubElement(content, f"{W}r")
    for place, line in enumerate(text.split("\n")):
        if place:
            etree.SubElement(run, f"{W}br")
        etree.SubElement(run, f"{W}t").text = line


def tick(control: etree._Element) -> None:
    """Tick a box."""
    control.find(f"{W}sdtPr/{W14}checkbox/{W14}checked").set(f"{W14}val", "1")
    control.find(f".//{W}t").text = "\N{BALLOT BOX WITH X}"


def without_tags(root: etree._Element) -> None:
    """What LibreOffice 7.4 leaves of a form when it saves it: the fields, but not their tags."""
    for tag in list(root.iter(f"{W}tag")):
        tag.getparent().remove(tag)


def without_fields(root: etree._Element) -> None:
    """What a program leaves that knows no fields: the words that stand in them."""
    for control in list(root.iter(f"{W}sdt")):
        parent, place = control.getparent(), control.getparent().index(control)
        for child in reversed(list(control.find(f"{W}sdtContent"))):
            parent.insert(place, child)
        parent.remove(control)


def filled_sheet(file: bytes, answers: Mapping[str, object]) -> bytes:
    """The spreadsheet with `answers` in the last column, saved by another program."""
    book = openpyxl.load_workbook(io.BytesIO(file))
    sheet = book.worksheets[0]
    rows = {row[0].value: row[0].row for row in sheet.iter_rows()}
    for name, value in answers.items():
        cell = sheet.cell(rows[name], 3)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"  # an option that begins with = is chosen from the list, not typed as a formula
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
