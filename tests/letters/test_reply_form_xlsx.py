"""A reply form as XLSX, read by an independent library."""

import io
import zipfile
from typing import Any

import msgspec
import openpyxl
import pytest

from outreach.letters.reply_form_xlsx import reply_form_xlsx
from outreach.typesetting.docx_opening import custom_properties
from tests.letters.reply_forms import TOKEN, issue


def book(**changes: Any) -> Any:
    language = changes.pop("language", "en")
    return openpyxl.load_workbook(io.BytesIO(reply_form_xlsx(issue(language, **changes))))


def rows(sheet: Any) -> dict[str, Any]:
    return {row[0].value: row for row in sheet.iter_rows() if row[0].value}


def rules(sheet: Any) -> dict[str, Any]:
    return {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}


def test_codes_stand_in_the_first_column_and_answers_go_into_the_last() -> None:
    found = rows(book().worksheets[0])
    names = [name for name in found if name.islower() and " " not in name]
    assert names == [
        "outcomes",
        "trained",
        "trained.year",
        "trained.source",
        "meetings",
        "renewal",
        "speak",
        "respondent",
        "attribution.attributed",
        "attribution.organisation",
        "attribution.group",
        "attribution.confidential",
    ]
    assert found["outcomes"][1].value == "1. What came of <it> & why?"
    assert found["Return to"][1].value == "inputs+0123456789abcdef@leadership-panel.example"


def test_only_the_answers_can_be_written_and_nothing_is_hidden() -> None:
    opened = book()
    for sheet in opened.worksheets:
        assert sheet.protection.sheet
        assert sheet.sheet_state == "visible"
        assert not any(dimension.hidden for dimension in sheet.column_dimensions.values())
    free = [cell.coordinate for row in opened.worksheets[0].iter_rows() for cell in row if not cell.protection.locked]
    assert len(free) == 12
    assert {cell[0] for cell in free} == {"C"}


def test_lists_numbers_and_years_are_checked_as_they_are_typed() -> None:
    opened = book()
    sheet, options = opened.worksheets
    checked = rules(sheet)
    places = {name: row[2].coordinate for name, row in rows(sheet).items()}
    assert checked[places["renewal"]].type == "list"
    assert checked[places["renewal"]].formula1.endswith("$C$2:$C$3")
    assert [options["C2"].value, options["C3"].value] == ["As it is", '=Not "at" all']
    assert checked[places["meetings"]].type == "decimal"
    assert (checked[places["trained.year"]].type, checked[places["trained.year"]].formula1) == ("whole", "1900")
    assert checked[places["attribution.group"]].formula1 == '"X"'
    assert places["outcomes"] not in checked


def test_words_that_look_like_a_formula_stay_words() -> None:
    options = book().worksheets[1]
    assert options["C3"].data_type == "s"
    sheet = book(subject='=HYPERLINK("http://evil.example")', addressee=("=1+1",)).worksheets[0]
    assert all(cell.data_type in ("s", "n") for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize(("language", "turned"), [("en", None), ("ar", True)])
def test_arabic_sheets_run_from_right_to_left(language: str, turned: bool | None) -> None:
    assert all(sheet.sheet_view.rightToLeft is turned for sheet in book(language=language).worksheets)


def test_the_file_bears_its_letter_and_the_letters_secret_but_shows_no_secret() -> None:
    file = reply_form_xlsx(issue())
    assert custom_properties(file) == {"outreach-letter": "IGF/LP/2025/0012", "outreach-answer-token": TOKEN}
    with zipfile.ZipFile(io.BytesIO(file)) as packed:
        shown = b"".join(packed.read(name) for name in packed.namelist() if name.startswith("xl/"))
    assert TOKEN.encode() not in shown


def test_the_same_letter_gives_the_same_bytes_and_another_gives_others() -> None:
    assert reply_form_xlsx(issue()) == reply_form_xlsx(issue())
    assert reply_form_xlsx(issue()) != reply_form_xlsx(issue(deadline="1 April 2025"))


def test_a_sheet_may_be_called_what_excel_refuses() -> None:
    words = issue().form.words
    odd = msgspec.structs.replace(words, sheet="'[]:*?/\\'", options_sheet="x" * 40)
    names = [sheet.title for sheet in book(words=odd).worksheets]
    assert names == ["Reply", "x" * 31]
