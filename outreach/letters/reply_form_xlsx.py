"""A reply form as XLSX: one plain sheet with a row for each field, its name in the first column and the answer in the last.

Nothing is hidden: the words of the options stand on a second sheet that everybody can open.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import xlsxwriter  # it ships no types

from outreach.campaigns.models import QuestionKind
from outreach.letters import reply_form
from outreach.letters.reply_form import ATTRIBUTION, LEVELS, RESPONDENT, SOURCE, YEAR, Issue, ReplyForm
from outreach.typesetting.data import direction
from outreach.typesetting.french import localized_text
from outreach.typesetting.tree import printable

TICK = "X"
_BOX = ((TICK, TICK),)
_CODE, _QUESTION, _ANSWER = 0, 1, 2
_WIDTHS = (24, 62, 62)  # characters
_OPTIONS_WIDTHS = (24, 24, 62)
_LONGEST_SHEET = 31  # characters, in Excel
_LINE = 15  # points
_ROOM = 6 * _LINE
# What stands in a cell is text: "=1+1" is no formula, "http://..." no link, "007" no number.
_PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_ANYTHING = 10**15


@dataclass(frozen=True)
class _Row:
    """A field: its name, the words beside it, what may be chosen, and what else a cell is checked for."""

    name: str
    words: str
    options: tuple[tuple[str, str], ...] = ()
    check: str = ""
    roomy: bool = False


def reply_form_xlsx(issue: Issue) -> bytes:
    """The form as the bytes of an XLSX file; the same issue always gives the same bytes."""
    form, file = issue.form, io.BytesIO()
    rows = list(_rows(form))
    with xlsxwriter.Workbook(file, _PLAIN) as book:
        _describe(book, issue)
        sheet = book.add_worksheet(_sheet_name(form.words.sheet, "Reply"))
        options = book.add_worksheet(_sheet_name(form.words.options_sheet, "Options"))
        places = _write_options(book, options, form, rows)
        _write_rows(book, sheet, form, rows, _write_opening(book, sheet, issue), places)
        for each in (sheet, options):
            # Without a password: it keeps the codes from being overwritten by accident, and nobody out.
            each.protect("", {"format_columns": True, "format_rows": True})
            each.set_paper(9)
            each.set_landscape()
            each.fit_to_pages(1, 0)
            if direction(form.language) == "rtl":
                each.right_to_left()
    return file.getvalue()


def _describe(book: Any, issue: Issue) -> None:
    author = issue.form.masthead[0] if issue.form.masthead else ""
    # Excel keeps the time of making without a zone.
    made = issue.at.replace(tzinfo=None, microsecond=0)
    book.set_properties({"title": printable(issue.title), "author": printable(author), "created": made})
    for name, value in issue.properties.items():
        book.set_custom_property(name, value, "text")


def _sheet_name(words: str, otherwise: str) -> str:
    name = "".join(sign for sign in printable(words) if sign not in "[]:*?/\\'")[:_LONGEST_SHEET].strip()
    return name or otherwise


def _rows(form: ReplyForm) -> Iterator[_Row]:
    words = form.words
    for number, asked in enumerate(form.asked, 1):
        offered = reply_form.options(asked, words)
        for name, label in reply_form.fields(asked, words):
            said = f"{number}. {asked.wording}" if name == asked.code else ""
            numeric = asked.kind is QuestionKind.NUMBER or (asked.kind is QuestionKind.FIGURE and name == asked.code)
            check = "year" if name.endswith(YEAR) else "number" if numeric else ""
            yield _Row(name, f"{said} {label and f'[{label}]'}".strip(), offered, check, asked.kind is QuestionKind.TEXT)
    number = len(form.asked) + 1
    yield _Row(RESPONDENT, f"{number}. {words.respondent}")
    for level in LEVELS:
        lead = f"{number + 1}. {words.attribution}\n" if level == LEVELS[0] else ""
        yield _Row(f"{ATTRIBUTION}.{level}", f"{lead}{words.level(level)}", _BOX)


def _look(book: Any, form: ReplyForm, **values: Any) -> Any:
    """A format for words of the form, which in a sheet from right to left read so, whatever they begin with."""
    aside = {"reading_order": 2, "align": "right"} if direction(form.language) == "rtl" else {}
    return book.add_format({"valign": "top", **aside, **values})


def _write_opening(book: Any, sheet: Any, issue: Issue) -> int:
    """Write what stands above the questions; gives the row in which their table begins."""
    form = issue.form
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    label_look, plain = _look(book, form, bold=True), _look(book, form)
    # An address is set as it is written, in whatever sheet.
    lines_look = book.add_format({"text_wrap": True, "valign": "top"})
    _write(sheet, 0, _CODE, form.words.title, form, _look(book, form, bold=True, font_size=16))
    sheet.set_row(0, 1.6 * _LINE)
    _write(sheet, 1, _CODE, form.subject, form, _look(book, form, italic=True))
    row = 3
    for label, lines in form.facts(issue.reference):
        _write(sheet, row, _CODE, label, form, label_look)
        _write(sheet, row, _QUESTION, "\n".join(lines), form, lines_look)
        sheet.set_row(row, _LINE * len(lines))
        row += 1
    for text in form.words.how_spreadsheet:
        row += 1
        _write(sheet, row, _CODE, text, form, plain)
    return row + 2


def _write_rows(
    book: Any, sheet: Any, form: ReplyForm, rows: list[_Row], first: int, places: dict[str, tuple[int, int]]
) -> None:
    words = form.words
    head = _look(book, form, bold=True, bottom=2)
    lined = {"bottom": 1, "bottom_color": "#D0D0D0"}
    code = book.add_format({"font_color": "#6B6B6B", "valign": "top", **lined})
    asked = _look(book, form, text_wrap=True, **lined)
    # As text, so that an answer such as "1-2" does not become a day.
    answer = {
        "locked": False,
        "text_wrap": True,
        "valign": "top",
        "border": 1,
        "border_color": "#8C8C8C",
        "bg_color": "#FFF8E1",
    }
    written, counted = book.add_format({**answer, "num_format": "@"}), book.add_format({**answer, "align": "left"})
    for column, text in enumerate((words.code, words.question, words.answer)):
        _write(sheet, first, column, text, form, head)
    for number, row in enumerate(rows, first + 1):
        _write(sheet, number, _CODE, row.name, form, code)
        _write(sheet, number, _QUESTION, row.words, form, asked)
        sheet.write_blank(number, _ANSWER, None, counted if row.check else written)
        lines = sum(-(-len(line) // (_WIDTHS[_QUESTION] - 4)) or 1 for line in row.words.split("\n"))
        sheet.set_row(number, max(_ROOM if row.roomy else _LINE, _LINE * lines))
        if rule := _rule(row, form, places):
            sheet.data_validation(number, _ANSWER, number, _ANSWER, rule)
    note = first + len(rows) + 2
    _write(sheet, note, _CODE, words.attribution_note, form, _look(book, form))


def _rule(row: _Row, form: ReplyForm, places: dict[str, tuple[int, int]]) -> dict[str, Any] | None:
    words = form.words
    if row.check == "year":
        return {
            "validate": "integer",
            "criteria": "between",
            "minimum": 1900,
            "maximum": 2100,
            "error_message": _message(words.only_year),
        }
    if row.check == "number":
        bounds = {"minimum": -_ANYTHING, "maximum": _ANYTHING}
        return {"validate": "decimal", "criteria": "between", **bounds, "error_message": _message(words.only_number)}
    if row.options:
        source: str | list[str] = [TICK]
        if row.name in places:
            first, last = places[row.name]
            sheet = _sheet_name(words.options_sheet, "Options")
            source = f"='{sheet}'!$C${first + 1}:$C${last + 1}"
        return {"validate": "list", "source": source, "error_message": _message(words.only_listed)}
    return None


def _message(text: str) -> str:
    # Excel refuses a file with a longer one.
    return printable(text)[:255]


def _write_options(book: Any, sheet: Any, form: ReplyForm, rows: list[_Row]) -> dict[str, tuple[int, int]]:
    """Write what may be chosen: field, value, words; gives the rows of each field's words; boxes need none."""
    for column, width in enumerate(_OPTIONS_WIDTHS):
        sheet.set_column(column, column, width)
    head, plain = _look(book, form, bold=True, bottom=2), _look(book, form)
    for column, text in enumerate((form.words.question, form.words.code, form.words.answer)):
        _write(sheet, 0, column, text, form, head)
    places: dict[str, tuple[int, int]] = {}
    at = 1
    for row in rows:
        if not row.options or row.options == _BOX:
            continue
        places[row.name] = (at, at + len(row.options) - 1)
        for value, words in row.options:
            for column, text in enumerate((row.name, value, words)):
                _write(sheet, at, column, text, form, plain)
            at += 1
    return places


def _write(sheet: Any, row: int, column: int, text: str, form: ReplyForm, look: Any) -> None:
    lines = [printable(localized_text(line, form.language)) for line in text.split("\n")]
    sheet.write_string(row, column, "\n".join(lines), look)


__all__ = ["SOURCE", "TICK", "reply_form_xlsx"]
