"""A reply form before it is a file: what a letter asks, and the fields that an answer comes back in.

Each field has a lasting name: the code of its question, with `.year` and `.source` beside a figure, `respondent`, and a box for
each way in which the answers may be quoted (`attribution.group`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from outreach.campaigns import asking
from outreach.campaigns.asking import Asked, Asking
from outreach.campaigns.models import QuestionKind
from outreach.protocol.paperwork import ReplyFormWords

# From open to strict, as a letter's four boxes have them.
LEVELS = ("attributed", "organisation", "group", "confidential")
# What the words of a form are called among the wording of their language.
FORM_ENTRY = "reply_form"
RESPONDENT, ATTRIBUTION = "respondent", "attribution"
YEAR, SOURCE = ".year", ".source"
YES, NO = "yes", "no"
# What a file says of itself: which letter it goes with, and the letter's own secret, by which a returned form is believed.
LETTER, ANSWER_TOKEN = "outreach-letter", "outreach-answer-token"


@dataclass(frozen=True, kw_only=True)
class ReplyForm:
    """What a letter asks, in its language, with everything that stands around the questions but its reference.

    `deadline` is the day in words, or empty; `addressee` the lines of the address block.
    """

    language: str
    masthead: tuple[str, ...]
    addressee: tuple[str, ...]
    subject: str
    return_to: str
    deadline: str
    page_of: str
    asked: tuple[Asked, ...]
    words: ReplyFormWords

    def facts(self, reference: str) -> list[tuple[str, tuple[str, ...]]]:
        """What stands above the questions: a label and its lines."""
        words = self.words
        found = [
            (words.reference, (reference,)),
            (words.addressee, self.addressee),
            (words.return_to, (self.return_to,)),
            (words.deadline, (self.deadline,)),
        ]
        return [(label, lines) for label, lines in found if any(lines)]

    @property
    def titles(self) -> tuple[str, str]:
        """What the page of the letter calls its two files."""
        return self.words.as_document, self.words.as_spreadsheet

    def fixed(self) -> dict[str, Any]:
        """The form as plain data, for a digest."""
        values: dict[str, Any] = msgspec.to_builtins(self)
        return values


@dataclass(frozen=True, kw_only=True)
class Issue:
    """A form as one letter gives it out: under its reference, on its day, with its secret."""

    form: ReplyForm
    reference: str
    at: datetime
    answer_token: str = field(repr=False)

    @property
    def title(self) -> str:
        """What the file is called in its own properties."""
        return f"{self.form.words.title} {self.reference}"

    @property
    def properties(self) -> dict[str, str]:
        """The custom properties of the file."""
        return {LETTER: self.reference, ANSWER_TOKEN: self.answer_token}


@dataclass(frozen=True)
class Questionnaire:
    """What a campaign asks, in every language that it is worded in."""

    questions: Sequence[Asking] = ()

    def missing(self, language: str) -> str | None:
        """The code of the first question that is not worded in `language`; None when all are."""
        return next((one.code for one in self.questions if language not in one.wording), None)

    def asked(self, language: str) -> tuple[Asked, ...]:
        """All questions in `language`, in which each must be worded."""
        return tuple(asking.in_language(one, language) for one in self.questions)


NOTHING_ASKED = Questionnaire()


def options(asked: Asked, words: ReplyFormWords) -> tuple[tuple[str, str], ...]:
    """What may be chosen, as value and words; nothing where an answer is written."""
    if asked.kind is QuestionKind.YES_NO:
        return ((YES, words.yes), (NO, words.no))
    return asked.options


def fields(asked: Asked, words: ReplyFormWords) -> Iterator[tuple[str, str]]:
    """The fields of a question: name, and the label beside it (empty for the answer itself)."""
    if asked.kind is not QuestionKind.FIGURE:
        yield asked.code, ""
        return
    yield asked.code, words.figure
    yield asked.code + YEAR, words.year
    yield asked.code + SOURCE, words.source_of_figure
