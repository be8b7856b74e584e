"""Answers by question: read from forms and from numbered replies, typed in, kept, and put side by side."""

import csv
import io
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from outreach.archive import Archive
from outreach.campaigns.asking import Asked
from outreach.campaigns.models import Question, QuestionKind
from outreach.contacts.models import Channel, Organisation
from outreach.errors import Invalid
from outreach.inputs import collating, numbering, structuring, texts
from outreach.letters.models import Letter
from outreach.letters.reply_form_docx import reply_form_docx
from outreach.responses.models import (
    Response,
    ResponseAuthor,
    ResponseFile,
    ResponseKind,
    ResponseLetter,
    ResponseState,
)
from tests.cast import DANA, NOON, kenya, society
from tests.letters.reply_forms import TOKEN, filled, issue
from tests.responses.building import campaign, letter

ASKED = issue().form.asked


@pytest.fixture
def archive(tmp_path: Any) -> Archive:
    """An empty archive."""
    return Archive(tmp_path / "files")


@pytest.fixture
def asked(session: Session) -> Letter:
    """A letter with questions to a society, which left."""
    return _asking(session, letter(session, society(session), part_of=campaign(session)))


def _asking(session: Session, found: Letter) -> Letter:
    found.versions[0].asked = [msgspec.to_builtins(question) for question in ASKED]
    assert found.campaign
    if not found.campaign.questions:
        for place, question in enumerate(ASKED, 1):
            words = {"position": place, "code": question.code, "kind": question.kind, "wordings": {"en": question.wording}}
            session.add(Question(campaign_id=found.campaign.id, **words))
    session.flush()
    session.expire(found.campaign, ["questions"])
    return found


def answer(session: Session, to: Letter, *authors: Organisation, words: str = "") -> Response:
    made = Response(
        kind=ResponseKind.SUBSTANTIVE,
        channel=Channel.EMAIL,
        received_on=NOON.date(),
        logged_by=DANA.name,
        logged_at=NOON,
        authors=[ResponseAuthor(organisation=each) for each in authors or [to.addressees[0].post.organisation]],
        answers=[ResponseLetter(letter=to, reason="", confidence=100, matched_by="")],
    )
    session.add(made)
    session.flush()
    if words:
        texts.keep(session, made.id, words, origin="text of the mail", extractor="test", at=NOON)
    return made


def test_a_form_that_came_back_gives_the_answers_and_the_box(session: Session, archive: Archive, asked: Letter) -> None:
    asked.answer_token = TOKEN
    made = answer(session, asked)
    form = filled(reply_form_docx(issue()), {"outcomes": "A law.", "meetings": "12", "speak": "Yes"}, ("organisation",))
    made.files = [
        ResponseFile(filename="reply.docx", content_type="", size=len(form), sha256=archive.keep(form)),
    ]
    session.flush()
    found = structuring.read(session, archive, made, issue().form.words.hints)
    assert found.answers == {"outcomes": "A law.", "meetings": 12, "speak": True}
    assert (found.where, found.attribution, found.notes) == ("form", "organisation", ())


def test_a_form_without_the_secret_of_its_letter_is_read_and_that_is_said(
    session: Session, archive: Archive, asked: Letter
) -> None:
    made = answer(session, asked)
    form = filled(reply_form_docx(issue()), {"meetings": "12"}, ())
    made.files = [ResponseFile(filename="reply.docx", content_type="", size=1, sha256=archive.keep(form))]
    session.flush()
    assert "does not hold the secret" in structuring.read(session, archive, made).notes[0]


def test_a_reply_that_keeps_the_numbers_is_read_without_what_it_quotes(
    session: Session, archive: Archive, asked: Letter
) -> None:
    number = {question.code: place for place, question in enumerate(ASKED, 1)}
    words = (
        "Dear Chair,\n\n"
        f"{number['outcomes']}. {ASKED[number['outcomes'] - 1].wording}\nA law on exchange points:\n 1. in 2019\n"
        f"{number['meetings']}) 12\n\n> 5. Quoted"
    )
    found = structuring.read(session, archive, answer(session, asked, words=words))
    assert found.where == "numbers"
    assert found.answers["meetings"] == 12
    assert found.answers["outcomes"] == "A law on exchange points:\n 1. in 2019"


QUESTIONS = [Asked(code=code, kind=QuestionKind.TEXT, wording=f"What of {code}?") for code in ("a", "b", "c")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1. Yes\n2. No\n3. Perhaps", {"a": "Yes", "b": "No", "c": "Perhaps"}),
        ("Q1: Yes\nQ3: No", {"a": "Yes", "c": "No"}),
        ("Question 1) What of a?\nYes\n(2) No", {"a": "Yes", "b": "No"}),
        ("1. Only one number is a list", {}),
        ("No number at all", {}),
        ("1.\n2. No", {"b": "No"}),
        ("1. Some\n2.5 million\n2. No", {"a": "Some\n2.5 million", "b": "No"}),
        ("2019. A year\n1. Yes\n2. No", {"a": "Yes", "b": "No"}),
    ],
)
def test_numbers_at_the_beginning_of_lines_part_the_answers(text: str, found: dict[str, str]) -> None:
    assert numbering.by_number(text, QUESTIONS) == found


@given(st.text(max_size=400))
def test_no_text_is_too_odd_and_nothing_is_invented(text: str) -> None:
    for words in numbering.by_number(text, QUESTIONS).values():
        assert words
        assert all(line.strip() in text for line in words.split("\n"))


@pytest.mark.parametrize(
    ("code", "written", "value"),
    [
        ("meetings", "1 200", 1200),
        ("meetings", "a dozen", "a dozen"),
        ("speak", "Yes.", True),
        ("renewal", "not", "not"),
        ("trained", "412; 2024; our register", {"value": 412, "year": 2024, "source": "our register"}),
        ("trained", "many", "many"),
    ],
)
def test_what_is_typed_becomes_what_its_question_asks_for_or_stays_as_written(code: str, written: str, value: Any) -> None:
    question = next(question for question in ASKED if question.code == code)
    assert structuring.value_of(question, written) == value


def test_answers_stand_side_by_side_once_each_and_by_country(session: Session, asked: Letter) -> None:
    assert asked.campaign
    mission = kenya(session)
    first = answer(session, asked)
    joint = answer(session, _asking(session, letter(session, mission, part_of=asked.campaign)), mission.organisation)
    joint.authors.append(ResponseAuthor(organisation=first.authors[0].organisation))
    structuring.keep(session, first.id, {"meetings": 12, "outcomes": "=1+1"}, by=DANA, at=NOON)
    structuring.keep(session, joint.id, {"trained": {"value": 3, "year": 2024, "source": "us"}}, by=DANA, at=NOON)
    found = collating.collate(session, asked.campaign)
    assert len(found.respondents) == 2
    assert [(one.number, words) for one, words in found.to("trained")] == [(joint.id, "3; 2024; us")]
    head, *rows = csv.reader(io.StringIO(collating.to_csv(found).decode("utf-8-sig")))
    assert "trained.year" in head
    assert any("'=1+1" in row for row in rows)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(collating.to_xlsx(found))).get_sheet_by_index(0).to_python()
    assert sheet[0][:4] == ["respondent", "country", "response", "naming"]
    assert any("=1+1" in row for row in sheet[1:])
    joint.state = ResponseState.WITHDRAWN
    session.flush()
    assert [one.number for one in collating.collate(session, asked.campaign, by_country=True).respondents] == [first.id]


def test_an_answer_to_what_was_not_asked_is_refused_and_one_that_changes_takes_the_place(
    session: Session, asked: Letter
) -> None:
    made = answer(session, asked)
    with pytest.raises(Invalid, match="did not ask colour"):
        structuring.keep(session, made.id, {"colour": "red"}, by=DANA, at=NOON)
    structuring.keep(session, made.id, {"meetings": 1}, by=DANA, at=NOON)
    structuring.keep(session, made.id, {"meetings": 2}, by=DANA, at=NOON)
    assert [(row.code, row.value) for row in structuring.of_response(session, made.id)] == [("meetings", 2)]
