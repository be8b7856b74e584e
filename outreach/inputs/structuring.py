"""Answers by question: read from the reply form that came back or from a reply that keeps the numbers, or typed in.

A value is what its question asks for: text, a number, a truth value, the code of an option, or a figure with `value`, `year`
and `source`. What cannot be read so stays as it was written. Nothing is ranked.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from outreach import journal
from outreach.archive import Archive
from outreach.campaigns.asking import Asked
from outreach.campaigns.models import QuestionKind
from outreach.errors import Invalid, OutreachError, Refused
from outreach.inputs import numbering, texts
from outreach.journal import Actor, Role
from outreach.letters.models import Letter
from outreach.letters.reply_form import NO, YES
from outreach.mail.quoting import parted
from outreach.responses import returned, shelf
from outreach.responses.models import Response, StructuredAnswer
from outreach.responses.numbers import number
from outreach.responses.returned import Value

FORM, NUMBERS, TYPED = "form", "numbers", "typed"
_YEAR = re.compile(r"(?:19|20)\d{2}")
_FORMS = (".docx", ".xlsx")


@dataclass(frozen=True)
class Read:
    """What was read: the answers by code, where from, and how they may be quoted by the boxes of the form (None: none marked).

    `notes` say in sentences what was not read.
    """

    answers: Mapping[str, Value]
    where: str
    attribution: str | None = None
    notes: tuple[str, ...] = ()


def asked_of(session: Session, response: Response) -> tuple[Asked, ...]:
    """What the letters that a response answers asked, each question once, in their order."""
    numbers = [answer.letter_id for answer in response.answers]
    query = select(Letter).where(Letter.id.in_(numbers)).options(selectinload(Letter.versions)).order_by(Letter.id)
    found: dict[str, Asked] = {}
    for letter in session.scalars(query):
        for question in returned.questions(letter.version_now.asked):
            found.setdefault(question.code, question)
    return tuple(found.values())


def read(session: Session, archive: Archive, response: Response, hints: Collection[str] = ()) -> Read:
    """Read the answers of a response: from its reply form where one came with it, else by the numbers in its words.

    A form that does not hold its letter's secret is read all the same, and that is said: whoever looks decides.
    """
    asked, notes = asked_of(session, response), []
    if not asked:
        return Read({}, "", notes=("The letters that it answers asked no questions.",))
    for file in response.files:
        if not file.filename.lower().endswith(_FORMS):
            continue
        try:
            form = returned.read(archive.fetch(file.sha256), file.filename, hints)
        except OutreachError as error:
            notes.append(str(error))
            continue
        if not any(form.is_genuine(answer.letter) for answer in response.answers):
            notes.append(f"{file.filename} does not hold the secret of its letter; make sure whose it is.")
        return Read(form.answers(asked), FORM, form.attribution, (*notes, *form.notes))
    for text in texts.of_response(session, response.id):
        if told := numbering.by_number(parted(text.content).own_words, asked):
            by_code = {question.code: question for question in asked}
            return Read({code: value_of(by_code[code], words) for code, words in told.items()}, NUMBERS, None, tuple(notes))
    return Read({}, "", notes=tuple(notes))


def value_of(question: Asked, written: str) -> Value:
    """What was written, as its question asks for it; as it was written where it cannot be read so."""
    written = written.strip()
    if question.kind is QuestionKind.NUMBER:
        found = number(written)
        return written if found is None else found
    if question.kind is QuestionKind.YES_NO:
        return {YES: True, NO: False, "true": True, "false": False}.get(written.casefold().rstrip("."), written)
    if question.kind is QuestionKind.CHOICE:
        words = {" ".join(said.split()).casefold(): code for code, said in question.options}
        codes = {code: code for code, _said in question.options}
        return {**words, **codes}.get(" ".join(written.split()).casefold().rstrip("."), written)
    return _figure(written) if question.kind is QuestionKind.FIGURE else written


def _figure(written: str) -> Value:
    """A figure as "412; 2024; our register": its parts apart by semicolons or line breaks."""
    parts = [part.strip() for part in re.split(r"[;\n]", written) if part.strip()]
    found = number(parts[0]) if parts else None
    if found is None:
        return written
    figure: dict[str, Any] = {"value": found}
    for part in parts[1:]:
        if "year" not in figure and _YEAR.fullmatch(part):
            figure["year"] = int(part)
        else:
            figure["source"] = "; ".join(filter(None, [figure.get("source"), part]))
    return figure


def keep(
    session: Session, number: int, answers: Mapping[str, Value], *, where: str = TYPED, by: Actor, at: datetime
) -> list[StructuredAnswer]:
    """Keep the answers of response `number` by the codes of their questions; an earlier value stays in the journal.

    Raises Refused unless `by` may log and the response stands, Invalid for a code that none of its letters asked.
    """
    by.must_be(Role.DRAFTER, "keep answers")
    response = shelf.get(session, number)
    if response.state.value in ("withdrawn", "superseded"):
        raise Refused(f"Response {number} is {response.state}; only one that stands can be changed.")
    known = {question.code for question in asked_of(session, response)}
    if unknown := sorted(answers.keys() - known):
        raise Invalid(f"Its letters did not ask {', '.join(unknown)}; they asked: {', '.join(sorted(known)) or 'nothing'}.")
    standing = {row.code: row for row in of_response(session, number)}
    before = {code: standing[code].value for code in answers if code in standing}
    rows = [_put(session, standing.get(code), number, code, value, where, by, at) for code, value in answers.items()]
    session.flush()
    journal.record(
        session,
        by,
        "kept answers of",
        f"response {number}",
        at=at,
        where=where,
        codes=sorted(answers),
        before=before,
        answers=dict(answers),
    )
    return rows


def _put(
    session: Session, row: StructuredAnswer | None, number: int, code: str, value: Value, where: str, by: Actor, at: datetime
) -> StructuredAnswer:
    if row is None:
        row = StructuredAnswer(response_id=number, code=code, value=value, read_from=where, recorded_by=by.name, recorded_at=at)
        session.add(row)
    else:
        row.value, row.read_from, row.recorded_by, row.recorded_at = value, where, by.name, at
    return row


def of_response(session: Session, number: int) -> Sequence[StructuredAnswer]:
    """The answers kept of a response, by code."""
    query = select(StructuredAnswer).where(StructuredAnswer.response_id == number).order_by(StructuredAnswer.code)
    return session.scalars(query).all()


def in_words(value: Value) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, dict):
        return "; ".join(str(value[part]) for part in ("value", "year", "source") if value.get(part) not in (None, ""))
    return str(value)
