"""Answers of a campaign side by side, by respondent or by country, for a page and for a spreadsheet; in alphabetical order."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import xlsxwriter
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from outreach.campaigns.models import Campaign, Question, QuestionKind
from outreach.contacts.shielding import shield
from outreach.inputs import attribution, structuring
from outreach.inputs.models import AttributionLevel
from outreach.letters.models import Letter
from outreach.responses import shelf
from outreach.responses.closing import IN_FORCE
from outreach.responses.models import Response, ResponseAuthor, ResponseLetter, StructuredAnswer
from outreach.responses.returned import Value

_TEXT_ONLY = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_PARTS = ("value", "year", "source")


@dataclass(frozen=True)
class Respondent:
    """One response: who answered, from which country (ISO 3166-1, or ""), how they may be named, and the answers by code."""

    number: int
    name: str
    country: str
    level: AttributionLevel | None
    answers: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Collation:
    """The questions of a campaign in their order, and who answered any of them."""

    questions: Sequence[Question]
    respondents: Sequence[Respondent]

    def to(self, code: str) -> list[tuple[Respondent, str]]:
        """Who answered a question, and what, in words."""
        return [(one, structuring.in_words(one.answers[code])) for one in self.respondents if code in one.answers]


def collate(session: Session, campaign: Campaign, *, by_country: bool = False) -> Collation:
    """The answers to `campaign` of responses that stand, respondents by name, or by country and name; six queries."""
    questions = session.scalars(select(Question).filter_by(campaign_id=campaign.id).order_by(Question.position)).all()
    to_it = select(ResponseLetter.response_id).join(Letter).where(Letter.campaign_id == campaign.id)
    answered = select(StructuredAnswer.response_id)
    query = select(Response).where(Response.id.in_(to_it), Response.id.in_(answered), Response.state.in_(IN_FORCE))
    authors = selectinload(Response.authors)
    shown = (authors.joinedload(ResponseAuthor.organisation), authors.joinedload(ResponseAuthor.person))
    responses = session.scalars(query.options(*shown)).all()
    numbers = [response.id for response in responses]
    levels = attribution.recorded(session, numbers)
    found = {response.id: _respondent(response, levels.get(response.id)) for response in responses}
    for row in session.scalars(select(StructuredAnswer).where(StructuredAnswer.response_id.in_(select(query.subquery().c.id)))):
        found[row.response_id].answers[row.code] = row.value
    order = sorted(found.values(), key=lambda one: (one.country if by_country else "", one.name.casefold(), one.number))
    return Collation(questions, order)


def _respondent(response: Response, level: AttributionLevel | None) -> Respondent:
    countries = sorted({author.organisation.country for author in response.authors if author.organisation} - {""})
    name = "; ".join(shelf.author_names(response))
    # A joint answer is one answer: it stands once, under all who gave it.
    return Respondent(response.id, name, ", ".join(countries), level)


def table(collation: Collation) -> Iterator[list[str | int | float]]:
    """The rows of a spreadsheet: a head, then one a respondent; a figure has three columns."""
    columns = list(_columns(collation.questions))
    yield ["respondent", "country", "response", "naming", *(head for _code, _part, head in columns)]
    for one in collation.respondents:
        level = one.level.value if one.level else "open"
        yield [one.name, one.country, one.number, level, *(_cell(one.answers.get(code), part) for code, part, _ in columns)]


def _columns(questions: Sequence[Question]) -> Iterator[tuple[str, str, str]]:
    for question in questions:
        if question.kind is QuestionKind.FIGURE:
            yield from ((question.code, part, f"{question.code}.{part}") for part in _PARTS)
        else:
            yield question.code, "", question.code


def _cell(value: Value | None, part: str) -> str | int | float:
    if isinstance(value, dict):
        value = value.get(part, "")
    elif part in ("year", "source"):
        # A figure that could not be read stands whole where its value would.
        return ""
    if value is None:
        return ""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else structuring.in_words(value)


def to_csv(collation: Collation) -> bytes:
    """The table as CSV (UTF-8 with its mark); no cell is a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in table(collation):
        writer.writerow([shield(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(collation: Collation) -> bytes:
    """The table as XLSX; words stay words."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _TEXT_ONLY) as book:
        sheet = book.add_worksheet("Answers")
        sheet.freeze_panes(1, 1)
        for place, row in enumerate(table(collation)):
            for column, cell in enumerate(row):
                (sheet.write_string if isinstance(cell, str) else sheet.write_number)(place, column, cell)
    return out.getvalue()
