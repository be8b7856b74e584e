"""What a campaign asks: kept in order, known by codes that never change, never a question that could not be asked."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from outreach import journal
from outreach.campaigns import asking, questions
from outreach.campaigns.asking import Asked, Asking, Option
from outreach.campaigns.models import Campaign, QuestionKind
from outreach.errors import Invalid, NotFound, Refused
from tests.cast import DANA, NOON, RENE

FILE = """
[[question]]
code = "outcomes"
kind = "text"
wording = { en = "What came of it?", fr = "Qu'en est-il sorti ?" }

[[question]]
code = "renewal"
kind = "choice"
wording = { en = "Should it be renewed?", fr = "Faut-il le renouveler ?" }
[[question.options]]
code = "as-it-is"
wording = { en = "As it is", fr = "Tel quel" }
[[question.options]]
code = "not"
wording = { en = "Not at all", fr = "Pas du tout" }
"""
CHOICE = asking.read(FILE, "questions.toml")[1]


def text(code: str, words: str = "What came of it?") -> Asking:
    return Asking(code=code, kind=QuestionKind.TEXT, wording={"en": words})


@pytest.fixture
def campaign(session: Session) -> Campaign:
    campaign = Campaign(
        slug="wsis20-input",
        title="Request",
        template="input-request",
        sender="chair",
        deadline=date(2025, 3, 31),
        selection="all",
        owner=DANA.name,
        created_at=NOON,
    )
    session.add(campaign)
    session.flush()
    return campaign


def codes(session: Session, campaign: Campaign) -> list[str]:
    found = questions.listed(session, campaign)
    assert [one.position for one in found] == list(range(1, len(found) + 1))
    return [one.code for one in found]


def add(session: Session, campaign: Campaign, *new: Asking, at_position: int | None = None) -> None:
    questions.add(session, campaign, new, at_position=at_position, by=DANA, at=NOON)


def test_questions_come_after_those_that_stand_or_where_they_are_put(session: Session, campaign: Campaign) -> None:
    add(session, campaign, text("one"), text("two"))
    add(session, campaign, text("four"))
    add(session, campaign, text("three"), at_position=3)
    assert codes(session, campaign) == ["one", "two", "three", "four"]


def test_a_question_is_moved_and_the_others_close_up(session: Session, campaign: Campaign) -> None:
    add(session, campaign, text("one"), text("two"), text("three"))
    questions.move(session, questions.find(session, campaign, "three"), 1, by=DANA, at=NOON)
    assert codes(session, campaign) == ["three", "one", "two"]
    questions.remove(session, questions.find(session, campaign, "one"), by=DANA, at=NOON)
    assert codes(session, campaign) == ["three", "two"]
    with pytest.raises(Invalid, match="There is no place 3; give one from 1 to 2"):
        questions.move(session, questions.find(session, campaign, "two"), 3, by=DANA, at=NOON)


def test_a_code_stands_once_in_a_campaign(session: Session, campaign: Campaign) -> None:
    add(session, campaign, text("one"))
    with pytest.raises(Refused, match="has a question one already"):
        add(session, campaign, text("two"), text("one"))
    assert codes(session, campaign) == ["one"]
    with pytest.raises(NotFound, match="has no question 'five'; it has: one"):
        questions.find(session, campaign, "five")


def test_an_edit_lays_words_over_those_that_stand(session: Session, campaign: Campaign) -> None:
    add(session, campaign, CHOICE)
    question = questions.find(session, campaign, "renewal")
    # A new option needs words in every language of the question, and is then the last.
    third = Option(code="other", wording={"en": "Otherwise", "fr": "Autrement"})
    questions.edit(session, question, wording={"en": "Renew it?"}, options=[third], by=DANA, at=NOON)
    assert asking.in_language(asking.of(question), "en") == Asked(
        code="renewal",
        kind=QuestionKind.CHOICE,
        wording="Renew it?",
        options=(("as-it-is", "As it is"), ("not", "Not at all"), ("other", "Otherwise")),
    )
    gone = Option(code="not", wording={"en": "", "fr": " "})
    questions.edit(session, question, options=[gone], by=DANA, at=NOON)
    assert [option.code for option in asking.of(question).options] == ["as-it-is", "other"]
    questions.edit(session, question, wording={"fr": ""}, by=DANA, at=NOON)
    assert list(asking.of(question).wording) == ["en"]
    with pytest.raises(Invalid, match="says that already"):
        questions.edit(session, question, wording={"en": " Renew  it? "}, by=DANA, at=NOON)


def test_a_choice_that_becomes_a_text_loses_its_options(session: Session, campaign: Campaign) -> None:
    add(session, campaign, CHOICE)
    question = questions.find(session, campaign, "renewal")
    questions.edit(session, question, kind=QuestionKind.YES_NO, by=DANA, at=NOON)
    assert asking.of(question).options == ()


def test_two_editors_are_told_and_none_is_overwritten(session: Session, campaign: Campaign) -> None:
    add(session, campaign, text("one"))
    question = questions.find(session, campaign, "one")
    before = question.version
    questions.edit(session, question, wording={"en": "What else?"}, by=DANA, at=NOON)
    assert question.version == before + 1


def test_who_reads_changes_nothing_and_the_journal_tells_what_was_done(session: Session, campaign: Campaign) -> None:
    with pytest.raises(Refused, match="may not add questions"):
        questions.add(session, campaign, [text("one")], by=RENE, at=NOON)
    add(session, campaign, text("one"))
    question = questions.find(session, campaign, "one")
    for act in (
        lambda: questions.edit(session, question, wording={"en": "x"}, by=RENE, at=NOON),
        lambda: questions.move(session, question, 1, by=RENE, at=NOON),
        lambda: questions.remove(session, question, by=RENE, at=NOON),
    ):
        with pytest.raises(Refused, match="may not"):
            act()
    questions.remove(session, question, by=DANA, at=NOON)
    told = {(entry.verb, entry.subject) for entry, _values in journal.latest(session)}
    assert told == {("added questions", "campaign wsis20-input"), ("removed a question", "campaign wsis20-input")}


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (text("Q 1"), "is no code of a question"),
        (text("attribution"), "every reply form has of its own"),
        (text("one", " \t "), "The question one has no wording"),
        (text("one", "x" * 2_001), "more than 2,000 characters in en"),
        (Asking(code="one", kind=QuestionKind.TEXT, wording={"tlh": "nuqneH"}), "is worded in 'tlh'; there are: ar, en"),
        (Asking(code="one", kind=QuestionKind.CHOICE, wording={"en": "?"}), "has 0 options; give it 2 to 50"),
        (Asking(code="one", kind=QuestionKind.TEXT, wording={"en": "?"}, options=CHOICE.options), "only a choice has them"),
        (
            Asking(code="one", kind=QuestionKind.CHOICE, wording={"en": "?", "es": "¿?"}, options=CHOICE.options),
            "is worded in es, but its option as-it-is is not",
        ),
        (
            Asking(
                code="one",
                kind=QuestionKind.CHOICE,
                wording={"en": "?"},
                options=(Option(code="a", wording={"en": "Yes"}), Option(code="b", wording={"en": "YES"})),
            ),
            "has two options that read 'yes'",
        ),
        (
            Asking(
                code="one",
                kind=QuestionKind.CHOICE,
                wording={"en": "?"},
                options=(Option(code="a", wording={"en": "Yes"}), Option(code="a", wording={"en": "No"})),
            ),
            "has two options with the code 'a'",
        ),
    ],
)
def test_a_question_that_could_not_be_asked_is_refused_with_what_to_mend(question: Asking, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        asking.checked(question)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("code = ", "q.toml cannot be read as questions"),
        ("", "q.toml cannot be read as questions"),
        ('[[question]]\ncode = "one"\nkind = "riddle"\nwording = { en = "?" }', "riddle"),
        ('[[question]]\ncode = "one"\nkind = "text"\nwordings = { en = "?" }', "q.toml cannot be read as questions"),
        ("question = []", "There are 0 questions"),
        (FILE + FILE, "q.toml: Two questions have the code 'outcomes'"),
    ],
)
def test_a_file_that_is_no_list_of_questions_is_refused_by_name(content: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        asking.read(content, "q.toml")


@given(st.text(max_size=60))
def test_whatever_is_typed_a_question_is_one_line_of_text_or_refused(words: str) -> None:
    try:
        line = asking.checked(text("one", words)).wording["en"]
    except Invalid:
        assert not any(sign.isprintable() and not sign.isspace() for sign in words)
    else:
        assert line == " ".join(line.split())
