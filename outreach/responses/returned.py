"""Reply forms that came back, as DOCX or XLSX: the answers by the codes of their questions, and how they may be quoted.

A file is read within bounds. It comes from outside, so what it says of itself proves nothing: that it comes from somebody who
got the letter is shown by the letter's secret alone (`is_genuine`).
"""

import hmac
import io
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from outreach.campaigns.asking import Asked
from outreach.campaigns.models import QuestionKind
from outreach.errors import Invalid
from outreach.letters.models import Letter
from outreach.letters.reply_form import LEVELS, NO, RESPONDENT, SOURCE, YEAR, YES
from outreach.responses.numbers import number
from outreach.responses.returned_cells import Cell, Found
from outreach.responses.returned_docx import read_document
from outreach.responses.returned_xlsx import read_spreadsheet

LARGEST = 10 * 2**20  # bytes
Value = str | int | float | bool | dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ReturnedForm:
    """A form as it came back.

    `cells` are the fields that hold something, by name; `ticked` the boxes that are marked, from open to strict; `notes` say in
    sentences what was left out.
    """

    reference: str
    answer_token: str = field(repr=False)
    cells: Mapping[str, Cell]
    ticked: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def respondent(self) -> str:
        """Who answered, as they wrote it."""
        return self._text(RESPONDENT)

    @property
    def attribution(self) -> str | None:
        """How the answers may be quoted: the strictest of the boxes that are marked; None where none is."""
        return max(self.ticked, key=LEVELS.index, default=None)

    def is_genuine(self, letter: Letter) -> bool:
        """Whether it holds the secret of that letter."""
        return bool(letter.answer_token) and hmac.compare_digest(
            self.answer_token.encode(), (letter.answer_token or "").encode()
        )

    def answers(self, asked: Sequence[Asked] = ()) -> dict[str, Value]:
        """The answers by code, each as its question asks for it; blank ones are left out.

        A choice gives the code of its option, yes or no a truth value, a number a number, a figure its `value`, `year` and
        `source`. What cannot be read so stays as it was written. Without `asked`, by which kinds are known, the fields of the
        file stand by their names.
        """
        if not asked:
            return {name: _bare(cell) for name, cell in self.cells.items() if name != RESPONDENT}
        found = {question.code: self._answer(question) for question in asked}
        return {code: value for code, value in found.items() if value not in (None, {})}

    def _text(self, name: str) -> str:
        return self.cells[name].text if name in self.cells else ""

    def _answer(self, question: Asked) -> Value | None:
        if question.kind is QuestionKind.FIGURE:
            parts = {"value": question.code, "year": question.code + YEAR, "source": question.code + SOURCE}
            numeric = {"value", "year"}
            return {
                part: _numeric(self.cells[name]) if part in numeric else self.cells[name].text
                for part, name in parts.items()
                if name in self.cells
            }
        cell = self.cells.get(question.code)
        if cell is None:
            return None
        if question.kind is QuestionKind.NUMBER:
            return _numeric(cell)
        if question.kind is QuestionKind.CHOICE:
            return _option(cell, question)
        if question.kind is QuestionKind.YES_NO:
            return {YES: True, NO: False}.get(cell.chosen, cell.text)
        return cell.text


def _bare(cell: Cell) -> Value:
    return cell.number if cell.number is not None else cell.chosen or cell.text


def _numeric(cell: Cell) -> Value:
    if cell.number is not None:
        return cell.number
    read = number(cell.text)
    return cell.text if read is None else read


def _option(cell: Cell, question: Asked) -> str:
    known = {code for code, _words in question.options}
    if cell.chosen in known:
        return cell.chosen
    by_words = {" ".join(words.split()).casefold(): code for code, words in question.options}
    return by_words.get(" ".join(cell.text.split()).casefold(), cell.text)


def questions(raw: Sequence[Mapping[str, Any]]) -> tuple[Asked, ...]:
    """The questions that a version of a letter keeps (`LetterVersion.asked`)."""
    return tuple(msgspec.convert(each, Asked) for each in raw)


def read(content: bytes, name: str, hints: Collection[str] = ()) -> ReturnedForm:
    """Read a reply form; `name` is what messages call the file, `hints` what stands in a field before anything is written.

    Raises Invalid when it is neither DOCX nor XLSX, is damaged, built to fill the memory, or no reply form.
    """
    if len(content) > LARGEST:
        raise Invalid(f"{name} has more than {LARGEST // 2**20} MB, which no reply form has; it was not opened.")
    members = _members(content)
    if "word/document.xml" in members:
        found = read_document(content, hints)
    elif "xl/workbook.xml" in members:
        found = read_spreadsheet(content, name)
    else:
        raise Invalid(f"{name} is neither a DOCX nor an XLSX file; save the form as one of them, or log the answers by hand.")
    _must_be_a_form(found, name)
    return ReturnedForm(
        reference=found.reference,
        answer_token=found.answer_token,
        cells=found.cells,
        ticked=tuple(level for level in LEVELS if level in found.ticked),
        notes=tuple(found.notes),
    )


def _members(content: bytes) -> frozenset[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return frozenset(packed.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return frozenset()


def _must_be_a_form(found: Found, name: str) -> None:
    if not found.reference and not found.cells and not found.ticked:
        raise Invalid(f"{name} holds no field of a reply form; open it, and log the answers by hand.")
