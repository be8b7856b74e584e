"""Questions at the desk: asked in each language, changed by one at a time, put in order, brought from a file."""

import io
import re

import pytest

from outreach.campaigns import planning, questions
from outreach.office import Office
from tests.campaigns.test_questions import FILE
from tests.web.conftest import Visitor
from tests.web.world import Visit, drafted

QUESTIONS = "/campaigns/wsis20/questions/"
NEW = "/campaigns/wsis20/new-question"
OUTCOMES = {"code": "outcomes", "kind": "text", "wording_en": "What came of it?", "wording_fr": "Qu'en est-il sorti ?"}
RENEWAL = {
    "code": "renewal",
    "kind": "choice",
    "wording_en": "Should it be renewed?",
    "options_en": "yes = As it is\n\nno = Not at all\n",
}


@pytest.fixture
def drafter(office: Office, visit: Visit) -> Visitor:
    return drafted(office, visit, "open-net")


def codes(office: Office) -> list[str]:
    with office.reading() as session:
        return [one.code for one in questions.listed(session, planning.find(session, "wsis20"))]


def test_a_question_is_asked_in_two_languages_and_shown_with_its_kind(drafter: Visitor, office: Office) -> None:
    assert "none yet" in drafter.get("/campaigns/wsis20").text
    page = drafter.post(NEW, OUTCOMES).text
    assert "The question is kept." in page
    assert '<p class="mb-1" lang="fr" dir="auto">Qu&#39;en est-il sorti ?' in page
    page = drafter.post(NEW, RENEWAL).text
    assert "choice, one of several options: yes, no" in page
    assert codes(office) == ["outcomes", "renewal"]
    assert "2 asked" in drafter.get("/campaigns/wsis20").text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code": "Out comes"}, "is no code of a question"),
        ({"wording_en": "", "wording_fr": ""}, "has no wording"),
        ({"kind": "choice"}, "give it 2 to 50"),
        ({"kind": "choice", "options_en": "As it is"}, "is no option; write its code"),
        ({"options_en": "yes = As it is"}, "only a choice has them"),
    ],
)
def test_what_cannot_be_asked_is_said_and_the_words_stay(drafter: Visitor, change: dict[str, str], words: str) -> None:
    page = drafter.post(NEW, {**OUTCOMES, **change})
    assert page.status_code == 422
    assert words in page.text
    if "wording_en" not in change:
        assert "What came of it?" in page.text


def version_in(page: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert found
    return found[1]


def test_a_question_is_changed_and_whoever_comes_second_loses_no_words(drafter: Visitor) -> None:
    drafter.post(NEW, RENEWAL)
    page = drafter.get(f"{QUESTIONS}renewal").text
    assert "yes = As it is\nno = Not at all" in page
    version = version_in(page)
    first = {**RENEWAL, "options_en": "yes = As it is\nother = Otherwise", "version": version}
    assert "yes, other" in drafter.post(f"{QUESTIONS}renewal", first).text
    second = drafter.post(f"{QUESTIONS}renewal", {**RENEWAL, "wording_en": "Second words?", "version": version})
    assert second.status_code == 409
    assert "was changed meanwhile by somebody else" in second.text
    assert "Second words?" in second.text


def test_a_code_stays_what_it_is_whatever_a_form_says(drafter: Visitor, office: Office) -> None:
    drafter.post(NEW, OUTCOMES)
    version = version_in(drafter.get(f"{QUESTIONS}outcomes").text)
    changed = {**OUTCOMES, "code": "another", "wording_en": "What else?", "version": version}
    drafter.post(f"{QUESTIONS}outcomes", changed)
    assert codes(office) == ["outcomes"]


def test_questions_come_from_a_file_are_put_in_order_and_taken_away(drafter: Visitor, office: Office) -> None:
    page = drafter.post(QUESTIONS, {"file": (io.BytesIO(FILE.encode()), "questions.toml")}).text
    assert "2 questions more." in page
    drafter.post(f"{QUESTIONS}renewal/move", {"to": "1"}, page=QUESTIONS)
    assert codes(office) == ["renewal", "outcomes"]
    assert "There is no place 7" in drafter.post(f"{QUESTIONS}renewal/move", {"to": "7"}, page=QUESTIONS).text
    page = drafter.post(f"{QUESTIONS}renewal/remove", page=QUESTIONS).text
    assert "renewal is asked no more; letters that asked it keep it." in page
    assert codes(office) == ["outcomes"]


@pytest.mark.parametrize(("content", "words"), [(b"code =", "cannot be read as questions"), (b"\xff\xfe", "is not UTF-8 text")])
def test_a_file_that_is_no_list_of_questions_is_refused(drafter: Visitor, content: bytes, words: str) -> None:
    page = drafter.post(QUESTIONS, {"file": (io.BytesIO(content), "questions.toml")})
    assert page.status_code == 422
    assert words in page.text


def test_a_reader_sees_the_questions_and_no_act(drafter: Visitor, visit: Visit) -> None:
    drafter.post(NEW, OUTCOMES)
    page = visit("reader").get(QUESTIONS).text
    assert "What came of it?" in page
    assert "Add a question" not in page
    assert "Remove" not in page
